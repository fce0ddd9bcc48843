"""The county's menu: what it holds, and changing it with a preview of what would differ."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from allhours.accounts.choices import COUNTY_ROLES, Role
from allhours.directory.middleware import ActorRequest
from allhours.kernel import clock
from allhours.kernel.codes import sha256
from allhours.kernel.errors import Refused
from allhours.needs.actions import menu as actions
from allhours.needs.forms.menu import MenuDayForm, first_day, lines_of, menu_rows
from allhours.needs.queries import desk_menu as queries
from allhours.needs.views.common import desk_actor
from allhours.scheme.menus import MenuLine

OFFICER = frozenset({Role.COUNTY_OFFICER})


@require_GET
@login_required
def show(request: HttpRequest) -> HttpResponse:
    actor, now = desk_actor(cast("ActorRequest", request), frozenset(COUNTY_ROLES)), clock.now()
    found = queries.desk_menu(now, clock.local_date(now))
    context = {"found": found, "may": actor.holds(*OFFICER) and found is not None}
    return render(request, "needs/desk_menu.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest) -> HttpResponse:
    """One form for everything; nothing is published that was not shown as a difference before."""
    desk_actor(cast("ActorRequest", request), OFFICER)
    now = clock.now()
    today = clock.local_date(now)
    found = queries.desk_menu(now, today)
    if found is None:
        raise Http404
    begins = first_day(found.version.effective_from, today, today + timedelta(days=1))
    initial = {"effective_from": begins, "after": found.version.number}
    rows = menu_rows(request.POST or None, found.menu)
    form = MenuDayForm(request.POST or None, initial=initial)
    context: dict[str, Any] = {"rows": rows, "form": form, "found": found}
    context |= {"preview": None, "seen": ""}
    if request.method == "POST" and rows.is_valid() and form.is_valid():
        try:
            done = _change(request, form, lines_of(rows), context)
        except Refused as refused:
            for sentence in refused.sentences:
                form.add_error(None, sentence)
        else:
            if done:
                messages.success(request, _("菜单已发布，从 %(day)s 起施行。") % {"day": done})
                return redirect("needs:desk-menu")
    return render(request, "needs/desk_menu_edit.html", context)


def _change(
    request: HttpRequest, form: MenuDayForm, lines: Sequence[MenuLine], context: dict[str, Any]
) -> str:
    """The day from which it holds; "" where it was only looked at."""
    actor, now = cast("ActorRequest", request).actor, clock.now()
    day, after = form.cleaned_data["effective_from"], form.cleaned_data["after"]
    seen = sha256(repr((day, after, *lines)).encode())
    if "publish" in request.POST and form.cleaned_data["seen"] == seen:
        actions.change_menu(actor=actor, lines=lines, after=after, effective_from=day, now=now)
        return str(day)
    last, _document, scheme = actions.drafted(actor, lines)
    context["preview"] = queries.preview(last, scheme, now)
    context["seen"] = seen
    return ""
