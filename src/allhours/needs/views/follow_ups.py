"""回访: whom to call, and what the call found."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods
from django_filters import ChoiceFilter, FilterSet
from django_tables2 import A

from allhours.directory.pages import actor_of, journaled
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs.actions.follow_ups import note_follow_up
from allhours.needs.choices import FollowUpResult
from allhours.needs.forms.follow_ups import FollowUpForm
from allhours.needs.models import FollowUp
from allhours.needs.queries import follow_ups as queries
from allhours.needs.scope import HANDLERS, LOOKERS
from allhours.needs.views.common import add_refusals
from allhours.ui.lists import list_response
from allhours.ui.tables import Column, PillColumn, Table

DESK = LOOKERS | HANDLERS


class FollowUpFilter(FilterSet):
    result = ChoiceFilter(
        label=gettext_lazy("回访情况"),
        choices=FollowUpResult.choices,
        empty_label=gettext_lazy("全部"),
    )

    class Meta:
        model = FollowUp
        fields: list[str] = []


class FollowUpTable(Table):
    """No names: whom to call is opened on the wish, with its purpose."""

    wish = Column(
        accessor="wish__title",
        linkify=("needs:follow-up", {"code": A("wish__code")}),
        verbose_name=gettext_lazy("心愿"),
    )
    code = Column(accessor="wish__code", verbose_name=gettext_lazy("编号"))
    community = Column(
        accessor="wish__community__label",
        order_by="wish__community__code",
        verbose_name=gettext_lazy("社区"),
    )
    confirmed = Column(accessor="wish__confirmed_at", verbose_name=gettext_lazy("办结"))
    result = PillColumn(
        kinds={FollowUpResult.DUE: "warn", FollowUpResult.REACHED: "ok"},
        verbose_name=gettext_lazy("回访情况"),
    )
    satisfied = Column(accessor="get_satisfied_display", order_by="satisfied",
                       verbose_name=gettext_lazy("满意"))  # fmt: skip
    matches = Column(verbose_name=gettext_lazy("与登记一致"), empty_values=(None,))
    done_at = Column(verbose_name=gettext_lazy("回访日期"))

    class Meta(Table.Meta):
        sequence = (
            "wish", "code", "community", "confirmed", "result", "satisfied", "matches", "done_at",
        )  # fmt: skip
        caption = gettext_lazy("回访")

    def render_confirmed(self, value: datetime) -> str:
        return clock.local_date(value).isoformat()

    def render_done_at(self, value: datetime) -> str:
        return clock.local_date(value).isoformat()

    def render_matches(self, value: bool) -> str:
        return _("一致") if value else _("不一致")


@require_GET
@login_required
def follow_ups(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *DESK)
    return list_response(
        request,
        "needs/desk_follow_ups.html",
        rows=queries.on_desk(actor),
        table=FollowUpTable,
        filters=FollowUpFilter,
        name=_("回访"),
        hide=("code",),
        on_export=journaled(request, "follow-ups"),
        context={"figures": queries.figures(actor)},
    )


@require_http_methods(["GET", "POST"])
@login_required
def follow_up(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_of(request, *DESK)
    found = queries.desk_follow_up(actor, code)
    if found is None:
        raise Http404
    form = FollowUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            note_follow_up(actor=actor, follow_up=found, findings=form.findings, now=clock.now())
        except Refused as refused:
            add_refusals(form, refused)
            if found.result == FollowUpResult.REACHED:  # no form is shown any more
                for sentence in refused.sentences:
                    messages.error(request, sentence)
        else:
            messages.success(request, _("已登记回访。"))
            return redirect("needs:follow-ups")
    context = {"page": queries.page(actor, found), "form": form}
    return render(request, "needs/desk_follow_up.html", context)
