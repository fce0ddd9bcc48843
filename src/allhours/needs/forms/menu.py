"""The county's menu as a table to write in, and from which day it holds."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allhours.needs.queries.menu import KINDS
from allhours.scheme.menus import MenuLine
from allhours.scheme.schema import Menu, MenuItem
from allhours.ui.widgets import DateInput

MOST = 60
BLANK_ROWS = 3
LAST = 999


class LineForm(forms.Form):
    code = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput())
    at = forms.IntegerField(label=_("顺序"), required=False, min_value=1, max_value=LAST)
    title = forms.CharField(label=_("名称"), required=False, max_length=40)
    description = forms.CharField(label=_("内容"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("类别"), required=False)
    says = forms.CharField(label=_("居民的说法"), required=False, max_length=200)
    retire = forms.BooleanField(label=_("停用"), required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class MenuDayForm(forms.Form):
    effective_from = forms.DateField(
        label=_("从哪天起施行"), widget=DateInput(),
        help_text=_("停用的项目从这天起不再设新岗，已有岗位和记录不受影响。"),
    )  # fmt: skip
    after = forms.IntegerField(widget=forms.HiddenInput())
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput())


def menu_rows(data: Any, menu: Menu) -> Any:
    """A row for each item, the retired ones at the end, and a few empty ones."""
    own = {item.kind for item in menu.items + menu.retired} - {"", *KINDS}
    kinds = [("", _("不分类")), *KINDS.items(), *((kind, kind) for kind in sorted(own))]
    made = forms.formset_factory(LineForm, extra=BLANK_ROWS, max_num=MOST, absolute_max=MOST)
    initial = [_initial(item, n, False) for n, item in enumerate(menu.items, 1)]
    initial += [_initial(item, None, True) for item in menu.retired]
    return made(data, initial=initial, prefix="line", form_kwargs={"kinds": kinds})


def _initial(item: MenuItem, at: int | None, retire: bool) -> dict[str, Any]:
    return {
        "code": item.code, "at": at, "title": item.title, "description": item.description,
        "kind": item.kind, "says": item.says, "retire": retire,
    }  # fmt: skip


def lines_of(rows: Any) -> list[MenuLine]:
    """What stays or comes, in its order."""
    wanted = [
        (_place(each, n), each.cleaned_data)
        for n, each in enumerate(rows)
        if not each.cleaned_data.get("retire")
        and (each.cleaned_data.get("title", "").strip() or each.cleaned_data.get("code"))
    ]
    names = ("title", "code", "description", "kind", "says")
    return [
        MenuLine(**{name: data[name] for name in names})
        for _at, data in sorted(wanted, key=lambda each: each[0])
    ]


def _place(row: LineForm, n: int) -> tuple[int, int, int]:
    """Whoever moves up to a number stands before its holder, whoever moves down behind."""
    at, was = row.cleaned_data.get("at") or LAST, row.initial.get("at") or LAST
    return at, (at > was) - (at < was), n


def first_day(last: date, today: date, tomorrow: date) -> date:
    """What the form proposes: tomorrow, or the day on which the newest version begins."""
    return last if last > today else tomorrow
