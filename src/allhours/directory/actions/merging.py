"""Two numbers of one person become one: proposed, approved by another officer, undone in time.

The number that goes keeps its row, points to the other and is never given again. Every room moves
its own rows (directory.consequences.Mover); what no room speaks for follows here. What was moved
is kept as ids, the values before sealed, so that it can be taken back within `UNDO_DAYS`.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import F, Model

from allhours.accounts import journal
from allhours.accounts.actions import closing
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import User
from allhours.directory import consequences
from allhours.directory import merge_rules as rules
from allhours.directory.actions import history
from allhours.directory.choices import LeaveReason, MergeState, Standing
from allhours.directory.models import Appointment, Member, MemberMerge
from allhours.directory.models.change import CHOICES
from allhours.directory.queries.members import may_edit
from allhours.kernel import clock, crypto
from allhours.kernel.errors import Refused, refuse_if
from allhours.kernel.retry import with_retry

POINTING = ("directory.member", "directory.membermerge", "directory.memberchange")
# of the row that goes: what is written over, and comes back when the merge is undone
GONE_COLUMNS = (
    "left_on", "left_reason", "standing", "id_number_sealed", "id_number_hash", "phone_sealed",
    "phone_hash", "user_id",
)  # fmt: skip


@transaction.atomic
def propose_merge(
    *, actor: Actor, kept: Member, gone: Member, taken: list[str], now: datetime
) -> MemberMerge:
    """`taken`: the fields whose value comes from the number that goes; both must be in sight."""
    if not (may_edit(actor, kept) and may_edit(actor, gone)) or actor.user_id is None:
        raise Refused(NOT_YOURS_TO_DO)
    if actor.member_id in (kept.pk, gone.pk):
        raise Refused(rules.OWN_NUMBER)
    refuse_if(rules.merge_refusals(kept, gone, taken))
    merge = MemberMerge(
        kept=kept,
        gone=gone,
        taken=sorted(taken),
        proposed_by_plain=actor.user_id,
        proposed_at=now,
    )
    try:
        with transaction.atomic():
            merge.save(force_insert=True)
    except IntegrityError:
        raise Refused(rules.IN_HAND) from None
    _note(actor, merge, "merge.proposed", now)
    return merge


def foresee_merge(merge: MemberMerge, now: datetime) -> consequences.Lines:
    event = _event(merge, now)
    return [line for mover in consequences.movers() for line in mover.foresee(event)]


def approve_merge(*, actor: Actor, merge: MemberMerge, now: datetime) -> MemberMerge:
    """By an officer of the county who is neither the proposer nor the person."""
    _require_second(actor, merge)
    with_retry(partial(_approve, actor, merge, now))
    merge.refresh_from_db()
    return merge


def _require_second(actor: Actor, merge: MemberMerge) -> None:
    if not actor.holds(Role.COUNTY_OFFICER) or actor.user_id is None:
        raise Refused(NOT_YOURS_TO_DO)
    if actor.user_id == merge.proposed_by_plain:
        raise Refused(rules.FOUR_EYES)
    if actor.member_id in (merge.kept_id, merge.gone_id):
        raise Refused(rules.OWN_NUMBER)


@transaction.atomic
def _approve(actor: Actor, merge: MemberMerge, now: datetime) -> None:
    today = clock.local_date(now)
    won = MemberMerge.objects.filter(pk=merge.pk, state=MergeState.PROPOSED).update(
        state=MergeState.DONE,
        decided_by_plain=actor.user_id,
        decided_at=now,
        undo_until=today + timedelta(days=rules.UNDO_DAYS),
    )
    if not won:
        raise Refused(rules.NOT_PROPOSED)
    _hold(merge)
    kept, gone = _both(merge)
    refuse_if(rules.merge_refusals(kept, gone, merge.taken))
    columns = rules.columns_of(merge.taken)
    before = {
        "kept": {name: getattr(kept, name) for name in (*columns, "registered_on")},
        "gone": {name: getattr(gone, name) for name in GONE_COLUMNS},
    }
    taken = {name: getattr(gone, name) for name in columns}
    _write_gone(gone, kept, now)
    _write_kept(kept, gone, taken, now)
    moved = _move(actor, merge, now)
    moved["sign_in"] = _join_sign_ins(actor, kept, gone, now)
    _follow_unit(actor, kept, taken.get("unit_id"), now)
    MemberMerge.objects.filter(pk=merge.pk).update(
        moved=moved, before_sealed=crypto.seal(json.dumps(before, cls=DjangoJSONEncoder), CHOICES)
    )
    _note(actor, merge, "merge.approved", now, fields=merge.taken)


def _hold(merge: MemberMerge) -> None:
    """Both rows, the lower first: nothing is taken up under either meanwhile."""
    for pk in sorted((merge.kept_id, merge.gone_id)):
        Member.objects.filter(pk=pk).update(member_no=F("member_no"))


def _both(merge: MemberMerge) -> tuple[Member, Member]:
    rows = Member.objects.select_related("unit", "residence", "user")
    return rows.get(pk=merge.kept_id), rows.get(pk=merge.gone_id)


def _write_gone(gone: Member, kept: Member, now: datetime) -> None:
    """The sealed facts leave this row: they are the other's now, or were wrong."""
    Member.objects.filter(pk=gone.pk).update(
        merged_into=kept,
        left_on=gone.left_on or clock.local_date(now),
        left_reason=LeaveReason.MERGED,
        standing=Standing.LEFT,
        serving_community=None,
        id_number_sealed="",
        id_number_hash="",
        phone_sealed="",
        phone_hash="",
        user=None,
    )


def _write_kept(kept: Member, gone: Member, taken: dict[str, Any], now: datetime) -> None:
    today = clock.local_date(now)
    first = min(kept.registered_on, gone.registered_on)
    names = {"name": "name", "position": "position", "unit_id": "unit", "residence_id": "residence"}
    history.keep(
        history.former(kept.pk, field, getattr(kept, field), today)
        for column, field in names.items()
        if column in taken and taken[column] != getattr(kept, column)
    )
    Member.objects.filter(pk=kept.pk).update(**taken, registered_on=first)


def _event(merge: MemberMerge, now: datetime) -> consequences.Merge:
    return consequences.Merge((merge.kept_id, merge.gone_id), clock.local_date(now))


def _move(actor: Actor, merge: MemberMerge, now: datetime) -> dict[str, Any]:
    event = _event(merge, now)
    moved: dict[str, Any] = {
        mover.room: mover.move(actor, event, now) for mover in consequences.movers()
    }
    moved["rest"] = {
        f"{model._meta.label_lower}.{field}": keys
        for model, field in _others()
        if (keys := _repoint(model, field, event.gone, event.kept))
    }
    return moved


def _others() -> list[tuple[type[Model], str]]:
    """Every other table's columns that point to a member."""
    spoken_for = {label for mover in consequences.movers() for label in mover.models}
    return [
        (model, field.name)
        for model in apps.get_models()
        if model._meta.label_lower not in spoken_for | set(POINTING)
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Member
    ]


def _repoint(
    model: type[Model], field: str, old: int, new: int, among: list[Any] | None = None
) -> list[Any]:
    """Ids of the rows that went over; one that would meet its like stays with the old number."""
    rows = model._base_manager.filter(**{field: old})
    if among is not None:
        rows = rows.filter(pk__in=among)
    moved = []
    for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                moved += [pk] * model._base_manager.filter(pk=pk).update(**{field: new})
        except IntegrityError:
            continue
    return moved


def _follow_unit(actor: Actor, kept: Member, unit_id: int | None, now: datetime) -> None:
    if unit_id is None or unit_id == kept.unit_id:
        return
    event = consequences.UnitChange(
        (kept.pk,), clock.local_date(now), units={kept.pk: (kept.unit_id, unit_id)}
    )
    consequences.carry_out(actor, event, now)


def _join_sign_ins(actor: Actor, kept: Member, gone: Member, now: datetime) -> dict[str, Any]:
    """One sign-in, under the kept number. Signing in with the other says which it is."""
    old = gone.user
    if old is None:
        return {}
    if kept.user is None:
        stub = None
        if old.username == gone.member_no:
            stub = closing.rename_sign_in(actor=actor, user=old, username=kept.member_no, now=now)
        Member.objects.filter(pk=kept.pk).update(user=old)
        return {"renamed": old.pk, "stub": stub.pk if stub else None}
    held = Appointment.objects.filter(user=kept.user, until_on=None)
    same = set(held.values_list("role", "organization_id"))
    moved = []
    for row in Appointment.objects.filter(user=old).order_by("pk"):
        if (row.role, row.organization_id) not in same:
            moved += _repoint(Appointment, "user", old.pk, kept.user.pk, [row.pk])
    closing.point_to(actor=actor, user=old, username=kept.user.username, now=now)
    return {"pointed": old.pk, "appointments": moved}


@transaction.atomic
def decline_merge(*, actor: Actor, merge: MemberMerge, now: datetime) -> None:
    """An officer does not agree, or the proposer takes it back."""
    mine = actor.user_id is not None and actor.user_id == merge.proposed_by_plain
    if not mine:
        _require_second(actor, merge)
    to = MergeState.WITHDRAWN if mine else MergeState.DECLINED
    won = MemberMerge.objects.filter(pk=merge.pk, state=MergeState.PROPOSED).update(
        state=to, decided_by_plain=actor.user_id, decided_at=now
    )
    if not won:
        raise Refused(rules.NOT_PROPOSED)
    _note(actor, merge, f"merge.{to}", now)


def undo_merge(*, actor: Actor, merge: MemberMerge, now: datetime) -> MemberMerge:
    """Both numbers as they were; what was done under the kept one since stays there."""
    actor.require(Role.COUNTY_OFFICER)
    if actor.member_id in (merge.kept_id, merge.gone_id):
        raise Refused(rules.OWN_NUMBER)
    refuse_if(rules.undo_refusals(merge, clock.local_date(now)))
    with_retry(partial(_undo, actor, merge, now))
    merge.refresh_from_db()
    return merge


@transaction.atomic
def _undo(actor: Actor, merge: MemberMerge, now: datetime) -> None:
    won = MemberMerge.objects.filter(pk=merge.pk, state=MergeState.DONE).update(
        state=MergeState.UNDONE, undone_by_plain=actor.user_id, undone_at=now, before_sealed=""
    )
    if not won:
        raise Refused(rules.NOT_DONE)
    before = json.loads(crypto.unseal(merge.before_sealed, CHOICES))
    _hold(merge)
    kept, gone = _both(merge)
    unit_now = kept.unit_id
    _part_sign_ins(actor, merge, now)
    Member.objects.filter(pk=kept.pk).update(**before["kept"])
    Member.objects.filter(pk=gone.pk).update(**before["gone"], merged_into=None)
    event = _event(merge, now)
    for mover in consequences.movers():
        mover.back(actor, event, merge.moved[mover.room], now)
    for label, keys in merge.moved["rest"].items():
        name, _dot, field = label.rpartition(".")
        _repoint(apps.get_model(name), field, merge.kept_id, merge.gone_id, keys)
    kept.unit_id = unit_now
    _follow_unit(actor, kept, before["kept"].get("unit_id"), now)
    _note(actor, merge, "merge.undone", now)


def _part_sign_ins(actor: Actor, merge: MemberMerge, now: datetime) -> None:
    was = merge.moved.get("sign_in", {})
    if "renamed" in was:
        user = User.objects.get(pk=was["renamed"])
        Member.objects.filter(pk=merge.kept_id).update(user=None)
        stub = User.objects.filter(pk=was["stub"]).first() if was["stub"] else None
        if stub is not None:
            closing.take_back_name(actor=actor, user=user, stub=stub, now=now)
    if "pointed" in was:
        user = User.objects.get(pk=was["pointed"])
        kept_user = Member.objects.values_list("user", flat=True).get(pk=merge.kept_id)
        if kept_user is not None:
            _repoint(Appointment, "user", kept_user, user.pk, was["appointments"])
        closing.open_again(actor=actor, user=user, now=now)


@transaction.atomic
def forget_before(*, now: datetime) -> int:
    """Nightly: once a merge cannot be undone, the values before it go."""
    rows = MemberMerge.objects.filter(
        state=MergeState.DONE, undo_until__lt=clock.local_date(now)
    ).exclude(before_sealed="")
    return rows.update(before_sealed="")


def _note(actor: Actor, merge: MemberMerge, did: str, now: datetime, **facts: Any) -> None:
    journal.note(
        actor=actor, did=did, to=merge, now=now, kept=merge.kept_id, gone=merge.gone_id, **facts
    )
