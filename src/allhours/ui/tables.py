"""django-tables2 with the project's template, dashes for what is empty, and state pills."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_tables2
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

NUMBER: dict[str, dict[str, str]] = {"th": {"class": "num"}, "td": {"class": "num"}}

Column = django_tables2.Column
DateColumn = django_tables2.DateColumn
TemplateColumn = django_tables2.TemplateColumn


class Table(django_tables2.Table):
    """Base of every table. ``Meta.caption`` names it for screen readers."""

    class Meta:
        template_name = "ui/components/table.html"
        default = "—"
        attrs: dict[str, str] = {}

    @property
    def caption(self) -> str:
        return str(getattr(self.Meta, "caption", ""))


class PillColumn(django_tables2.Column):
    """A state as a pill. ``kinds`` maps the stored value to ok, warn, info, neutral or danger.

    The word is the record's ``get_<name>_display()``, its ``<name>_label``, or the value itself.
    """

    def __init__(self, kinds: Mapping[str, str], **options: Any) -> None:
        super().__init__(**options)
        self.kinds = kinds

    def render(self, value: Any, record: Any, bound_column: Any) -> SafeString:
        # django-tables2 hands over the display word of a field with choices, not what is stored
        stored = getattr(record, bound_column.name, value)
        kind = self.kinds.get(str(stored)) or self.kinds.get(str(value), "neutral")
        word = self.value(value=value, record=record, bound_column=bound_column)
        return format_html('<span class="pill pill-{}">{}</span>', kind, word)

    def value(self, **values: Any) -> str:
        record, name = values["record"], values["bound_column"].name
        display = getattr(record, f"get_{name}_display", None)
        if callable(display):
            return str(display())
        return str(getattr(record, f"{name}_label", values["value"]))


class SelectColumn(django_tables2.CheckBoxColumn):
    """A tick box per row and one for all; the table must stand inside a form.

    ``label_accessor`` names the attribute that says what a tick selects.
    """

    def __init__(self, label_accessor: str = "pk", **options: Any) -> None:
        options.setdefault("accessor", "pk")
        options.setdefault("verbose_name", _("选择"))
        super().__init__(exclude_from_export=True, **options)
        self.label_accessor = label_accessor

    @property
    def header(self) -> SafeString:
        text = _("全选")
        return format_html('<input type="checkbox" data-select-all aria-label="{}">', text)

    def render(self, value: Any, bound_column: Any, record: Any) -> SafeString:
        label = django_tables2.A(self.label_accessor).resolve(record, quiet=True)
        return format_html(
            '<input type="checkbox" name="{}" value="{}" aria-label="{} {}">',
            bound_column.name,
            value,
            _("选择"),
            label,
        )


class ActionColumn(django_tables2.TemplateColumn):
    """Links or buttons of a row; never sorted, hidden or exported."""

    def __init__(self, template_code: str, **options: Any) -> None:
        options.setdefault("verbose_name", _("操作"))
        options.setdefault("orderable", False)
        options.setdefault("empty_values", ())
        options.setdefault("exclude_from_export", True)
        super().__init__(template_code=template_code, **options)
