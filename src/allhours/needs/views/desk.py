"""The community's desk for wishes: board, list, intake."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from allhours.directory.middleware import ActorRequest
from allhours.directory.pages import journaled
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs.actions.intake import note_once
from allhours.needs.filters import WishFilter
from allhours.needs.forms.desk import NoteForm
from allhours.needs.forms.public import stamp
from allhours.needs.queries import desk as queries
from allhours.needs.queries.board import narrowing
from allhours.needs.queries.limits import wish_limits
from allhours.needs.queries.register import wish_register
from allhours.needs.queries.words import KINDS
from allhours.needs.register_tables import MOST_ROWS, WISH_HIDDEN, WishRegister
from allhours.needs.scope import HANDLERS, LOOKERS, NOTERS
from allhours.needs.views.board import board_form, kept
from allhours.needs.views.common import add_refusals, desk_actor, private
from allhours.ui.lists import list_response
from allhours.ui.parts import NavItem
from allhours.ui.tables import Column, PillColumn, Table


class WishTable(Table):
    title = Column(
        verbose_name=gettext_lazy("心愿"),
        linkify=lambda record: reverse("needs:desk-wish", args=[record.code]),
    )
    code = Column(verbose_name=gettext_lazy("编号"))
    community = Column(verbose_name=gettext_lazy("社区"))
    category = Column(verbose_name=gettext_lazy("类别"))
    state = PillColumn(kinds=KINDS, verbose_name=gettext_lazy("状态"))
    claimers = Column(verbose_name=gettext_lazy("认领人"))
    since = Column(verbose_name=gettext_lazy("收到时间"))
    late = PillColumn(kinds={}, verbose_name=gettext_lazy("提醒"))

    class Meta(Table.Meta):
        sequence = ("title", "code", "community", "category", "state", "claimers", "since", "late")
        caption = gettext_lazy("心愿")


@require_GET
@login_required
def listed(request: HttpRequest, column: str) -> HttpResponse:
    actor, now = desk_actor(cast("ActorRequest", request)), clock.now()
    if column not in queries.COLUMNS:
        raise Http404
    only = narrowing(board_form(request, actor, now).filters, queries.terms(now))
    query = kept(request, "sort", "per_page", "columns")
    tabs = [
        NavItem(queries.column_label(name), f"../{name}/?{query}", current=name == column)
        for name in queries.COLUMNS
    ]
    return cast(
        "HttpResponse",
        list_response(
            request,
            "needs/desk_list.html",
            rows=queries.listed(actor, column, now, only=only),
            table=WishTable,
            name="wishes",
            can_export=False,
            context={"tabs": tabs, "notes": actor.holds(*NOTERS), "query": query},
        ),
    )


@require_GET
@login_required
def register(request: HttpRequest) -> HttpResponseBase:
    """台账: every wish on the desk by its public facts, to filter and take along."""
    actor = desk_actor(cast("ActorRequest", request), HANDLERS | LOOKERS)
    return list_response(
        request,
        "needs/desk_register.html",
        rows=wish_register(actor),
        table=WishRegister,
        filters=WishFilter,
        name=_("微心愿登记表"),
        hide=WISH_HIDDEN,
        export_most=MOST_ROWS,
        on_export=journaled(request, "wishes"),
    )


@require_http_methods(["GET", "POST"])
@login_required
def note(request: HttpRequest) -> HttpResponse:
    """A wish taken down at the desk or the door; the two codes are shown once, to hand over."""
    actor, now = desk_actor(cast("ActorRequest", request), NOTERS), clock.now()
    limits = wish_limits(now)
    form = NoteForm(
        request.POST or None,
        actor=actor,
        limits=limits,
        initial={"origin": "visit", "wisher_kind": "resident", "stamp": stamp(now)},
    )
    if request.method != "POST" or not form.is_valid():
        return render(request, "needs/desk_note.html", {"form": form})
    data = form.cleaned_data
    key, follow_code = form.once()
    try:
        noted = note_once(
            actor=actor,
            community=data["community"],
            voice=form.voice,
            origin=data["origin"],
            consent=data["consent"],
            wisher_kind=data["wisher_kind"],
            grid=queries.grid_of(actor, data["community"]),
            intake_key=key,
            follow_code=follow_code,
            now=now,
        )
    except Refused as refused:
        add_refusals(form, refused)
        return render(request, "needs/desk_note.html", {"form": form})
    messages.success(request, _("已登记。请把查询码交给心愿人。"))
    context = {"code": noted.wish.code, "follow_code": noted.follow_code}
    return private(render(request, "needs/desk_noted.html", context))
