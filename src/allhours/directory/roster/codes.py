"""Words for codes: sex, nation (GB/T 3304), education (GB/T 4658), category, yes and no.

The numbers are those of the standards (domain.md §4.6); the category names are the directory's.
"""

from __future__ import annotations

import re

NATION_NAMES = (
    "汉", "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗", "瑶", "白",
    "土家", "哈尼", "哈萨克", "傣", "黎", "傈僳", "佤", "畲", "高山", "拉祜", "水", "东乡",
    "纳西", "景颇", "柯尔克孜", "土", "达斡尔", "仫佬", "羌", "布朗", "撒拉", "毛南", "仡佬",
    "锡伯", "阿昌", "普米", "塔吉克", "怒", "乌孜别克", "俄罗斯", "鄂温克", "德昂", "保安",
    "裕固", "京", "塔塔尔", "独龙", "鄂伦春", "赫哲", "门巴", "珞巴", "基诺",
)  # fmt: skip
NATIONS = {name: number for number, name in enumerate(NATION_NAMES, start=1)}

SEXES = {
    "1": "1", "男": "1", "男性": "1", "M": "1",
    "2": "2", "女": "2", "女性": "2", "F": "2",
}  # fmt: skip

EDUCATIONS = {
    "10": "研究生 硕士 博士 硕士研究生 博士研究生 研究生及以上 博士后 在职研究生 "
    "省委党校研究生 中央党校研究生",
    "20": "本科 大学 大学本科 大本 学士 全日制本科 在职本科 中央党校大学 省委党校大学 本科及以上",
    "30": "专科 大专 大学专科 高职 在职大专 中央党校大专 省委党校大专",
    "40": "中等职业 中专 中职 技校 中技 职高",
    "60": "普通高中 高中",
    "70": "初中",
    "80": "小学",
    "90": "其他 文盲",
}
EDUCATION_CODES = {word: code for code, words in EDUCATIONS.items() for word in words.split()} | {
    code: code for code in EDUCATIONS
}

CATEGORIES = {
    "full": "正式党员 正式 党员 中共党员 01",
    "probationary": "预备党员 预备 中共预备党员 02",
    "youth_league": "共青团员 团员 03",
    "applicant": "入党积极分子 积极分子 发展对象 入党申请人 申请人",
    "volunteer": "其他志愿者 志愿者 群众 非党员 其他 13",
}
CATEGORY_CODES = {word: code for code, words in CATEGORIES.items() for word in words.split()}

UNIT_CLASSES = {
    "organ": "机关 党政机关 行政机关 机关类 行政",
    "institution": "事业 事业单位 事业类 参公事业单位",
    "state_firm": "国企 国有企业 企业 企业类",
    "mass_organization": "人民团体 群团 群团组织 社会团体",
    "town": "乡镇 街道 镇 镇街 乡镇（街道） 乡镇街道",
    "other": "其他 非公 社会组织 两新组织",
}
UNIT_CLASS_CODES = {word: code for code, words in UNIT_CLASSES.items() for word in words.split()}

YES = frozenset(
    {"是", "离退休", "退休", "已退休", "离休", "已离退休", "TRUE", "YES", "Y", "1", "√"}
)
NO = frozenset({"否", "在职", "未退休", "不是", "FALSE", "NO", "N", "0", "×", "无"})

SPLIT = re.compile(r"[、，,；;/|\n]+")


def nation(text: str) -> int | None:
    """`汉`, `汉族`, `01`, `1` → 1; None if it is none of the 56."""
    if text.isdecimal():
        return int(text) if 1 <= int(text) <= len(NATION_NAMES) else None
    return NATIONS.get(text) or NATIONS.get(text.removesuffix("族"))


def education(text: str) -> str | None:
    return EDUCATION_CODES.get(text) or EDUCATION_CODES.get(text.removesuffix("学历"))


def yes_or_no(text: str) -> bool | None:
    word = text.upper()
    return True if word in YES else False if word in NO else None


def pieces(text: str) -> list[str]:
    """A cell's list, split by 、，；/ and line breaks; in the order written, without repeats."""
    return list(dict.fromkeys(part.strip() for part in SPLIT.split(text) if part.strip()))
