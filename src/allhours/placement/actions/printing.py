"""Printing: short stacks at once, thousands in the background; every print is journaled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.jobs.actions import start_job
from allhours.jobs.models import Job
from allhours.kernel.errors import Refused
from allhours.placement.queries.papers import sheets_for

JOB = "placement.print"


@transaction.atomic
def start_printing(
    *,
    actor: Actor,
    code: str,
    placement_ids: Sequence[int],
    base_url: str,
    title: str,
    now: datetime,
) -> Job:
    """One sheet for many placements as a file, made in the background, for the actor to take."""
    if code not in sheets_for(actor):
        raise Refused(NOT_YOURS_TO_DO)
    args = {"code": code, "placement_ids": list(placement_ids), "base_url": base_url}
    return start_job(actor=actor, kind=JOB, args=args, now=now, title=title)


@transaction.atomic
def note_printed(*, actor: Actor, code: str, count: int, now: datetime) -> None:
    """Which sheet and how many left the system on paper."""
    journal.note(actor=actor, did="sheet.printed", to=("sheet", code), now=now, count=count)
