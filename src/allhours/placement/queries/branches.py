"""Which temporary branch a member joins within a community: the one with fewest members."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q

from allhours.directory.choices import OrgKind
from allhours.directory.models import Organization
from allhours.placement.choices import LIVE
from allhours.placement.models import Placement


class Branches:
    """The temporary branches of some communities and how many serve in each."""

    def __init__(self, communities: Iterable[Organization]) -> None:
        wanted = Q(pk__in=())
        for community in communities:
            wanted |= Q(path__startswith=community.path)
        rows = Organization.objects.filter(wanted, kind=OrgKind.TEMP_BRANCH, closed_on=None)
        self._rows = {branch.pk: branch for branch in rows.order_by("code")}
        sizes = (
            Placement.objects.filter(branch__in=self._rows, state__in=LIVE)
            .values_list("branch_id")
            .annotate(Count("pk"))
        )
        self._sizes = dict.fromkeys(self._rows, 0) | dict(sizes)

    def suggested(self, community: Organization) -> Organization | None:
        own = [row for row in self._rows.values() if row.path.startswith(community.path)]
        return min(own, key=lambda row: self._sizes[row.pk], default=None)

    def took(self, branch: Organization | None) -> None:
        if branch is not None:
            self._sizes[branch.pk] += 1
