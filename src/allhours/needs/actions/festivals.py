"""A festival of wishes: planned, gathered, announced, moved, cancelled, ended.

Every act first takes the festival's row under its condition, then all its wishes in one update.
So its wishes have one hour, or the act is refused: a wish that somebody already took at the old
hour is no longer scheduled, and then nothing moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.directory.models import Organization
from allhours.kernel import clock, codes
from allhours.kernel.errors import Refusal, Refused, refuse_if
from allhours.kernel.retry import with_retry
from allhours.needs import festival_notices, notices
from allhours.needs.actions import nightly
from allhours.needs.choices import FestivalState, WishState
from allhours.needs.models import Festival, Wish
from allhours.needs.models.wish import WishQuerySet
from allhours.needs.rules import festivals as rules
from allhours.needs.rules.festivals import Outline
from allhours.needs.scope import HANDLERS, handles

UNOPENED = (WishState.VERIFIED, WishState.SCHEDULED)


def _require_runner(actor: Actor, audience: Organization | None) -> None:
    if not actor.is_system and not rules.may_run(actor, audience):
        raise Refused(NOT_YOURS_TO_DO)


@transaction.atomic
def plan_festival(*, actor: Actor, outline: Outline, now: datetime) -> Festival:
    """Its communities are asked to gather wishes; the public sees nothing of it yet."""
    _require_runner(actor, outline.audience)
    refuse_if(rules.outline_refusals(outline, now))
    festival = Festival.objects.create(
        code=codes.public_code(), planned_at=now, **_columns(outline), audience=outline.audience
    )
    journal.note(
        actor=actor, did="festival.planned", to=festival, now=now,
        opens_at=outline.opens_at.isoformat(), claims_each=outline.claims_each,
    )  # fmt: skip
    notices.after_commit(festival_notices.planned, festival.pk, now=now)
    return festival


def _columns(outline: Outline) -> dict[str, object]:
    return {
        "title": outline.title.strip(),
        "text": outline.text.strip()[:500],
        "opens_at": outline.opens_at,
        "closes_on": outline.closes_on,
        "claims_each": outline.claims_each,
    }


@transaction.atomic
def edit_festival(*, actor: Actor, festival: Festival, outline: Outline, now: datetime) -> Festival:
    """Written anew until it is announced; with wishes gathered its audience stays."""
    _held(festival)
    festival.refresh_from_db()
    _require_runner(actor, festival.audience)
    _require_runner(actor, outline.audience)
    refuse_if(rules.outline_refusals(outline, now))
    rows = Festival.objects.filter(pk=festival.pk, state=FestivalState.PLANNED)
    if not rows.update(audience=outline.audience, **_columns(outline)):
        raise Refused(_wrong_state(festival))
    moved = outline.audience != festival.audience
    if moved and Wish.objects.filter(festival=festival, state__in=UNOPENED).exists():
        raise Refused(rules.AUDIENCE_FIXED)
    journal.note(
        actor=actor, did="festival.edited", to=festival, now=now,
        opens_at=outline.opens_at.isoformat(), claims_each=outline.claims_each,
    )  # fmt: skip
    festival.refresh_from_db()
    return festival


def gather_wishes(
    *, actor: Actor, festival: Festival, wishes: Sequence[Wish], now: datetime
) -> Festival:
    """Verified wishes of the actor's desk join, all or none; of an announced festival they are
    scheduled at once."""
    _require_handler(actor, wishes)
    return with_retry(partial(_gather, actor, festival, wishes, now))


def _require_handler(actor: Actor, wishes: Sequence[Wish]) -> None:
    if not wishes:
        raise Refused(rules.NOTHING_CHOSEN)
    for path in {wish.community.path for wish in wishes}:
        if not handles(actor, path, HANDLERS):
            raise Refused(NOT_YOURS_TO_DO)


@transaction.atomic
def _gather(actor: Actor, festival: Festival, wishes: Sequence[Wish], now: datetime) -> Festival:
    festival = _held(festival)
    refuse_if(rules.change_refusals(festival, now))
    pks = sorted({wish.pk for wish in wishes})
    announced = festival.state == FestivalState.ANNOUNCED
    wanted = {"state": WishState.SCHEDULED, "publish_at": festival.opens_at} if announced else {}
    fit = Q(festival=None, community__path__startswith=festival.audience_path)
    rows = Wish.objects.filter(fit, pk__in=pks, state=WishState.VERIFIED)
    if rows.update(festival=festival, **wanted) != len(pks):
        raise Refused(*_why_not(festival, pks))
    did = "wish.festival_scheduled" if announced else "wish.festival_joined"
    _note_wishes(actor, did, pks, festival, now)
    return festival


def _why_not(festival: Festival, pks: Sequence[int]) -> list[Refusal]:
    """Of the first wish that may not join, as it stands before this transaction's own update."""
    ours = Wish.objects.filter(pk__in=pks).select_related("community").order_by("pk")
    for wish in ours:
        if wish.festival_id == festival.pk and wish.state in UNOPENED:
            continue  # this very update put it in
        if reasons := rules.gather_refusals(festival, wish):
            return reasons
    return [rules.GATHERED_ALREADY.having(code=ours[0].code if ours else "")]


def let_go_wishes(
    *, actor: Actor, festival: Festival, wishes: Sequence[Wish], now: datetime
) -> Festival:
    """Out of the festival, all or none: verified again, to be published singly."""
    _require_handler(actor, wishes)
    return with_retry(partial(_let_go, actor, festival, wishes, now))


@transaction.atomic
def _let_go(actor: Actor, festival: Festival, wishes: Sequence[Wish], now: datetime) -> Festival:
    festival = _held(festival)
    refuse_if(rules.change_refusals(festival, now))
    pks = sorted({wish.pk for wish in wishes})
    if _released(festival, pks=pks) != len(pks):
        still = Wish.objects.filter(pk__in=pks, state=WishState.VERIFIED, festival=None)
        gone = set(pks) - set(still.values_list("pk", flat=True))
        code = Wish.objects.filter(pk__in=gone or pks).values_list("code", flat=True)[0]
        raise Refused(rules.NOT_IN_IT.having(code=code))
    _note_wishes(actor, "wish.festival_left", pks, festival, now)
    return festival


def _released(festival: Festival, *, pks: Sequence[int] | None = None) -> int:
    rows = Wish.objects.filter(festival=festival, state__in=UNOPENED)
    if pks is not None:
        rows = rows.filter(pk__in=pks)
    return rows.update(state=WishState.VERIFIED, publish_at=None, festival=None)


def announce_festival(*, actor: Actor, festival: Festival, now: datetime) -> Festival:
    """Everybody sees it from now on, and every verified wish in it opens at its hour."""
    _require_runner(actor, festival.audience)
    return with_retry(partial(_announce, actor, festival, now))


@transaction.atomic
def _announce(actor: Actor, festival: Festival, now: datetime) -> Festival:
    planned = Festival.objects.filter(pk=festival.pk, state=FestivalState.PLANNED)
    won = planned.filter(opens_at__gt=now).update(state=FestivalState.ANNOUNCED, announced_at=now)
    if not won:
        raise Refused(rules.HOUR_PAST if planned.exists() else _wrong_state(festival))
    festival = _fresh(festival)
    rows = Wish.objects.filter(festival=festival, state=WishState.VERIFIED)
    if not rows.update(state=WishState.SCHEDULED, publish_at=festival.opens_at):
        raise Refused(rules.EMPTY)
    pks = list(_scheduled(festival).values_list("pk", flat=True))
    at = festival.opens_at.isoformat()
    journal.note(
        actor=actor, did="festival.announced", to=festival, now=now, at=at, wishes=len(pks)
    )
    _note_wishes(actor, "wish.festival_scheduled", pks, festival, now)
    notices.after_commit(festival_notices.announced, festival.pk, now=now)
    return festival


def move_festival(
    *, actor: Actor, festival: Festival, opens_at: datetime, now: datetime
) -> Festival:
    """Another hour, until the old one has come; every wish moves with it, or none."""
    _require_runner(actor, festival.audience)
    if opens_at <= now:
        raise Refused(rules.HOUR_PAST)
    return with_retry(partial(_move, actor, festival, opens_at, now))


@transaction.atomic
def _move(actor: Actor, festival: Festival, opens_at: datetime, now: datetime) -> Festival:
    before = _held(festival)
    refuse_if(
        rules.change_refusals(before, now) or rules.closing_refusals(opens_at, before.closes_on)
    )
    Festival.objects.filter(pk=before.pk).update(opens_at=opens_at)
    _scheduled(before).update(publish_at=opens_at)
    _none_opened(before)
    journal.note(
        actor=actor, did="festival.moved", to=before, now=now,
        before=before.opens_at.isoformat(), after=opens_at.isoformat(),
    )  # fmt: skip
    if before.state == FestivalState.ANNOUNCED:
        notices.after_commit(festival_notices.moved, before.pk, now=now)
    return _fresh(before)


def cancel_festival(*, actor: Actor, festival: Festival, reason: str, now: datetime) -> Festival:
    """Not held; its wishes are verified again, for another festival or the wall."""
    _require_runner(actor, festival.audience)
    if not reason.strip():
        raise Refused(rules.REASON_MISSING)
    return with_retry(partial(_cancel, actor, festival, reason, now))


@transaction.atomic
def _cancel(actor: Actor, festival: Festival, reason: str, now: datetime) -> Festival:
    before = _held(festival)
    refuse_if(rules.change_refusals(before, now))
    Festival.objects.filter(pk=before.pk).update(
        state=FestivalState.CANCELLED, ended_at=now, end_reason=reason.strip()[:200]
    )
    pks = list(
        Wish.objects.filter(festival=before, state__in=UNOPENED).values_list("pk", flat=True)
    )
    _released(before)
    _none_opened(before)
    journal.note(actor=actor, did="festival.cancelled", to=before, now=now, wishes=len(pks))
    _note_wishes(actor, "wish.festival_left", pks, before, now)
    if before.announced_at is not None:
        notices.after_commit(festival_notices.cancelled, before.pk, now=now)
    return _fresh(before)


@transaction.atomic
def end_festival(*, actor: Actor, festival: Festival, now: datetime) -> Festival:
    """Its limit and audience no longer hold: what is left is an ordinary wish of the wall."""
    _require_runner(actor, festival.audience)
    rows = Festival.objects.filter(pk=festival.pk, state=FestivalState.ANNOUNCED)
    if not rows.filter(opens_at__lte=now).update(state=FestivalState.ENDED, ended_at=now):
        raise Refused(rules.NOT_OPENED if rows.exists() else _wrong_state(festival))
    journal.note(actor=actor, did="festival.ended", to=festival, now=now)
    return _fresh(festival)


def end_closed_festivals(*, actor: Actor, now: datetime) -> int:
    """Nightly: write down as ended those whose last day has passed; how many."""
    over = Festival.objects.filter(
        state=FestivalState.ANNOUNCED, opens_at__lte=now, closes_on__lt=clock.local_date(now)
    )
    return nightly.each(
        over, lambda festival: end_festival(actor=actor, festival=festival, now=now)
    )


def _held(festival: Festival) -> Festival:
    """The row as it is, held until the end of the transaction."""
    Festival.objects.filter(pk=festival.pk).update(state=F("state"))
    return _fresh(festival)


def _fresh(festival: Festival) -> Festival:
    return Festival.objects.select_related("audience").get(pk=festival.pk)


def _scheduled(festival: Festival) -> WishQuerySet:
    return Wish.objects.filter(festival=festival, state=WishState.SCHEDULED)


def _none_opened(festival: Festival) -> None:
    """All its wishes were still waiting for the hour when they were updated, or nothing is done."""
    if Wish.objects.filter(festival=festival, opened_at__isnull=False).exists():
        raise Refused(rules.hour_come(festival))


def _wrong_state(festival: Festival) -> Refusal:
    now_is = Festival.objects.only("state").get(pk=festival.pk)
    return rules.WRONG_STATE.having(state=now_is.get_state_display())


def _note_wishes(
    actor: Actor, did: str, pks: Sequence[int], festival: Festival, now: datetime
) -> None:
    facts: dict[str, Any] = {"festival": festival.pk}
    if did == "wish.festival_scheduled":
        facts["at"] = festival.opens_at.isoformat()
    journal.note_many(
        journal.line(actor=actor, did=did, to=("wish", pk), now=now, **facts) for pk in pks
    )
