"""All wishes with their claims as plain values, for the operator's list."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, Sum

from allhours.accounts.actor import Actor
from allhours.kernel import clock
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim, Wish


def register(state: str | None, now: datetime) -> list[dict[str, Any]]:
    """`code state community places claims[{member_no, state, at, unit}]`; community and unit are
    codes, unit "" where the member claims for themself."""
    rows = Wish.objects.in_state(state, now) if state else Wish.objects.all()
    wishes = list(rows.select_related("community").order_by("noted_at", "pk"))
    claims = _claims()
    return [
        {
            "code": wish.code,
            "state": str(wish.state_at(now)),
            "community": wish.community.code,
            "places": wish.places,
            "claims": claims[wish.pk],
        }
        for wish in wishes
    ]


def wish_register(actor: Actor) -> QuerySet[Wish]:
    """Those on the desk with all that the register says of them; two queries."""
    rows = Wish.objects.on_desk_of(actor).select_related("community", "project")
    goods = Sum("claims__goods_value_fen", filter=Q(claims__state=ClaimState.FULFILLED))
    return (
        rows.annotate(goods=goods)
        .prefetch_related(Prefetch("claims", Claim.objects.select_related("member")))
        .order_by("-noted_at", "-pk")
    )


def _claims() -> defaultdict[int, list[dict[str, str]]]:
    found: defaultdict[int, list[dict[str, str]]] = defaultdict(list)
    rows = (
        Claim.objects.filter(wish__isnull=False)
        .order_by("claimed_at", "pk")
        .values_list("wish_id", "member__member_no", "state", "claimed_at", "unit__code")
    )
    for wish_id, member_no, state, at, unit in rows:
        if wish_id is not None:
            found[wish_id].append(
                {
                    "member_no": member_no,
                    "state": state,
                    "at": clock.local(at).isoformat(),
                    "unit": unit or "",
                }
            )
    return found
