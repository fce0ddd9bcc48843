"""Reporting-in as of a day: rates, who has not come, excusals; the member's own part."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from allhours.accounts.choices import COUNTY_ROLES, UNIT_ROLES, ApiScope
from allhours.api.caller import ApiRequest
from allhours.api.errors import Invalid
from allhours.api.frame import acts, reads
from allhours.api.paging import page
from allhours.api.shapes import Day, Given, Listed, listing
from allhours.api.v1.directory import member_numbered
from allhours.api.v1.letters import LetterOut
from allhours.api.v1.letters import show as show_letter
from allhours.api.v1.placements import PlacementOut
from allhours.api.v1.placements import show as show_placement
from allhours.kernel import clock
from allhours.placement.actions import excusals, reporting
from allhours.placement.choices import ExcusalClass
from allhours.placement.models import Excusal, Placement
from allhours.placement.queries import desk, figures
from allhours.placement.queries.letters import letters_visible_to

READ, WRITE = ApiScope.PLACEMENTS_READ, ApiScope.PLACEMENTS_WRITE
router = Router(tags=["reporting"])


class RateOut(Schema):
    code: str = Field(description='of the unit or community; "" is the whole of it')
    label: str
    numerator: int
    denominator: int
    excused: int
    percent: float | None = Field(description="cut off after two decimals; null: nobody is due")


class Rates(Schema):
    on: date
    total: RateOut
    items: list[RateOut]


class RatesAsked(Schema):
    on: Day | None = Field(None, description="as of the end of this day; today if left out")
    by: Literal["unit", "community"] = "unit"


class MissingOut(Schema):
    member_no: str
    name: str
    unit: str
    stage: str = Field(description="how far the placement has come; unplaced")


class ExcusalOut(Schema):
    id: int
    member_no: str
    name: str
    klass: str
    from_on: date
    until_on: date | None


class Excuse(Given):
    klass: ExcusalClass
    from_on: Day
    until_on: Day | None = None


class LastDay(Given):
    last_day: Day


class MyPlacement(Schema):
    placement: PlacementOut | None
    letter: LetterOut | None


def _rate(rate: figures.Rate) -> dict[str, Any]:
    names = ("code", "label", "numerator", "denominator", "excused", "percent")
    return {name: getattr(rate, name) for name in names}


@router.get("/reporting/rates/", **reads(READ, Rates))
def get_rates(request: ApiRequest, asked: Query[RatesAsked]) -> dict[str, Any]:
    """The rate of reporting-in of those whom the caller may see, by unit or community."""
    actor, today = request.actor, clock.local_date(clock.now())
    on = asked.on or today
    if on > today:
        raise Invalid("on", _("不能晚于今天。"))
    lines = figures.rates_by_unit if asked.by == "unit" else figures.rates_by_community
    return {
        "on": on,
        "total": _rate(figures.county_rate(on, actor=actor)),
        "items": [_rate(rate) for rate in lines(on, actor=actor)],
    }


@router.get("/reporting/unreported/", **reads(READ, listing(MissingOut)))
def list_unreported(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """Who of the caller's units has not reported, for the unit and the county alone."""
    if not request.actor.holds(*UNIT_ROLES, *COUNTY_ROLES):
        raise Http404
    rows = desk.unreported(request.actor, clock.local_date(clock.now()))
    return page(rows, asked, name="unreported", show=_missing, by="member_no")


def _missing(member: Any) -> dict[str, Any]:
    return {
        "member_no": member.member_no,
        "name": member.name,
        "unit": member.unit.code,
        "stage": member.stage or "unplaced",
    }


@router.get("/excusals/", **reads(READ, listing(ExcusalOut)))
def list_excusals(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """Excusals of the caller's units, and their own, the newest first."""
    rows = desk.excusals_visible_to(request.actor)
    return page(rows, asked, name="excusals", show=_excusal, by="-pk")


def _excusal(excusal: Excusal) -> dict[str, Any]:
    return {
        "id": excusal.pk,
        "member_no": excusal.member.member_no,
        "name": excusal.member.name,
        "klass": excusal.klass,
        "from_on": excusal.from_on,
        "until_on": excusal.until_on,
    }


@router.post("/members/{member_no}/excusals/", **acts(WRITE, ExcusalOut, status=201))
def grant_excusal(request: ApiRequest, member_no: str, given: Excuse) -> Status[dict[str, Any]]:
    """The unit excuses a member for a time; one of three coarse classes, no details."""
    made = excusals.grant_excusal(
        actor=request.actor,
        member=member_numbered(request.actor, member_no),
        klass=given.klass,
        from_on=given.from_on,
        until_on=given.until_on,
        now=clock.now(),
    )
    return Status(201, _excusal(made))


@router.post("/excusals/{int:id}/end/", **acts(WRITE, ExcusalOut))
def end_excusal(request: ApiRequest, id: int, given: LastDay) -> dict[str, Any]:
    """Let an excusal end earlier, with its last day."""
    excusal = desk.excusals_visible_to(request.actor).filter(pk=id).first()
    if excusal is None:
        raise Http404
    excusals.end_excusal(
        actor=request.actor, excusal=excusal, last_day=given.last_day, now=clock.now()
    )
    excusal.refresh_from_db(fields=["until_on"])
    return _excusal(excusal)


@router.get("/me/placement/", **reads(ApiScope.ME, MyPlacement))
def get_my_placement(request: ApiRequest) -> dict[str, Any]:
    """The caller's own place and letter; null before there is one."""
    placement = _own(request)
    if placement is None:
        return {"placement": None, "letter": None}
    letter = desk.letter_of(placement)
    full = letter and letters_visible_to(request.actor).filter(pk=letter.pk).first()
    return {
        "placement": show_placement(placement),
        "letter": show_letter(full) if full else None,
    }


def _own(request: ApiRequest) -> Placement | None:
    if request.actor.member_id is None:
        raise Http404
    return desk.placement_of(request.actor.member_id)


@router.post("/me/placement/present/", **acts(ApiScope.ME, PlacementOut))
def present_myself(request: ApiRequest) -> dict[str, Any]:
    """The caller is at their community and waits to be received."""
    placement = _own(request)
    if placement is None:
        raise Http404
    reporting.present_letter(actor=request.actor, placement=placement, now=clock.now())
    again = _own(request)
    return show_placement(again or placement)
