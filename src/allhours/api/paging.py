"""Lists in pages that stay in place: each begins after the last key of the one before.

A key is a unique column that never changes, so a row that is added or removed meanwhile moves
nothing; the cursor is signed and good for its own list only.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from django.core import signing
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from allhours.api.errors import Invalid
from allhours.api.shapes import Listed

SALT = "api.cursor"


def page(
    rows: QuerySet[Any],
    asked: Listed,
    *,
    name: str,
    show: Callable[[Any], Any],
    by: str = "pk",
    prepare: Callable[[list[Any]], object] | None = None,
) -> dict[str, Any]:
    """`{items, next}`. `by`: the key, with a minus for the newest first; `prepare` may load what
    all the rows of a page need at once."""
    field, falling = by.removeprefix("-"), by.startswith("-")
    if asked.cursor:
        rows = rows.filter(**{f"{field}__{'lt' if falling else 'gt'}": _read(name, asked.cursor)})
    found: list[Model] = list(rows.order_by(by)[: asked.limit + 1])
    shown = found[: asked.limit]
    if prepare is not None:
        prepare(shown)
    last = attrgetter(field.replace("__", "."))(shown[-1]) if len(found) > len(shown) else None
    return {
        "items": [show(row) for row in shown],
        "next": None if last is None else signing.dumps([name, last], salt=SALT),
    }


def _read(name: str, cursor: str) -> Any:
    try:
        whose, last = signing.loads(cursor, salt=SALT)
    except signing.BadSignature:
        whose, last = "", None
    if whose != name:
        raise Invalid("cursor", _("游标不对，请从第一页重新读取。"))
    return last
