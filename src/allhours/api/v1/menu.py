"""What forms need: the scheme's menu, the texts of consent, categories, places. Nobody's data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.http import Http404
from ninja import Router, Schema, Status
from pydantic import Field

from allhours.accounts.choices import COUNTY_ROLES, ApiScope, Role
from allhours.api.caller import ApiRequest
from allhours.api.frame import acts, reads
from allhours.api.shapes import Code, Day, Given
from allhours.directory.pages import actor_of
from allhours.kernel import clock
from allhours.needs.actions import menu as menu_actions
from allhours.needs.choices import GuardianRelation, WisherKind
from allhours.needs.queries.desk_menu import Line, desk_menu
from allhours.needs.queries.limits import categories, scheme_now
from allhours.needs.queries.posts import places_by_item
from allhours.needs.queries.wall import communities
from allhours.scheme.menus import MenuLine

READ = ApiScope.NEEDS_READ
router = Router(tags=["menu"])


class Named(Schema):
    code: str
    title: str


class MenuItemOut(Named):
    description: str
    posts: int = Field(description="of it that may be taken today, full ones too")
    places_left: int


class MenuOut(Schema):
    title: str
    items: list[MenuItemOut]
    outside: MenuItemOut = Field(description="posts outside the menu")
    outside_allowed: bool = Field(description="members may propose a post of their own")
    choices_per_member: int = Field(description="posts and orders a member may hold; 0 is no limit")
    both_sides: bool = Field(description="taking a post is an application that is answered")
    skills: list[Named]
    free_times: list[Named]


class WishIntakeOut(Schema):
    categories: list[Named] = Field(description="a person of the community chooses among them")
    consent_version: str = Field(description="to be sent with a consent to `consent_text`")
    consent_text: str
    guardian_under_age: int
    guardian_text: str
    guardian_relations: list[Named]
    wisher_kinds: list[Named]
    money_cap_yuan: int = Field(description="0 is no cap")


class SuggestionIntakeOut(Schema):
    enabled: bool
    categories: list[Named]
    answer_working_days: int


class IntakeOut(Schema):
    communities: list[Named]
    wishes: WishIntakeOut
    suggestions: SuggestionIntakeOut


class DeskItemOut(Named):
    description: str
    kind: str
    says: str = Field(description="how residents speak of it, parted by blanks")
    posts: int = Field(description="of this year")
    places: int
    taken: int
    orders: int = Field(description="of members, not answered yet")


class DeskMenuOut(Schema):
    version: int = Field(description="to be sent as `after` with a change")
    effective_from: date
    items: list[DeskItemOut]
    retired: list[DeskItemOut] = Field(description="no longer offered; history is called by them")


class ItemGiven(Given):
    """`code` left out is a new item, which is given one."""

    title: str = Field(max_length=40)
    code: Code = ""
    description: str = Field("", max_length=200)
    kind: str = Field("", max_length=40)
    says: str = Field("", max_length=200)


class MenuGiven(Given):
    items: list[ItemGiven] = Field(max_length=60, description="in order; who is left out retires")
    after: int = Field(ge=0, description="the version that was looked at")
    effective_from: Day


class MenuPublished(Schema):
    version: int
    effective_from: date


def named(pairs: Iterable[tuple[Any, Any]]) -> list[dict[str, str]]:
    return [{"code": str(code), "title": str(title)} for code, title in pairs]


def _coded(choices: Iterable[Any]) -> list[dict[str, str]]:
    return named((each.code, each.title) for each in choices)


@router.get("/menu/", **reads(READ, MenuOut, public=True))
def get_menu(request: ApiRequest) -> dict[str, Any]:
    """The scheme's menu with how many posts of each item may be taken."""
    now = clock.now()
    scheme, counts = scheme_now(now), places_by_item(now)

    def item(code: str, title: str, text: str) -> dict[str, Any]:
        posts, left = counts.pop(code, (0, 0))
        return {
            "code": code, "title": title, "description": text, "posts": posts, "places_left": left
        }  # fmt: skip

    items = [item(each.code, each.title, each.description) for each in scheme.menu.items]
    outside = [sum(each) for each in zip((0, 0), *counts.values(), strict=True)]
    return {
        "title": scheme.menu.title,
        "items": items,
        "outside": {**item("", "", ""), "posts": outside[0], "places_left": outside[1]},
        "outside_allowed": scheme.menu.outside_allowed,
        "choices_per_member": scheme.menu.choices_per_member,
        "both_sides": scheme.menu.both_sides,
        "skills": _coded(scheme.roster.skills),
        "free_times": _coded(scheme.roster.free_times),
    }


@router.get("/desk/menu/", **reads(READ, DeskMenuOut))
def get_desk_menu(request: ApiRequest) -> dict[str, Any]:
    """The menu of the newest version, to the county: what a change is made on."""
    actor_of(request, *COUNTY_ROLES)
    now = clock.now()
    found = desk_menu(now, clock.local_date(now))
    if found is None:
        raise Http404
    return {
        "version": found.version.number,
        "effective_from": found.version.effective_from,
        "items": [_desk_item(line) for line in found.lines],
        "retired": [_desk_item(line) for line in found.retired],
    }


def _desk_item(line: Line) -> dict[str, Any]:
    item = ("code", "title", "description", "kind", "says")
    counts = ("posts", "places", "taken", "orders")
    return {
        **{name: getattr(line.item, name) for name in item},
        **{name: getattr(line, name) for name in counts},
    }


@router.post("/desk/menu/", **acts(ApiScope.NEEDS_WRITE, MenuPublished, status=201))
def change_menu(request: ApiRequest, given: MenuGiven) -> Status[dict[str, Any]]:
    """Publish the scheme with this menu and nothing else changed."""
    version = menu_actions.change_menu(
        actor=actor_of(request, Role.COUNTY_OFFICER),
        lines=[MenuLine(**each.model_dump()) for each in given.items],
        after=given.after,
        effective_from=given.effective_from,
        now=clock.now(),
    )
    return Status(201, {"version": version.number, "effective_from": version.effective_from})


@router.get("/intake/", **reads(READ, IntakeOut, public=True))
def get_intake(request: ApiRequest) -> dict[str, Any]:
    """What a form for a wish or a suggestion shows: places, categories, texts of consent."""
    now = clock.now()
    scheme = scheme_now(now)
    places = communities().values_list("code", "short_name", "name")
    return {
        "communities": named((code, short or name) for code, short, name in places),
        "wishes": _wishes(now),
        "suggestions": {
            "enabled": scheme.suggestions.enabled,
            "categories": _coded(scheme.suggestions.categories),
            "answer_working_days": scheme.suggestions.answer_working_days,
        },
    }


def _wishes(now: datetime) -> dict[str, Any]:
    limits = scheme_now(now).wishes
    names = (
        "consent_version", "consent_text", "guardian_under_age", "guardian_text", "money_cap_yuan"
    )  # fmt: skip
    return {
        "categories": named(categories(now).items()),
        "guardian_relations": named(GuardianRelation.choices),
        "wisher_kinds": named(WisherKind.choices),
        **{name: getattr(limits, name) for name in names},
    }
