"""Suggestions as their author, the desks and the register see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.kernel import clock, crypto
from allhours.needs.choices import RatingLevel, SuggestionState
from allhours.needs.models import Suggestion
from allhours.needs.models.suggestion import AUTHOR_WORDS, SuggestionQuerySet
from allhours.needs.queries.claimers import member_of
from allhours.needs.queries.follow import follow_hash
from allhours.needs.queries.limits import due_is_provisional, suggestion_rules
from allhours.needs.rules.suggestions import HANDLERS, ROUTERS
from allhours.needs.scope import handles
from allhours.scheme.queries import calendar_around, scheme_for
from allhours.scheme.worktime import working_days_between
from allhours.ui.parts import Event, Kind

OPEN = (SuggestionState.NOTED, SuggestionState.IN_HAND)

TONES: dict[str, Kind] = {
    SuggestionState.NOTED: "warn",
    SuggestionState.IN_HAND: "info",
    SuggestionState.ANSWERED: "ok",
    SuggestionState.JOINED: "neutral",
    SuggestionState.REFUSED: "neutral",
    SuggestionState.WITHDRAWN: "neutral",
}


def is_late(suggestion: Suggestion, on: date) -> bool:
    return suggestion.state in OPEN and suggestion.due_on is not None and suggestion.due_on < on


def on_desk(actor: Actor) -> SuggestionQuerySet:
    rows = Suggestion.objects.on_desk_of(actor)
    return rows.select_related("community", "handler", "member").order_by("-noted_at", "-pk")


def register(actor: Actor) -> QuerySet[Suggestion]:
    """Those on the desk with all that the register (台账) says of them; three queries."""
    rows = on_desk(actor).select_related("community", "handler", "member", "joined_to")
    return rows.annotate(authors=Count("joined") + 1).prefetch_related("steps__handler")


def desk_suggestion(actor: Actor, code: str) -> Suggestion | None:
    rows = on_desk(actor).select_related("joined_to", "member__unit", "grid")
    return rows.filter(code=code.upper()).first()


def of_author(actor: Actor) -> SuggestionQuerySet:
    rows = Suggestion.objects.of_author(actor).select_related("community", "handler", "joined_to")
    return rows.order_by("-noted_at", "-pk")


def own_suggestion(actor: Actor, code: str) -> Suggestion | None:
    return of_author(actor).filter(code=code.upper()).first()


def by_follow_code(code: str) -> Suggestion | None:
    wanted = follow_hash(code)
    if not wanted:
        return None
    rows = Suggestion.objects.select_related("community", "handler", "joined_to")
    return rows.filter(follow_hash=wanted).first()


def category_titles(now: datetime) -> dict[str, str]:
    return {each.code: each.title for each in suggestion_rules(now).categories}


def days_taken(suggestion: Suggestion) -> int:
    """Working days from the day it came in to its answer, by the official calendar."""
    first = clock.local_date(suggestion.noted_at)
    last = clock.local_date(suggestion.answered_at or suggestion.noted_at)
    return working_days_between(first, last, calendar_around(first, scheme_for(first)))


@dataclass(frozen=True)
class Told:
    """What an author reads of their own suggestion."""

    code: str
    words: str
    title: str
    community: str
    handler: str
    phone: str
    pill: str
    kind: Kind
    due_on: date | None
    due_is_provisional: bool
    outcome: str
    answer: str
    events: list[Event]
    may_say_not_solved: bool
    may_rate: bool
    may_withdraw: bool
    ratings: list[tuple[int, str]]
    by_member: bool = False


def told(suggestion: Suggestion) -> Told:
    """The answer of a joined one is that of the one it was joined to."""
    main = suggestion.joined_to or suggestion
    answered = main.state == SuggestionState.ANSWERED
    state = main.state if suggestion.joined_to else suggestion.state
    refused = suggestion.state == SuggestionState.REFUSED
    return Told(
        code=suggestion.code,
        words=crypto.unseal(suggestion.words_sealed, AUTHOR_WORDS),
        title=suggestion.title,
        community=suggestion.community.label,
        handler=main.handler.label,
        phone=main.handler.phone or suggestion.community.phone,
        pill=str(SuggestionState(state).label),
        kind=TONES[state],
        due_on=main.due_on if state in OPEN else None,
        due_is_provisional=due_is_provisional(main.due_on),
        outcome=main.get_outcome_display() if answered else "",
        answer=main.answer if answered or refused else "",
        events=_events(suggestion, main),
        may_say_not_solved=answered and suggestion.not_solved_at is None,
        may_rate=answered and suggestion.rating is None,
        may_withdraw=suggestion.state in OPEN,
        ratings=[(level.value, str(level.label)) for level in RatingLevel],
        by_member=suggestion.member_id is not None,
    )


def _events(suggestion: Suggestion, main: Suggestion) -> list[Event]:
    rows = [
        (suggestion.noted_at, _("已收到")),
        (suggestion.accepted_at, _("已受理")),
        (suggestion.ended_at if suggestion.joined_to else None, _("已与同类意见一并办理")),
        (main.answered_at, _("已答复")),
        (suggestion.not_solved_at, _("提出人反映没有解决")),
    ]
    return [
        Event(label, at)
        for at, label in sorted((at, label) for at, label in rows if at is not None)
    ]


@dataclass(frozen=True)
class Steps:
    """What this reader may do next."""

    accept: bool
    route: bool
    answer: bool
    join: bool
    read: bool


def steps_for(actor: Actor, suggestion: Suggestion) -> Steps:
    routes = handles(actor, suggestion.community.path, ROUTERS)
    holds = routes or handles(actor, suggestion.handler.path, HANDLERS)
    in_hand = suggestion.state == SuggestionState.IN_HAND
    return Steps(
        accept=routes and suggestion.state == SuggestionState.NOTED,
        route=holds and in_hand,
        answer=holds and in_hand,
        join=routes and suggestion.state in OPEN,
        read=holds or (actor.user_id is not None and suggestion.noted_by_plain == actor.user_id),
    )


def joinable(actor: Actor, suggestion: Suggestion) -> SuggestionQuerySet:
    """Those it may be joined to: of the same community, being handled or answered; newest first."""
    rows = on_desk(actor).filter(
        community=suggestion.community,
        state__in=(SuggestionState.IN_HAND, SuggestionState.ANSWERED),
    )
    return rows.exclude(pk=suggestion.pk)


def authors_joined(suggestion: Suggestion) -> int:
    return Suggestion.objects.filter(joined_to=suggestion).count()


def usual_community(actor: Actor) -> int | None:
    """Where a member's suggestion usually goes: where they serve, else where they live."""
    member = member_of(actor)
    return (member.serving_community_id or member.residence_id) if member else None
