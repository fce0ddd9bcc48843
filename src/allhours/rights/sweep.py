"""Looking for a person's name in every text that anybody may have typed, and taking it out.

Not only the columns declared as free text: whatever text column a table has, except other people's
own names and numbers. So a column that a later room adds is searched from its first day.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from allhours.kernel import crypto
from allhours.rights.holdings import SEALED, declared_columns, free_columns
from allhours.rights.words import REMOVED

BATCH = 200
#: Never written: the database refuses it, and by rule they hold ids and codes only.
APPEND_ONLY = frozenset(
    {"accounts.JournalEntry", "ledger.Entry", "ledger.Seal", "ledger.SealedHead",
     "rights.JournalSummary"}
)  # fmt: skip
#: Names of things, not of people; a street may be called as somebody is.
NAMES_OF_THINGS = frozenset(
    {"directory.Organization", "directory.PlaceName", "scheme.County", "scheme.SchemeVersion",
     "scheme.CalendarDay"}
)  # fmt: skip


def tables() -> Iterator[tuple[type[models.Model], str]]:
    for model in apps.get_models():
        label = f"{model._meta.app_label}.{model.__name__}"
        if model.__module__.startswith("allhours.") and label not in NAMES_OF_THINGS:
            yield model, label


def text_columns(model: type[models.Model], label: str) -> list[models.Field[Any, Any]]:
    """Plain text and JSON that anybody's words may have got into."""
    declared = declared_columns()
    found: list[models.Field[Any, Any]] = []
    for column in model._meta.concrete_fields:
        if not isinstance(column, models.CharField | models.TextField | models.JSONField):
            continue
        if column.choices or column.name.endswith((SEALED, "_hash")) or column.unique:
            continue
        own = declared.get(f"{label}.{column.name}")
        if own is None or not own.own:
            found.append(column)
    return found


def find(needles: Sequence[str]) -> Counter[str]:
    """`app.Model.column` → how many rows name the person; sealed text is looked into as well."""
    found: Counter[str] = Counter()
    for model, label in tables():
        for column in text_columns(model, label):
            count = _holding(model, column.name, needles).count()
            if count:
                found[f"{label}.{column.name}"] = count
    for model, name in _sealed_free():
        label = f"{model._meta.app_label}.{model.__name__}.{name}"
        count = sum(1 for _pk, _old, _new in _sealed_hits(model, name, needles))
        if count:
            found[label] = count
    return found


def remove(needles: Sequence[str]) -> Counter[str]:
    """Put `（已删除）` where the person was named; how many rows by column."""
    changed: Counter[str] = Counter()
    for model, label in tables():
        if label in APPEND_ONLY:
            continue
        for column in text_columns(model, label):
            count = _clean(model, column, needles)
            if count:
                changed[f"{label}.{column.name}"] = count
    for model, name in _sealed_free():
        for pk, old, new in list(_sealed_hits(model, name, needles)):
            rows = model._default_manager.filter(pk=pk, **{name: old})
            key = f"{model._meta.app_label}.{model.__name__}.{name}"
            changed[key] += rows.update(**{name: new})
    return changed


def _holding(
    model: type[models.Model], name: str, needles: Sequence[str]
) -> models.QuerySet[models.Model]:
    """Rows whose column contains a needle, as it is or as JSON writes it."""
    wanted = Q(pk__in=())
    for needle in needles:
        wanted |= Q(_text__contains=needle)
        escaped = json.dumps(needle)[1:-1]
        if escaped != needle:
            wanted |= Q(_text__contains=escaped)
    rows = model._default_manager.annotate(_text=Cast(name, TextField()))
    return rows.filter(wanted)


@transaction.atomic
def _clean(
    model: type[models.Model], column: models.Field[Any, Any], needles: Sequence[str]
) -> int:
    changed = 0
    for pk, value in list(_holding(model, column.name, needles).values_list("pk", column.name)):
        new = _replaced(value, needles)
        if isinstance(new, str) and column.max_length:
            new = new[: column.max_length]
        changed += model._default_manager.filter(pk=pk).update(**{column.name: new})
    return changed


def _replaced(value: Any, needles: Sequence[str]) -> Any:
    """The same value with every needle replaced, in texts however deep (keys too)."""
    if isinstance(value, str):
        for needle in needles:
            value = value.replace(needle, REMOVED)
        return value
    if isinstance(value, list):
        return [_replaced(each, needles) for each in value]
    if isinstance(value, dict):
        return {_replaced(k, needles): _replaced(v, needles) for k, v in value.items()}
    if isinstance(value, int | float) and not isinstance(value, bool) and str(value) in needles:
        return REMOVED
    return value


def _sealed_free() -> list[tuple[type[models.Model], str]]:
    return [(model, name) for model, name in free_columns() if name.endswith(SEALED)]


def _sealed_hits(
    model: type[models.Model], name: str, needles: Sequence[str]
) -> Iterator[tuple[Any, str, str]]:
    purpose = f"{model._meta.model_name}.{name.removesuffix(SEALED)}"
    rows = model._default_manager.exclude(**{name: ""}).values_list("pk", name)
    for pk, sealed in rows.iterator(chunk_size=BATCH):
        plain = crypto.unseal(sealed, purpose)
        new = _replaced(plain, needles)
        if new != plain:
            yield pk, sealed, crypto.seal(new, purpose)
