"""How a name is spelt, for finding people by letters. The column stays editable."""

from __future__ import annotations

# Surnames that a dictionary of words spells otherwise.
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "任": "ren",
    "朴": "piao", "盖": "ge", "缪": "miao", "乐": "yue", "覃": "qin", "翟": "zhai", "种": "chong",
    "折": "she", "员": "yun", "秘": "bi", "洗": "xian", "召": "shao", "繁": "po", "黑": "he",
    "华": "hua", "纪": "ji", "沈": "shen", "葛": "ge", "柏": "bai", "应": "ying", "宁": "ning",
    "尹": "yin", "逄": "pang", "车": "che", "薄": "bo", "佴": "nai", "句": "gou", "隗": "wei",
    "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "单于": "chan yu", "澹台": "tan tai",
    "令狐": "ling hu",
}  # fmt: skip


def pinyin_of(name: str) -> str:
    """`单雪梅` → `shan xue mei`; letters stay as they are."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415  slow: its dictionary loads on first use

    for length in (2, 1):
        surname = name[:length]
        if surname in SURNAMES and len(name) > length:
            return " ".join([SURNAMES[surname], *lazy_pinyin(name[length:])])[:120]
    return " ".join(lazy_pinyin(name))[:120]
