"""My service record: every total opens to its lines, every line to its source."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from allhours.activities.queries import activities as people
from allhours.activities.queries import record as queries
from allhours.activities.views.common import member_actor
from allhours.kernel import clock
from allhours.scheme.queries import scheme_for
from allhours.scheme.worktime import programme_year, programme_year_of
from allhours.ui.parts import NavItem

YEARS_BACK = 3


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    member = people.member_of(member_actor(request))
    assert member is not None  # noqa: S101 - member_actor asked
    today = clock.local_date(clock.now())
    rules = scheme_for(today).year
    this_year = programme_year_of(today, rules)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and 2000 < int(asked) <= this_year else this_year
    first = max(member.registered_on.year, this_year - YEARS_BACK)
    years = range(this_year, min(first, this_year) - 1, -1)
    context = {
        "member": member,
        "year": year,
        "record": queries.record_of(member, programme_year(year, rules)),
        "years": [NavItem(str(each), f"?year={each}", current=each == year) for each in years],
    }
    return render(request, "activities/record.html", context)


@login_required
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    actor = member_actor(request)
    found = queries.entry_of(actor.member_id or 0, pk)
    if found is None:
        raise Http404
    return render(request, "activities/entry.html", {"line": queries.line_of(found)})
