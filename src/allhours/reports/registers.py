"""Registers for independent checks: the rows that figures and tables are counted from.

No ID number, no telephone number, no resident's name or address stands in any of them. Each export
names its purpose and is journaled.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.activities.models import Activity, Attendance
from allhours.directory.models import Member
from allhours.kernel.errors import Refusal, Refused
from allhours.needs.choices import PledgeState
from allhours.needs.models import Claim, ClaimHelper, Pledge, Post, Suggestion, Wish
from allhours.placement.models import Excusal, Letter, Placement

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

NO_PURPOSE = Refusal("export.no_purpose", _("请写明导出的用途，例如“年度核对”。"))
Row = Sequence[Any]
# Facts of the journal from which a wish's life can be replayed; none names anybody.
REPLAYED = frozenset(
    {"at", "before", "claim", "claims", "days", "into", "moved", "purpose", "seat", "wish"}
)


@dataclass(frozen=True)
class Register:
    title: str | _StrPromise
    header: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]


def _stream(rows: QuerySet[Any], *columns: str) -> Iterator[Row]:
    yield from rows.values_list(*columns).iterator(chunk_size=2000)


def _roster() -> Iterator[Row]:
    return _stream(
        Member.objects.order_by("member_no"),
        "member_no", "name", "sex", "birth_date", "category", "standing", "is_retired",
        "unit__code", "branch__code", "residence__code", "serving_community__code",
        "registered_on", "left_on",
    )  # fmt: skip


def _wishes() -> Iterator[Row]:
    claims: dict[int, list[str]] = {}
    for wish_id, member_no, state in Claim.objects.filter(wish__isnull=False).values_list(
        "wish_id", "member__member_no", "state"
    ):
        claims.setdefault(wish_id, []).append(f"{member_no}:{state}")
    rows = Wish.objects.order_by("noted_at", "pk").values_list(
        "pk", "code", "community__code", "origin", "category", "state", "places", "taken",
        "noted_at", "opened_at", "claimed_at", "delivered_at", "confirmed_at", "rating",
        "festival__code",
    )  # fmt: skip
    for pk, *facts, festival in rows.iterator(chunk_size=2000):
        yield [*facts, " ".join(claims.get(pk, ())), pk, festival]


def _placements() -> Iterator[Row]:
    numbers = dict(Letter.objects.order_by("pk").values_list("placement_id", "number"))
    rows = Placement.objects.order_by("member__member_no", "pk").values_list(
        "pk", "member__member_no", "unit__code", "community__code", "branch__code", "state",
        "assigned_at", "presented_at", "reported_on", "ended_on", "end_reason",
    )  # fmt: skip
    for pk, *facts in rows.iterator(chunk_size=2000):
        yield [*facts, numbers.get(pk, "")]


def _attendance() -> Iterator[Row]:
    return _stream(
        Attendance.objects.order_by("activity__starts_at", "activity_id", "member__member_no"),
        "activity__code", "activity__kind", "activity__state", "activity__organizer__code",
        "activity__community__code", "activity__starts_at", "activity__closed_at",
        "member__member_no", "unit_code", "community_code", "state", "minutes", "recorded_at",
    )  # fmt: skip


def _claims() -> Iterator[Row]:
    helped: dict[int, list[str]] = {}
    rows = ClaimHelper.objects.filter(took_part=True).order_by("member_id")
    for claim_id, member_no in rows.values_list("claim_id", "member__member_no"):
        helped.setdefault(claim_id, []).append(member_no)
    claims = _stream(
        Claim.objects.order_by("claimed_at", "pk"),
        "pk", "wish__code", "post__code", "wish__community__code", "post__community__code",
        "post__year", "member__member_no", "member__unit__code", "state", "seat", "claimed_at",
        "delivered_at", "ended_at", "goods_value_fen", "pk", "queue_no", "started_at", "minutes",
        "unit__code",
    )  # fmt: skip
    for pk, *facts in claims:
        yield [*facts, " ".join(helped.get(pk, ()))]


def _wish_journal() -> Iterator[Row]:
    """What was done to each wish, without by whom; facts are ids, codes and numbers."""
    codes = {str(pk): code for pk, code in Wish.objects.values_list("pk", "code")}
    rows = JournalEntry.objects.filter(subject="wish").order_by("pk")
    columns = rows.values_list("pk", "at", "did", "subject_id", "role", "facts")
    for pk, at, did, subject_id, role, facts in columns.iterator(chunk_size=2000):
        kept = {name: value for name, value in facts.items() if name in REPLAYED}
        yield [
            pk,
            at.isoformat(),
            did,
            codes.get(subject_id, ""),
            role,
            json.dumps(kept, sort_keys=True),
        ]


def _posts() -> Iterator[Row]:
    return _stream(
        Post.objects.order_by("created_at", "pk"),
        "code", "community__code", "item", "year", "places", "taken", "state", "created_at",
    )  # fmt: skip


def _suggestions() -> Iterator[Row]:
    return _stream(
        Suggestion.objects.annotate(authors=Count("joined") + 1).order_by("noted_at", "pk"),
        "code", "kind", "origin", "category", "community__code", "handler__code",
        "member__member_no", "state", "outcome", "noted_at", "accepted_at", "due_on",
        "answered_at", "not_solved_at", "ended_at", "rating", "joined_to__code", "authors",
    )  # fmt: skip


def _pledges() -> Iterator[Row]:
    return _stream(
        Pledge.objects.exclude(state=PledgeState.DRAFT).order_by("year", "member__member_no", "pk"),
        "code", "member__member_no", "unit__code", "community__code", "year", "state",
        "submitted_at", "approved_at", "received_at", "result", "assessed_at",
    )  # fmt: skip


def _activities() -> Iterator[Row]:
    return _stream(
        Activity.objects.order_by("starts_at", "pk"),
        "code", "kind", "state", "organizer__code", "community__code", "starts_at", "closed_at",
        "places", "taken", "served",
    )  # fmt: skip


def _excusals() -> Iterator[Row]:
    return _stream(
        Excusal.objects.order_by("member__member_no", "from_on"),
        "member__member_no", "from_on", "until_on",
    )  # fmt: skip


REGISTERS: Mapping[str, Register] = {
    "roster": Register(
        _("花名册"),
        ("member_no", "name", "sex", "birth_date", "category", "standing", "retired", "unit",
         "branch", "residence", "serving_community", "registered_on", "left_on"),
        _roster,
    ),
    "wishes": Register(
        _("心愿登记册"),
        ("code", "community", "origin", "category", "state", "places", "taken", "noted_at",
         "opened_at", "claimed_at", "delivered_at", "confirmed_at", "rating", "claims", "id",
         "festival"),
        _wishes,
    ),
    "wish_journal": Register(
        _("心愿办理流水"), ("id", "at", "did", "wish", "role", "facts"), _wish_journal
    ),
    "placements": Register(
        _("报到登记册"),
        ("member_no", "unit", "community", "branch", "state", "assigned_at", "presented_at",
         "reported_on", "ended_on", "end_reason", "letter"),
        _placements,
    ),
    "attendance": Register(
        _("出勤登记册"),
        ("activity", "kind", "activity_state", "organizer", "community", "starts_at",
         "closed_at", "member_no", "unit_code", "community_code", "state", "minutes",
         "recorded_at"),
        _attendance,
    ),
    "claims": Register(
        _("认领登记册"),
        ("wish", "post", "wish_community", "post_community", "post_year", "member_no", "unit",
         "state", "seat", "claimed_at", "delivered_at", "ended_at", "goods_fen", "id", "queue_no",
         "started_at", "minutes", "claimed_by_unit", "took_part"),
        _claims,
    ),
    "posts": Register(
        _("岗位登记册"),
        ("code", "community", "item", "year", "places", "taken", "state", "created_at"),
        _posts,
    ),
    "suggestions": Register(
        _("意见建议登记册"),
        ("code", "kind", "origin", "category", "community", "handler", "member_no", "state",
         "outcome", "noted_at", "accepted_at", "due_on", "answered_at", "not_solved_at",
         "ended_at", "rating", "joined_to", "authors"),
        _suggestions,
    ),
    "pledges": Register(
        _("承诺登记册"),
        ("code", "member_no", "unit", "community", "year", "state", "submitted_at",
         "approved_at", "received_at", "result", "assessed_at"),
        _pledges,
    ),
    "activities": Register(
        _("活动登记册"),
        ("code", "kind", "state", "organizer", "community", "starts_at", "closed_at", "places",
         "taken", "served"),
        _activities,
    ),
    "excusals": Register(_("免报登记册"), ("member_no", "from_on", "until_on"), _excusals),
}  # fmt: skip


@transaction.atomic
def open_register(*, actor: Actor, name: str, purpose: str, now: datetime) -> Iterator[Row]:
    """Header and rows of a register for a stated purpose; the county's own, journaled."""
    actor.require(Role.COUNTY_OFFICER)
    if not purpose.strip():
        raise Refused(NO_PURPOSE)
    register = REGISTERS[name]
    journal.note(
        actor=actor,
        did="register.exported",
        to=("register", name),
        now=now,
        under=actor.acting_as(Role.COUNTY_OFFICER),
        purpose_given=True,
        purpose=purpose.strip()[:100],
    )
    return _with_header(register)


def _with_header(register: Register) -> Iterator[Row]:
    yield register.header
    yield from register.rows()
