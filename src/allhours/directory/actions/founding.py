"""The first acts of an installation: the county, its law, the two roots, the first accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allhours.accounts.actions.slips import IssuedSlip, issue
from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import User
from allhours.directory import rules
from allhours.directory.actions.accounts import open_account
from allhours.directory.actions.appointments import appoint
from allhours.directory.actions.organizations import create_organization
from allhours.directory.choices import OrgKind
from allhours.directory.models import Organization
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.scheme import actions as scheme_actions

COMMITTEE, TERRITORY = "GW", "SQ"  # codes of the two roots
FIRST_ACCOUNTS = {
    Role.SYSTEM_ADMIN: "sysadmin",
    Role.SECURITY_ADMIN: "secadmin",
    Role.AUDIT_ADMIN: "auditor",
    Role.COUNTY_OFFICER: "officer",
}


@dataclass(frozen=True)
class Roots:
    """The county committee (employers' side) and the root of the territory."""

    committee: Organization
    territory: Organization


@transaction.atomic
def found_county(
    *,
    actor: Actor,
    name: str,
    document: Mapping[str, Any],
    effective_from: date,
    now: datetime,
    is_demo: bool = False,
) -> Roots:
    """Name the county, publish its scheme (a resolved document) and set up the two roots.

    Refuses where a county stands already.
    """
    if Organization.objects.filter(parent=None).exists():
        raise Refused(rules.COUNTY_STANDS)
    office = _("%(county)s直机关工委") % {"county": name}
    scheme_code = str(document.get("code", ""))
    scheme_actions.set_county(
        actor=actor, name=name, office=office, scheme_code=scheme_code, is_demo=is_demo, now=now
    )
    scheme_actions.publish_scheme(
        actor=actor, document=document, effective_from=effective_from, now=now
    )
    years = range(effective_from.year - 1, effective_from.year + 2)
    scheme_actions.seed_calendar(actor=actor, years=years, now=now)
    committee = create_organization(
        actor=actor, code=COMMITTEE, name=office, kind=OrgKind.COUNTY, parent=None, now=now
    )
    territory = create_organization(
        actor=actor, code=TERRITORY, name=name, kind=OrgKind.TERRITORY, parent=None, now=now
    )
    return Roots(committee, territory)


@dataclass(frozen=True)
class FirstAccount:
    role: str
    slip: IssuedSlip


@transaction.atomic
def open_first_accounts(
    *, actor: Actor, committee: Organization, officer: str, now: datetime
) -> list[FirstAccount]:
    """The three administrators and the first county officer, each with a slip."""
    users: dict[str, User] = {}
    for role, username in FIRST_ACCOUNTS.items():
        name = officer if role == Role.COUNTY_OFFICER and officer else str(role.label)
        user = open_account(actor=actor, username=username, display_name=name, now=now)
        appoint(
            actor=actor, user=user, role=role, organization=committee,
            from_on=clock.local_date(now), now=now,
        )  # fmt: skip
        users[role] = user
    slips = issue(actor=actor, users=list(users.values()), now=now)
    return [FirstAccount(role, slip) for role, slip in zip(users, slips, strict=True)]
