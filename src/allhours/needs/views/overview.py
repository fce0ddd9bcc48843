"""What waits where, for those who look after several communities."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from allhours.accounts.actor import Actor
from allhours.directory.middleware import ActorRequest
from allhours.directory.pages import journaled
from allhours.kernel import clock
from allhours.needs.queries import overview as queries
from allhours.needs.queries.limits import PERIODS, categories
from allhours.needs.scope import LOOKERS
from allhours.needs.views.common import desk_actor
from allhours.ui.lists import list_response
from allhours.ui.parts import Fact
from allhours.ui.tables import NUMBER, Column, Table


class CountColumn(Column):
    """A number that opens the rows behind it; nothing is written plainly."""

    def __init__(self, label: Any, *, opens: bool = True, **options: Any) -> None:
        super().__init__(verbose_name=label, attrs=NUMBER, **options)
        self.opens = opens

    def render(self, value: Any, record: Any, bound_column: Any) -> Any:
        if not self.opens or not value:
            return value
        name = bound_column.name
        kind = "overview-late" if name.endswith("late") else ""
        return format_html('<a class="{}" href="{}">{}</a>', kind, record.url_of(name), value)

    def value(self, **values: Any) -> Any:
        return values["value"]


class PercentColumn(Column):
    def render(self, value: int) -> str:
        return f"{value}%"

    def value(self, value: int, **_values: Any) -> int:
        return value


class OverviewTable(Table):
    community = Column(
        verbose_name=gettext_lazy("社区"),
        linkify=lambda record: record.url_of("board"),
        order_by=("code",),
    )
    town = Column(verbose_name=gettext_lazy("镇街"))
    noted = CountColumn(gettext_lazy("待核实"))
    verified = CountColumn(gettext_lazy("待发布"))
    open = CountColumn(gettext_lazy("待认领"))
    claimed = CountColumn(gettext_lazy("办理中"))
    delivered = CountColumn(gettext_lazy("待确认"))
    late = CountColumn(gettext_lazy("超期"))
    oldest = CountColumn(gettext_lazy("最久（天）"), opens=False)
    received = CountColumn(gettext_lazy("收到"), opens=False)
    done = CountColumn(gettext_lazy("办结"))
    share = PercentColumn(verbose_name=gettext_lazy("办结率"), attrs=NUMBER)
    taken_days = Column(verbose_name=gettext_lazy("认领用时（天）"), attrs=NUMBER)
    suggestions = CountColumn(gettext_lazy("意见待办"))
    suggestions_late = CountColumn(gettext_lazy("意见超期"))
    orders = CountColumn(gettext_lazy("点单待设岗"))
    demands = CountColumn(gettext_lazy("需求待设岗"))
    pledges = CountColumn(gettext_lazy("承诺待接收"))

    class Meta(Table.Meta):
        sequence = (
            *("community", "town", "noted", "verified", "open", "claimed", "delivered"),
            *("late", "oldest", "received", "done", "share", "taken_days"),
            *("suggestions", "suggestions_late", "orders", "demands", "pledges"),
        )
        caption = gettext_lazy("各社区情况")


class OverviewForm(forms.Form):
    town = forms.ChoiceField(label=gettext_lazy("镇街"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("类别"), required=False)
    period = forms.ChoiceField(label=gettext_lazy("收到时间"), required=False)

    def __init__(self, *args: Any, actor: Actor, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.towns = {str(each.pk): each for each in queries.towns(actor)}
        named = [(pk, each.label) for pk, each in self.towns.items()]
        self._choose("town", [("", _("全部镇街")), *named])
        self._choose("category", [("", _("全部类别")), *categories(now).items()])
        periods = (_("本年度"), _("本季度"), _("本月"), _("全部时间"))
        self._choose("period", list(zip(PERIODS, periods, strict=True)))
        if len(self.towns) < 2:
            del self.fields["town"]

    def _choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def asked(self) -> queries.Asked:
        self.is_valid()
        found = self.cleaned_data
        return queries.Asked(
            town=self.towns.get(found.get("town", "")),
            category=found.get("category", ""),
            period=found.get("period") or "year",
        )


@require_GET
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    actor, now = desk_actor(cast("ActorRequest", request), LOOKERS), clock.now()
    form = OverviewForm(request.GET, auto_id="overview_%s", actor=actor, now=now)
    asked = form.asked
    rows = queries.overview(actor, asked, now)
    context = {
        "form": form,
        "totals": _totals(rows),
        "chart": queries.chart(actor, asked, now),
    }
    return cast(
        "HttpResponse",
        list_response(
            request,
            "needs/desk_overview.html",
            rows=rows,
            table=OverviewTable,
            name="needs-overview",
            hide=("town", "suggestions_late", "demands", "pledges"),
            on_export=journaled(request, "needs-overview"),
            context=context,
        ),
    )


def _totals(rows: list[queries.Row]) -> list[Fact]:
    """Of all communities shown, what waits of each kind."""
    received, done = sum(row.received for row in rows), sum(row.done for row in rows)
    return [
        Fact(_("在办心愿"), sum(row.waiting for row in rows)),
        Fact(_("超期"), sum(row.late for row in rows)),
        Fact(_("办结率"), f"{100 * done // received}%" if received else "—"),
        Fact(_("意见待办"), sum(row.suggestions for row in rows)),
        Fact(_("点单和需求待设岗"), sum(row.orders + row.demands for row in rows)),
    ]
