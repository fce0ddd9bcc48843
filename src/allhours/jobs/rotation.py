"""A new encryption key, and everything sealed anew under it, in small batches.

Sealed columns are found by their name: `<fact>_sealed` of model `<model>` is sealed for the
purpose `<model>.<fact>`. A rotation that was stopped goes on where it was; the old keys stay in
the key file, because older backups need them.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Value
from django.db.models.functions import StrIndex, Substr

from allhours.kernel import crypto

SUFFIX = "_sealed"
BATCH = 200


@dataclass(frozen=True)
class SealedColumn:
    model: type[models.Model]
    field: str

    @property
    def purpose(self) -> str:
        return f"{self.model._meta.model_name}.{self.field.removesuffix(SUFFIX)}"

    def filled(self) -> models.QuerySet[models.Model]:
        return self.model._default_manager.exclude(**{self.field: ""}).exclude(
            **{f"{self.field}__isnull": True}
        )


def sealed_columns() -> list[SealedColumn]:
    return [
        SealedColumn(model, field.name)
        for model in apps.get_models()
        if model.__module__.startswith("allhours.")
        for field in model._meta.concrete_fields
        if field.name.endswith(SUFFIX)
    ]


def count_by_key() -> Counter[str]:
    """How many sealed values name each key."""
    found: Counter[str] = Counter()
    for column in sealed_columns():
        names = (
            column.filled()
            .annotate(key_name=Substr(column.field, 1, StrIndex(F(column.field), Value(".")) - 1))
            .values_list("key_name")
            .annotate(n=models.Count("pk"))
            .order_by()
        )
        found.update(dict(names))
    return found


def keys_in_use() -> set[str]:
    return set(count_by_key())


def add_key() -> str:
    """Put a new current key into the key file, replaced in one step; its name."""
    path = Path(settings.ALLHOURS_KEY_FILE)
    document = json.loads(path.read_text())
    numbers = [int(name[1:]) for name in document["encryption"] if name[1:].isdigit()]
    name = f"k{max(numbers, default=0) + 1}"
    document["encryption"][name] = base64.b64encode(secrets.token_bytes(32)).decode()
    document["current"] = name
    _replace(path, document)
    return name


def drop_key(name: str) -> None:
    """Take a key out of the file; the caller has made sure that nothing names it."""
    path = Path(settings.ALLHOURS_KEY_FILE)
    document = json.loads(path.read_text())
    del document["encryption"][name]
    _replace(path, document)


def _replace(path: Path, document: dict[str, object]) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(document, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def reseal(step: Callable[[int, int], None]) -> int:
    """Seal everything under the current key; calls `step(done, total)`; how many were changed.

    Each value is replaced only if it still is what was read, so somebody's own correction in
    between is never undone. Stopping it anywhere loses nothing.
    """
    current = crypto.keys().current
    counts = count_by_key()
    total = sum(n for key, n in counts.items() if key != current)
    done = 0
    step(0, total)
    for column in sealed_columns():
        for batch in _batches(column, current):
            done += _reseal_batch(column, batch)
            step(min(done, total), total)
    return done


def _batches(column: SealedColumn, current: str) -> Iterator[list[tuple[int, str]]]:
    last = 0
    while True:
        rows = (
            column.filled()
            .exclude(**{f"{column.field}__startswith": f"{current}."})
            .filter(pk__gt=last)
            .order_by("pk")
            .values_list("pk", column.field)[:BATCH]
        )
        batch = list(rows)
        if not batch:
            return
        last = batch[-1][0]
        yield batch


@transaction.atomic
def _reseal_batch(column: SealedColumn, batch: list[tuple[int, str]]) -> int:
    changed = 0
    for pk, old in batch:
        new = crypto.seal(crypto.unseal(old, column.purpose), column.purpose)
        changed += column.model._default_manager.filter(pk=pk, **{column.field: old}).update(
            **{column.field: new}
        )
    return changed
