"""The journal's page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from allhours.accounts import queries
from allhours.accounts.actions import records
from allhours.accounts.choices import Role
from allhours.accounts.forms import JournalFilter
from allhours.accounts.requests import SignedInRequest
from allhours.accounts.tables import JournalTable
from allhours.kernel import clock
from allhours.ui.lists import list_response


@login_required
def journal(request: SignedInRequest) -> HttpResponseBase:
    """Who did what, for the audit administrator alone."""
    actor = request.actor
    if not actor.holds(Role.AUDIT_ADMIN):
        raise Http404
    return list_response(
        request,
        "accounts/journal.html",
        rows=queries.journal_visible_to(actor),
        table=JournalTable,
        filters=JournalFilter,
        name=_("操作记录"),
        on_export=lambda kind, rows: records.note_export(
            actor=actor, kind=kind, rows=rows, now=clock.now()
        ),
    )
