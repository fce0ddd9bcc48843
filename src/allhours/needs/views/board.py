"""The board of wishes, and the quick look at one of its cards."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from allhours.accounts.actor import Actor
from allhours.directory.middleware import ActorRequest
from allhours.kernel import clock
from allhours.needs.forms.board import BoardForm
from allhours.needs.forms.desk import ExtendForm, PublishForm, ReasonForm
from allhours.needs.queries import board as queries
from allhours.needs.queries.channels import every_channel
from allhours.needs.queries.deskpage import desk_page
from allhours.needs.queries.limits import categories
from allhours.needs.scope import HANDLERS, LOOKERS, NOTERS
from allhours.needs.views.common import desk_actor
from allhours.needs.views.desk_wish import found_on_desk

# A step on a card by one key, while the card has the focus: key, and what the help calls it.
STEP_KEYS = {
    "check": ("v", _("去核实")),
    "approve": ("a", _("审核通过")),
    "publish": ("p", _("发布")),
    "extend": ("e", _("延长期限")),
    "confirm": ("c", _("确认办结")),
    "send-back": ("b", _("退回继续办")),
}


def board_form(request: HttpRequest, actor: Actor, now: datetime) -> BoardForm:
    return BoardForm(
        request.GET,
        auto_id="board_%s",
        communities=queries.places(actor),
        categories=categories(now),
        origins=every_channel(now),
        now=now,
    )


@require_GET
@login_required
def board(request: HttpRequest) -> HttpResponse:
    actor, now = desk_actor(cast("ActorRequest", request)), clock.now()
    form = board_form(request, actor, now)
    filters = form.filters
    columns = queries.board(actor, filters, now)
    context = {
        "columns": columns,
        "filters": filters,
        "form": form,
        "shown": _shown(request, columns),
        "several": "place" in form.fields and not filters_one_community(filters),
        "query": kept(request),
        "here": request.get_full_path(),
        "keys": STEP_KEYS,
        "notes": actor.holds(*NOTERS),
        "imports": actor.holds(*HANDLERS),
        "follows_up": actor.holds(*HANDLERS, *LOOKERS),
        "looks": "place" in form.fields,
    }
    return render(request, "needs/desk_board.html", context)


def filters_one_community(filters: queries.Filters) -> bool:
    return filters.place is not None and filters.place.kind == "community"


def kept(request: HttpRequest, *names: str) -> str:
    """The filters of this address, for the links to the columns; without `names`."""
    out = ("column", "page", *names)
    return urlencode([(k, str(v)) for k, v in request.GET.items() if k not in out and v])


def _shown(request: HttpRequest, columns: list[queries.BoardColumn]) -> str:
    """On a phone one column is shown: the one asked for, else the first with something to do."""
    asked = request.GET.get("column", "")
    if asked in queries.COLUMNS:
        return asked
    late = next((column.name for column in columns if column.late), "")
    return late or next((column.name for column in columns if column.count), columns[0].name)


@require_GET
@login_required
def look(request: HttpRequest, code: str) -> HttpResponse:
    """A card's facts and steps, to be shown beside the board."""
    actor, found = found_on_desk(request, code)
    context = {
        "wish": found,
        "page": desk_page(actor, found, clock.now()),
        "publish": PublishForm(auto_id="look_%s"),
        "reason": ReasonForm(auto_id="look_%s"),
        "extend": ExtendForm(auto_id="look_%s"),
    }
    return render(request, "needs/_desk_look.html", context)
