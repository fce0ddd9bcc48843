"""Which category a wish seems to belong to: proposed from its words, decided by a person.

The keywords are the menu's own titles and descriptions; what its `says` lists leads to a category
as well, since residents say “灯坏了”, not “小修小补”. Pure: no record is read, nothing is learnt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from allhours.needs.rules.alike import bigrams

SAYS_NOTHING = frozenset({"服务", "帮助", "活动", "社区", "居民", "提供"})
TITLE_WEIGHS = 2
SAID_WEIGHS = 3  # as much as a word of four characters in the description
ENOUGH = 0.5  # one pair of characters that two categories share is enough, nothing is not


@dataclass(frozen=True)
class Category:
    code: str
    title: str
    description: str = ""
    says: tuple[str, ...] = ()


def suggest(words: str, categories: Iterable[Category]) -> str:
    """The code of the one category that the words point to, or "" if none or several do.

    A pair of characters, or an everyday word, weighs less the more categories have it.
    """
    every = list(categories)
    known = {each.code: _pairs(each) for each in every}
    shared = Counter(pair for pairs in known.values() for pair in pairs)
    said = bigrams(words) - SAYS_NOTHING
    meant = Counter({each.code: _meant(words, each.says) for each in every})
    also = max(1, sum(1 for hits in meant.values() if hits))
    marks = {
        code: sum(weight / shared[pair] for pair, weight in pairs.items() if pair in said)
        + (SAID_WEIGHS / also if meant[code] else 0)
        for code, pairs in known.items()
    }
    best = sorted(marks.values(), reverse=True)[:2]
    if not best or best[0] < ENOUGH or best[1:] == best[:1]:
        return ""
    return max(marks, key=lambda code: marks[code])


def _pairs(category: Category) -> dict[str, int]:
    pairs = dict.fromkeys(bigrams(category.description), 1)
    return pairs | dict.fromkeys(bigrams(category.title), TITLE_WEIGHS)


def _meant(words: str, says: Iterable[str]) -> bool:
    return any(way in words for way in says)
