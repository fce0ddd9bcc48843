"""Founding, correcting, moving and closing nodes of the tree."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.directory import rules
from allhours.directory.choices import OrgKind, Side
from allhours.directory.models import Member, Neighbour, Organization, PlaceName
from allhours.kernel import clock, codes, paths
from allhours.kernel.errors import Refused, refuse_if

# What an edit may change beside the parent, which has its own use case.
EDITABLE = frozenset(
    {
        "name",
        "short_name",
        "unit_class",
        "paired_community",
        "min_members",
        "max_members",
        "address",
        "phone",
        "twin",
    }
)


@transaction.atomic
def create_organization(
    *,
    actor: Actor,
    name: str,
    kind: str,
    parent: Organization | None,
    now: datetime,
    code: str = "",
    **facts: Any,
) -> Organization:
    """A new node; without a code it is given one. `facts` are fields named in `EDITABLE`."""
    actor.require(Role.COUNTY_OFFICER, over=parent.path if parent else paths.ROOT)
    refuse_if(rules.place_refusals(kind, parent))
    refuse_if(rules.numbers_refusals(facts.get("min_members"), facts.get("max_members")))
    _refuse_other_fields(facts)
    if kind in rules.ROOTS and Organization.objects.filter(kind=kind).exists():
        raise Refused(rules.ROOT_EXISTS.having(kind=OrgKind(kind).label))
    side = rules.ROOTS[OrgKind(kind)] if parent is None else Side(parent.side)
    organization = Organization(
        code=code or f"{kind[:1].upper()}-{codes.public_code(6)}",
        name=name,
        kind=kind,
        side=side,
        parent=parent,
        opened_on=clock.local_date(now),
        **facts,
    )
    try:
        with transaction.atomic():
            organization.save(force_insert=True)
    except IntegrityError:
        raise Refused(rules.CODE_TAKEN) from None
    organization.path = paths.child(parent.path if parent else paths.ROOT, organization.pk)
    organization.save(update_fields=["path"])
    journal.note(
        actor=actor, did="organization.created", to=organization, now=now,
        code=organization.code, kind=kind, parent=parent.pk if parent else None,
    )  # fmt: skip
    return organization


def _refuse_other_fields(facts: dict[str, Any]) -> None:
    if wrong := set(facts) - EDITABLE:
        raise TypeError(f"not a fact of an organization: {sorted(wrong)}")


@transaction.atomic
def edit_organization(
    *, actor: Actor, organization: Organization, now: datetime, **facts: Any
) -> list[str]:
    """Change fields named in `EDITABLE`; gives back the names of those that differed."""
    actor.require(Role.COUNTY_OFFICER, over=organization.path)
    _refuse_other_fields(facts)
    changed = [name for name, value in facts.items() if getattr(organization, name) != value]
    if not changed:
        return []
    for name in changed:
        setattr(organization, name, facts[name])
    refuse_if(rules.numbers_refusals(organization.min_members, organization.max_members))
    paired = organization.paired_community
    if paired is not None and paired.kind != OrgKind.COMMUNITY:
        raise Refused(rules.NOT_A_COMMUNITY.having(name=paired.name))
    organization.save(update_fields=changed)
    journal.note(
        actor=actor, did="organization.edited", to=organization, now=now, fields=sorted(changed)
    )
    return changed


@transaction.atomic
def move_organization(
    *, actor: Actor, organization: Organization, parent: Organization, now: datetime
) -> None:
    """Put a node with all below it under another parent; every path below is rewritten."""
    actor.require(Role.COUNTY_OFFICER, over=organization.path)
    actor.require(Role.COUNTY_OFFICER, over=parent.path)
    refuse_if(rules.move_refusals(organization, parent))
    old, before = organization.path, organization.parent_id
    new = paths.child(parent.path, organization.pk)
    Organization.objects.filter(path__startswith=old).update(
        path=Concat(Value(new), Substr(F("path"), len(old) + 1)), side=parent.side
    )
    organization.parent, organization.path, organization.side = parent, new, parent.side
    organization.save(update_fields=["parent"])
    journal.note(
        actor=actor, did="organization.moved", to=organization, now=now,
        before=before, after=parent.pk,
    )  # fmt: skip


@transaction.atomic
def close_organization(*, actor: Actor, organization: Organization, now: datetime) -> None:
    """Close an empty node; it stays in every record of the time when it was open."""
    actor.require(Role.COUNTY_OFFICER, over=organization.path)
    below = Organization.objects.open().under(organization.path).exclude(pk=organization.pk)
    people = Member.objects.on_roster().filter(unit__path__startswith=organization.path)
    if organization.parent_id is None or below.exists() or people.exists():
        raise Refused(rules.STILL_USED)
    if (
        Organization.objects.open()
        .filter(pk=organization.pk)
        .update(closed_on=clock.local_date(now))
    ):
        journal.note(actor=actor, did="organization.closed", to=organization, now=now)


@transaction.atomic
def set_neighbours(
    *, actor: Actor, community: Organization, others: list[Organization], now: datetime
) -> None:
    """Say which communities lie beside this one; the relation holds both ways."""
    actor.require(Role.COUNTY_OFFICER, over=community.path)
    for each in [community, *others]:
        if each.kind != OrgKind.COMMUNITY:
            raise Refused(rules.NOT_A_COMMUNITY.having(name=each.name))
    wanted = {
        (min(community.pk, other.pk), max(community.pk, other.pk))
        for other in others
        if other.pk != community.pk
    }
    rows = Neighbour.objects.filter(one=community) | Neighbour.objects.filter(other=community)
    current = {(row.one_id, row.other_id): row.pk for row in rows}
    gone = [pk for pair, pk in current.items() if pair not in wanted]
    fresh = sorted(wanted - set(current))
    if not gone and not fresh:
        return
    Neighbour.objects.filter(pk__in=gone).delete()
    Neighbour.objects.bulk_create(Neighbour(one_id=a, other_id=b) for a, b in fresh)
    journal.note(
        actor=actor, did="organization.neighbours_set", to=community, now=now,
        added=len(fresh), removed=len(gone),
    )  # fmt: skip


@transaction.atomic
def set_places(
    *, actor: Actor, community: Organization, kind: str, names: list[str], now: datetime
) -> None:
    """The estate or street names by which an address is known to lie in this community."""
    actor.require(Role.COUNTY_OFFICER, over=community.path)
    if community.kind != OrgKind.COMMUNITY:
        raise Refused(rules.NOT_A_COMMUNITY.having(name=community.name))
    wanted = dict.fromkeys(filter(None, (name.strip() for name in names)))
    taken = set(community.places.exclude(kind=kind).values_list("name", flat=True))
    current = set(community.places.filter(kind=kind).values_list("name", flat=True))
    fresh = [name for name in wanted if name not in current | taken]
    gone = current - set(wanted)
    if not gone and not fresh:
        return
    community.places.filter(kind=kind, name__in=gone).delete()
    PlaceName.objects.bulk_create(
        PlaceName(community=community, kind=kind, name=name) for name in fresh
    )
    journal.note(
        actor=actor, did="organization.places_set", to=community, now=now,
        kind=kind, added=len(fresh), removed=len(gone),
    )  # fmt: skip


@transaction.atomic
def correct_organization(
    *,
    actor: Actor,
    organization: Organization,
    facts: dict[str, Any],
    neighbours: list[Organization] | None,
    places: dict[str, list[str]],
    now: datetime,
) -> None:
    """One form's worth of corrections: facts, neighbours (None: not asked) and place names."""
    edit_organization(actor=actor, organization=organization, now=now, **facts)
    if neighbours is not None:
        set_neighbours(actor=actor, community=organization, others=neighbours, now=now)
    for kind, names in places.items():
        set_places(actor=actor, community=organization, kind=kind, names=names, now=now)
