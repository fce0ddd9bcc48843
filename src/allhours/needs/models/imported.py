from __future__ import annotations

from typing import ClassVar, Self

from django.db import models

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, Role
from allhours.directory.models import Organization, Upload
from allhours.kernel import paths

WISH_SHEET = "wishimport.content"  # purpose under which a sheet is sealed


class WishImportQuerySet(models.QuerySet["WishImport"]):
    def visible_to(self, actor: Actor) -> Self:
        """A county officer sees all; a community's people those of their community.

        Of what one sent for several communities at once they see it while they act for all these.
        """
        if actor.holds(Role.COUNTY_OFFICER):
            return self
        seen = models.Q(pk__in=self._own_of_several(actor))
        for grant in actor.grants_of(COMMUNITY_ROLES):
            seen |= models.Q(community__path__startswith=grant.path)
            seen |= models.Q(community_id__in=paths.ids(grant.path))
        return self.filter(seen)

    def _own_of_several(self, actor: Actor) -> list[int]:
        held = [grant.path for grant in actor.grants_of(COMMUNITY_ROLES)]
        if not held or actor.user_id is None:
            return []
        own = self.filter(created_by_id=actor.user_id, community=None).order_by()
        sent = own.values_list("pk", models.F("plan__sent_for"))
        return [
            pk
            for pk, places in sent
            if places and all(any(paths.covers(path, each) for path in held) for each in places)
        ]


class WishImport(Upload):
    """An uploaded spreadsheet of wishes, kept sealed until it is taken over or given up.

    `plan` holds the places that its sender acted for (`sent_for`, paths), counts, problems, the
    public facts of each row, and once applied which row became which wish; never a resident's
    name, telephone, address or own words.
    """

    purpose = WISH_SHEET

    community = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # empty: may hold several communities' wishes
    publish_at = models.DateTimeField(null=True)
    codes_issued_at = models.DateTimeField(null=True)  # follow codes were last made and printed

    objects: ClassVar[models.Manager[WishImport]] = WishImportQuerySet.as_manager()
