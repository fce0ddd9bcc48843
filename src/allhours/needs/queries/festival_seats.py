"""What a festival's rules say to one member: on the button, in the action, over the API."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from allhours.directory.models import Member, Organization
from allhours.kernel.errors import Refusal
from allhours.needs.models import Festival, FestivalSeat, Wish
from allhours.needs.queries.claimers import communities_of
from allhours.needs.rules import festivals as rules


def festival_refusals(wish: Wish, member: Member | None, now: datetime) -> list[Refusal]:
    """Why this member may not take a wish of a running festival; none for any other wish."""
    if wish.festival_id is None or member is None:
        return []
    return barred(member, [wish.festival_id], now).get(wish.festival_id, [])


def audience_refusals(wish: Wish, member: Member, now: datetime) -> list[Refusal]:
    """Whether a running festival is for this member; whom a unit sends has no limit there."""
    if wish.festival_id is None:
        return []
    festival = Festival.objects.select_related("audience").get(pk=wish.festival_id)
    places = _places(member) if festival.audience_id else []
    return rules.seat_refusals(festival, taken=0, places=places, now=now)


def barred(
    member: Member | None, festival_ids: Iterable[int | None], now: datetime
) -> dict[int, list[Refusal]]:
    """Festival id → why the member may take no more of it; those that let them stand not in it."""
    ids = {pk for pk in festival_ids if pk is not None}
    if member is None or not ids:
        return {}
    taken = dict(
        FestivalSeat.objects.filter(member=member, festival__in=ids).values_list(
            "festival_id", "taken"
        )
    )
    festivals = list(Festival.objects.filter(pk__in=ids).select_related("audience"))
    places = _places(member) if any(each.audience_id for each in festivals) else []
    found = {
        each.pk: rules.seat_refusals(each, taken=taken.get(each.pk, 0), places=places, now=now)
        for each in festivals
    }
    return {pk: reasons for pk, reasons in found.items() if reasons}


def _places(member: Member) -> list[str]:
    rows = Organization.objects.filter(pk__in=communities_of(member))
    return list(rows.values_list("path", flat=True))
