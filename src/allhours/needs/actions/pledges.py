"""服务承诺: the member drafts, the unit approves, the community receives and assesses (S2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.accounts.choices import COMMUNITY_ROLES
from allhours.directory.models import Member
from allhours.kernel import clock, codes
from allhours.kernel.errors import Refusal, Refused, refuse_if
from allhours.needs import notices
from allhours.needs.choices import PledgeResult, PledgeState
from allhours.needs.models import Pledge, PledgeItem, PledgeNote, Post
from allhours.needs.queries.claimers import member_of
from allhours.needs.queries.limits import (
    pledge_rules,
    programme_year,
    receivers,
    year_period,
)
from allhours.needs.queries.pledge_checks import unsaid
from allhours.needs.rules import pledges as rules
from allhours.needs.rules.pledges import Promise
from allhours.needs.scope import handles
from allhours.notifications.actions import settle


@transaction.atomic
def draft_pledge(
    *,
    actor: Actor,
    promises: Sequence[Promise],
    now: datetime,
    post: Post | None = None,
    may_publish: bool = False,
    submit: bool = False,
) -> Pledge:
    """Write or rewrite the actor's own pledge of this year; nobody else sees it before `submit`."""
    member = _pledger(actor, promises, now)
    if may_publish:
        _require_public(now)
    year = programme_year(now)
    columns: dict[str, Any] = {
        "unit_id": member.unit_id,
        "community_id": member.serving_community_id,
        "post": post,
        "public_consent_at": now if may_publish else None,
    }
    pledge = _mine(member.pk, year) or _begun(member.pk, year, columns, now)
    won = Pledge.objects.filter(pk=pledge.pk, state=PledgeState.DRAFT).update(**columns)
    if not won:
        raise _moved_on(pledge, rules.NOT_DRAFT)
    PledgeItem.objects.filter(pledge=pledge).delete()
    PledgeItem.objects.bulk_create(
        PledgeItem(
            pledge=pledge,
            number=number,
            text=promise.text.strip(),
            measures=promise.measures.strip(),
            for_whom=promise.for_whom.strip(),
            due_on=promise.due_on,
        )
        for number, promise in enumerate(promises, start=1)
    )
    journal.note(actor=actor, did="pledge.drafted", to=pledge, now=now, items=len(promises))
    pledge.refresh_from_db()
    if submit:
        submit_pledge(actor=actor, pledge=pledge, now=now)
    return pledge


def _pledger(actor: Actor, promises: Sequence[Promise], now: datetime) -> Member:
    """The member who may promise these things now."""
    member, settings = member_of(actor), pledge_rules(now)
    if member is None or member.left_on is not None:
        raise Refused(rules.NOT_A_MEMBER)
    if not settings.enabled:
        raise Refused(rules.NOT_USED)
    if member.serving_community_id is None:
        raise Refused(rules.NOT_PLACED)
    refuse_if(rules.draft_refusals(promises, most=settings.items_most, year=year_period(now)))
    return member


def _mine(member_id: int, year: int) -> Pledge | None:
    rows = Pledge.objects.filter(member_id=member_id, year=year)
    return rows.exclude(state=PledgeState.WITHDRAWN).first()


def _begun(member_id: int, year: int, columns: dict[str, Any], now: datetime) -> Pledge:
    try:
        with transaction.atomic():
            return Pledge.objects.create(
                code=codes.public_code(), member_id=member_id, year=year, drafted_at=now, **columns
            )
    except IntegrityError:  # begun in another window in the same moment
        pledge = _mine(member_id, year)
        if pledge is None:
            raise
        return pledge


@transaction.atomic
def submit_pledge(*, actor: Actor, pledge: Pledge, now: datetime) -> None:
    """Hand the draft to the unit."""
    _require_own(actor, pledge)
    _step(pledge, PledgeState.DRAFT, PledgeState.SUBMITTED, submitted_at=now, returned_reason="")
    journal.note(actor=actor, did="pledge.submitted", to=pledge, now=now)
    notices.after_commit(notices.pledge_submitted, pledge.pk, now=now)


@transaction.atomic
def approve_pledge(*, actor: Actor, pledge: Pledge, now: datetime) -> None:
    """The unit's 审定; the community is told that a pledge waits."""
    _require_unit(actor, pledge, now)
    _step(
        pledge, PledgeState.SUBMITTED, PledgeState.APPROVED,
        approved_at=now, approved_by_plain=actor.user_id,
    )  # fmt: skip
    journal.note(actor=actor, did="pledge.approved", to=pledge, now=now)
    notices.after_commit(notices.pledge_approved, pledge.pk, now=now)


@transaction.atomic
def return_pledge(*, actor: Actor, pledge: Pledge, reason: str, now: datetime) -> None:
    """Back to the member with a reason: by the unit before approval, by the community after."""
    if pledge.state == PledgeState.APPROVED:
        _require_receiver(actor, pledge, now)
    else:
        _require_unit(actor, pledge, now)
    if not reason.strip():
        raise Refused(rules.REASON_MISSING)
    at = PledgeState.APPROVED if pledge.state == PledgeState.APPROVED else PledgeState.SUBMITTED
    _step(pledge, at, PledgeState.DRAFT, returned_reason=reason.strip()[:200])
    journal.note(actor=actor, did="pledge.returned", to=pledge, now=now, before=str(at))
    notices.after_commit(notices.pledge_returned, pledge.pk, now=now)


@transaction.atomic
def receive_pledge(*, actor: Actor, pledge: Pledge, now: datetime) -> None:
    """The community takes it in; from now on it is being kept."""
    _require_receiver(actor, pledge, now)
    _step(
        pledge, PledgeState.APPROVED, PledgeState.IN_HAND,
        received_at=now, received_by_plain=actor.user_id,
    )  # fmt: skip
    journal.note(actor=actor, did="pledge.received", to=pledge, now=now)
    notices.after_commit(notices.pledge_received, pledge.pk, now=now)


@transaction.atomic
def consent_to_publish(*, actor: Actor, pledge: Pledge, consents: bool, now: datetime) -> None:
    """The member's own word, given or taken back; taken back, it leaves the public page at once."""
    _require_own(actor, pledge)
    if consents:
        _require_public(now)
    given = {"public_consent_at": now} if consents else _unshown()
    Pledge.objects.filter(pk=pledge.pk).update(**given)
    did = "pledge.consent_given" if consents else "pledge.consent_withdrawn"
    journal.note(actor=actor, did=did, to=pledge, now=now)


def _unshown() -> dict[str, None]:
    return {"public_consent_at": None, "published_at": None}


@transaction.atomic
def publish_pledge(*, actor: Actor, pledge: Pledge, now: datetime) -> None:
    """公示 on the public page: by the community, with the member's consent only."""
    _require_community(actor, pledge)
    _require_public(now)
    won = Pledge.objects.filter(
        pk=pledge.pk,
        state__in=(PledgeState.IN_HAND, PledgeState.ASSESSED),
        public_consent_at__isnull=False,
        published_at=None,
    ).update(published_at=now)
    if not won:
        pledge.refresh_from_db()
        if pledge.published_at is not None:
            return
        raise Refused(rules.NO_CONSENT if pledge.received_at else rules.NOT_RECEIVED)
    journal.note(actor=actor, did="pledge.published", to=pledge, now=now)


@transaction.atomic
def unpublish_pledge(*, actor: Actor, pledge: Pledge, now: datetime) -> None:
    _require_community(actor, pledge)
    rows = Pledge.objects.filter(pk=pledge.pk, published_at__isnull=False)
    if rows.update(published_at=None):
        journal.note(actor=actor, did="pledge.unpublished", to=pledge, now=now)


@transaction.atomic
def note_progress(
    *, actor: Actor, item: PledgeItem, text: str, done_on: date | None, now: datetime
) -> None:
    """How one promised thing stands; by the member, while it is being kept."""
    pledge = item.pledge
    _require_own(actor, pledge)
    refuse_if(rules.progress_refusals(text, done_on, today=clock.local_date(now)))
    won = PledgeItem.objects.filter(pk=item.pk, pledge__state=PledgeState.IN_HAND).update(
        progress=text.strip()[:300], progress_at=now, done_on=done_on
    )
    if not won:
        raise _moved_on(pledge, rules.NOT_WAITING)
    PledgeNote.objects.create(item=item, text=text.strip()[:300], done_on=done_on, at=now)
    journal.note(
        actor=actor, did="pledge.progress_noted", to=pledge, now=now,
        item=item.number, done=done_on is not None,
    )  # fmt: skip
    if not unsaid(Pledge.objects.filter(pk=pledge.pk), now).exists():
        settle(about=f"pledge:{pledge.code}", keys=["needs.pledge_check_due"], now=now)


@transaction.atomic
def assess_pledge(
    *, actor: Actor, pledge: Pledge, result: str, text: str = "", now: datetime
) -> None:
    """年终评诺: what the community says of it; the member sees it and may answer."""
    _require_community(actor, pledge)
    if result not in PledgeResult.values:
        raise Refused(rules.RESULT_MISSING)
    _step(
        pledge, PledgeState.IN_HAND, PledgeState.ASSESSED,
        result=result, result_text=text.strip()[:300],
        assessed_at=now, assessed_by_plain=actor.user_id, ended_at=now,
    )  # fmt: skip
    journal.note(actor=actor, did="pledge.assessed", to=pledge, now=now, result=str(result))
    notices.after_commit(notices.pledge_assessed, pledge.pk, now=now)


@transaction.atomic
def reply_to_assessment(*, actor: Actor, pledge: Pledge, text: str, now: datetime) -> None:
    """The member's own words beside the result."""
    _require_own(actor, pledge)
    if not text.strip():
        raise Refused(rules.TEXT_MISSING)
    rows = Pledge.objects.filter(pk=pledge.pk, state=PledgeState.ASSESSED)
    if not rows.update(reply=text.strip()[:300]):
        raise Refused(rules.NOT_ASSESSED)
    journal.note(actor=actor, did="pledge.replied", to=pledge, now=now)


@transaction.atomic
def withdraw_pledge(*, actor: Actor, pledge: Pledge, now: datetime) -> None:
    """A pledge is voluntary: its member may take it back until it is assessed, without a reason."""
    _require_own(actor, pledge)
    open_ = (
        PledgeState.DRAFT, PledgeState.SUBMITTED, PledgeState.APPROVED, PledgeState.IN_HAND,
    )  # fmt: skip
    won = Pledge.objects.filter(pk=pledge.pk, state__in=open_).update(
        state=PledgeState.WITHDRAWN, ended_at=now, **_unshown()
    )
    if not won:
        raise _moved_on(pledge, rules.NOT_WAITING)
    journal.note(actor=actor, did="pledge.withdrawn", to=pledge, now=now)


def _step(pledge: Pledge, before: PledgeState, after: PledgeState, **columns: Any) -> None:
    """One conditional step; whoever comes second reads where it stands."""
    won = Pledge.objects.filter(pk=pledge.pk, state=before).update(state=after, **columns)
    if not won:
        waits = before != PledgeState.DRAFT
        raise _moved_on(pledge, rules.NOT_WAITING if waits else rules.NOT_DRAFT)
    pledge.refresh_from_db()


def _moved_on(pledge: Pledge, refusal: Refusal) -> Refused:
    pledge.refresh_from_db()
    return Refused(refusal.having(state=pledge.get_state_display()))


def _require_own(actor: Actor, pledge: Pledge) -> None:
    if actor.member_id is None or actor.member_id != pledge.member_id:
        raise Refused(NOT_YOURS_TO_DO)


def _require_unit(actor: Actor, pledge: Pledge, now: datetime) -> None:
    actor.require(*pledge_rules(now).approved_by, over=pledge.unit.path)
    _refuse_own(actor, pledge)


def _require_community(actor: Actor, pledge: Pledge) -> None:
    actor.require(*COMMUNITY_ROLES, over=pledge.community.path)
    _refuse_own(actor, pledge)


def _require_receiver(actor: Actor, pledge: Pledge, now: datetime) -> None:
    """The role that the scheme names; without a sign-in of its own, any of the community's."""
    if not handles(actor, pledge.community.path, receivers(pledge_rules(now))):
        raise Refused(NOT_YOURS_TO_DO)
    _refuse_own(actor, pledge)


def _require_public(now: datetime) -> None:
    if not pledge_rules(now).public:
        raise Refused(rules.NOT_PUBLIC)


def _refuse_own(actor: Actor, pledge: Pledge) -> None:
    if actor.member_id == pledge.member_id:
        raise Refused(rules.OWN)
