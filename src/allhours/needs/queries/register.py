"""All wishes with their claims as plain values, for the operator's list."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, Sum

from allhours.accounts.actor import Actor
from allhours.kernel import clock
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim, Festival, Wish
from allhours.needs.queries.desk import late, terms
from allhours.needs.queries.limits import wish_limits

LIMITS = (
    "open_claims", "unit_open_claims", "verify_working_days", "review_working_days",
    "unclaimed_days", "contact_hours", "deliver_days", "confirm_days",
    "sight_days_after_confirmation",
)  # fmt: skip


def register(state: str | None, now: datetime) -> list[dict[str, Any]]:
    """`code state community places late claims[{member_no, state, at, unit}]`; community and unit
    are codes, unit "" where the member claims for themself, member_no "" while the unit is to name
    another; `late` as the board marks it."""
    rows = Wish.objects.in_state(state, now) if state else Wish.objects.all()
    wishes = list(rows.select_related("community").order_by("noted_at", "pk"))
    claims = _claims()
    marked = set(Wish.objects.filter(late(terms(now))).values_list("pk", flat=True))
    return [
        {
            "code": wish.code,
            "state": str(wish.state_at(now)),
            "community": wish.community.code,
            "places": wish.places,
            "late": wish.pk in marked,
            "claims": claims[wish.pk],
        }
        for wish in wishes
    ]


def measured_by(now: datetime) -> dict[str, Any]:
    """The scheme's limits and terms, and the festivals' own, by which wishes are held to be right:
    for whoever checks them without the program."""
    limits = wish_limits(now)
    return {
        "as_of": clock.local(now).isoformat(),
        "limits": {name: getattr(limits, name) for name in LIMITS},
        "festivals": [
            {
                "code": festival.code,
                "claims_each": festival.claims_each,
                "opens_at": clock.local(festival.opens_at).isoformat(),
                "closes_on": festival.closes_on,
                "ended_at": festival.ended_at and clock.local(festival.ended_at).isoformat(),
            }
            for festival in Festival.objects.filter(announced_at__isnull=False).order_by("pk")
        ],
    }


def wish_register(actor: Actor) -> QuerySet[Wish]:
    """Those on the desk with all that the register says of them; two queries."""
    rows = Wish.objects.on_desk_of(actor).select_related("community", "project")
    goods = Sum("claims__goods_value_fen", filter=Q(claims__state=ClaimState.FULFILLED))
    return (
        rows.annotate(goods=goods)
        .prefetch_related(Prefetch("claims", Claim.objects.select_related("member", "unit")))
        .order_by("-noted_at", "-pk")
    )


def _claims() -> defaultdict[int, list[dict[str, str]]]:
    found: defaultdict[int, list[dict[str, str]]] = defaultdict(list)
    rows = (
        Claim.objects.filter(wish__isnull=False)
        .order_by("claimed_at", "pk")
        .select_related("member", "unit")
    )
    for claim in rows:
        found[claim.wish_id or 0].append(
            {
                "member_no": "" if claim.is_unnamed else claim.member.member_no,
                "state": claim.state,
                "at": clock.local(claim.claimed_at).isoformat(),
                "unit": claim.unit.code if claim.unit else "",
            }
        )
    return found
