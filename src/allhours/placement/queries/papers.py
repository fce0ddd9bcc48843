"""Receipts and printed sheets: which placements they concern, within the reader's sight."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES, Role
from allhours.accounts.scope import within
from allhours.directory.choices import OrgKind
from allhours.directory.models import MemberQuerySet, Organization
from allhours.kernel.codes import normal_code
from allhours.placement.choices import EndReason, LetterState, PlacementState, ReceiptTo
from allhours.placement.models import (
    CollectiveLetter,
    Letter,
    Placement,
    PlacementQuerySet,
)
from allhours.placement.queries.desk import placements_of_units
from allhours.scheme.schema import Paper, Reporting

UNIT_SHEETS = frozenset(
    {
        "report_letter", "contact_card", "collective_letter", "activity_roster", "member_card",
        "report_receipt",
    }
)  # fmt: skip
COMMUNITY_SHEETS = UNIT_SHEETS - {"report_letter"}
WITH_PLACES = ("member", "unit", "community", "branch", "grid", "team")


def sheets_for(actor: Actor) -> frozenset[str]:
    """The sheets that somebody with these roles may print."""
    if actor.holds(*UNIT_ROLES, *COUNTY_ROLES):
        return UNIT_SHEETS
    return COMMUNITY_SHEETS if actor.holds(*COMMUNITY_ROLES) else frozenset()


def printable(actor: Actor, code: str) -> PlacementQuerySet:
    """Placements that a sheet can be printed of, in the order in which the stack is wanted."""
    sides = UNIT_ROLES | COUNTY_ROLES
    seen = within(actor, "unit__path", roles=sides)
    if code in COMMUNITY_SHEETS:
        seen |= within(actor, "community__path", roles=COMMUNITY_ROLES | COUNTY_ROLES)
    rows = Placement.objects.filter(seen).select_related(*WITH_PLACES)
    if code == "report_letter":
        rows = rows.live()
    elif code == "report_receipt":
        rows = rows.filter(state=PlacementState.REPORTED)
    elif code == "collective_letter":
        rows = rows.filter(collective__isnull=False)
    else:
        rows = rows.live()
    return rows.order_by("unit__code", "community__code", "member__member_no")


def batch(
    rows: PlacementQuerySet, *, unit: int, year: int, first: int, last: int
) -> PlacementQuerySet:
    """Of these, the ones whose live letters bear the numbers just given."""
    return rows.filter(
        letters__unit=unit,
        letters__year=year,
        letters__serial__range=(first, last),
        letters__state__in=(LetterState.ISSUED, LetterState.USED),
    )


def unit_receipts_open(actor: Actor) -> PlacementQuerySet:
    """Receipts that stand with the actor's units and nobody has acknowledged yet."""
    return placements_of_units(actor).filter(
        within(actor, "unit__path", roles=UNIT_ROLES),
        state=PlacementState.REPORTED,
        acknowledged_at=None,
        receipt_to__in=(ReceiptTo.UNIT, ""),
    )


def branch_receipts(actor: Actor) -> PlacementQuerySet:
    """Receipts that went to the actor's temporary branches, newest first."""
    roles = {Role.BRANCH_SECRETARY} | COUNTY_ROLES
    return (
        Placement.objects.filter(within(actor, "branch__path", roles=roles))
        .filter(receipt_to=ReceiptTo.TEMPORARY_BRANCH, state=PlacementState.REPORTED)
        .select_related("member", "unit", "community", "branch")
        .order_by("-reported_at", "member__member_no")
    )


def branch_receipts_open(actor: Actor) -> PlacementQuerySet:
    return branch_receipts(actor).filter(
        within(actor, "branch__path", roles=[Role.BRANCH_SECRETARY]), acknowledged_at=None
    )


@dataclass(frozen=True)
class CollectiveRow:
    """A collective letter in a list, with how many stand on it and how many were received."""

    letter: CollectiveLetter
    members: int
    received: int


def collective_rows(actor: Actor, most: int = 20) -> list[CollectiveRow]:
    """The newest sheets within the actor's sight."""
    rows = (
        CollectiveLetter.objects.visible_to(actor)
        .select_related("unit", "community")
        .order_by("-pk")[:most]
    )
    found = list(rows)
    counts = (
        Placement.objects.filter(collective__in=found)
        .values_list("collective_id")
        .annotate(members=Count("pk"), got=Count("pk", filter=Q(reported_on__isnull=False)))
    )
    numbers = {pk: (members, received) for pk, members, received in counts}
    return [CollectiveRow(row, *numbers.get(row.pk, (0, 0))) for row in found]


def places_within(community: Organization, kinds: Iterable[OrgKind]) -> QuerySet[Organization]:
    """Open temporary branches, grids or teams of a community."""
    return Organization.objects.filter(
        path__startswith=community.path, kind__in=list(kinds), closed_on=None
    ).order_by("code")


def branches_on_desk(actor: Actor) -> QuerySet[Organization]:
    """The open temporary branches into which the actor may receive a stack."""
    return Organization.objects.filter(
        within(actor, "path", roles=COMMUNITY_ROLES), kind=OrgKind.TEMP_BRANCH, closed_on=None
    ).order_by("code")


def papers_to_offer(reporting: Reporting, step: str, actor: Actor) -> list[Paper]:
    """What a page of this step offers to print, each sheet once."""
    allowed = sheets_for(actor)
    found: dict[str, Paper] = {}
    for paper in reporting.papers_at(step):
        if paper.sheet in allowed:
            found.setdefault(paper.sheet, paper)
    return list(found.values())


def _asked() -> PlacementQuerySet:
    """Returned placements whose unit named another community, the newest first."""
    rows = Placement.objects.filter(end_reason=EndReason.RETURNED, wanted_community__isnull=False)
    return rows.order_by("-wanted_at")


def with_wanted(members: MemberQuerySet) -> MemberQuerySet:
    """Adds `wanted`: the name of the community that the unit asked for after a return."""
    newest = _asked().filter(member=OuterRef("pk"))
    return members.annotate(wanted=Subquery(newest.values("wanted_community__name")[:1]))


def wanted_of(member_id: int) -> Organization | None:
    """The community that the unit asked for after a return, if any."""
    found = _asked().select_related("wanted_community").filter(member=member_id).first()
    return found.wanted_community if found else None


@dataclass(frozen=True)
class Standing:
    """What anybody may learn of a letter by its code: that there is such a one, and its state."""

    state: str
    valid_until: date


def standing_of(code: str, on: date) -> Standing | None:
    """`valid`, `used`, `expired` or `void`; None for a code that no letter bears."""
    letter = Letter.objects.filter(code=normal_code(code)).only("state", "valid_until").first()
    if letter is None:
        return None
    state = {
        LetterState.USED: "used", LetterState.VOID: "void", LetterState.EXPIRED: "expired"
    }.get(LetterState(letter.state), "valid")  # fmt: skip
    if state == "valid" and letter.valid_until < on:
        state = "expired"
    return Standing(state, letter.valid_until)
