"""Appointments that wait for somebody."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import ngettext

from allhours.accounts.actor import Actor
from allhours.directory import appointing
from allhours.directory.queries.people import proposals_for
from allhours.ui.awaiting import Counted, Waiting


def desk_awaiting(actor: Actor, now: datetime) -> Waiting:
    """Proposals that the actor may approve."""
    if not actor.holds(*appointing.APPOINTERS):
        return []
    return [
        Counted(
            rows=proposals_for(actor),
            title=lambda n: ngettext("%(n)d 项任命待批准", "%(n)d 项任命待批准", n) % {"n": n},
            url=reverse("directory:proposals"),
            oldest="proposed_at",
            kind="warn",
        )
    ]
