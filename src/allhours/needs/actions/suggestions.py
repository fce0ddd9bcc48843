"""意见建议: voiced, taken on, handed to who can do something, answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.directory.models import Organization
from allhours.kernel import clock, crypto
from allhours.kernel.errors import Refused, refuse_if
from allhours.ledger.actions import post
from allhours.ledger.choices import EntryKind
from allhours.ledger.values import Source
from allhours.needs import notices
from allhours.needs.choices import (
    AuthorPurpose,
    RatingLevel,
    SuggestionState,
)
from allhours.needs.models import Suggestion, SuggestionStep
from allhours.needs.models.suggestion import AUTHOR_NAME, AUTHOR_PHONE, AUTHOR_WORDS
from allhours.needs.queries.limits import answer_by, suggestion_rules
from allhours.needs.queries.routes import not_a_place, places_for
from allhours.needs.rules import suggestions as rules
from allhours.needs.rules.suggestions import Accepted
from allhours.needs.rules.wishes import telling
from allhours.needs.scope import handles


@transaction.atomic
def accept_suggestion(
    *, actor: Actor, suggestion: Suggestion, made: Accepted, now: datetime
) -> None:
    """The community takes it on, says in one line what it is about, and starts the clock."""
    _require_router(actor, suggestion)
    known = [each.code for each in suggestion_rules(now).categories]
    tells = telling(
        made.title,
        name=crypto.unseal(suggestion.author_name_sealed, AUTHOR_NAME),
        phone=crypto.unseal(suggestion.author_phone_sealed, AUTHOR_PHONE),
        address="",
    )
    refuse_if(rules.accept_refusals(made, categories=known, tells=tells))
    _step(
        suggestion, SuggestionState.NOTED, SuggestionState.IN_HAND,
        kind=made.kind, title=made.title.strip()[:60], category=made.category,
        accepted_at=now, due_on=answer_by(clock.local_date(now)),
    )  # fmt: skip
    _log(suggestion, suggestion.handler, "", actor, now)
    _credit(actor, suggestion, now)
    journal.note(
        actor=actor, did="suggestion.accepted", to=suggestion, now=now,
        category=made.category, due=str(suggestion.due_on),
    )  # fmt: skip
    notices.after_commit(notices.suggestion_moved, suggestion.pk, now=now)


@transaction.atomic
def route_suggestion(
    *,
    actor: Actor,
    suggestion: Suggestion,
    handler: Organization,
    note: str = "",
    now: datetime,
) -> None:
    """Hand it to a grid, a community, a town or a department; the deadline stays."""
    _require_handler(actor, suggestion)
    before = suggestion.handler_id
    if handler.pk == before:
        raise Refused(rules.SAME_PLACE)
    if not places_for(suggestion, now).filter(pk=handler.pk).exists():
        raise Refused(not_a_place(now))
    won = Suggestion.objects.filter(
        pk=suggestion.pk, state=SuggestionState.IN_HAND, handler_id=before
    ).update(handler=handler)
    if not won:
        raise _moved_on(suggestion)
    suggestion.handler = handler
    _log(suggestion, handler, note, actor, now)
    journal.note(
        actor=actor, did="suggestion.routed", to=suggestion, now=now,
        before=before, after=handler.pk,
    )  # fmt: skip
    notices.after_commit(notices.suggestion_moved, suggestion.pk, now=now)


@transaction.atomic
def answer_suggestion(
    *, actor: Actor, suggestion: Suggestion, outcome: str, text: str, now: datetime
) -> None:
    """Adopted, solved, explained or declined, in words that every author reads."""
    _require_handler(actor, suggestion)
    refuse_if(rules.answer_refusals(outcome, text))
    _step(
        suggestion, SuggestionState.IN_HAND, SuggestionState.ANSWERED,
        outcome=outcome, answer=text.strip()[:500], answered_at=now,
        answered_by_plain=actor.user_id, ended_at=now,
    )  # fmt: skip
    journal.note(
        actor=actor, did="suggestion.answered", to=suggestion, now=now, outcome=str(outcome)
    )
    notices.after_commit(notices.suggestion_answered, suggestion.pk, now=now)


@transaction.atomic
def refuse_suggestion(*, actor: Actor, suggestion: Suggestion, reason: str, now: datetime) -> None:
    """Not taken on, with the reason that its author reads."""
    _require_router(actor, suggestion)
    if not reason.strip():
        raise Refused(rules.REASON_MISSING)
    _step(
        suggestion, SuggestionState.NOTED, SuggestionState.REFUSED,
        answer=reason.strip()[:500], answered_at=now, answered_by_plain=actor.user_id,
        ended_at=now,
    )  # fmt: skip
    journal.note(actor=actor, did="suggestion.refused", to=suggestion, now=now)
    notices.after_commit(notices.suggestion_answered, suggestion.pk, now=now)


@transaction.atomic
def join_suggestions(
    *, actor: Actor, suggestion: Suggestion, main: Suggestion, now: datetime
) -> None:
    """The same thing said twice: answered once, every author credited."""
    _require_router(actor, suggestion)
    _require_handler(actor, main)
    if main.pk == suggestion.pk:
        raise Refused(rules.JOIN_SELF)
    good = (SuggestionState.IN_HAND, SuggestionState.ANSWERED)
    for pk in sorted((suggestion.pk, main.pk)):  # two joined to each other would both be lost
        Suggestion.objects.filter(pk=pk).update(noted_at=F("noted_at"))
    main.refresh_from_db()
    if main.state not in good:
        raise Refused(rules.JOIN_ENDED.having(state=main.get_state_display()))
    won = Suggestion.objects.filter(
        pk=suggestion.pk, state__in=(SuggestionState.NOTED, SuggestionState.IN_HAND)
    ).update(
        state=SuggestionState.JOINED, joined_to=main, title=suggestion.title or main.title,
        category=suggestion.category or main.category, accepted_at=suggestion.accepted_at or now,
        ended_at=now,
    )  # fmt: skip
    if not won:
        raise _moved_on(suggestion)
    Suggestion.objects.filter(joined_to=suggestion).update(joined_to=main)
    suggestion.refresh_from_db()
    _credit(actor, suggestion, now)
    journal.note(actor=actor, did="suggestion.joined", to=suggestion, now=now, main=main.pk)
    if main.state == SuggestionState.ANSWERED:
        notices.after_commit(notices.suggestion_answered, suggestion.pk, now=now)


@transaction.atomic
def say_not_solved(*, actor: Actor, suggestion: Suggestion, text: str, now: datetime) -> None:
    """The author, once: it is not settled. It goes back into hand with a new deadline.

    The caller has proved to be the author: a member by sign-in, a resident by follow code.
    """
    _require_author(actor, suggestion)
    main = suggestion.joined_to or suggestion
    if not text.strip():
        raise Refused(rules.REASON_MISSING)
    won = Suggestion.objects.filter(pk=suggestion.pk, not_solved_at=None).update(
        not_solved_at=now, not_solved_text=text.strip()[:200], rating=None
    )
    if not won:
        raise Refused(rules.SAID_ONCE)
    _step(
        main, SuggestionState.ANSWERED, SuggestionState.IN_HAND,
        due_on=answer_by(clock.local_date(now)), ended_at=None, rating=None,
    )  # fmt: skip
    journal.note(actor=actor, did="suggestion.not_solved", to=suggestion, now=now, main=main.pk)
    notices.after_commit(notices.suggestion_moved, main.pk, now=now)


@transaction.atomic
def rate_answer(*, actor: Actor, suggestion: Suggestion, rating: int, now: datetime) -> None:
    """The author, once: how well it was answered."""
    _require_author(actor, suggestion)
    if rating not in RatingLevel.values:
        raise Refused(rules.RATING_MISSING)
    answered = Q(state=SuggestionState.ANSWERED) | Q(
        joined_to__in=Suggestion.objects.filter(state=SuggestionState.ANSWERED)
    )
    mine = Suggestion.objects.filter(answered, pk=suggestion.pk)
    if not mine.filter(rating=None).update(rating=rating):
        raise Refused(rules.ALREADY_RATED if mine.exists() else rules.NOT_ANSWERED)
    journal.note(actor=actor, did="suggestion.rated", to=suggestion, now=now, rating=rating)


@transaction.atomic
def withdraw_suggestion(*, actor: Actor, suggestion: Suggestion, now: datetime) -> None:
    """The author takes it back before it is answered."""
    _require_author(actor, suggestion)
    won = Suggestion.objects.filter(
        pk=suggestion.pk, state__in=(SuggestionState.NOTED, SuggestionState.IN_HAND)
    ).update(state=SuggestionState.WITHDRAWN, ended_at=now)
    if not won:
        raise _moved_on(suggestion)
    journal.note(actor=actor, did="suggestion.withdrawn", to=suggestion, now=now)


def author_says(
    *, actor: Actor, suggestion: Suggestion, do: str, rating: str, note: str, now: datetime
) -> str:
    """What an author asks of their own suggestion, on the member's page or by follow code.

    `do`: `rate`, `not_done`, `withdraw`; anything else only looks. Gives a sentence about it.
    """
    if do == "rate":
        level = int(rating) if rating.isdecimal() and len(rating) < 3 else 0
        rate_answer(actor=actor, suggestion=suggestion, rating=level, now=now)
        return _("谢谢您的评价。")
    if do == "not_done":
        say_not_solved(actor=actor, suggestion=suggestion, text=note, now=now)
        return _("已退回重新办理，会再给您答复。")
    if do == "withdraw":
        withdraw_suggestion(actor=actor, suggestion=suggestion, now=now)
        return _("已撤回。")
    return ""


@dataclass(frozen=True)
class Author:
    """Who said it, in plain; never stored, logged or put into an address."""

    words: str
    name: str
    phone: str


@transaction.atomic
def open_author(*, actor: Actor, suggestion: Suggestion, purpose: str, now: datetime) -> Author:
    """The author's words and how to reach them, with a purpose, each opening journaled."""
    own_note = actor.user_id is not None and suggestion.noted_by_plain == actor.user_id
    if not own_note:
        _require_handler(actor, suggestion)
    journal.note(
        actor=actor, did="suggestion.author_read", to=suggestion, now=now,
        purpose=AuthorPurpose(purpose).value,
    )  # fmt: skip
    member = suggestion.member
    return Author(
        words=crypto.unseal(suggestion.words_sealed, AUTHOR_WORDS),
        name=member.name if member else crypto.unseal(suggestion.author_name_sealed, AUTHOR_NAME),
        phone="" if member else crypto.unseal(suggestion.author_phone_sealed, AUTHOR_PHONE),
    )


def _step(
    suggestion: Suggestion, before: SuggestionState, after: SuggestionState, **columns: Any
) -> None:
    won = Suggestion.objects.filter(pk=suggestion.pk, state=before).update(state=after, **columns)
    if not won:
        raise _moved_on(suggestion)
    suggestion.refresh_from_db()


def _moved_on(suggestion: Suggestion) -> Refused:
    suggestion.refresh_from_db()
    return Refused(rules.NOT_WAITING.having(state=suggestion.get_state_display()))


def _credit(actor: Actor, suggestion: Suggestion, now: datetime) -> None:
    """A member's suggestion that was taken on is a fact of their year, of the day it was made."""
    member = suggestion.member
    if member is None:
        return
    post(
        member=member,
        kind=EntryKind.SUGGESTION,
        source=Source("suggestion", str(suggestion.pk)),
        started_at=None,
        minutes=0,
        minutes_off=0,
        on=clock.local_date(suggestion.noted_at),
        unit_code=member.unit.code,
        community_code=suggestion.community.code,
        actor=actor,
        now=now,
    )


def _log(
    suggestion: Suggestion, handler: Organization, note: str, actor: Actor, now: datetime
) -> None:
    SuggestionStep.objects.create(
        suggestion=suggestion,
        handler=handler,
        note=note.strip()[:200],
        at=now,
        by_plain=actor.user_id,
    )


def _require_author(actor: Actor, suggestion: Suggestion) -> None:
    """A member's is theirs by sign-in; a resident's by follow code, which the caller has seen."""
    if suggestion.member_id is not None and suggestion.member_id != actor.member_id:
        raise Refused(NOT_YOURS_TO_DO)


def _require_router(actor: Actor, suggestion: Suggestion) -> None:
    if not handles(actor, suggestion.community.path, rules.ROUTERS):
        raise Refused(NOT_YOURS_TO_DO)


def _require_handler(actor: Actor, suggestion: Suggestion) -> None:
    """Whoever it lies with, and the community it came up in."""
    here = handles(actor, suggestion.handler.path, rules.HANDLERS)
    if not here and not handles(actor, suggestion.community.path, rules.ROUTERS):
        raise Refused(NOT_YOURS_TO_DO)
