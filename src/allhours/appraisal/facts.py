"""Which of the scheme's facts a ledger entry satisfies. PURE.

A scheme names facts (`post_service`, `public_activity`, …); the ledger knows kinds. One entry may
satisfy several: a service day is also a public activity (S2: 服务日 “集中开展公益服务活动”).
"""

from __future__ import annotations

from collections.abc import Mapping

FACTS_OF_KIND: Mapping[str, frozenset[str]] = {
    "post_service": frozenset({"post_service"}),
    "activity": frozenset({"public_activity"}),
    "themed_activity": frozenset({"themed_activity", "public_activity"}),
    "service_day": frozenset({"service_day", "public_activity"}),
    "group_service": frozenset({"group_outing", "professional_service"}),
    "wish": frozenset({"wish_delivered"}),
    "visit": frozenset({"household_visit"}),
    "suggestion": frozenset({"suggestion"}),
    "other": frozenset(),
}


def facts_of(kind: str) -> frozenset[str]:
    return FACTS_OF_KIND.get(kind, frozenset())
