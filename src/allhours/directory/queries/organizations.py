"""The tree, as its readers may see it."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from allhours.accounts.actor import Actor
from allhours.directory.choices import OrgKind
from allhours.directory.models import Neighbour, Organization


def organization_coded(code: str) -> Organization | None:
    return Organization.objects.open().filter(code=code).first()


def organizations_visible_to(actor: Actor) -> QuerySet[Organization]:
    return Organization.objects.visible_to(actor)


def communities_visible_to(actor: Actor) -> QuerySet[Organization]:
    return Organization.objects.visible_to(actor).communities().open().order_by("code")


def communities() -> QuerySet[Organization]:
    """Every open community, for choices that all may make (where one lives)."""
    return Organization.objects.communities().open().order_by("code")


def seats_for(actor: Actor, kinds: frozenset[OrgKind]) -> QuerySet[Organization]:
    """Open nodes of some kinds within the actor's sight, in the order of the tree."""
    return Organization.objects.visible_to(actor).open().filter(kind__in=kinds).order_by("path")


def neighbours_of(community: Organization) -> QuerySet[Organization]:
    pairs = Neighbour.objects.filter(Q(one=community) | Q(other=community))
    ids = {pk for pair in pairs.values_list("one_id", "other_id") for pk in pair}
    return Organization.objects.filter(pk__in=ids - {community.pk}).order_by("code")


def with_child_counts(rows: QuerySet[Organization]) -> QuerySet[Organization]:
    """Adds `child_count`, the open nodes right below."""
    return rows.annotate(child_count=Count("children", filter=Q(children__closed_on=None)))
