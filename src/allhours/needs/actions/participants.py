"""Who took part in what a unit delivered."""

from __future__ import annotations

from collections.abc import Iterable

from allhours.directory.models import Member
from allhours.kernel.errors import Refused
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim, ClaimHelper
from allhours.needs.rules import unit_claims as rules
from allhours.needs.rules.claims import OWN_WISH


def note_participants(claim: Claim, helpers: frozenset[int] | None) -> None:
    """Of those whom the unit named; the claim's row is held.

    Only here, where the one who asks knows the wisher, is anybody told that a wish is their own.
    """
    rows = ClaimHelper.objects.filter(claim=claim)
    there = dict(rows.values_list("member_id", "member__phone_hash"))
    took_part = frozenset(there) if helpers is None else helpers
    if took_part - there.keys():
        raise Refused(rules.NOT_HELPING)
    wisher = claim.wish.wisher_phone_hash if claim.wish else ""
    if wisher and wisher == claim.member.phone_hash:
        raise Refused(OWN_WISH)
    if wisher and wisher in {there[pk] for pk in took_part}:
        raise Refused(rules.HELPERS_OWN_WISH)
    rows.filter(member__in=took_part).update(took_part=True)
    rows.exclude(member__in=took_part).update(took_part=False)


def forget_participants(wish_id: int) -> None:
    """Not done yet: who takes part is said anew."""
    rows = ClaimHelper.objects.filter(claim__wish=wish_id, claim__state=ClaimState.LIVE)
    rows.update(took_part=None)


def who_served(claims: Iterable[Claim]) -> dict[int, list[Member]]:
    """By claim: the one who answers for it, then those who took part."""
    found = {claim.pk: [claim.member] for claim in claims}
    rows = ClaimHelper.objects.filter(claim__in=list(found), took_part=True)
    for row in rows.select_related("member__unit").order_by("member_id"):
        found[row.claim_id].append(row.member)
    return found
