"""Each workday: suggestions whose deadline nears, has passed, or passed some days ago."""

from __future__ import annotations

from datetime import datetime

from allhours.kernel import clock
from allhours.needs import notices
from allhours.needs.choices import SuggestionState
from allhours.needs.models import Suggestion
from allhours.needs.queries.limits import suggestion_rules, workday_shifted

OPEN = (SuggestionState.NOTED, SuggestionState.IN_HAND)


def remind_of_suggestions(*, now: datetime) -> int:
    """Before the deadline and the day after it, whom it lies with; later those above as well.

    A deadline is a workday, so that each is met exactly once; on days off nobody is told.
    """
    rules = suggestion_rules(now)
    today = clock.local_date(now)
    if not rules.enabled or workday_shifted(today, 0) is None:
        return 0
    days = max(1, rules.remind_working_days)
    told = 0
    for key, shift in (
        ("needs.suggestion_due_soon", rules.remind_working_days),
        ("needs.suggestion_overdue", -1),
        ("needs.suggestion_escalated", -1 - days),
    ):
        if key == "needs.suggestion_due_soon" and not rules.remind_working_days:
            continue
        rows = Suggestion.objects.filter(state__in=OPEN, due_on=workday_shifted(today, shift))
        for found in rows.order_by("pk"):
            notices.suggestion_deadline(found, key, now=now)
            told += 1
    return told
