"""What stands between units and communities, as each side's desk reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES, Role
from allhours.accounts.scope import within
from allhours.directory.choices import OrgKind, Side
from allhours.directory.models import Member, Organization
from allhours.kernel import clock
from allhours.kernel.periods import Period
from allhours.placement.choices import MatterState, PairingState, UnitReportState
from allhours.placement.models import ContactPoint, Matter, Pairing, UnitReport, Visit
from allhours.scheme.queries import scheme_for
from allhours.ui.awaiting import Awaiting, Counted, Waiting

SIDES = COUNTY_ROLES | UNIT_ROLES | COMMUNITY_ROLES
WRITERS = UNIT_ROLES | COMMUNITY_ROLES | {Role.COUNTY_OFFICER}
REMIND_DAYS = 30  # a planned visit is on the list in the last days of its quarter


def unit_reports_visible_to(actor: Actor) -> QuerySet[UnitReport]:
    rows = UnitReport.objects.visible_to(actor).select_related("unit", "community")
    return rows.order_by("-presented_on", "-pk")


def pairings_visible_to(actor: Actor) -> QuerySet[Pairing]:
    rows = Pairing.objects.visible_to(actor).select_related("unit", "community")
    return rows.order_by("state", "unit__code", "-pk")


def contact_points_visible_to(actor: Actor) -> QuerySet[ContactPoint]:
    rows = ContactPoint.objects.visible_to(actor)
    return rows.select_related("unit", "community", "leader").order_by("-until", "unit__code", "pk")


def visits_visible_to(actor: Actor) -> QuerySet[Visit]:
    return (
        Visit.objects.visible_to(actor)
        .select_related("unit", "community", "pairing", "contact_point__leader")
        .annotate(
            raised=Count("matters"),
            open_matters=Count("matters", filter=Q(matters__state=MatterState.OPEN)),
        )
        .order_by("-held_on", "-pk")
    )


def visits_of(of: Pairing | ContactPoint) -> list[Visit]:
    own = {"pairing": of} if isinstance(of, Pairing) else {"contact_point": of}
    rows = Visit.objects.filter(**own).prefetch_related("matters").order_by("-held_on", "-pk")
    return list(rows)


def matters_visible_to(actor: Actor) -> QuerySet[Matter]:
    seen = Visit.objects.visible_to(actor).values("pk")
    return Matter.objects.filter(visit__in=seen).select_related(
        "visit__pairing__unit",
        "visit__pairing__community",
        "visit__contact_point__unit",
        "visit__contact_point__community",
    )


def quarter_of(day: date) -> Period:
    return Period.quarter(day.year, (day.month + 2) // 3)


def with_visits(rows: QuerySet[Pairing], on: date) -> Any:
    """Adds `visits_now`: how many this quarter so far."""
    return rows.annotate(visits_now=_visits_now("pairing", on))


def with_leader_visits(rows: QuerySet[ContactPoint], on: date) -> Any:
    return rows.annotate(visits_now=_visits_now("contact_point", on))


def _visits_now(field: str, on: date) -> Coalesce:
    quarter = quarter_of(on)
    counted = (
        Visit.objects.filter(
            **{field: OuterRef("pk")}, held_on__gte=quarter.first, held_on__lte=quarter.last
        )
        .order_by()
        .values(field)
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


# ---- choices of the forms ----------------------------------------------------------------------


def units_of(actor: Actor) -> QuerySet[Organization]:
    """Units for which the actor may act, or all for a community that proposes a pairing."""
    units = Organization.objects.open().filter(
        side=Side.EMPLOYER, kind__in=(OrgKind.UNIT, OrgKind.TOWN)
    )
    if actor.holds(*COMMUNITY_ROLES) and not actor.holds(*UNIT_ROLES):
        return units
    return units.filter(within(actor, "path", roles=UNIT_ROLES | {Role.COUNTY_OFFICER}))


def reporting_units_of(actor: Actor) -> QuerySet[Organization]:
    units = Organization.objects.open().filter(
        side=Side.EMPLOYER, kind__in=(OrgKind.UNIT, OrgKind.TOWN)
    )
    return units.filter(within(actor, "path", roles=UNIT_ROLES | {Role.COUNTY_OFFICER}))


def communities_for(actor: Actor) -> QuerySet[Organization]:
    """All open communities; for a community's own desk only its own."""
    communities = Organization.objects.communities().open().order_by("code")
    if actor.holds(*UNIT_ROLES, Role.COUNTY_OFFICER):
        return communities
    return communities.filter(within(actor, "path", roles=COMMUNITY_ROLES))


def leaders_of(actor: Actor) -> QuerySet[Member]:
    """Members of the actor's units who hold a position."""
    return (
        Member.objects.on_roster()
        .filter(within(actor, "unit__path", roles=UNIT_ROLES | {Role.COUNTY_OFFICER}))
        .exclude(position="")
        .select_related("unit")
        .order_by("unit__code", "member_no")
    )


# ---- the register ------------------------------------------------------------------------------


@dataclass(frozen=True)
class RegisterLine:
    """One line of 单位党组织到社区报到登记册."""

    seq: int
    unit: str
    community: str
    presented: date
    received: date | None
    people: int
    contact: str
    phone: str
    offers: str
    state: str
    ended: date | None


def register(rows: Iterable[UnitReport]) -> list[RegisterLine]:
    return [
        RegisterLine(
            seq,
            row.unit.name,
            row.community.name,
            row.presented_on,
            row.received_on,
            row.people,
            row.contact,
            row.contact_phone,
            row.offers,
            str(row.get_state_display()),
            row.ended_on,
        )
        for seq, row in enumerate(rows, start=1)
    ]


# ---- 待办 --------------------------------------------------------------------------------------


def partnerships_awaiting(actor: Actor, now: datetime) -> Waiting:
    """Units to receive, pairings to agree to, visits of the quarter, matters raised."""
    if not actor.holds(*WRITERS):
        return []
    on = clock.local_date(now)
    found: list[Awaiting | Counted] = []
    if actor.holds(*COMMUNITY_ROLES):
        found += _of_community(actor)
    if actor.holds(*UNIT_ROLES):
        found += _of_unit(actor, on)
    return found


def _of_community(actor: Actor) -> list[Counted]:
    mine = within(actor, "community__path", roles=COMMUNITY_ROLES)
    return [
        Counted(
            UnitReport.objects.filter(mine, state=UnitReportState.PRESENTED),
            lambda n: (
                ngettext("%(n)d 个单位党组织前来报到", "%(n)d 个单位党组织前来报到", n) % {"n": n}
            ),
            reverse("placement:unit-reports"),
            oldest="presented_at",
            meta=_("接收后登记入册"),
        ),
        _proposed(Pairing.objects.filter(mine, proposed_by_community=False)),
    ]


def _of_unit(actor: Actor, on: date) -> list[Counted]:
    mine = within(actor, "unit__path", roles=UNIT_ROLES)
    found = [
        _proposed(Pairing.objects.filter(mine, proposed_by_community=True)),
        Counted(
            Matter.objects.filter(
                within(actor, "visit__unit__path", roles=UNIT_ROLES), state=MatterState.OPEN
            ),
            lambda n: (
                ngettext("走访提出的 %(n)d 件事待办理", "走访提出的 %(n)d 件事待办理", n) % {"n": n}
            ),
            reverse("placement:visits"),
            oldest="visit__held_on",
        ),
    ]
    last = quarter_of(on).last
    if on >= last - timedelta(days=REMIND_DAYS):
        found += _visits_due(actor, on, last)
    return found


def _proposed(rows: QuerySet[Pairing]) -> Counted:
    return Counted(
        rows.filter(state=PairingState.PROPOSED),
        lambda n: ngettext("%(n)d 项结对共建待确认", "%(n)d 项结对共建待确认", n) % {"n": n},
        reverse("placement:pairings"),
        oldest="proposed_at",
    )


def _visits_due(actor: Actor, on: date, last: date) -> list[Counted]:
    organisations = scheme_for(on).organisations
    mine = within(actor, "unit__path", roles=UNIT_ROLES)
    quarter = quarter_of(on)
    pairings = with_visits(
        Pairing.objects.filter(mine, state=PairingState.LIVE, since__lte=quarter.first), on
    ).filter(visits_now__lt=organisations.pairing_visits_per_quarter)
    points = with_leader_visits(
        ContactPoint.objects.filter(mine, until=None, since__lte=quarter.first), on
    ).filter(visits_now__lt=organisations.leader_visits_per_quarter)
    return [
        Counted(
            pairings,
            lambda n: (
                ngettext("%(n)d 项结对本季度还没有走访", "%(n)d 项结对本季度还没有走访", n)
                % {"n": n}
            ),
            reverse("placement:pairings"),
            oldest="since",
            due=lambda _day: last,
        ),
        Counted(
            points,
            lambda n: (
                ngettext("%(n)d 个联系点本季度还没有走访", "%(n)d 个联系点本季度还没有走访", n)
                % {"n": n}
            ),
            reverse("placement:contact-points"),
            oldest="since",
            due=lambda _day: last,
        ),
    ]
