"""How long what is kept, and the list of functions and data for filing."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render

from allhours.accounts.choices import Role
from allhours.directory import pages
from allhours.directory.middleware import ActorRequest
from allhours.kernel import clock
from allhours.rights.actions.retention import dry_run
from allhours.rights.filing import filing_list, filing_pdf
from allhours.rights.queries.retention import recent_runs
from allhours.rights.shown import kept_for

READERS = (Role.COUNTY_OFFICER, Role.SECURITY_ADMIN)


@login_required
def retention(request: ActorRequest) -> HttpResponse:
    """What would go tonight, and why; and what went."""
    actor = pages.actor_of(request, Role.COUNTY_OFFICER, Role.SYSTEM_ADMIN)
    now = clock.now()
    on = clock.local_date(now)
    lines = [{"line": line, "kept": kept_for(line.holding, on)} for line in dry_run(now=now)]
    context = {"lines": lines, "runs": recent_runs(actor)}
    return render(request, "rights/retention.html", context)


@login_required
def data_list(request: ActorRequest) -> HttpResponse:
    pages.actor_of(request, *READERS)
    return render(request, "rights/data_list.html", filing_list(clock.now()))


@login_required
def data_list_pdf(request: ActorRequest) -> HttpResponse:
    pages.actor_of(request, *READERS)
    response = HttpResponse(filing_pdf(clock.now()), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="data-list.pdf"'
    return response
