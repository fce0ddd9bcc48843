"""Two wishes that say the same become one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allhours.kernel import clock
from allhours.needs import actions
from allhours.needs.queries.desk import desk_wish
from allhours.needs.rules.duplicates import UNKNOWN
from allhours.needs.views.common import refusals_as_messages
from allhours.needs.views.desk_wish import found_on_desk


@require_POST
@login_required
def merge(request: HttpRequest, code: str) -> HttpResponse:
    """Into the wish whose code was chosen or typed; its page is shown next."""
    actor, found = found_on_desk(request, code)
    into = desk_wish(actor, request.POST.get("into", "").strip()[:16])
    if into is None:
        messages.error(request, str(UNKNOWN))
        return redirect("needs:desk-wish", code=code)
    with refusals_as_messages(request) as answer:
        actions.merge_wishes(actor=actor, wish=found, into=into, now=clock.now())
    if answer.refused:
        return redirect("needs:desk-wish", code=code)
    messages.success(request, _("已合并，以后在这个心愿下办理。"))
    return redirect("needs:desk-wish", code=into.code)
