"""A list page in one call: sort, filter, page, choose columns, export what is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django_filters import FilterSet
from django_tables2 import Table

from allhours.ui import exports

PAGE_SIZES = (25, 50, 100)
OnExport = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    name: str
    label: str
    shown: bool


@dataclass(frozen=True, slots=True)
class SortChoice:
    value: str
    label: str
    chosen: bool


class ListPage:
    """What ``ui/components/list.html`` shows, and the rows an export holds.

    ``rows``: a queryset, or plain rows when there is no FilterSet. Address parameters:
    ``sort``, ``page``, ``per_page`` (25, 50, 100), ``columns`` (repeated), ``export`` (xlsx, csv)
    and the FilterSet's own.
    """

    page_sizes = PAGE_SIZES

    def __init__(
        self,
        request: HttpRequest,
        *,
        rows: QuerySet[Any] | Sequence[Any],
        table: type[Table],
        filters: type[FilterSet] | None = None,
        hide: Sequence[str] = (),
        can_export: bool = True,
        table_options: Mapping[str, Any] | None = None,
    ) -> None:
        self.request = request
        self.can_export = can_export
        self.filterset = filters(request.GET, queryset=rows, request=request) if filters else None
        shown_rows = self.filterset.qs if self.filterset is not None else rows
        self.table = table(shown_rows, **(table_options or {}))
        # Given to the constructor, django-tables2 would page as the address says, however wrong.
        self.table.request = request
        if not (self.filterset is not None and self.filterset.data):
            self.table.empty_text = self.table.empty_text or _("还没有记录。")
        self._choose_columns(hide)
        self.page_size = self._page_size()
        self._sort_and_page()

    @property
    def export_kind(self) -> str:
        """``xlsx``, ``csv`` or empty."""
        kind = self.request.GET.get("export", "")
        return kind if self.can_export and kind in ("xlsx", "csv") else ""

    @property
    def columns(self) -> list[ColumnChoice]:
        return [
            ColumnChoice(bound.name, str(bound.verbose_name), bound.visible)
            for bound in self._choosable()
        ]

    @property
    def sort_choices(self) -> list[SortChoice]:
        """Both directions of every sortable column, for phones, where rows have no header."""
        now = self.request.GET.get("sort", "")
        return [
            SortChoice(alias, f"{bound.verbose_name} {arrow}", alias == now)
            for bound in self.table.columns.iterall()
            if bound.orderable and bound.visible
            for alias, arrow in ((bound.name, "↑"), (f"-{bound.name}", "↓"))
        ]

    @property
    def kept_params(self) -> list[tuple[str, str]]:
        """Hidden inputs of the column form: everything but what that form sets."""
        return self._params_without("columns", "sort", "per_page", "page", "export")

    @property
    def kept_for_filters(self) -> list[tuple[str, str]]:
        """Hidden inputs of the filter form: how the list is shown survives a new filter."""
        return [pair for pair in self._pairs() if pair[0] in ("columns", "per_page", "sort")]

    @property
    def export_url_xlsx(self) -> str:
        return self._export_url("xlsx")

    @property
    def export_url_csv(self) -> str:
        return self._export_url("csv")

    @property
    def full_url_xlsx(self) -> str:
        """Every column, also those that are not shown."""
        query = QueryDict(mutable=True)
        for name, value in self._params_without("export", "page", "per_page", "columns"):
            query.appendlist(name, value)
        query.setlist("columns", [bound.name for bound in self._choosable()])
        query["export"] = "xlsx"
        return f"?{query.urlencode()}"

    @property
    def without_export(self) -> str:
        query = QueryDict(mutable=True)
        for name, value in self._params_without("export"):
            query.appendlist(name, value)
        return f"{self.request.path}?{query.urlencode()}"

    def export_rows(self) -> Iterable[Sequence[Any]]:
        """Header, then every row that fits the filters, in the columns shown."""
        hidden = [bound.name for bound in self.table.columns.iterall() if not bound.visible]
        rows: Iterable[Sequence[Any]] = self.table.as_values(exclude_columns=hidden)
        return rows

    def _choosable(self) -> list[Any]:
        return [
            bound for bound in self.table.columns.iterall() if not bound.column.exclude_from_export
        ]

    def _choose_columns(self, hide: Sequence[str]) -> None:
        asked = set(self.request.GET.getlist("columns"))
        known = {bound.name for bound in self._choosable()}
        for bound in self._choosable():
            visible = bound.name in asked if asked & known else bound.name not in hide
            (self.table.columns.show if visible else self.table.columns.hide)(bound.name)

    def _sort_and_page(self) -> None:
        """As django-tables2's RequestConfig, except that no address can ask for a huge page."""
        order = self.request.GET.getlist("sort")
        if any(order):
            self.table.order_by = [alias for alias in order if alias]
        if not self.export_kind:
            self.table.paginate(per_page=self.page_size)
            self.table.page = self.table.paginator.get_page(self.request.GET.get("page"))

    def _page_size(self) -> int:
        asked = self.request.GET.get("per_page", "")
        return int(asked) if asked in map(str, PAGE_SIZES) else PAGE_SIZES[0]

    def _pairs(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, values in self.request.GET.lists() for value in values]

    def _params_without(self, *names: str) -> list[tuple[str, str]]:
        return [pair for pair in self._pairs() if pair[0] not in names]

    def _export_url(self, kind: str) -> str:
        query = QueryDict(mutable=True)
        for name, value in self._params_without("export", "page", "per_page"):
            query.appendlist(name, value)
        query["export"] = kind
        return f"?{query.urlencode()}"


def list_response(
    request: HttpRequest,
    template: str,
    *,
    rows: QuerySet[Any] | Sequence[Any],
    table: type[Table],
    filters: type[FilterSet] | None = None,
    name: str = "list",
    hide: Sequence[str] = (),
    can_export: bool = True,
    export_most: int | None = None,
    on_export: OnExport | None = None,
    context: Mapping[str, Any] | None = None,
    table_options: Mapping[str, Any] | None = None,
) -> HttpResponseBase:
    """The page, or the file when ``?export=`` asks for one.

    ``name`` is the file's name without ending; ``on_export(kind, row_count)`` is called before
    a file is sent, so that the app can journal it. A register names the `export_most` rows that a
    file may have: more are refused, for a cut register would be taken for the whole.
    """
    page = ListPage(
        request,
        rows=rows,
        table=table,
        filters=filters,
        hide=hide,
        can_export=can_export,
        table_options=table_options,
    )
    if page.export_kind and export_most is not None and len(page.table.rows) > export_most:
        messages.error(
            request,
            _("有 %(rows)s 行，超过一次导出的 %(most)s 行。请先筛选，再分次导出。")
            % {"rows": len(page.table.rows), "most": export_most},
        )
        return redirect(page.without_export)
    if page.export_kind:
        if on_export is not None:
            on_export(page.export_kind, len(page.table.rows))
        send = exports.xlsx_response if page.export_kind == "xlsx" else exports.csv_response
        return send(page.export_rows(), name=name)
    return render(request, template, {"list": page, "filterset": page.filterset, **(context or {})})
