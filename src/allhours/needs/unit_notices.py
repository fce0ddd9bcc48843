"""Who is told what about wishes that units claim; texts are in `needs.notices`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from allhours.accounts.choices import UNIT_ROLES
from allhours.directory.queries.people import member_user_ids, users_holding
from allhours.kernel import clock
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim, ClaimHelper
from allhours.notifications.actions import tell_many


def _one(claim_id: int) -> Claim:
    return Claim.objects.select_related("wish").get(pk=claim_id)


def _code(claim: Claim) -> str:
    return claim.wish.code if claim.wish else ""


def _desk(claim: Claim, key: str, now: datetime) -> None:
    """Those who act for the unit; a unit that is closed has nobody."""
    if claim.unit_id is None:
        return
    users = users_holding(roles=UNIT_ROLES, organization_id=claim.unit_id, on=clock.local_date(now))
    url = reverse("needs:desk-unit-wish", args=[claim.pk])
    tell_many(users, key, now=now, url=url, about=f"unitclaim:{claim.pk}", code=_code(claim))


def _members(claim: Claim, members: Iterable[int], key: str, now: datetime) -> None:
    users = member_user_ids(members).values()
    tell_many(users, key, now=now, url=reverse("needs:my-wishes"), code=_code(claim))


def named(claim_id: int, *, now: datetime) -> None:
    """The one who answers for it from now on."""
    claim = _one(claim_id)
    users = member_user_ids([claim.member_id]).values()
    tell_many(
        users, "needs.unit_named", now=now, url=reverse("needs:my-claim", args=[_code(claim)]),
        about=f"unitnamed:{claim.pk}.{claim.member_id}", code=_code(claim),
    )  # fmt: skip


def helpers_named(claim_id: int, *, now: datetime, members: Iterable[int]) -> None:
    _members(_one(claim_id), members, "needs.unit_help", now)


def relieved(claim_id: int, *, now: datetime, member_id: int) -> None:
    """Who answered for it until the unit sent another."""
    _members(_one(claim_id), [member_id], "needs.unit_relieved", now)


def to_rename(claim_id: int, *, now: datetime) -> None:
    _desk(_one(claim_id), "needs.unit_to_rename", now)


def overdue(claim: Claim, *, now: datetime) -> None:
    _desk(claim, "needs.unit_overdue", now)


def ended(claim_id: int, *, now: datetime) -> None:
    """By others than the unit: its desk and those who help. Who answers is told as a claimer."""
    claim = _one(claim_id)
    _desk(claim, "needs.unit_ended", now)
    _members(claim, _helpers(claim), "needs.unit_help_ended", now)


def given_back(claim_id: int, *, now: datetime) -> None:
    """By the unit's desk."""
    claim = _one(claim_id)
    people = _helpers(claim)
    if claim.unnamed_since is None:
        people.append(claim.member_id)
    _members(claim, people, "needs.unit_help_ended", now)


def confirmed(wish_id: int, *, now: datetime) -> None:
    rows = Claim.objects.filter(
        wish_id=wish_id, state=ClaimState.FULFILLED, unit__isnull=False
    ).select_related("wish")
    for claim in rows:
        _desk(claim, "needs.unit_confirmed", now)
        took_part = ClaimHelper.objects.filter(claim=claim, took_part=True)
        people = took_part.values_list("member_id", flat=True)
        _members(claim, people, "needs.unit_help_confirmed", now)


def _helpers(claim: Claim) -> list[int]:
    return list(claim.helpers.values_list("member_id", flat=True))
