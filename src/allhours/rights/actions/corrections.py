"""Correction of a fact: the member asks, its keeper accepts or declines, both can be answered."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.directory.actions.members import edit_member
from allhours.directory.models import Member, Organization
from allhours.directory.queries.people import users_holding
from allhours.kernel import clock, crypto
from allhours.kernel.codes import public_code
from allhours.kernel.errors import Refused, refuse_if
from allhours.notifications.actions import tell, tell_many
from allhours.rights import rules
from allhours.rights.choices import CorrectionState
from allhours.rights.facts import COMMUNITY, FACTS, Correctable, Unreadable
from allhours.rights.limits import rights_on
from allhours.rights.models import Correction
from allhours.rights.models.correction import NOTE, REASON, WANTED
from allhours.scheme.queries import calendar_around, scheme_for
from allhours.scheme.worktime import add_working_days


@transaction.atomic
def ask_correction(
    *, actor: Actor, fact: str, wanted: str, note: str = "", now: datetime
) -> Correction:
    """The member names the fact and what it should be; its keeper has the scheme's working days."""
    if actor.member_id is None:
        raise Refused(NOT_YOURS_TO_DO)
    about = FACTS.get(fact)
    if about is None:
        raise Refused(rules.FACT_UNKNOWN)
    member = Member.objects.select_related("unit", "serving_community").get(pk=actor.member_id)
    if member.left_on is not None:
        raise Refused(rules.NOT_ON_ROSTER)
    value_of(about, wanted)
    on = clock.local_date(now)
    days = rights_on(on).correction_working_days
    at_community = about.keeper == COMMUNITY and member.serving_community is not None
    correction = Correction(
        code=public_code(), member=member, fact=fact,
        keeper=COMMUNITY if at_community else "unit",
        wanted_sealed=crypto.seal(wanted.strip(), WANTED),
        note_sealed=crypto.seal(note.strip(), NOTE),
        asked_at=now, due_on=add_working_days(on, days, calendar_around(on, scheme_for(on))),
    )  # fmt: skip
    try:
        with transaction.atomic():
            correction.save(force_insert=True)
    except IntegrityError:
        raise Refused(rules.CORRECTION_OPEN) from None
    journal.note(actor=actor, did="correction.asked", to=correction, now=now, fact=fact)
    _tell_keepers(correction, "rights.correction_asked", now, due=correction.due_on.isoformat())
    return correction


def value_of(about: Correctable, wanted: str) -> object:
    """What the member wrote, as the fact's value; refuses what cannot be read."""
    if not wanted.strip():
        raise Refused(rules.WANTED_MISSING)
    try:
        return about.read(wanted)
    except Unreadable:
        raise Refused(rules.WANTED_WRONG.having(fact=about.title)) from None


@transaction.atomic
def accept_correction(
    *, actor: Actor, correction: Correction, answer: str = "", now: datetime
) -> Correction:
    """The keeper agrees: the fact is corrected by the roster's own action with the value given."""
    _require_keeper(actor, correction)
    about = FACTS[correction.fact]
    _decide(actor, correction, CorrectionState.ACCEPTED, answer, now)
    if about.field:
        value = value_of(about, correction.wanted)
        edit_member(actor=actor, member=correction.member, now=now, **{about.field: value})
    journal.note(
        actor=actor, did="correction.accepted", to=correction, now=now, fact=correction.fact
    )
    _tell_member(correction, "rights.correction_accepted", now)
    return correction


@transaction.atomic
def decline_correction(
    *, actor: Actor, correction: Correction, reason: str, now: datetime
) -> Correction:
    """With a reason that the member reads and may answer by a new request."""
    _require_keeper(actor, correction)
    if not reason.strip():
        raise Refused(rules.REASON_MISSING)
    _decide(actor, correction, CorrectionState.DECLINED, reason, now)
    journal.note(
        actor=actor, did="correction.declined", to=correction, now=now, fact=correction.fact
    )
    _tell_member(correction, "rights.correction_declined", now)
    return correction


@transaction.atomic
def withdraw_correction(*, actor: Actor, correction: Correction, now: datetime) -> None:
    if actor.member_id is None or correction.member_id != actor.member_id:
        raise Refused(NOT_YOURS_TO_DO)
    _decide(actor, correction, CorrectionState.WITHDRAWN, "", now)
    journal.note(actor=actor, did="correction.withdrawn", to=correction, now=now)


def remind_keepers(*, now: datetime) -> int:
    """Nightly: keepers of requests past their day are told, once for each request."""
    on = clock.local_date(now)
    late = Correction.objects.open().filter(due_on__lt=on, reminded_on=None)
    reminded = 0
    for correction in late.select_related("member__unit", "member__serving_community"):
        with transaction.atomic():
            if Correction.objects.filter(pk=correction.pk, reminded_on=None).update(reminded_on=on):
                _tell_keepers(correction, "rights.correction_overdue", now, code=correction.code)
                reminded += 1
    return reminded


def _decide(
    actor: Actor, correction: Correction, state: CorrectionState, words: str, now: datetime
) -> None:
    correction.refresh_from_db(fields=["state"])
    refuse_if(rules.correction_refusals(correction))
    won = Correction.objects.filter(pk=correction.pk, state=CorrectionState.OPEN).update(
        state=state, decided_at=now, decided_by_plain=actor.user_id,
        reason_sealed=crypto.seal(words.strip(), REASON),
    )  # fmt: skip
    if not won:
        raise Refused(rules.CORRECTION_OVER)
    correction.refresh_from_db()


def keeper_of(correction: Correction) -> Organization:
    """The unit, or for service records the community where the member serves."""
    member = correction.member
    if correction.keeper == COMMUNITY and member.serving_community is not None:
        return member.serving_community
    return member.unit


def may_decide(actor: Actor, correction: Correction) -> bool:
    """Its keeper, but nobody of their own record."""
    return actor.member_id != correction.member_id and _keeps(actor, correction)


def _keeps(actor: Actor, correction: Correction) -> bool:
    roles = COMMUNITY_ROLES if correction.keeper == COMMUNITY else UNIT_ROLES
    return actor.holds(*roles, Role.COUNTY_OFFICER, over=keeper_of(correction).path)


def _require_keeper(actor: Actor, correction: Correction) -> None:
    if not _keeps(actor, correction):
        raise Refused(NOT_YOURS_TO_DO)
    if not may_decide(actor, correction):
        raise Refused(rules.OWN_CORRECTION)


def _tell_keepers(correction: Correction, key: str, now: datetime, **params: Any) -> None:
    organization, community = keeper_of(correction), correction.keeper == COMMUNITY
    roles = COMMUNITY_ROLES if community else UNIT_ROLES
    url = reverse("rights:correction", args=[correction.code])

    def told() -> None:
        users = users_holding(
            roles=roles, organization_id=organization.pk, on=clock.local_date(now)
        )
        tell_many(users, key, now=now, url=url, **params)

    transaction.on_commit(told, robust=True)


def _tell_member(correction: Correction, key: str, now: datetime) -> None:
    url = reverse("rights:mine")
    told = partial(tell, correction.member.user_id, key, now=now, url=url)
    transaction.on_commit(told, robust=True)
