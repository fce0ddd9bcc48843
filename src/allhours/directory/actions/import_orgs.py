"""Organisations from a spreadsheet: what it would do, and doing it, all or nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.directory.actions import organizations
from allhours.directory.choices import PlaceKind
from allhours.directory.orgfile import OrgFile
from allhours.directory.queries.org_plan import Node, OrgPlan, plan_of
from allhours.kernel.errors import Refusal, Refused

HAS_PROBLEMS = Refusal("orgs.problems", _("文件中还有 %(count)d 处问题，改正后才能导入。"))


def plan_organizations(*, actor: Actor, file: OrgFile) -> OrgPlan:
    """Compare the file with the tree; writes nothing."""
    actor.require(Role.COUNTY_OFFICER)
    return plan_of(file)


@transaction.atomic
def import_organizations(*, actor: Actor, file: OrgFile, now: datetime) -> OrgPlan:
    """Do all that the file asks for, or refuse and do nothing."""
    plan = plan_organizations(actor=actor, file=file)
    if plan.errors:
        raise Refused(HAS_PROBLEMS.having(count=len(plan.errors)))
    moves = any("parent" in changed for changed in plan.changes.values())
    for node in plan.nodes:
        if moves and node.parent is not None and node.parent.stored is not None:
            node.parent.stored.refresh_from_db(fields=["path"])  # it may have moved just now
        _store(actor, node, now)
    for node in plan.nodes:  # pairs and neighbours need every node to stand
        _link(actor, node, now)
    return plan


def _store(actor: Actor, node: Node, now: datetime) -> None:
    """Create or correct a node; the parent was stored before it."""
    row = node.row
    assert row is not None  # noqa: S101 - plan.nodes are rows
    parent = node.parent.stored if node.parent else None
    if node.stored is None:
        node.stored = organizations.create_organization(
            actor=actor, name=row.name, kind=row.kind, parent=parent, code=row.code, now=now,
            **row.facts,
        )  # fmt: skip
        return
    if parent is not None and node.stored.parent_id != parent.pk:
        organizations.move_organization(
            actor=actor, organization=node.stored, parent=parent, now=now
        )
        node.stored.refresh_from_db()
    facts = {"name": row.name, **row.facts}
    organizations.edit_organization(actor=actor, organization=node.stored, now=now, **facts)


def _link(actor: Actor, node: Node, now: datetime) -> None:
    org, row = node.stored, node.row
    assert org is not None  # noqa: S101 - stored just now
    assert row is not None  # noqa: S101
    if node.paired is not None:
        organizations.edit_organization(
            actor=actor, organization=org, now=now, paired_community=node.paired.stored
        )
    if node.neighbours is not None:
        others = [other.stored for other in node.neighbours if other.stored is not None]
        organizations.set_neighbours(actor=actor, community=org, others=others, now=now)
    for kind, names in ((PlaceKind.ESTATE, row.estates), (PlaceKind.STREET, row.streets)):
        if names is not None:
            organizations.set_places(actor=actor, community=org, kind=kind, names=names, now=now)
