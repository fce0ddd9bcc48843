"""``{% load ui %}``: the components. Every optional argument has a default, so that a page that
leaves one out has no unresolved variable."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.template.context import Context
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY, BlockContext
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from allhours.ui import charts
from allhours.ui.parts import LineChart
from allhours.ui.preferences import read_preferences

register = template.Library()

DAY = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?")
MESSAGE_KINDS = {"success": "ok", "warning": "warn", "error": "danger"}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of ``static/ui/icons.svg``; decorative unless ``label`` is given."""
    sprite = static("ui/icons.svg")
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"></use></svg>',
            label,
            sprite,
            name,
        )
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        sprite,
        name,
    )


@register.simple_tag
def pill(kind: str, text: object) -> SafeString:
    return format_html('<span class="pill pill-{}">{}</span>', kind, text)


@register.filter
def message_kind(level_tag: str) -> str:
    return MESSAGE_KINDS.get(level_tag, "info")


@register.filter
def in_one_piece(cell: object) -> object:
    """A date of a list, always as 2026-03-09 and never broken after a hyphen; the rest as it is."""
    if isinstance(cell, datetime):
        cell = f"{localtime(cell):%Y-%m-%d %H:%M}"
    elif isinstance(cell, date):
        cell = cell.isoformat()
    if isinstance(cell, str) and DAY.fullmatch(cell):
        return format_html('<span class="whole">{}</span>', cell)
    return cell


@register.simple_tag(takes_context=True)
def html_attrs(context: Context) -> SafeString:
    """The reader's own settings as attributes of ``<html>``."""
    chosen = read_preferences(context.get("request"))
    parts = []
    if chosen.theme != "auto":
        parts.append(format_html(' data-theme="{}"', chosen.theme))
    if chosen.elder:
        parts.append(mark_safe(" data-elder"))
    return mark_safe("".join(parts))  # noqa: S308 - only parts made by format_html above


@register.inclusion_tag("ui/components/preferences.html", takes_context=True)
def preferences(context: Context) -> dict[str, Any]:
    return _preferences_context(context)


@register.inclusion_tag("ui/components/elder_switch.html", takes_context=True)
def elder_switch(context: Context) -> dict[str, Any]:
    return _preferences_context(context)


def _preferences_context(context: Context) -> dict[str, Any]:
    request: HttpRequest | None = context.get("request")
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "chosen": read_preferences(request),
        "here": request.get_full_path() if request and request.method == "GET" else "/",
    }


@register.simple_tag
def person_name(user: Any) -> str:
    """What to call a signed-in person, whatever the user model offers."""
    for name in ("display_name", "get_short_name", "get_username"):
        value = getattr(user, name, None)
        value = value() if callable(value) else value
        if value:
            return str(value)
    return ""


@register.simple_tag(takes_context=True)
def page_actions(context: Context) -> SafeString:
    """The page's ``{% block actions %}``, rendered inside the included page header.

    An included template has its own block context, so the page's block is looked for in the
    render contexts below; that lets pages keep title and buttons in the usual two places.
    """
    for state in reversed(context.render_context.dicts):
        blocks: BlockContext | None = state.get(BLOCK_CONTEXT_KEY)  # type: ignore[assignment]
        block = blocks.get_block("actions") if blocks else None
        if block is not None:
            inner = block.nodelist.render(context)
            if inner.strip():
                return format_html('<div class="actions">{}</div>', inner)
            break
    return mark_safe("")


@register.simple_tag
def flatten(groups: Sequence[Any], limit: int = 0) -> list[Any]:
    """All items of the menu's groups in order, for shells that show one row."""
    items = [
        item
        for group in groups
        for item in (group["items"] if isinstance(group, Mapping) else group.items)
    ]
    return items[:limit] if limit else items


@register.simple_tag
def group_items(group: Any) -> Sequence[Any]:
    """Items of one group; a dict's own ``items`` method would win in a template."""
    items: Sequence[Any] = group["items"] if isinstance(group, Mapping) else group.items
    return items


@register.inclusion_tag("ui/components/ring.html")
def ring(label: str, done: float, of: float, text: str = "", note: str = "") -> dict[str, Any]:
    """A duty's progress: ``done`` of ``of``; ``text`` stands inside (default “done/of”)."""
    return {
        "label": label,
        "text": text or f"{done:g}/{of:g}",
        "note": note,
        "share": charts.percent(done, of),
        "full": done >= of,
    }


@register.inclusion_tag("ui/components/bar.html")
def bar(label: str, value: float, total: float, url: str = "", note: str = "") -> dict[str, Any]:
    """One row of a bar list; put several into ``<ul class="bars">``."""
    return {
        "label": label,
        "text": note or f"{value:n} / {total:n}",
        "url": url,
        "share": charts.percent(value, total),
        "full": total > 0 and value >= total,
    }


@register.inclusion_tag("ui/components/progress.html")
def progress(done: int, total: int, label: str, note: str = "") -> dict[str, Any]:
    return {"done": done, "total": total, "label": label, "note": note}


@register.inclusion_tag("ui/components/line_chart.html")
def line_chart(chart: LineChart) -> dict[str, Any]:
    return {"chart": chart, "plot": charts.plot(chart)}


@register.inclusion_tag("ui/components/stat.html")
def stat(
    label: str, value: object, unit: str = "", note: str = "", url: str = ""
) -> dict[str, Any]:
    return {"label": label, "value": value, "unit": unit, "note": note, "url": url}


@register.inclusion_tag("ui/components/date_tile.html")
def date_tile(day: date | datetime) -> dict[str, Any]:
    return {"day": day}


@register.inclusion_tag("ui/components/stepper.html")
def stepper(steps: Sequence[Any]) -> dict[str, Any]:
    return {"steps": steps}


@register.inclusion_tag("ui/components/timeline.html")
def timeline(events: Sequence[Any]) -> dict[str, Any]:
    return {"events": events}


@register.inclusion_tag("ui/components/facts.html")
def facts(items: Sequence[Any]) -> dict[str, Any]:
    return {"items": items}


@register.inclusion_tag("ui/components/tabs.html")
def tabs(items: Sequence[Any], label: str = "") -> dict[str, Any]:
    return {"items": items, "label": label}


@register.inclusion_tag("ui/components/chips.html")
def chips(items: Sequence[Any], label: str = "") -> dict[str, Any]:
    return {"items": items, "label": label}


@register.inclusion_tag("ui/components/tasks.html")
def tasks(items: Sequence[Any], empty: str = "", bars: bool = False) -> dict[str, Any]:
    """Inbox rows. ``bars``: the member's variant, a coloured edge instead of a dot."""
    return {"items": items, "empty": empty, "bars": bars}


@register.inclusion_tag("ui/components/print_button.html")
def print_button(label: str = "") -> dict[str, Any]:
    return {"label": label}


@register.simple_block_tag
def card(
    content: SafeString, title: str = "", note: str = "", url: str = "", more: str = ""
) -> str:
    return render_to_string(
        "ui/components/card.html",
        {"content": content, "title": title, "note": note, "url": url, "more": more},
    )


@register.simple_block_tag
def empty(content: SafeString, title: str, text: str = "", icon: str = "inbox") -> str:
    """Nothing here yet: say so and what to do; the body holds the buttons."""
    return render_to_string(
        "ui/components/empty.html",
        {"content": content, "title": title, "text": text, "icon": icon},
    )


@register.simple_block_tag
def alert(content: SafeString, kind: str = "info", title: str = "") -> str:
    return render_to_string(
        "ui/components/alert.html", {"content": content, "kind": kind, "title": title}
    )


@register.simple_block_tag(takes_context=True)
def confirm(
    context: Context,
    content: SafeString,
    label: str,
    url: str,
    text: str = "",
    submit: str = "",
    danger: bool = False,
) -> str:
    """A button that opens its own small form (details/summary); the body holds extra fields."""
    return render_to_string(
        "ui/components/confirm.html",
        {
            "content": content,
            "label": label,
            "url": url,
            "text": text,
            "submit": submit or label,
            "danger": danger,
            "csrf_token": context.get("csrf_token"),
        },
    )


@register.filter
def is_choice_group(field: BoundField) -> bool:
    """Whether a field is several inputs and needs a fieldset with a legend."""
    return bool(field.use_fieldset)


@register.filter
def is_single_checkbox(field: BoundField) -> bool:
    return getattr(field.field.widget, "input_type", "") == "checkbox" and not field.use_fieldset
