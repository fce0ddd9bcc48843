"""Who is told what about placement. Called after commit; texts carry no person's name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.directory.models import Appointment
from allhours.directory.queries.people import member_user_ids, users_holding
from allhours.kernel import clock
from allhours.notifications.actions import settle_for, tell_many
from allhours.placement.choices import ReceiptTo
from allhours.placement.models import Placement, PlacementQuerySet
from allhours.scheme.queries import scheme_for

TEXTS = {
    "placement.assigned": _("您已编入%(community)s。请等单位开具报到证明信。"),
    "placement.assigned_free": _("您已编入%(community)s，可以直接去报到。"),
    "placement.letter_issued": _("报到证明信已开具，请在有效期内到%(community)s报到。"),
    "placement.received": _("%(community)s已接收您的报到，回执已送单位。"),
    "placement.received_branch": _("%(community)s已接收您的报到，回执已送临时党支部。"),
    "placement.receipts": _("%(count)s 份报到回执已送达本单位。"),
    "placement.receipts_branch": _("%(count)s 份报到回执已送达临时党支部。"),
    "placement.member_awaited": _(
        "您还没有到%(community)s报到。方便时请前往；有困难请告诉单位联络员。"
    ),
    "placement.members_awaited": _("%(count)s 名党员已可报到，还没有到社区，请了解情况。"),
    "placement.returned": _("%(community)s未能接收您的报到，请联系单位联络员。"),
    "placement.contest_answered": _("您对编入建议的异议已有答复。"),
    "placement.returned_to_unit": _("%(community)s退回了一份报到，请查看原因并处理。"),
    "placement.unit_received": _("%(community)s已接收本单位党组织报到。"),
    "placement.unit_returned": _("%(community)s退回了本单位党组织的报到，请查看原因。"),
    "placement.pairing_answered": _("%(unit)s与%(community)s的结对共建已有答复。"),
    "placement.contact_point": _("您已联系%(community)s，请按计划走访。"),
}

ACTION_TEXTS = {
    "placement.desk_late": _(
        "%(count)s 名党员报到后已超过 %(days)s 个工作日没有接收，请尽快办理。"
    ),
    "placement.letters_awaited": _("%(count)s 名党员编入社区后还没有开证明信，请及时开具。"),
    "placement.letters_expired": _("%(count)s 份证明信已过有效期，需要时请重新开具。"),
    "placement.differences": _("数据反查有 %(count)s 项差异待处理，请逐项核对。"),
    "placement.unit_presented": _("%(unit)s党组织前来报到，请接收。"),
    "placement.pairing_proposed": _("%(unit)s与%(community)s拟结对共建，请确认。"),
}


# What a member is asked to do until they are received.
TO_REPORT = ("placement.letter_issued", "placement.assigned_free", "placement.member_awaited")


class Telling(Protocol):
    def __call__(self, what: Any, /, *, now: datetime) -> None: ...


def after_commit(tell: Telling, what: Any, *, now: datetime) -> None:
    """A notice that cannot be written is logged; what was done stays done."""

    def run() -> None:
        tell(what, now=now)

    transaction.on_commit(run, robust=True)


def letters_issued(placement_ids: Collection[int], /, *, now: datetime) -> None:
    _tell_members(placement_ids, "placement.letter_issued", now=now)


def letters_expired(unit_ids: Collection[int], /, *, now: datetime) -> None:
    """One line a unit; `unit_ids` holds a unit once for each of its letters."""
    _tell_units(Counter(unit_ids), "placement.letters_expired", "placement:letters", now=now)


def letters_awaited(placement_ids: Collection[int], /, *, now: datetime) -> None:
    numbers = _by_unit(placement_ids)
    _tell_units(numbers, "placement.letters_awaited", "placement:letters", now=now)


def members_reminded(placement_ids: Collection[int], /, *, now: datetime) -> None:
    """By hand: only the members themselves; who reminds them knows."""
    _tell_members(placement_ids, "placement.member_awaited", now=now)


def members_awaited(placement_ids: Collection[int], /, *, now: datetime) -> None:
    """Each member for themself; the unit how many, as the list is its own to open."""
    _tell_members(placement_ids, "placement.member_awaited", now=now)
    numbers = _by_unit(placement_ids)
    _tell_units(numbers, "placement.members_awaited", "placement:issued", now=now)


def desks_late(placement_ids: Collection[int], /, *, now: datetime) -> None:
    """Who receives for a community learns how many wait there too long."""
    on = clock.local_date(now)
    days = scheme_for(on=on).reporting.receive_working_days
    communities = _placements(placement_ids).values_list("community_id", flat=True)
    for community_id, count in Counter(communities).items():
        users = users_holding(roles=COMMUNITY_ROLES, organization_id=community_id, on=on)
        url = reverse("placement:reporting")
        tell_many(users, "placement.desk_late", now=now, url=url, count=count, days=days)


def receipts_arrived(placement_ids: Collection[int], /, *, now: datetime) -> None:
    """The member learns it, and whoever the receipt went to: the unit or the temporary branch."""
    rows = _placements(placement_ids)
    members = rows.filter(member__user__isnull=False).values_list("member__user_id", flat=True)
    settle_for(user_ids=members, keys=TO_REPORT, now=now)
    to_branch = rows.filter(receipt_to=ReceiptTo.TEMPORARY_BRANCH)
    branches = dict(to_branch.values_list("pk", "branch_id"))
    to_unit = [pk for pk in placement_ids if pk not in branches]
    _tell_members(to_unit, "placement.received", now=now)
    _tell_members(branches, "placement.received_branch", now=now)
    _tell_units(_by_unit(to_unit), "placement.receipts", "placement:receipts", now=now)
    on, url = clock.local_date(now), reverse("placement:branch-receipts")
    for branch_id, count in Counter(branches.values()).items():
        users = users_holding(roles=[Role.BRANCH_SECRETARY], organization_id=branch_id, on=on)
        tell_many(users, "placement.receipts_branch", now=now, url=url, count=count)


def _placements(placement_ids: Collection[int]) -> PlacementQuerySet:
    return Placement.objects.filter(pk__in=list(placement_ids))


def _by_unit(placement_ids: Collection[int]) -> Counter[int]:
    return Counter(_placements(placement_ids).values_list("unit_id", flat=True))


def _tell_units(numbers: Mapping[int, int], key: str, view: str, *, now: datetime) -> None:
    url = reverse(view)
    for unit_id, users in _liaisons(numbers, clock.local_date(now)).items():
        tell_many(users, key, now=now, url=url, count=numbers[unit_id])


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
    assigned(list(placed.values_list("pk", flat=True)), now=now)


def assigned(placement_ids: Collection[int], /, *, now: datetime) -> None:
    needed = scheme_for(on=clock.local_date(now)).reporting.requires_letter
    key = "placement.assigned" if needed else "placement.assigned_free"
    _tell_members(placement_ids, key, now=now)


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
