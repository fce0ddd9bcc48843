"""Posts on the community's desk: published, changed, closed; who is on them, and who applies.

A post joins a named project by `POST /desk/projects/{id}/gather/`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from allhours.accounts.actor import Actor
from allhours.accounts.choices import ApiScope
from allhours.api.caller import ApiRequest
from allhours.api.errors import Invalid
from allhours.api.frame import acts, reads
from allhours.api.paging import page
from allhours.api.shapes import Code, Day, Done, Given, Listed, Words, listing
from allhours.api.v1 import posts
from allhours.directory.pages import actor_of
from allhours.kernel import clock
from allhours.needs import actions
from allhours.needs.actions import applications
from allhours.needs.choices import ClaimState, PostState
from allhours.needs.models import Claim, Post
from allhours.needs.queries import posts as queries
from allhours.needs.queries.desk import communities_to_note_for, desk_claim
from allhours.needs.queries.limits import free_times, menu, skills
from allhours.needs.scope import HANDLERS, LOOKERS
from allhours.scheme.schema import Menu

READ, WRITE = ApiScope.NEEDS_READ, ApiScope.NEEDS_WRITE
DESK = LOOKERS | HANDLERS
router = Router(tags=["posts"])


class DeskPostOut(posts.PostOut):
    year: int = Field(description="the programme year")
    taken: int
    project: int | None
    created_at: datetime


class TakerOut(Schema):
    id: int = Field(description="of the claim; an application while it is waiting")
    state: str
    member_no: str
    name: str
    unit: str = Field(description="its code")
    claimed_at: datetime
    ended_at: datetime | None
    end_reason: str


class DeskPostPageOut(DeskPostOut):
    claims: list[TakerOut]


class DeskPostsAsked(Listed):
    state: PostState | None = None
    community: Code = ""
    item: Code = ""
    year: int | None = Field(None, ge=2000, le=2199)
    waiting: Literal["", "yes"] = Field("", description="only those that somebody applies for")


class PostGiven(Given):
    """What a post says; of the menu by `item`, outside it with `item` left out."""

    title: str = Field(max_length=60)
    item: Code = ""
    text: str = Field("", max_length=500)
    place: str = Field("", max_length=80)
    times: str = Field("", max_length=80)
    weekly: list[Code] = Field([], max_length=50)
    skills: list[Code] = Field([], max_length=50)
    places: int = Field(1, ge=1, le=500)
    from_on: Day | None = None
    until_on: Day | None = None


class PostPublished(PostGiven):
    community: Code = Field(min_length=1, description="its code")


class PostReason(Given):
    reason: Words


def show(post: Post, items: Menu) -> dict[str, Any]:
    return {
        **posts.show(post, items),
        "project": post.project_id,
        **{name: getattr(post, name) for name in ("year", "taken", "created_at")},
    }


def show_taker(claim: Claim) -> dict[str, Any]:
    names = ("state", "claimed_at", "ended_at")
    return {
        "id": claim.pk,
        "member_no": claim.member.member_no,
        "name": claim.member.name,
        "unit": claim.member.unit.code,
        "end_reason": claim.reason_shown,
        **{name: getattr(claim, name) for name in names},
    }


def require_known(name: str, codes: list[str], now: datetime) -> None:
    """Codes that the scheme does not know are bad input, as on the form."""
    known = skills(now) if name == "skills" else free_times(now)
    if not set(codes) <= known.keys():
        raise Invalid(name, _("填写的值不正确，请核对。"))


def text_of(given: PostGiven, now: datetime) -> actions.PostText:
    for name in ("skills", "weekly"):
        require_known(name, getattr(given, name), now)
    values = given.model_dump(include=set(PostGiven.model_fields))
    values |= {"skills": tuple(given.skills), "weekly": tuple(given.weekly)}
    return actions.PostText(**values)


def _on_desk(request: ApiRequest, id: int) -> tuple[Actor, Post]:
    actor = actor_of(request, *DESK)
    found = queries.posts_on_desk(actor).filter(pk=id).first()
    if found is None:
        raise Http404
    return actor, found


def _application(request: ApiRequest, id: int) -> tuple[Actor, Claim]:
    actor = actor_of(request, *DESK)
    found = desk_claim(actor, id)
    if found is None or found.post is None:
        raise Http404
    return actor, found


@router.get("/desk/posts/", **reads(READ, listing(DeskPostOut)))
def list_desk_posts(request: ApiRequest, asked: Query[DeskPostsAsked]) -> dict[str, Any]:
    """Posts of the caller's desk of all years, closed ones too, the newest first."""
    rows, items = queries.posts_on_desk(actor_of(request, *DESK)), menu(clock.now())
    wanted = {
        "state": asked.state,
        "community__code": asked.community,
        "item": asked.item,
        "year": asked.year,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if asked.waiting:
        rows = rows.filter(claims__state=ClaimState.WAITING).distinct()
    return page(rows, asked, name="desk/posts", show=lambda each: show(each, items), by="-pk")


@router.post("/desk/posts/", **acts(WRITE, DeskPostOut, status=201))
def publish_post(request: ApiRequest, given: PostPublished) -> Status[dict[str, Any]]:
    """Open a post of this programme year for members to take."""
    actor, now = actor_of(request, *HANDLERS), clock.now()
    community = communities_to_note_for(actor).filter(code=given.community).first()
    if community is None:
        raise Http404
    post = actions.publish_post(actor=actor, community=community, text=text_of(given, now), now=now)
    return Status(201, show(post, menu(now)))


@router.get("/desk/posts/{int:id}/", **reads(READ, DeskPostPageOut))
def get_desk_post(request: ApiRequest, id: int) -> dict[str, Any]:
    """One post on the caller's desk with everybody who is or was on it, or applies."""
    _actor, post = _on_desk(request, id)
    claims = [show_taker(claim) for claim in queries.takers(post)]
    return {**show(post, menu(clock.now())), "claims": claims}


@router.post("/desk/posts/{int:id}/edit/", **acts(WRITE, DeskPostOut))
def edit_post(request: ApiRequest, id: int, given: PostGiven) -> dict[str, Any]:
    """Write anew what the post says; its places never below those on it."""
    (actor, post), now = _on_desk(request, id), clock.now()
    text = text_of(given, now)
    return show(actions.edit_post(actor=actor, post=post, text=text, now=now), menu(now))


@router.post("/desk/posts/{int:id}/close/", **acts(WRITE, DeskPostOut))
def close_post(request: ApiRequest, id: int) -> dict[str, Any]:
    """Nobody can take it any more; those on it stay."""
    (actor, post), now = _on_desk(request, id), clock.now()
    actions.close_post(actor=actor, post=post, now=now)
    return show(_on_desk(request, id)[1], menu(now))


@router.post("/desk/posts/{int:id}/reopen/", **acts(WRITE, DeskPostOut))
def reopen_post(request: ApiRequest, id: int) -> dict[str, Any]:
    """It can be taken again."""
    (actor, post), now = _on_desk(request, id), clock.now()
    actions.reopen_post(actor=actor, post=post, now=now)
    return show(_on_desk(request, id)[1], menu(now))


@router.post("/desk/applications/{int:id}/accept/", **acts(WRITE, Done))
def accept_application(request: ApiRequest, id: int) -> dict[str, Any]:
    """The community's yes to an application: the member has a place; once more is the same."""
    actor, claim = _application(request, id)
    claim = applications.accept_application(actor=actor, claim=claim, now=clock.now())
    return {"id": claim.pk, "state": claim.state}


@router.post("/desk/applications/{int:id}/decline/", **acts(WRITE, Done))
def decline_application(request: ApiRequest, id: int, given: PostReason) -> dict[str, Any]:
    """The community's no, with the reason that the member reads."""
    actor, claim = _application(request, id)
    applications.decline_application(actor=actor, claim=claim, reason=given.reason, now=clock.now())
    claim.refresh_from_db(fields=["state"])
    return {"id": claim.pk, "state": claim.state}
