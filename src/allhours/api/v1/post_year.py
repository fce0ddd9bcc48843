"""The year's posts on a desk: last year's again, those of demands, and who has none."""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import Q
from ninja import Query, Router, Schema
from pydantic import Field

from allhours.accounts.choices import COUNTY_ROLES, ApiScope
from allhours.api.caller import ApiRequest
from allhours.api.frame import acts, reads
from allhours.api.paging import page
from allhours.api.shapes import Code, Given, Ids, Listed, RefusalOut, listing
from allhours.api.v1.post_desk import DeskPostOut, show
from allhours.directory.pages import actor_of
from allhours.kernel import clock
from allhours.needs.actions import choosing, renewal
from allhours.needs.queries import orders, posts, year
from allhours.needs.queries.limits import menu
from allhours.needs.scope import HANDLERS

READ, WRITE = ApiScope.NEEDS_READ, ApiScope.NEEDS_WRITE
SEES = choosing.REMINDERS | COUNTY_ROLES
router = Router(tags=["posts"])


class LastYearsPostOut(DeskPostOut):
    renewed: bool = Field(description="whether this year has it again already")


class ManyPostsOut(Schema):
    """Each by itself: what was published, and why the others were not."""

    made: list[DeskPostOut]
    refusals: list[RefusalOut]


class PostsRenewed(Given):
    posts: Ids = Field(description="of `GET /desk/posts/last-year/`")


class DemandsMet(Given):
    demands: Ids = Field(description="open ones of `GET /desk/demands/`")


class WithoutPostAsked(Listed):
    unit: Code = ""
    community: Code = Field("", description="code of the one that they serve")
    applied: Literal["", "yes", "no"] = ""


class WithoutPostOut(Schema):
    member_no: str
    name: str
    unit: str = Field(description="its code")
    community: str | None = Field(description="code of the one that they serve")
    posts: int = Field(description="of this year that count")
    applied: bool = Field(description="waits for a community's answer")


class Reminded(Given):
    members: list[Code] = Field(
        [], max_length=500, description="numbers of those meant; everybody on the list if left out"
    )


class RemindedOut(Schema):
    told: int


def _done(done: renewal.Done) -> dict[str, Any]:
    (made, refused), items = done, menu(clock.now())
    reasons = [{"code": each.code, "text": str(each)} for each in refused]
    return {"made": [show(post, items) for post in made], "refusals": reasons}


def _member(member: Any) -> dict[str, Any]:
    place = member.serving_community
    return {
        "member_no": member.member_no,
        "name": member.name,
        "unit": member.unit.code,
        "community": place.code if place else None,
        "posts": member.posts_held,
        "applied": member.applied,
    }


@router.get("/desk/posts/last-year/", **reads(READ, listing(LastYearsPostOut)))
def list_last_years_posts(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """Posts of the year before on the caller's desk, to be set up again."""
    now = clock.now()
    rows, items = posts.last_years(actor_of(request, *HANDLERS), now), menu(now)

    def shown(post: Any) -> dict[str, Any]:
        return {**show(post, items), "renewed": post.renewed}

    return page(rows, asked, name="desk/posts/last-year", show=shown, by="-pk")


@router.post("/desk/posts/renew/", **acts(WRITE, ManyPostsOut))
def renew_posts(request: ApiRequest, given: PostsRenewed) -> dict[str, Any]:
    """Set last year's posts up again, empty, each once; 409 if none could be."""
    actor, now = actor_of(request, *HANDLERS), clock.now()
    rows = posts.last_years(actor, now).filter(pk__in=given.posts)
    return _done(renewal.renew_posts(actor=actor, posts=rows, now=now))


@router.post("/desk/demands/meet/", **acts(WRITE, ManyPostsOut))
def meet_demands(request: ApiRequest, given: DemandsMet) -> dict[str, Any]:
    """Publish a post for each open demand, as it stands; 409 if none could be."""
    actor, now = actor_of(request, *HANDLERS), clock.now()
    rows = orders.desk_demands(actor, now).filter(state="open", pk__in=given.demands)
    return _done(renewal.meet_demands(actor=actor, demands=rows, now=now))


@router.get("/desk/posts/without/", **reads(READ, listing(WithoutPostOut)))
def list_members_without_post(
    request: ApiRequest, asked: Query[WithoutPostAsked]
) -> dict[str, Any]:
    """Members of the caller's desk who have no post that counts this year."""
    rows = year.without_post(actor_of(request, *SEES), clock.now())
    wanted: dict[str, Any] = {
        "unit__code": asked.unit,
        "serving_community__code": asked.community,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if asked.applied:
        rows = rows.filter(Q(("applied", asked.applied == "yes")))
    return page(rows, asked, name="desk/posts/without", show=_member)


@router.post("/desk/posts/without/remind/", **acts(WRITE, RemindedOut))
def remind_without_post(request: ApiRequest, given: Reminded) -> dict[str, Any]:
    """A notice to each who has neither a post nor an application, not too often."""
    actor, now = actor_of(request, *SEES), clock.now()
    meant = None
    if given.members:
        rows: Any = year.without_post(actor, now).filter(member_no__in=given.members)
        meant = list(rows.values_list("pk", flat=True))
    return {"told": choosing.remind_without_post(actor=actor, members=meant, now=now)}
