"""Who is told what about placement. Called after commit; texts carry no person's name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, Protocol

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allhours.accounts.choices import UNIT_ROLES
from allhours.directory.models import Appointment
from allhours.directory.queries.people import member_user_ids
from allhours.kernel import clock
from allhours.notifications.actions import tell_many
from allhours.placement.models import Placement

TEXTS = {
    "placement.assigned": _("您已编入%(community)s。请等单位开具报到证明信。"),
    "placement.letter_issued": _("报到证明信已开具，请在有效期内到%(community)s报到。"),
    "placement.received": _("%(community)s已接收您的报到，回执已送单位。"),
    "placement.receipts": _("%(count)s 份报到回执已送达本单位。"),
    "placement.returned": _("%(community)s未能接收您的报到，请联系单位联络员。"),
    "placement.contest_answered": _("您对编入建议的异议已有答复。"),
    "placement.returned_to_unit": _("%(community)s退回了一份报到，请查看原因并处理。"),
}


class Telling(Protocol):
    def __call__(self, what: Any, /, *, now: datetime) -> None: ...


def after_commit(tell: Telling, what: Any, *, now: datetime) -> None:
    """A notice that cannot be written is logged; what was done stays done."""

    def run() -> None:
        tell(what, now=now)

    transaction.on_commit(run, robust=True)


def letters_issued(placement_ids: Collection[int], /, *, now: datetime) -> None:
    _tell_members(placement_ids, "placement.letter_issued", now=now)


def receipts_arrived(placement_ids: Collection[int], /, *, now: datetime) -> None:
    """The member and the unit's liaison learn that the receipt stands."""
    _tell_members(placement_ids, "placement.received", now=now)
    numbers = Counter(
        Placement.objects.filter(pk__in=placement_ids).values_list("unit_id", flat=True)
    )
    url = reverse("placement:receipts")
    for unit_id, users in _liaisons(numbers, clock.local_date(now)).items():
        tell_many(users, "placement.receipts", now=now, url=url, count=numbers[unit_id])


def returned(placement_id: int, /, *, now: datetime) -> None:
    _tell_members([placement_id], "placement.returned", now=now)
    placement = Placement.objects.select_related("community").get(pk=placement_id)
    url = reverse("placement:letters")
    for users in _liaisons([placement.unit_id], clock.local_date(now)).values():
        tell_many(
            users,
            "placement.returned_to_unit",
            now=now,
            url=url,
            community=placement.community.label,
        )


def contest_answered(member_id: int, /, *, now: datetime) -> None:
    users = member_user_ids([member_id]).values()
    tell_many(users, "placement.contest_answered", now=now, url=reverse("placement:mine"))


def round_adopted(round_id: int, /, *, now: datetime) -> None:
    placed = Placement.objects.live().filter(round_id=round_id, assigned_at=now)
    _tell_members(list(placed.values_list("pk", flat=True)), "placement.assigned", now=now)


def _tell_members(placement_ids: Collection[int], key: str, *, now: datetime) -> None:
    by_community: defaultdict[str, list[int]] = defaultdict(list)
    keys = list(placement_ids)
    for start in range(0, len(keys), 500):
        rows = Placement.objects.filter(pk__in=keys[start : start + 500]).values_list(
            "community__short_name", "community__name", "member__user_id"
        )
        for short, name, user_id in rows:
            if user_id is not None:
                by_community[short or name].append(user_id)
    url = reverse("placement:mine")
    for community, users in by_community.items():
        tell_many(users, key, now=now, url=url, community=community)


def _liaisons(unit_ids: Iterable[int], on: date) -> dict[int, list[int]]:
    """Users by unit who hold the unit's roles on a day."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    rows = (
        Appointment.objects.in_force_on(on)
        .filter(role__in=UNIT_ROLES, organization__in=list(unit_ids))
        .values_list("organization_id", "user_id")
    )
    for unit_id, user_id in rows:
        found[unit_id].append(user_id)
    return found
