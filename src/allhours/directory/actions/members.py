"""The life of a member on the roster: numbers, corrections, facts opened with a purpose."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.directory import rules
from allhours.directory.actions import history
from allhours.directory.choices import Standing
from allhours.directory.models import Former, Member, MemberNumber
from allhours.directory.models.member import ID_NUMBER, PHONE
from allhours.directory.pinyin import pinyin_of
from allhours.directory.queries.members import facts_openable, may_edit, receives
from allhours.kernel import clock, crypto, paths
from allhours.kernel.errors import Refused


@transaction.atomic
def next_member_numbers(n: int, now: datetime) -> list[str]:
    """`n` fresh member numbers, e.g. `2600017`: two digits of the year, then a running number.

    Numbers are never given twice: the counter's row is advanced first and read afterwards, and
    the update holds the row until the caller's transaction ends.
    """
    if n < 1:
        return []
    prefix = f"{clock.local_date(now).year % 100:02d}"
    MemberNumber.objects.get_or_create(prefix=prefix)
    MemberNumber.objects.filter(prefix=prefix).update(last=F("last") + n)
    last = MemberNumber.objects.values_list("last", flat=True).get(prefix=prefix)
    return [f"{prefix}{number:05d}" for number in range(last - n + 1, last + 1)]


# What the roster says and its keeper may correct; sealed facts go by their own names.
ROSTER_FIELDS = frozenset(
    {
        "name", "sex", "nation", "birth_date", "education", "category", "branch", "position",
        "joined_party_on", "full_member_on", "is_retired", "address", "residence", "remarks",
    }
)  # fmt: skip
CARD_FIELDS = frozenset(
    {"skills", "skills_text", "wishes_to_serve", "own_post", "free_time", "address"}
)
# Codes and ids may stand in the journal with their values; of the others only that they changed.
CODED = frozenset({"sex", "nation", "education", "category", "is_retired"})
SEALED = {"id_number": ID_NUMBER, "phone": PHONE}


@transaction.atomic
def edit_member(*, actor: Actor, member: Member, now: datetime, **facts: Any) -> list[str]:
    """Correct what the roster says; gives back the names of the fields that differed.

    `id_number` and `phone` are given in plain, already normalised; an empty one is left alone.
    """
    if not may_edit(actor, member):
        raise Refused(NOT_YOURS_TO_DO)
    if member.left_on is not None:
        raise Refused(rules.MEMBER_LEFT)
    sealed = {name: facts.pop(name, "") for name in SEALED}
    branch = facts.get("branch")
    if branch is not None and not paths.covers(member.unit.path, branch.path):
        raise Refused(rules.BRANCH_ELSEWHERE)
    before = {name: getattr(member, name) for name in facts}
    changed = _changed(member, facts, ROSTER_FIELDS)
    if "name" in changed:
        member.pinyin = pinyin_of(member.name)
    today = clock.local_date(now)
    kept = [history.former(member.pk, name, before[name], today) for name in changed]
    if "is_retired" in changed:
        kept.append(_retire(member, today))
    if "residence" in changed:
        member.residence_confirmed = member.residence is not None
    sealed_changed = _seal(member, sealed)
    _save_member(member, {*changed, *sealed_changed})
    history.keep(kept)
    if changed or sealed_changed:
        journal.note(
            actor=actor, did="member.changed", to=member, now=now,
            fields=sorted({*changed, *sealed_changed}), **_before_after(before, member, changed),
        )  # fmt: skip
    return sorted({*changed, *sealed_changed})


def _retire(member: Member, today: date) -> Former | None:
    """Set what goes with being retired or not; gives back the spell of service that ended."""
    if member.is_retired:
        member.standing, member.retired_on = Standing.RETIRED, today
        return None
    spell = history.spell(member)
    member.standing, member.retired_on, member.registered_on = Standing.IN_SERVICE, None, today
    return spell


@transaction.atomic
def save_card(*, actor: Actor, member: Member, now: datetime, **facts: Any) -> list[str]:
    """The member's own information card; a new address leaves the community to be confirmed."""
    if actor.member_id != member.pk:
        raise Refused(NOT_YOURS_TO_DO)
    phone = facts.pop("phone", "")
    changed = _changed(member, facts, CARD_FIELDS | {"residence"})
    if {"address", "residence"} & set(changed):
        member.residence_confirmed = False
    sealed_changed = _seal(member, {"phone": phone})
    names = sorted({*changed, *sealed_changed})
    _save_member(member, set(names))
    if names:
        journal.note(actor=actor, did="member.card_saved", to=member, now=now, fields=names)
    return names


@transaction.atomic
def confirm_residence(*, actor: Actor, member: Member, now: datetime) -> None:
    """The unit or the county has checked where the member lives."""
    if not may_edit(actor, member) and not receives(actor, member):
        raise Refused(NOT_YOURS_TO_DO)
    rows = Member.objects.filter(
        pk=member.pk, residence=member.residence, residence__isnull=False, residence_confirmed=False
    )
    if rows.update(residence_confirmed=True):
        journal.note(
            actor=actor, did="member.residence_confirmed", to=member, now=now,
            community=member.residence_id,
        )  # fmt: skip


@transaction.atomic
def open_fact(*, actor: Actor, member: Member, fact: str, purpose: str, now: datetime) -> str:
    """The plain ID number or phone, for a stated purpose; every opening is journaled.

    The unit and the county may open both, a community the phone of those who serve there, the
    member their own; nobody else.
    """
    own = actor.member_id == member.pk
    if not own and fact not in facts_openable(actor, member):
        raise Refused(NOT_YOURS_TO_DO)
    if not purpose:
        raise Refused(rules.PURPOSE_MISSING)
    sealed = {"id_number": member.id_number_sealed, "phone": member.phone_sealed}[fact]
    journal.note(
        actor=actor, did="member.fact_opened", to=member, now=now, fact=fact, purpose=purpose
    )
    return crypto.unseal(sealed, SEALED[fact])


def _changed(member: Member, facts: dict[str, Any], allowed: frozenset[str]) -> list[str]:
    if wrong := set(facts) - allowed:
        raise TypeError(f"not to be changed here: {sorted(wrong)}")
    changed = [name for name, value in facts.items() if getattr(member, name) != value]
    for name in changed:
        setattr(member, name, facts[name])
    return changed


def _seal(member: Member, plain: dict[str, str]) -> list[str]:
    """Set those sealed facts whose value is given and differs; gives back their names."""
    changed = []
    for name, value in plain.items():
        digest = crypto.lookup_hash(value, SEALED[name])
        if value and digest != getattr(member, f"{name}_hash"):
            setattr(member, f"{name}_hash", digest)
            setattr(member, f"{name}_sealed", crypto.seal(value, SEALED[name]))
            changed.append(name)
    return changed


ALONG = {
    "name": ("pinyin",),
    "is_retired": ("standing", "retired_on", "registered_on"),
    "address": ("residence_confirmed",),
    "residence": ("residence_confirmed",),
}


def _save_member(member: Member, changed: set[str]) -> None:
    fields: set[str] = set()
    for name in changed:
        own = (f"{name}_sealed", f"{name}_hash") if name in SEALED else (name,)
        fields |= {*own, *ALONG.get(name, ())}
    if not fields:
        return
    try:
        with transaction.atomic():
            member.save(update_fields=sorted(fields))
    except IntegrityError:
        raise Refused(rules.ID_NUMBER_TAKEN) from None


def _before_after(before: dict[str, Any], member: Member, changed: list[str]) -> dict[str, Any]:
    shown: dict[str, Any] = {name: before[name] for name in changed if name in CODED}
    after: dict[str, Any] = {name: getattr(member, name) for name in shown}
    for name in {"branch", "residence"} & set(changed):
        shown[name] = before[name].pk if before[name] else None
        after[name] = getattr(member, f"{name}_id")
    return {"before": shown, "after": after} if shown else {}


@transaction.atomic
def note_export(*, actor: Actor, kind: str, rows: int, now: datetime) -> None:
    """A list of members that leaves the system leaves a line behind."""
    journal.note(
        actor=actor, did="members.exported", to=("members", kind), now=now, kind=kind, rows=rows
    )
