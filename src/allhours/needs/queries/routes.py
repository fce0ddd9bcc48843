"""Where a suggestion may be handed: grid › community › town › department, as the scheme allows."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from allhours.accounts.scope import NOTHING
from allhours.directory.choices import OrgKind
from allhours.directory.models import Organization
from allhours.kernel.errors import Refusal
from allhours.needs.models import Suggestion
from allhours.needs.queries.limits import suggestion_rules
from allhours.needs.rules.suggestions import NOT_A_PLACE, PLACES

Choices = list[tuple[str, list[tuple[int, str]]]]


def routes(now: datetime) -> dict[str, str]:
    """Code → title of the routes in order; all of them where the scheme names none."""
    named = {route.code: route.title for route in suggestion_rules(now).routes}
    return {str(code): title for code, title in named.items()} or {
        "grid": _("网格"),
        "community": _("社区"),
        "town": _("镇街"),
        "authority": _("职能部门"),
    }


def not_a_place(now: datetime) -> Refusal:
    return NOT_A_PLACE.having(places=_("、").join(routes(now).values()))


def places_for(suggestion: Suggestion, now: datetime) -> QuerySet[Organization]:
    """Its own grids, community and town, and the departments: those that the scheme names."""
    near = {
        "grid": Q(kind=OrgKind.GRID, parent=suggestion.community_id),
        "community": Q(pk=suggestion.community_id),
        "town": Q(kind=OrgKind.TOWN, pk=suggestion.community.parent_id or 0),
        "authority": Q(kind=OrgKind.UNIT),
    }
    allowed = NOTHING
    for code in routes(now):
        allowed |= near[code]
    return Organization.objects.open().filter(allowed).order_by("side", "code")


def place_choices(suggestion: Suggestion, now: datetime) -> Choices:
    """The same for a list to choose from, under the scheme's titles; where it lies left out."""
    rows = list(places_for(suggestion, now).exclude(pk=suggestion.handler_id))
    groups = [
        (title, [(row.pk, row.label) for row in rows if row.kind == PLACES[code]])
        for code, title in routes(now).items()
    ]
    return [group for group in groups if group[1]]
