"""A wish comes in: from a page without an account, or noted by somebody on duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.directory.models import Organization
from allhours.directory.models.member import PHONE
from allhours.kernel import codes, crypto
from allhours.kernel.errors import Refusal, Refused, refuse_if
from allhours.kernel.retry import with_retry
from allhours.needs import notices
from allhours.needs.choices import ConsentBy, Origin, WisherKind
from allhours.needs.models import Wish
from allhours.needs.models.wish import (
    GUARDIAN_NAME,
    WISHER_ADDRESS,
    WISHER_NAME,
    WISHER_PHONE,
    WISHER_WORDS,
)
from allhours.needs.queries.channels import ALWAYS, wish_channels
from allhours.needs.queries.follow import follow_hash
from allhours.needs.queries.limits import wish_limits
from allhours.needs.rules import wishes as rules
from allhours.needs.scope import NOTERS, handles

ALREADY_SENT = Refusal(
    "wish.already_sent", _("这份心愿已经收到，不必再次提交；查询码在前一次提交后的页面上。")
)


@dataclass(frozen=True)
class Noted:
    """The new wish, and its follow code in plain: told once, kept only as a hash."""

    wish: Wish
    follow_code: str


def note_wish(
    *,
    actor: Actor,
    community: Organization,
    voice: rules.Voice,
    origin: str = Origin.PAGE,
    consent: bool,
    wisher_kind: str = "",
    grid: Organization | None = None,
    intake_key: str | None = None,
    follow_code: str | None = None,
    tell: bool = True,
    signed: str = "",
    now: datetime,
) -> Noted:
    """Take down a wish with what consent there is. `intake_key` makes a repeated form harmless;
    `follow_code`: of the caller's making, where a repeated request is told the same one again.

    Who brings many at once says so once, and does not `tell` the community of each. From the page
    anybody may; any other origin needs somebody on duty in the community, whose noting a spoken
    consent is recorded; `signed` is the version of the consent on a card that was signed instead.
    Raises Refused.
    """
    if origin != Origin.PAGE and not handles(actor, community.path, NOTERS):
        raise Refused(NOT_YOURS_TO_DO)
    if origin not in ALWAYS and origin not in wish_channels(now):
        raise Refused(rules.CHANNEL_CLOSED)
    refuse_if(rules.voice_refusals(voice, phone_needed=origin == Origin.PAGE))
    if intake_key and Wish.objects.filter(intake_key=intake_key).exists():
        raise Refused(ALREADY_SENT)
    code = follow_code or codes.secret_code()
    wish = _drafted(voice, consent=consent, origin=origin, signed=signed, actor=actor, now=now)
    wish.community, wish.grid = community, grid
    wish.follow_hash, wish.intake_key = follow_hash(code), intake_key
    wish.wisher_kind = wisher_kind or (WisherKind.CHILD if voice.is_minor else WisherKind.RESIDENT)
    try:
        with_retry(partial(_store, wish, actor, tell, now))
    except IntegrityError:
        raise Refused(ALREADY_SENT) from None
    return Noted(wish, code)


def note_once(
    *, actor: Actor, intake_key: str | None, follow_code: str | None, now: datetime, **card: Any
) -> Noted:
    """`note_wish` from a form of the desk: the same form again gives what was noted before."""
    try:
        return note_wish(
            actor=actor, intake_key=intake_key, follow_code=follow_code, now=now, **card
        )
    except Refused:
        before = noted_before(intake_key, follow_code)
        if before is None:
            raise
        return before


def noted_before(intake_key: str | None, follow_code: str | None) -> Noted | None:
    """What the same request brought; both must fit, so that neither can be tried out."""
    if follow_code is None or intake_key is None:
        return None
    rows = Wish.objects.filter(intake_key=intake_key, follow_hash=follow_hash(follow_code))
    wish = rows.first()
    return None if wish is None else Noted(wish, follow_code)


def _drafted(
    voice: rules.Voice, *, consent: bool, origin: str, signed: str, actor: Actor, now: datetime
) -> Wish:
    phone = rules.normal_phone(voice.phone)
    wish = Wish(
        code=codes.public_code(),
        origin=origin,
        words_sealed=crypto.seal(voice.words.strip(), WISHER_WORDS),
        wisher_name_sealed=crypto.seal(voice.name.strip(), WISHER_NAME),
        wisher_phone_sealed=crypto.seal(phone, WISHER_PHONE),
        # hashed as a member's phone is, so that a member cannot claim a wish of their own
        wisher_phone_hash=crypto.lookup_hash(phone, PHONE),
        wisher_address_sealed=crypto.seal(voice.address.strip(), WISHER_ADDRESS),
        is_minor=voice.is_minor,
        guardian_name_sealed=crypto.seal(voice.guardian_name.strip(), GUARDIAN_NAME),
        guardian_relation=voice.guardian_relation if voice.is_minor else "",
        noted_at=now,
        noted_by_plain=actor.user_id,
    )
    if consent:
        wish.may_publish = True
        wish.consent_version = signed or wish_limits(now).consent_version
        wish.consent_at = now
        wish.consent_by = _consent_by(voice, origin, signed)
        wish.consent_noted_by_plain = None if origin == Origin.PAGE else actor.user_id
    return wish


def _consent_by(voice: rules.Voice, origin: str, signed: str) -> str:
    if voice.is_minor:
        return ConsentBy.GUARDIAN
    if signed:
        return ConsentBy.WRITTEN
    return ConsentBy.SELF if origin == Origin.PAGE else ConsentBy.SPOKEN


@transaction.atomic
def _store(wish: Wish, actor: Actor, tell: bool, now: datetime) -> None:
    wish.pk = None
    wish.save(force_insert=True)
    journal.note(
        actor=actor,
        did="wish.noted",
        to=wish,
        now=now,
        code=wish.code,
        origin=str(wish.origin),
        consent=wish.consent_by,
    )
    if tell:
        notices.after_commit(notices.wish_noted, wish.pk, now=now)
