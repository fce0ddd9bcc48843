"""Service posts of the communities' menu, and taking one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

from django.db.models import F
from django.http import Http404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from allhours.accounts.choices import ApiScope
from allhours.api.caller import ApiRequest
from allhours.api.frame import acts, reads
from allhours.api.paging import page
from allhours.api.shapes import Code, Done, Listed, listing
from allhours.kernel import clock
from allhours.needs import actions
from allhours.needs.choices import PostState
from allhours.needs.models import Post
from allhours.needs.queries.limits import menu
from allhours.needs.queries.menu import MenuFilters, suited
from allhours.needs.queries.posts import Standing, every_post, open_posts, standing_of
from allhours.scheme.schema import Menu

router = Router(tags=["posts"])


class PostOut(Schema):
    id: int
    code: str
    title: str
    item: str = Field(description='code of the menu\'s item; "" is outside the menu')
    item_title: str
    text: str
    place: str
    times: str = Field(description="in words, beside the weekly ones")
    weekly: list[str] = Field(description="codes of the scheme's free times")
    skills: list[str] = Field(description="codes of the scheme's skills")
    from_on: date | None = Field(description="null: since it was published")
    until_on: date | None = Field(description="null: to the end of the year")
    community: str = Field(description="its code")
    community_name: str
    places: int
    places_left: int
    state: str


class PublicPostOut(PostOut):
    fits: list[str] = Field(
        description="what speaks for it for the caller, the weightiest first: serving, living, "
        "wished, skill, time; empty where nothing does, or the caller is no member"
    )
    mine: str = Field(description='"live" where the caller is on it, "waiting" where they applied')


class PostsAsked(Listed):
    community: Code = ""
    item: Code = ""
    free: Literal["", "yes"] = Field("", description="only posts that still have a place")
    skill: Code = Field("", description="code of a skill that the post wants")
    time: Code = Field("", description="code of a free time that the post falls in")
    fits: Literal["", "yes"] = Field("", description="only what suits the caller, a member")


def show(post: Post, items: Menu) -> dict[str, Any]:
    names = (
        "code", "title", "item", "text", "place", "times", "weekly", "skills", "from_on",
        "until_on", "places", "places_left", "state",
    )  # fmt: skip
    return {
        "id": post.pk,
        "item_title": items.title_of(post.item) if post.item else "",
        "community": post.community.code,
        "community_name": post.community.label,
        **{name: getattr(post, name) for name in names},
    }


def _shown(request: ApiRequest, items: Menu) -> Callable[[Post], dict[str, Any]]:
    """A post with what it is to the caller."""
    standing: Callable[[Post], Standing] = standing_of(request.actor)

    def shown(post: Post) -> dict[str, Any]:
        own = standing(post)
        return {**show(post, items), "fits": list(own.why), "mine": own.mine}

    return shown


def _post(id: int) -> Post:
    found = every_post().filter(pk=id).first()
    if found is None:
        raise Http404
    return found


@router.get("/posts/", **reads(ApiScope.NEEDS_READ, listing(PublicPostOut), public=True))
def list_posts(request: ApiRequest, asked: Query[PostsAsked]) -> dict[str, Any]:
    """This year's posts that may be taken, full ones too unless `free=yes`."""
    now = clock.now()
    rows = open_posts(now).filter(state=PostState.OPEN)
    if asked.community:
        rows = rows.filter(community__code=asked.community)
    if asked.item:
        rows = rows.filter(item=asked.item)
    if asked.free:
        rows = rows.filter(taken__lt=F("places"))
    filters = MenuFilters(skill=asked.skill, time=asked.time, fits=asked.fits == "yes")
    found = suited(rows, request.actor, filters)
    return page(found, asked, name="posts", show=_shown(request, menu(now)), by="-pk")


@router.get("/posts/{int:id}/", **reads(ApiScope.NEEDS_READ, PublicPostOut, public=True))
def get_post(request: ApiRequest, id: int) -> dict[str, Any]:
    """One post, whether it may still be taken or not."""
    return _shown(request, menu(clock.now()))(_post(id))


@router.post("/posts/{int:id}/claims/", **acts(ApiScope.NEEDS_WRITE, Done, status=201))
def take_post(request: ApiRequest, id: int) -> Status[dict[str, Any]]:
    """Take a place of a post for the caller; once more gives the same claim.

    Where the scheme says that both sides choose, the claim is an application: "waiting" until the
    community has answered.
    """
    claim = actions.take_post(actor=request.actor, post=_post(id), now=clock.now())
    return Status(201, {"id": claim.pk, "state": claim.state})
