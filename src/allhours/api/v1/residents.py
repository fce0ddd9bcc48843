"""A resident's way without an account: make a wish or a suggestion, follow it by its code.

The follow code stands in bodies only, never in an address. An unknown code is answered alike
whatever was asked of it, and counted by address together with the page's.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field, StringConstraints

from allhours.accounts.choices import ApiScope
from allhours.api import once
from allhours.api.caller import ApiRequest
from allhours.api.errors import Invalid
from allhours.api.frame import acts, keyless, repeats_itself
from allhours.api.shapes import Code, Given, Words
from allhours.api.v1 import wishes
from allhours.directory.models import Organization
from allhours.kernel import clock
from allhours.needs import actions
from allhours.needs.actions import voicing
from allhours.needs.actions.intake import noted_before
from allhours.needs.choices import GuardianRelation, SuggestionKind
from allhours.needs.queries.follow import Followed, followed
from allhours.needs.queries.limits import wish_limits
from allhours.needs.queries.suggestions import Told, by_follow_code, told
from allhours.needs.queries.wall import communities
from allhours.needs.rules.wishes import Voice
from allhours.needs.views.common import address_of

WRITE = ApiScope.NEEDS_WRITE
router = Router(tags=["residents"])
Asked = Literal["rate", "not_done", "withdraw", "end_consent"]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]
Phone = Annotated[str, StringConstraints(max_length=20)]


class CodesOut(Schema):
    code: str = Field(description="public: the number on the wall")
    follow_code: str = Field(description="for whoever made it; told here and nowhere else")


class FollowedOut(Schema):
    kind: Literal["wish", "suggestion"]
    code: str
    state: str
    state_text: str
    words: str = Field(description="as they were said")
    title: str = Field(description='what is shown of it; "" until it is decided')
    community: str
    handler: str = Field(description="where a suggestion lies; a wish's community")
    phone: str = Field(description="whom to call about it")
    steps: list[wishes.Step]
    answer: str = Field(description="to a suggestion")
    project: str = Field(description='the named project that sees to a wish now; "" for none')
    due_on: date | None
    may: list[Asked] = Field(description="what can be done with the code now")


class SaidOut(FollowedOut):
    text: str = Field(description="what was done, in a sentence")


class Wished(Given):
    community: Code = Field(min_length=1, description="code; see `GET /intake/`")
    words: Words
    name: Name
    phone: Phone
    address: str = Field("", max_length=80, description="for whoever takes it up, and nobody else")
    consent: bool = Field(False, description="agrees to `consent_text`: it may be shown in public")
    consent_version: str = Field("", max_length=40, description="of the text that was shown")
    is_minor: bool = False
    guardian_name: str = Field("", max_length=20)
    guardian_relation: GuardianRelation | Literal[""] = ""
    guardian_consents: bool = False


class Said(Given):
    community: Code = Field(min_length=1, description="code; see `GET /intake/`")
    words: str = Field(max_length=500)
    name: Name
    phone: Phone
    kind: SuggestionKind = SuggestionKind.SUGGESTION


class FollowAsked(Given):
    follow_code: str = Field(min_length=1, max_length=40)


class RatedByCode(FollowAsked):
    rating: int = Field(ge=1, le=3, description="3 satisfied, 2 fair, 1 unsatisfied")


class NotDoneByCode(FollowAsked):
    note: Words = ""


def _community(code: str) -> Organization:
    found = communities().filter(code=code).first()
    if found is None:
        raise Http404
    return found


# beside the list of wishes, for all methods of one path stand in one router
@wishes.router.post("/wishes/", tags=router.tags, **acts(WRITE, CodesOut, status=201, public=True))
@repeats_itself
def make_wish(request: ApiRequest, given: Wished) -> Status[dict[str, Any]]:
    """Make a wish; no account is needed. Both codes are told in this answer only.

    A consent names the version of the text that was shown; `GET /intake/` tells both. The guardian
    of a minor gives name, relation and consent. As many from one address and telephone as on the
    page.
    """
    now = clock.now()
    repeatable = once.repeatable(request)
    outdated = given.consent and given.consent_version != wish_limits(now).consent_version
    if outdated and noted_before(repeatable.intake_key, repeatable.follow_code) is None:
        raise Invalid("consent_version", _("同意书的文本已更新，请重新读取，征得同意后再提交。"))
    noted = actions.submit_wish(
        actor=request.actor,
        community=_community(given.community),
        voice=_voice(given),
        consent=given.consent,
        address=address_of(request),
        now=now,
        intake_key=repeatable.intake_key,
        follow_code=repeatable.follow_code,
    )
    return Status(201, {"code": noted.wish.code, "follow_code": noted.follow_code})


def _voice(given: Wished) -> Voice:
    """Of a guardian only where there is a minor."""
    plain = {"words", "name", "phone", "address"}
    if given.is_minor:
        plain |= {"is_minor", "guardian_name", "guardian_relation", "guardian_consents"}
    return Voice(**given.model_dump(include=plain))


@router.post("/suggestions/", **acts(WRITE, CodesOut, status=201, public=True))
@repeats_itself
def make_suggestion(request: ApiRequest, given: Said) -> Status[dict[str, Any]]:
    """Suggest something, or tell of a problem, without an account. Codes are told here only."""
    repeatable = once.repeatable(request)
    voiced = voicing.submit_suggestion(
        actor=request.actor,
        community=_community(given.community),
        voice=Voice(words=given.words, name=given.name, phone=given.phone),
        kind=given.kind,
        address=address_of(request),
        now=clock.now(),
        intake_key=repeatable.intake_key,
        follow_code=repeatable.follow_code,
    )
    return Status(201, {"code": voiced.suggestion.code, "follow_code": voiced.follow_code})


@router.post("/follow/", **acts(WRITE, SaidOut, public=True))
@keyless
def follow(request: ApiRequest, given: FollowAsked) -> dict[str, Any]:
    """How a wish or a suggestion stands, and what its maker may do. Changes nothing."""
    return _said(request, given)


@router.post("/follow/rate/", **acts(WRITE, SaidOut, public=True))
@keyless
def follow_rate(request: ApiRequest, given: RatedByCode) -> dict[str, Any]:
    """It is done, and how well; a delivered wish is confirmed by it. Once."""
    return _said(request, given, do="rate", rating=str(given.rating))


@router.post("/follow/not-done/", **acts(WRITE, SaidOut, public=True))
@keyless
def follow_not_done(request: ApiRequest, given: NotDoneByCode) -> dict[str, Any]:
    """It is not done yet: back to who has it in hand. Of a suggestion once, with a word of why."""
    return _said(request, given, do="not_done", note=given.note)


@router.post("/follow/withdraw/", **acts(WRITE, SaidOut, public=True))
@keyless
def follow_withdraw(request: ApiRequest, given: FollowAsked) -> dict[str, Any]:
    """Take it back; no reason is asked."""
    return _said(request, given, do="withdraw")


@router.post("/follow/end-consent/", **acts(WRITE, SaidOut, public=True))
@keyless
def follow_end_consent(request: ApiRequest, given: FollowAsked) -> dict[str, Any]:
    """From now on it is not shown in public; a suggestion never is."""
    return _said(request, given, do="hide")


def _said(request: ApiRequest, given: FollowAsked, **asked: str) -> dict[str, Any]:
    now, code = clock.now(), given.follow_code
    sentence = actions.follow_wish(
        actor=request.actor, code=code, address=address_of(request), now=now, **asked
    )
    return {**_shown(code, now), "text": sentence}


def _shown(code: str, now: datetime) -> dict[str, Any]:
    wish = followed(code, now)
    if wish is not None:
        return _wish(wish)
    suggestion = by_follow_code(code)
    if suggestion is None:  # the maker's data was erased this very moment
        raise Http404
    return {**_suggestion(told(suggestion)), "state": (suggestion.joined_to or suggestion).state}


def _wish(found: Followed) -> dict[str, Any]:
    may = {
        "rate": found.may_confirm or found.may_rate,
        "not_done": found.may_confirm,
        "withdraw": found.may_withdraw,
        "end_consent": found.may_hide,
    }
    names = ("code", "state", "words", "title", "community", "project")
    return {
        "kind": "wish",
        "state_text": found.pill,
        "handler": found.community,
        "phone": found.community_phone,
        "steps": _steps(found.events),
        "answer": "",
        "due_on": None,
        "may": [name for name, allowed in may.items() if allowed],
        **{name: getattr(found, name) for name in names},
    }


def _suggestion(found: Told) -> dict[str, Any]:
    may = {
        "rate": found.may_rate,
        "not_done": found.may_say_not_solved,
        "withdraw": found.may_withdraw,
    }
    names = ("code", "words", "title", "community", "handler", "phone", "answer", "due_on")
    return {
        "kind": "suggestion",
        "state_text": found.pill,
        "project": "",
        "steps": _steps(found.events),
        "may": [name for name, allowed in may.items() if allowed],
        **{name: getattr(found, name) for name in names},
    }


def _steps(events: list[Any]) -> list[dict[str, Any]]:
    return [{"text": str(each.text), "at": each.at} for each in events]
