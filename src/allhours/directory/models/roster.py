from __future__ import annotations

from typing import ClassVar, Self

from django.db import models

from allhours.accounts.actor import Actor
from allhours.accounts.choices import UNIT_ROLES, Role
from allhours.directory.models.organization import Organization
from allhours.directory.models.upload import Upload

ROSTER_FILE = "rosterimport.content"  # purpose under which a roster is sealed


class RosterImportQuerySet(models.QuerySet["RosterImport"]):
    def visible_to(self, actor: Actor) -> Self:
        """A county officer sees all; a unit's people those of their unit and below."""
        if actor.holds(Role.COUNTY_OFFICER):
            return self
        seen = models.Q(pk__in=())
        for grant in actor.grants_of(UNIT_ROLES):
            seen |= models.Q(unit__path__startswith=grant.path)
        return self.filter(seen)


class RosterImport(Upload):
    """An uploaded roster: kept sealed until it is applied or given up, with its plan to be read.

    `plan` holds counts, problems and the first consequences of each kind; ID numbers and phones
    masked.
    """

    purpose = ROSTER_FILE

    unit = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # empty: a whole county's
    create_units = models.BooleanField(default=False)
    with_leaves = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[RosterImport]] = RosterImportQuerySet.as_manager()
