"""Which category a wish seems to belong to: proposed from its words, decided by a person.

The keywords are the menu's own titles and descriptions; a short list of everyday words leads to
them, since residents say “灯坏了”, not “小修小补”. Pure: no record is read, nothing is learnt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from allhours.needs.rules.alike import bigrams

# Words of a menu → how residents say it.
EVERYDAY: dict[str, tuple[str, ...]] = {
    "小修小补": ("灯", "水管", "漏水", "水龙头", "门锁", "电线", "插座", "马桶", "修", "坏了"),
    "代办代购": ("买菜", "跑腿", "代买", "取药", "缴费", "办证", "挂号"),
    "义诊": ("看病", "血压", "血糖", "体检", "轮椅", "拐杖", "眼镜", "老花镜", "助听器"),
    "法律咨询": ("律师", "官司", "合同", "欠薪", "遗产"),
    "邻里纠纷": ("纠纷", "吵架", "噪音"),
    "扶贫帮困": ("棉被", "米", "油", "衣服", "棉衣", "过冬", "低保"),
    "助学": ("书包", "课本", "文具", "学费"),
    "课后辅导": ("作业", "书包", "课本", "文具", "年级"),
    "家庭教育": ("陪孩子", "管孩子", "迷上手机"),
    "卫生": ("垃圾", "打扫", "清理", "杂草", "扫雪"),
    "文化": ("唱歌", "跳舞", "二胡", "下棋", "象棋", "电影", "书法"),
    "文体": ("唱歌", "跳舞", "二胡", "下棋", "象棋", "电影", "书法"),
    "治安巡逻": ("小偷", "夜里", "吵闹"),
    "就业": ("找工作", "招工", "小摊", "离家近"),
    "政策": ("报销", "医保", "社保", "补贴"),
    "交通": ("看路", "红绿灯", "过马路"),
    "救援": ("漏雨", "积水", "洪水"),
}
SAYS_NOTHING = frozenset({"服务", "帮助", "活动", "社区", "居民", "提供"})
TITLE_WEIGHS = 2
ENOUGH = 0.5  # one pair of characters that two categories share is enough, nothing is not


@dataclass(frozen=True)
class Category:
    code: str
    title: str
    description: str = ""


def suggest(words: str, categories: Iterable[Category]) -> str:
    """The code of the one category that the words point to, or "" if none or several do.

    A pair of characters weighs less the more categories have it.
    """
    known = {each.code: _pairs(each) for each in categories}
    shared = Counter(pair for pairs in known.values() for pair in pairs)
    said = (bigrams(words) | _meant(words)) - SAYS_NOTHING
    marks = {
        code: sum(weight / shared[pair] for pair, weight in pairs.items() if pair in said)
        for code, pairs in known.items()
    }
    best = sorted(marks.values(), reverse=True)[:2]
    if not best or best[0] < ENOUGH or best[1:] == best[:1]:
        return ""
    return max(marks, key=lambda code: marks[code])


def _pairs(category: Category) -> dict[str, int]:
    pairs = dict.fromkeys(bigrams(category.description), 1)
    return pairs | dict.fromkeys(bigrams(category.title), TITLE_WEIGHS)


def _meant(words: str) -> frozenset[str]:
    """The menu's words for what was said in everyday ones."""
    said = (term for term, ways in EVERYDAY.items() if any(way in words for way in ways))
    return frozenset(pair for term in said for pair in bigrams(term))
