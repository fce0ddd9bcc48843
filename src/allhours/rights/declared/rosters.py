"""Uploaded rosters: whole files that name many people, so one person's part cannot be cut out."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from allhours.directory.models import ImportState, RosterImport
from allhours.rights.holdings import Cutoff, Person
from allhours.rights.words import REMOVED

OVER = (ImportState.APPLIED, ImportState.DISCARDED)
KEPT_OF_A_PLAN = ("counts", "errors", "written")  # numbers only


def prune_rosters(cutoff: Cutoff, *, apply: bool) -> int:
    """Of rosters that are over and past their days only the counts stay."""
    rows = _with_names().filter(created_at__lt=cutoff.at, state__in=OVER)
    return _strip(rows) if apply else rows.count()


def forget_in_rosters(person: Person) -> int:
    """Every file and preview that was uploaded before now: they name whole units.

    One that still waits to be applied is given up; its unit uploads a roster without the person.
    """
    if not person.member_ids:
        return 0
    waiting = RosterImport.objects.exclude(state__in=OVER)
    waiting.update(state=ImportState.DISCARDED)
    return _strip(_with_names())


def _with_names() -> QuerySet[RosterImport]:
    return RosterImport.objects.exclude(filename=REMOVED)


def _strip(rows: QuerySet[RosterImport]) -> int:
    stripped = 0
    for each in rows.only("pk", "plan").iterator(chunk_size=50):
        plan: dict[str, Any] = {key: each.plan[key] for key in KEPT_OF_A_PLAN if key in each.plan}
        stripped += RosterImport.objects.filter(pk=each.pk).update(
            plan=plan, content_sealed="", filename=REMOVED
        )
    return stripped
