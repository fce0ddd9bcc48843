"""待办 of the desks: the rows of every room in one list, the soonest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import (
    COMMUNITY_ROLES,
    COUNTY_ROLES,
    TERRITORY_ROLES,
    UNIT_ROLES,
)
from allhours.kernel import clock
from allhours.placement.models import Placement
from allhours.placement.queries.desk import letter_of, to_receive
from allhours.placement.queries.figures import county_rate
from allhours.placement.queries.person import steps
from allhours.placement.rules import receive_refusals
from allhours.portal.awaiting import DESK, awaiting
from allhours.reports.openings import figure_address
from allhours.reports.scope import READERS
from allhours.scheme.queries import scheme_for
from allhours.ui.awaiting import as_task
from allhours.ui.parts import Fact, NavItem, Step, Task

SHOWN = 20  # rows of the list; the rest is one line


@dataclass(frozen=True)
class Receiving:
    """A member who stands at the community's desk."""

    placement: Placement
    steps: Sequence[Step]
    facts: Sequence[Fact]
    may_receive: bool


@dataclass(frozen=True)
class DeskHome:
    tasks: tuple[Task, ...]
    count: int
    more: int  # rows that did not fit
    receiving: Receiving | None  # who waits longest at the desk
    actions: tuple[NavItem, ...]
    figures: tuple[Fact, ...]


def desk_home(actor: Actor, now: datetime) -> DeskHome:
    """What waits, what is most often begun here, and a few figures of this desk."""
    on = clock.local_date(now)
    rows = awaiting(DESK, actor, now)
    return DeskHome(
        tasks=tuple(as_task(each, on) for each in rows[:SHOWN]),
        count=len(rows),
        more=max(len(rows) - SHOWN, 0),
        receiving=_receiving(actor, on),
        actions=_actions(actor),
        figures=tuple(_figures(actor, on)),
    )


def _receiving(actor: Actor, on: date) -> Receiving | None:
    placement = to_receive(actor).first() if actor.holds(*COMMUNITY_ROLES) else None
    if placement is None:
        return None
    member, letter = placement.member, letter_of(placement)
    titles = {choice.code: choice.title for choice in scheme_for(on).roster.skills}
    skills = _("、").join(titles.get(code, code) for code in member.skills)
    facts = [
        Fact(_("证明信"), letter.number if letter else "—"),
        Fact(_("单位"), placement.unit.label),
        Fact(_("现居住地"), member.address or "—"),
        Fact(_("特长"), skills or member.skills_text or "—"),
    ]
    may = not receive_refusals(placement, actor)
    reporting = scheme_for(on).reporting
    return Receiving(placement, steps(placement, reporting=reporting), facts, may)


def _actions(actor: Actor) -> tuple[NavItem, ...]:
    found: list[NavItem] = []
    if actor.holds(*COMMUNITY_ROLES):
        found.append(NavItem(_("登记出勤"), reverse("activities:desk")))
    if actor.holds(*TERRITORY_ROLES):
        found.append(NavItem(_("登记心愿"), reverse("needs:desk-note")))
    if actor.holds(*UNIT_ROLES):
        found.append(NavItem(_("开证明信"), reverse("placement:letters")))
        found.append(NavItem(_("导入花名册"), reverse("directory:roster")))
    return tuple(found)


def _figures(actor: Actor, on: date) -> Iterable[Fact]:
    """Reporting-in of this desk's own people; each number opens to them."""
    if not actor.holds(*READERS):
        return
    rate = county_rate(on, actor=actor)
    for label, value, measure in (
        (_("应报到"), rate.expected, "expected"),
        (_("已报到"), rate.numerator, "reported"),
        (_("免报"), rate.excused, "excused"),
        (_("未报到"), rate.missing, "missing"),
    ):
        # a community reads how many have not come; their names stand with the unit and the county
        named = measure != "missing" or actor.holds(*(COUNTY_ROLES | UNIT_ROLES))
        url = figure_address(measure, on) if value and named else ""
        yield Fact(label, _("%(n)s 人") % {"n": f"{value:,}"}, url)
