"""From the scheme's kinds of activity to the ledger's, and their titles."""

from __future__ import annotations

from datetime import date

from allhours.ledger.choices import EntryKind
from allhours.scheme.queries import scheme_for

# Codes a scheme may use with a meaning of their own; any other activity is a public one.
LEDGER_KINDS = {
    "themed": EntryKind.THEMED,
    "service_day": EntryKind.SERVICE_DAY,
    "post_service": EntryKind.POST_SERVICE,
    "visit": EntryKind.VISIT,
    "group_outing": EntryKind.GROUP_SERVICE,
    "team_outing": EntryKind.GROUP_SERVICE,
    "training": EntryKind.OTHER,
}


def ledger_kind(code: str) -> str:
    return LEDGER_KINDS.get(code, EntryKind.ACTIVITY)


def titles(on: date) -> dict[str, str]:
    """Kind code → title under the scheme of a day, in the scheme's order."""
    return {kind.code: kind.title for kind in scheme_for(on).activities.kinds}
