"""Suggestions and problems: a member's own, and the desks'.

Whoever said it and in which words is opened on the page only, with a purpose.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from ninja import Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES, ApiScope
from allhours.api.caller import ApiRequest
from allhours.api.errors import Invalid
from allhours.api.frame import acts, reads
from allhours.api.paging import page
from allhours.api.shapes import Code, Done, Given, Id, Listed, Words, listing
from allhours.directory.models import Organization
from allhours.directory.pages import actor_of
from allhours.kernel import clock
from allhours.needs.actions import suggestions as actions
from allhours.needs.actions import voicing
from allhours.needs.choices import SuggestionKind, SuggestionOutcome, SuggestionState
from allhours.needs.models import Suggestion
from allhours.needs.queries import suggestions as queries
from allhours.needs.queries.desk import communities_to_note_for
from allhours.needs.queries.routes import not_a_place, places_for
from allhours.needs.queries.wall import communities
from allhours.needs.rules import suggestions as rules
from allhours.needs.rules.wishes import Voice
from allhours.needs.scope import NOTERS

READ, WRITE = ApiScope.NEEDS_READ, ApiScope.NEEDS_WRITE
DESK = rules.HANDLERS | COUNTY_ROLES
router = Router(tags=["suggestions"])
NotedAt = Literal["box", "hotline", "visit", "meeting", "centre", "wall", "festival"]
Said = Annotated[str, StringConstraints(max_length=500)]


class SuggestionOut(Schema):
    id: int
    code: str
    kind: str
    origin: str
    state: str
    title: str = Field(description="what the desk makes of it; nothing of the author")
    category: str
    community: str = Field(description="code of where it came up")
    handler: str = Field(description="code of where it lies")
    noted_at: datetime
    accepted_at: datetime | None
    due_on: date | None
    answered_at: datetime | None
    outcome: str
    answer: str
    joined_to: int | None = Field(description="the suggestion that is answered for both")
    not_solved_at: datetime | None
    rating: int | None
    ended_at: datetime | None


class OwnSuggestionOut(Schema):
    id: int
    code: str
    kind: str
    state: str = Field(description="of the one that it was joined to, if any")
    words: str = Field(description="as the caller said it")
    title: str
    community: str
    handler: str = Field(description="name of where it lies")
    noted_at: datetime
    due_on: date | None
    answer: str
    not_solved_at: datetime | None
    rating: int | None


class VoicedOut(Schema):
    id: int
    code: str
    follow_code: str = Field(description="for the author; told once")


class SuggestionsAsked(Listed):
    state: SuggestionState | None = None
    kind: SuggestionKind | None = None
    category: Code = ""
    community: Code = Field("", description="code of where it came up")
    handler: Code = Field("", description="code of where it lies")


class Suggested(Given):
    words: Said
    kind: SuggestionKind = SuggestionKind.SUGGESTION
    community: Code = Field("", description="code; where the caller serves if left out")


class NotedSuggestion(Given):
    community: Code = Field(min_length=1, description="its code")
    words: Said
    kind: SuggestionKind
    origin: NotedAt
    name: str = Field("", max_length=20)
    phone: str = Field("", max_length=20)


class AcceptedSuggestion(Given):
    kind: SuggestionKind
    title: str = Field(max_length=60, description="without names, numbers and addresses")
    category: Code


class Routed(Given):
    handler: Code = Field(min_length=1, description="code of a grid, community, town or unit")
    note: str = Field("", max_length=200)


class SuggestionAnswered(Given):
    outcome: SuggestionOutcome
    text: Said


class JoinedTo(Given):
    main: Id = Field(description="the suggestion that is answered for both")


class SuggestionReason(Given):
    reason: Said


class Rated(Given):
    rating: int = Field(ge=1, le=3, description="3 satisfied, 2 fair, 1 unsatisfied")


class NotSolved(Given):
    text: Words


def show(found: Suggestion) -> dict[str, Any]:
    names = (
        "code", "kind", "origin", "state", "title", "category", "noted_at", "accepted_at",
        "due_on", "answered_at", "outcome", "answer", "not_solved_at", "rating", "ended_at",
    )  # fmt: skip
    return {
        "id": found.pk,
        "community": found.community.code,
        "handler": found.handler.code,
        "joined_to": found.joined_to_id,
        **{name: getattr(found, name) for name in names},
    }


def show_own(found: Suggestion) -> dict[str, Any]:
    told = queries.told(found)
    return {
        "id": found.pk,
        "kind": found.kind,
        "state": (found.joined_to or found).state,
        "noted_at": found.noted_at,
        "not_solved_at": found.not_solved_at,
        "rating": found.rating,
        **{
            name: getattr(told, name)
            for name in ("code", "words", "title", "community", "handler", "due_on", "answer")
        },
    }


def _done(found: Suggestion) -> dict[str, Any]:
    """Handed on, it may be out of the caller's sight: only its state is told."""
    found.refresh_from_db(fields=["state"])
    return {"id": found.pk, "state": found.state}


def _own(request: ApiRequest) -> Any:
    return queries.of_author(request.actor).select_related("joined_to__handler")


def _one(rows: Any, id: int) -> Suggestion:
    found: Suggestion | None = rows.filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def _on_desk(request: ApiRequest, id: int) -> tuple[Actor, Suggestion]:
    actor = actor_of(request, *DESK)
    return actor, _one(queries.on_desk(actor), id)


def _community(rows: Any, code: str) -> Organization:
    found: Organization | None = rows.filter(code=code).first()
    if found is None:
        raise Http404
    return found


@router.get("/me/suggestions/", **reads(READ, listing(OwnSuggestionOut)))
def list_my_suggestions(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """The caller's own suggestions, the newest first."""
    return page(_own(request), asked, name="me/suggestions", show=show_own, by="-pk")


@router.post("/me/suggestions/", **acts(WRITE, OwnSuggestionOut, status=201))
def suggest(request: ApiRequest, given: Suggested) -> Status[dict[str, Any]]:
    """Suggest something, or tell of a problem, as a member."""
    place = _community(communities(), given.community) if given.community else None
    made = voicing.suggest(
        actor=request.actor, words=given.words, kind=given.kind, community=place, now=clock.now()
    )
    return Status(201, show_own(_one(_own(request), made.pk)))


@router.get("/me/suggestions/{int:id}/", **reads(READ, OwnSuggestionOut))
def get_my_suggestion(request: ApiRequest, id: int) -> dict[str, Any]:
    """One of the caller's own suggestions with its answer."""
    return show_own(_one(_own(request), id))


@router.post("/me/suggestions/{int:id}/not-solved/", **acts(WRITE, OwnSuggestionOut))
def say_not_solved(request: ApiRequest, id: int, given: NotSolved) -> dict[str, Any]:
    """It is not settled: back into hand with a new deadline; once."""
    found = _one(_own(request), id)
    actions.say_not_solved(actor=request.actor, suggestion=found, text=given.text, now=clock.now())
    return show_own(_one(_own(request), id))


@router.post("/me/suggestions/{int:id}/rate/", **acts(WRITE, OwnSuggestionOut))
def rate_answer(request: ApiRequest, id: int, given: Rated) -> dict[str, Any]:
    """How well it was answered; once."""
    found = _one(_own(request), id)
    actions.rate_answer(actor=request.actor, suggestion=found, rating=given.rating, now=clock.now())
    return show_own(_one(_own(request), id))


@router.post("/me/suggestions/{int:id}/withdraw/", **acts(WRITE, OwnSuggestionOut))
def withdraw_suggestion(request: ApiRequest, id: int) -> dict[str, Any]:
    """Take it back before it is answered."""
    found = _one(_own(request), id)
    actions.withdraw_suggestion(actor=request.actor, suggestion=found, now=clock.now())
    return show_own(_one(_own(request), id))


@router.get("/desk/suggestions/", **reads(READ, listing(SuggestionOut)))
def list_suggestions(request: ApiRequest, asked: Query[SuggestionsAsked]) -> dict[str, Any]:
    """Suggestions that came up on the caller's desk or were handed to it, the newest first."""
    rows = queries.on_desk(actor_of(request, *DESK))
    wanted = {
        "state": asked.state,
        "kind": asked.kind,
        "category": asked.category,
        "community__code": asked.community,
        "handler__code": asked.handler,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return page(rows, asked, name="desk/suggestions", show=show, by="-pk")


@router.post("/desk/suggestions/", **acts(WRITE, VoicedOut, status=201))
def note_suggestion(request: ApiRequest, given: NotedSuggestion) -> Status[dict[str, Any]]:
    """Take down what was said at a visit, a meeting, the box or the hotline."""
    actor = actor_of(request, *NOTERS)
    community = _community(communities_to_note_for(actor), given.community)
    voiced = voicing.note_suggestion(
        actor=actor,
        community=community,
        voice=Voice(words=given.words, name=given.name, phone=given.phone),
        kind=given.kind,
        origin=given.origin,
        now=clock.now(),
    )
    made = voiced.suggestion
    return Status(201, {"id": made.pk, "code": made.code, "follow_code": voiced.follow_code})


@router.get("/desk/suggestions/{int:id}/", **reads(READ, SuggestionOut))
def get_suggestion(request: ApiRequest, id: int) -> dict[str, Any]:
    """One suggestion on the caller's desk."""
    return show(_on_desk(request, id)[1])


@router.post("/desk/suggestions/{int:id}/accept/", **acts(WRITE, Done))
def accept_suggestion(request: ApiRequest, id: int, given: AcceptedSuggestion) -> dict[str, Any]:
    """Take it on, say in one line what it is about, and start the clock."""
    actor, found = _on_desk(request, id)
    made = rules.Accepted(kind=given.kind, title=given.title, category=given.category)
    actions.accept_suggestion(actor=actor, suggestion=found, made=made, now=clock.now())
    return _done(found)


@router.post("/desk/suggestions/{int:id}/route/", **acts(WRITE, Done))
def route_suggestion(request: ApiRequest, id: int, given: Routed) -> dict[str, Any]:
    """Hand it to who can do something; the deadline stays."""
    actor, found = _on_desk(request, id)
    place = places_for(found, clock.now()).filter(code=given.handler).first()
    if place is None:
        raise Invalid("handler", str(not_a_place(clock.now())))
    actions.route_suggestion(
        actor=actor, suggestion=found, handler=place, note=given.note, now=clock.now()
    )
    return _done(found)


@router.post("/desk/suggestions/{int:id}/answer/", **acts(WRITE, Done))
def answer_suggestion(request: ApiRequest, id: int, given: SuggestionAnswered) -> dict[str, Any]:
    """Adopted, solved, explained or declined, in words that every author reads."""
    actor, found = _on_desk(request, id)
    actions.answer_suggestion(
        actor=actor, suggestion=found, outcome=given.outcome, text=given.text, now=clock.now()
    )
    return _done(found)


@router.post("/desk/suggestions/{int:id}/join/", **acts(WRITE, Done))
def join_suggestions(request: ApiRequest, id: int, given: JoinedTo) -> dict[str, Any]:
    """The same said twice: answered once, every author credited."""
    actor, found = _on_desk(request, id)
    main = _one(queries.on_desk(actor).filter(community=found.community), given.main)
    actions.join_suggestions(actor=actor, suggestion=found, main=main, now=clock.now())
    return _done(found)


@router.post("/desk/suggestions/{int:id}/refuse/", **acts(WRITE, Done))
def refuse_suggestion(request: ApiRequest, id: int, given: SuggestionReason) -> dict[str, Any]:
    """Not taken on, with the reason that its author reads."""
    actor, found = _on_desk(request, id)
    actions.refuse_suggestion(actor=actor, suggestion=found, reason=given.reason, now=clock.now())
    return _done(found)
