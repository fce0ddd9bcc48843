"""Wishes on the community's desk: noted, checked, published, confirmed, ended; their claims.

The wisher's own words, name, telephone and address are opened on the page only, with a purpose.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import Http404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES, ApiScope
from allhours.api.caller import ApiRequest
from allhours.api.frame import acts, reads
from allhours.api.paging import page
from allhours.api.shapes import Code, Done, Given, Id, Listed, Moment, Words, listing
from allhours.directory.pages import actor_of
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs import actions, reasons
from allhours.needs.actions.projects import convert_wish
from allhours.needs.choices import GuardianRelation, WisherKind, WishState
from allhours.needs.models import Claim, Wish
from allhours.needs.queries import desk as queries
from allhours.needs.rules.duplicates import UNKNOWN
from allhours.needs.rules.wishes import PublicText, Voice
from allhours.needs.scope import HANDLERS, NOTERS
from allhours.projects.queries import joinable

READ, WRITE = ApiScope.NEEDS_READ, ApiScope.NEEDS_WRITE
DESK = HANDLERS | NOTERS | COUNTY_ROLES
router = Router(tags=["wishes"])
NotedAt = Literal["box", "hotline", "visit", "meeting", "centre", "wall", "festival"]


class DeskWishOut(Schema):
    id: int
    code: str
    title: str = Field(description='the public text; "" until it is checked')
    category: str
    state: str
    origin: str
    community: str = Field(description="its code")
    wisher_kind: str
    show_wisher_kind: bool
    show_community: bool
    own_community_only: bool
    may_publish: bool = Field(description="the wisher agrees that it is shown in public")
    places: int
    places_left: int
    budget_yuan: int | None
    approvals: int = Field(description="review levels passed")
    noted_at: datetime
    checked_at: datetime | None
    publish_at: datetime | None
    opened_at: datetime | None
    delivered_at: datetime | None
    confirmed_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    rating: int | None
    merged_into: int | None
    project: int | None


class DeskClaimOut(Schema):
    id: int
    state: str
    member_no: str
    name: str
    unit: str | None = Field(description="code of the unit in whose name, or null")
    unnamed: bool = Field(description="the unit is to name another")
    claimed_at: datetime
    due_at: datetime | None
    extended: int
    contacted_at: datetime | None
    delivered_at: datetime | None
    delivery_note: str
    minutes: int | None
    ended_at: datetime | None


class DeskWishPageOut(DeskWishOut):
    claims: list[DeskClaimOut]


class DeskWishesAsked(Listed):
    state: WishState | None = None
    community: Code = ""
    category: Code = ""


class NotedWish(Given):
    """As the wisher said it; kept sealed."""

    community: Code = Field(min_length=1, description="its code")
    words: Words
    origin: NotedAt
    consent: bool = Field(description="the text of consent was read out and agreed to")
    wisher_kind: WisherKind = WisherKind.RESIDENT
    name: str = Field("", max_length=20)
    phone: str = Field("", max_length=20)
    address: str = Field("", max_length=80)
    is_minor: bool = False
    guardian_name: str = Field("", max_length=20)
    guardian_relation: GuardianRelation | Literal[""] = ""
    guardian_consents: bool = False


class WishNotedOut(Schema):
    id: int
    code: str
    follow_code: str = Field(description="for the wisher; told once")


class CheckedWish(Given):
    """What the public will see, as a person decided it."""

    title: str = Field(max_length=60, description="without names, numbers and addresses")
    category: Code
    wisher_kind: WisherKind
    places: int = Field(1, ge=1, le=50)
    budget_yuan: int | None = Field(None, ge=0, le=10**7)
    own_community_only: bool = False
    show_wisher_kind: bool = True
    show_community: bool = True


class PublishedWish(Given):
    at: Moment | None = Field(None, description="the hour; now if left out")


class WishReason(Given):
    reason: Words


class SentBack(Given):
    note: Words = Field("", description="why; required by the rule")


class Converted(Given):
    project: Id
    reason: Words


class MergedInto(Given):
    into: Id = Field(description="the wish that goes on")


class Extended(Given):
    days: int = Field(ge=1, le=30)


def show(wish: Wish) -> dict[str, Any]:
    named = {"id", "community", "merged_into", "project"}
    plain = DeskWishOut.model_fields.keys() - named
    return {
        "id": wish.pk,
        "community": wish.community.code,
        "merged_into": wish.merged_into_id,
        "project": wish.project_id,
        **{name: getattr(wish, name) for name in plain},
        "end_reason": reasons.shown(wish.end_reason),
    }


def show_claim(claim: Claim) -> dict[str, Any]:
    plain = DeskClaimOut.model_fields.keys() - {"id", "member_no", "name", "unit", "unnamed"}
    return {
        "id": claim.pk,
        "member_no": claim.member.member_no,
        "name": claim.member.name,
        "unit": claim.unit.code if claim.unit else None,
        "unnamed": claim.is_unnamed,
        **{name: getattr(claim, name) for name in plain},
    }


def _on_desk(request: ApiRequest, id: int) -> tuple[Actor, Wish]:
    actor = actor_of(request, *DESK)
    found = queries.wishes_on_desk(actor).filter(pk=id).first()
    if found is None:
        raise Http404
    return actor, found


def _claim(request: ApiRequest, id: int) -> tuple[Actor, Claim]:
    actor = actor_of(request, *DESK)
    found = queries.desk_claim(actor, id)
    if found is None:
        raise Http404
    return actor, found


@router.get("/desk/wishes/", **reads(READ, listing(DeskWishOut)))
def list_desk_wishes(request: ApiRequest, asked: Query[DeskWishesAsked]) -> dict[str, Any]:
    """Wishes on the caller's desk in whatever state, the newest first."""
    rows = queries.wishes_on_desk(actor_of(request, *DESK))
    if asked.state:
        rows = rows.in_state(asked.state, clock.now())
    if asked.community:
        rows = rows.filter(community__code=asked.community)
    if asked.category:
        rows = rows.filter(category=asked.category)
    return page(rows, asked, name="desk/wishes", show=show, by="-pk")


@router.post("/desk/wishes/", **acts(WRITE, WishNotedOut, status=201))
def note_wish(request: ApiRequest, given: NotedWish) -> Status[dict[str, Any]]:
    """Take down a wish at a visit, from the box, by telephone."""
    actor = actor_of(request, *NOTERS)
    community = queries.communities_to_note_for(actor).filter(code=given.community).first()
    if community is None:
        raise Http404
    rest = {"community", "origin", "consent", "wisher_kind"}
    noted = actions.note_wish(
        actor=actor,
        community=community,
        voice=Voice(**given.model_dump(exclude=rest)),
        origin=given.origin,
        consent=given.consent,
        wisher_kind=given.wisher_kind,
        grid=queries.grid_of(actor, community),
        now=clock.now(),
    )
    told = {"id": noted.wish.pk, "code": noted.wish.code, "follow_code": noted.follow_code}
    return Status(201, told)


@router.get("/desk/wishes/{int:id}/", **reads(READ, DeskWishPageOut))
def get_desk_wish(request: ApiRequest, id: int) -> dict[str, Any]:
    """One wish on the caller's desk with its claims."""
    actor, wish = _on_desk(request, id)
    claims = [show_claim(claim) for claim in queries.claims_on_desk(actor, wish)]
    return {**show(wish), "claims": claims}


@router.post("/desk/wishes/{int:id}/check/", **acts(WRITE, DeskWishOut))
def check_wish(request: ApiRequest, id: int, given: CheckedWish) -> dict[str, Any]:
    """Decide what the public will see; without review levels this verifies the wish."""
    actor, wish = _on_desk(request, id)
    text = PublicText(**given.model_dump())
    return show(
        actions.check_wish(actor=actor, wish=wish, text=text, decided=True, now=clock.now())
    )


@router.post("/desk/wishes/{int:id}/approve/", **acts(WRITE, DeskWishOut))
def approve_wish(request: ApiRequest, id: int) -> dict[str, Any]:
    """Pass one review level of the scheme; the last one verifies the wish."""
    actor, wish = _on_desk(request, id)
    return show(actions.approve_wish(actor=actor, wish=wish, now=clock.now()))


@router.post("/desk/wishes/{int:id}/publish/", **acts(WRITE, DeskWishOut))
def publish_wish(request: ApiRequest, id: int, given: PublishedWish) -> dict[str, Any]:
    """Open it now or at an hour; without consent only to members of its community."""
    actor, wish = _on_desk(request, id)
    at = None if given.at is None else clock.local(given.at)
    return show(actions.publish_wish(actor=actor, wish=wish, at=at, now=clock.now()))


@router.post("/desk/wishes/{int:id}/unschedule/", **acts(WRITE, DeskWishOut))
def unschedule_wish(request: ApiRequest, id: int) -> dict[str, Any]:
    """Take it back from its hour, as long as that has not come."""
    actor, wish = _on_desk(request, id)
    return show(actions.unschedule_wish(actor=actor, wish=wish, now=clock.now()))


@router.post("/desk/wishes/{int:id}/confirm/", **acts(WRITE, DeskWishOut))
def confirm_delivery(request: ApiRequest, id: int) -> dict[str, Any]:
    """The community confirms that it came true; hours count from now on."""
    actor, wish = _on_desk(request, id)
    return show(actions.confirm_delivery(actor=actor, wish=wish, now=clock.now()))


@router.post("/desk/wishes/{int:id}/send-back/", **acts(WRITE, DeskWishOut))
def send_back(request: ApiRequest, id: int, given: SentBack) -> dict[str, Any]:
    """Not done yet: back to the claimers, with the reason."""
    actor, wish = _on_desk(request, id)
    actions.send_back(actor=actor, wish=wish, note=given.note, now=clock.now())
    return show(wish)


@router.post("/desk/wishes/{int:id}/decline/", **acts(WRITE, DeskWishOut))
def decline_wish(request: ApiRequest, id: int, given: WishReason) -> dict[str, Any]:
    """Not taken up, with the reason that the wisher reads."""
    actor, wish = _on_desk(request, id)
    now = clock.now()
    return show(actions.decline_wish(actor=actor, wish=wish, reason=given.reason, now=now))


@router.post("/desk/wishes/{int:id}/withdraw/", **acts(WRITE, DeskWishOut))
def withdraw_wish(request: ApiRequest, id: int, given: WishReason) -> dict[str, Any]:
    """Taken back at the wisher's word; live claims end with it."""
    actor, wish = _on_desk(request, id)
    now = clock.now()
    return show(actions.withdraw_wish(actor=actor, wish=wish, reason=given.reason, now=now))


@router.post("/desk/wishes/{int:id}/expire/", **acts(WRITE, DeskWishOut))
def expire_wish(request: ApiRequest, id: int, given: WishReason) -> dict[str, Any]:
    """Off the wall because nobody could take it up."""
    actor, wish = _on_desk(request, id)
    now = clock.now()
    return show(actions.expire_wish(actor=actor, wish=wish, reason=given.reason, now=now))


@router.post("/desk/wishes/{int:id}/convert/", **acts(WRITE, DeskWishOut))
def convert(request: ApiRequest, id: int, given: Converted) -> dict[str, Any]:
    """Too large for one wish: from now on a named project sees to it."""
    actor, wish = _on_desk(request, id)
    now = clock.now()
    project = joinable(actor, now).filter(pk=given.project).first()
    if project is None:
        raise Http404
    return show(convert_wish(actor=actor, wish=wish, project=project, reason=given.reason, now=now))


@router.post("/desk/wishes/{int:id}/merge/", **acts(WRITE, DeskWishOut))
def merge_wishes(request: ApiRequest, id: int, given: MergedInto) -> dict[str, Any]:
    """The same need twice goes on as one; the answer is the one that goes on."""
    actor, wish = _on_desk(request, id)
    into = queries.wishes_on_desk(actor).filter(pk=given.into).first()
    if into is None:
        raise Refused(UNKNOWN)
    return show(actions.merge_wishes(actor=actor, wish=wish, into=into, now=clock.now()))


@router.post("/desk/claims/{int:id}/release/", **acts(WRITE, Done))
def release_claim(request: ApiRequest, id: int, given: WishReason) -> dict[str, Any]:
    """Take a wish or a post away from the member, who reads the reason."""
    actor, claim = _claim(request, id)
    release = actions.release_claim if claim.wish else actions.release_from_post
    release(actor=actor, claim=claim, reason=given.reason, now=clock.now())
    claim.refresh_from_db(fields=["state"])
    return {"id": claim.pk, "state": claim.state}


@router.post("/desk/claims/{int:id}/extend/", **acts(WRITE, Done))
def extend_claim(request: ApiRequest, id: int, given: Extended) -> dict[str, Any]:
    """Give more time, as often as the scheme allows."""
    actor, claim = _claim(request, id)
    if claim.wish is None:
        raise Http404  # a post has its own term
    actions.extend_claim(actor=actor, claim=claim, days=given.days, now=clock.now())
    return {"id": claim.pk, "state": claim.state}
