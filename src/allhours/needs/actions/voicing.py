"""意见建议 come in: from a member, from a page without an account, or noted by somebody on duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.directory.models import Member, Organization
from allhours.kernel import clock, codes, crypto
from allhours.kernel.errors import Refusal, Refused, refuse_if
from allhours.kernel.retry import with_retry
from allhours.needs import notices
from allhours.needs.actions import flood
from allhours.needs.actions.intake import ALREADY_SENT
from allhours.needs.choices import Origin, SuggestionKind
from allhours.needs.models import Suggestion
from allhours.needs.models.suggestion import AUTHOR_NAME, AUTHOR_PHONE, AUTHOR_WORDS
from allhours.needs.queries.channels import ALWAYS, suggestion_channels
from allhours.needs.queries.claimers import member_of
from allhours.needs.queries.follow import follow_hash
from allhours.needs.queries.limits import suggestion_rules, take_on_by
from allhours.needs.rules import suggestions as rules
from allhours.needs.rules.wishes import WORDS_MISSING as WISH_WORDS
from allhours.needs.rules.wishes import Voice, normal_phone, voice_refusals
from allhours.needs.scope import NOTERS, handles

BY_ADDRESS = flood.Limit("suggestion.address", 60, 3600)
BY_PHONE = flood.Limit("suggestion.phone", 10, 24 * 3600)


@dataclass(frozen=True)
class Voiced:
    """The new suggestion, and its follow code in plain: told once, kept only as a hash."""

    suggestion: Suggestion
    follow_code: str


def submit_suggestion(
    *,
    actor: Actor,
    community: Organization,
    voice: Voice,
    kind: str,
    intake_key: str,
    address: str,
    quick: bool = False,
    follow_code: str | None = None,
    now: datetime,
) -> Voiced:
    """From the public, if not too many came from this address or phone.

    With a `follow_code` of the caller's making, a repeated request gives what was noted before.
    """
    before = voiced_before(intake_key, follow_code)
    if before is not None:
        return before
    weight = flood.QUICK if quick else 1
    phone, same = normal_phone(voice.phone), intake_key if follow_code else ""
    flood.pass_or_refuse(limit=BY_ADDRESS, value=address, weight=weight, request=same, now=now)
    flood.pass_or_refuse(limit=BY_PHONE, value=phone, request=same, now=now)
    refuse_if(_refusals(voice, phone_needed=True))
    try:
        return _voice(
            actor, community, voice, kind=kind, origin=Origin.PAGE, intake_key=intake_key,
            follow_code=follow_code, now=now,
        )  # fmt: skip
    except Refused:
        before = voiced_before(intake_key, follow_code)  # by the same request, a moment ago
        if before is None:
            raise
        return before


def voiced_before(intake_key: str | None, follow_code: str | None) -> Voiced | None:
    """What the same request brought; both must fit, so that neither can be tried out."""
    if follow_code is None or intake_key is None:
        return None
    rows = Suggestion.objects.filter(intake_key=intake_key, follow_hash=follow_hash(follow_code))
    found = rows.first()
    return None if found is None else Voiced(found, follow_code)


def note_suggestion(
    *,
    actor: Actor,
    community: Organization,
    voice: Voice,
    kind: str,
    origin: str,
    grid: Organization | None = None,
    intake_key: str | None = None,
    follow_code: str | None = None,
    now: datetime,
) -> Voiced:
    """Taken down by somebody on duty: at a visit, a meeting, the box, the hotline.

    With both of the caller's making, the same form again gives what was noted before.
    """
    if not handles(actor, community.path, NOTERS):
        raise Refused(NOT_YOURS_TO_DO)
    refuse_if(_refusals(voice, phone_needed=False))
    try:
        return _voice(
            actor, community, voice, kind=kind, origin=origin, grid=grid, intake_key=intake_key,
            follow_code=follow_code, now=now,
        )  # fmt: skip
    except Refused:
        before = voiced_before(intake_key, follow_code)
        if before is None:
            raise
        return before


def _refusals(voice: Voice, *, phone_needed: bool) -> list[Refusal]:
    """As of a wish, in the words for suggestions."""
    found = voice_refusals(voice, phone_needed=phone_needed)
    return [rules.WORDS_MISSING if each == WISH_WORDS else each for each in found]


def suggest(
    *,
    actor: Actor,
    words: str,
    kind: str,
    community: Organization | None = None,
    intake_key: str | None = None,
    now: datetime,
) -> Suggestion:
    """A member's own, to the community where they serve unless they name another (S2 五个一)."""
    member = member_of(actor)
    if member is None or member.left_on is not None:
        raise Refused(rules.NOT_A_MEMBER)
    place = community or member.serving_community or member.residence
    if place is None:
        raise Refused(rules.NO_COMMUNITY)
    if not words.strip():
        raise Refused(rules.WORDS_MISSING)
    voiced = _voice(
        actor, place, Voice(words=words), kind=kind, origin=Origin.MEMBER, member=member,
        intake_key=intake_key, now=now,
    )  # fmt: skip
    return voiced.suggestion


def _voice(
    actor: Actor,
    community: Organization,
    voice: Voice,
    *,
    kind: str,
    origin: str,
    now: datetime,
    member: Member | None = None,
    grid: Organization | None = None,
    intake_key: str | None = None,
    follow_code: str | None = None,
) -> Voiced:
    _require_offered(origin, now)
    if kind not in SuggestionKind.values:
        kind = SuggestionKind.SUGGESTION
    code = follow_code or codes.secret_code()
    suggestion = Suggestion(
        code=codes.public_code(),
        intake_key=intake_key,
        follow_hash=follow_hash(code),
        kind=kind,
        origin=origin,
        community=community,
        grid=grid,
        handler=community,
        member=member,
        words_sealed=crypto.seal(voice.words.strip(), AUTHOR_WORDS),
        author_name_sealed=crypto.seal(voice.name.strip(), AUTHOR_NAME),
        author_phone_sealed=crypto.seal(normal_phone(voice.phone), AUTHOR_PHONE),
        noted_at=now,
        noted_by_plain=actor.user_id,
        due_on=take_on_by(clock.local_date(now)),
    )
    try:
        with_retry(partial(_store, suggestion, actor, now))
    except IntegrityError:
        raise Refused(ALREADY_SENT) from None
    return Voiced(suggestion, code)


def _require_offered(origin: str, now: datetime) -> None:
    if not suggestion_rules(now).enabled:
        raise Refused(rules.NOT_USED)
    if origin not in ALWAYS and origin not in suggestion_channels(now):
        raise Refused(rules.CHANNEL_CLOSED)


@transaction.atomic
def _store(suggestion: Suggestion, actor: Actor, now: datetime) -> None:
    suggestion.pk = None
    suggestion.save(force_insert=True)
    journal.note(
        actor=actor, did="suggestion.noted", to=suggestion, now=now,
        code=suggestion.code, origin=str(suggestion.origin), kind=str(suggestion.kind),
    )  # fmt: skip
    notices.after_commit(notices.suggestion_noted, suggestion.pk, now=now)
