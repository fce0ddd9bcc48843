"""The tree, as its readers may see it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.directory.choices import OrgKind, PlaceKind
from allhours.directory.models import Neighbour, Organization
from allhours.kernel import paths


def organization_coded(code: str) -> Organization | None:
    return Organization.objects.open().filter(code=code).first()


def organizations_visible_to(actor: Actor) -> QuerySet[Organization]:
    return Organization.objects.visible_to(actor)


def organizations_to_name(actor: Actor) -> QuerySet[Organization]:
    """Those within sight, and all for the security administrator, who keeps their appointments."""
    if actor.holds(Role.SECURITY_ADMIN):
        return Organization.objects.all()
    return Organization.objects.visible_to(actor)


def communities_visible_to(actor: Actor) -> QuerySet[Organization]:
    return Organization.objects.visible_to(actor).communities().open().order_by("code")


def communities() -> QuerySet[Organization]:
    """Every open community, for choices that all may make (where one lives)."""
    return Organization.objects.communities().open().order_by("code")


def seats_for(actor: Actor, kinds: frozenset[OrgKind]) -> QuerySet[Organization]:
    """Open nodes of some kinds within the actor's sight, in the order of the tree."""
    return Organization.objects.visible_to(actor).open().filter(kind__in=kinds).order_by("path")


def seats_below(top: Organization, kinds: frozenset[OrgKind]) -> QuerySet[Organization]:
    """A node itself and what stands below it, of the kinds at which a role may be held."""
    rows = Organization.objects.open().under(top.path)
    return rows.filter(kind__in=kinds).order_by("path")


def neighbours_of(community: Organization) -> QuerySet[Organization]:
    pairs = Neighbour.objects.filter(Q(one=community) | Q(other=community))
    ids = {pk for pair in pairs.values_list("one_id", "other_id") for pk in pair}
    return Organization.objects.filter(pk__in=ids - {community.pk}).order_by("code")


def with_child_counts(rows: QuerySet[Organization]) -> QuerySet[Organization]:
    """Adds `child_count`, the open nodes right below."""
    return rows.annotate(child_count=Count("children", filter=Q(children__closed_on=None)))


def under(top: Organization, kinds: frozenset[OrgKind]) -> QuerySet[Organization]:
    """Open nodes of some kinds below one node."""
    rows = Organization.objects.open().under(top.path).exclude(pk=top.pk)
    return rows.filter(kind__in=kinds).order_by("path")


def seats(kinds: frozenset[OrgKind]) -> QuerySet[Organization]:
    """Open nodes of some kinds in the whole county, for those who appoint."""
    return Organization.objects.open().filter(kind__in=kinds).order_by("path")


def place_names(community: Organization) -> dict[str, list[str]]:
    """Kind of place name → the names known for a community."""
    names: dict[str, list[str]] = {kind.value: [] for kind in PlaceKind}
    for kind, name in community.places.order_by("pk").values_list("kind", "name"):
        names[kind].append(name)
    return names


def tree_below(top: Organization) -> QuerySet[Organization]:
    """The open nodes right below one node, with the number below each."""
    return with_child_counts(top.children.filter(closed_on=None)).order_by("code")


def roots_visible_to(actor: Actor) -> list[Organization]:
    """The tops of what the actor sees."""
    rows = Organization.objects.visible_to(actor)
    return list(rows.exclude(parent__in=rows).order_by("side", "code"))


def ancestors(organization: Organization) -> list[Organization]:
    """From the root down to the parent."""
    above = [pk for pk in paths.ids(organization.path) if pk != organization.pk]
    return list(Organization.objects.filter(pk__in=above).order_by("path"))


def organizations_by_id(ids: Iterable[int | None]) -> dict[int | None, Organization]:
    """Nodes by id, for naming what an actor's grants stand over."""
    return dict(Organization.objects.in_bulk([pk for pk in ids if pk is not None]))


def organization_within(top: Organization, code: str) -> Organization | None:
    """An open node below another, by its code."""
    return Organization.objects.open().under(top.path).filter(code=code).first()


def units() -> QuerySet[Organization]:
    """Every open unit, for a transfer to any of them."""
    return Organization.objects.units().open().order_by("code")
