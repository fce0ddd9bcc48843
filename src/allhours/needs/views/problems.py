"""问题建议分类汇总 (S0), where the scheme gathers problems."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from allhours.directory.pages import actor_of, journaled
from allhours.kernel import clock
from allhours.needs.problem_table import ProblemTable
from allhours.needs.queries.limits import suggestion_rules
from allhours.needs.queries.problems import problems
from allhours.needs.views.suggestions import DESK
from allhours.ui.lists import list_response


@require_GET
@login_required
def listed(request: HttpRequest) -> HttpResponseBase:
    actor, now = actor_of(request, *DESK), clock.now()
    rules = suggestion_rules(now)
    if not (rules.enabled and rules.problem_collection):
        raise Http404
    return list_response(
        request,
        "needs/desk_problems.html",
        rows=problems(actor, now),
        table=ProblemTable,
        name=_("问题建议分类汇总"),
        on_export=journaled(request, "problems"),
    )
