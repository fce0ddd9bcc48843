"""What was heard, counted by category: the county's table of problems and suggestions (S0)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.kernel import clock
from allhours.needs.choices import Origin, SuggestionKind, SuggestionState
from allhours.needs.models import Suggestion
from allhours.needs.queries.limits import year_period
from allhours.needs.queries.suggestions import OPEN, category_titles

NUMBERS = ("problems", "suggestions", "visits", "open", "answered")
NOT_YET = "none"  # of those without a category, in the address


@dataclass(frozen=True)
class Counted:
    """One line of the table."""

    category: str
    url: str
    problems: int
    suggestions: int
    visits: int
    open: int
    answered: int

    @property
    def total(self) -> int:
        return self.problems + self.suggestions


def problems(actor: Actor, now: datetime) -> list[Counted]:
    """Of this programme year, what is on the actor's desk: each category, then all together."""
    year = year_period(now)
    rows = Suggestion.objects.on_desk_of(actor).filter(
        noted_at__gte=clock.at(year.first), noted_at__lt=clock.end_of(year.last)
    )
    grouped = (
        rows.order_by()
        .values("category")
        .annotate(
            problems=Count("pk", filter=Q(kind=SuggestionKind.PROBLEM)),
            suggestions=Count("pk", filter=Q(kind=SuggestionKind.SUGGESTION)),
            visits=Count("pk", filter=Q(origin=Origin.VISIT)),
            open=Count("pk", filter=Q(state__in=OPEN)),
            answered=Count("pk", filter=_answered()),
        )
        .values_list("category", *NUMBERS)
    )
    counted = {code: numbers for code, *numbers in grouped}
    titles = category_titles(now) | {"": _("（待受理）")}
    first = year.first.isoformat()
    known = list(titles)
    codes = sorted(counted, key=lambda code: known.index(code) if code in titles else -1)
    found = [
        Counted(str(titles.get(code, code)), _url(code or NOT_YET, first), *counted[code])
        for code in codes
    ]
    if not found:
        return []
    whole = [sum(column) for column in zip(*counted.values(), strict=True)]
    return [*found, Counted(_("合计"), _url("", first), *whole)]


def _answered() -> Q:
    """Answered itself, or with the one it was joined to."""
    return Q(state=SuggestionState.ANSWERED) | Q(joined_to__state=SuggestionState.ANSWERED)


def _url(category: str, since: str) -> str:
    asked = {"category": category, "since": since} if category else {"since": since}
    return f"{reverse('needs:desk-suggestions')}?{urlencode(asked)}"
