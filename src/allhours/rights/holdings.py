"""What every room holds about people: declared once, used for copies, erasure and retention.

A room registers its holdings in `AppConfig.ready`; `rights.declared` does so for the rooms below.
A holding is made of parts, one per table; a part says which rows are a person's, what each column
is called, and what erasure writes there. `tests/rights/test_holdings.py` walks all columns of all
tables and fails for one that is neither declared nor listed as holding nothing personal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from allhours.kernel import clock

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words = "str | _StrPromise"
SEALED = "_sealed"


class _Keep:
    """What erasure leaves as it is, because it names nobody once the rest is gone."""

    def __repr__(self) -> str:
        return "KEEP"


KEEP = _Keep()
NOBODY = Q(pk__in=())


@dataclass(frozen=True)
class Person:
    """Whose data: ids and, while an erasure runs, the words that must be found nowhere after."""

    kind: str
    code: str
    member_ids: tuple[int, ...] = ()
    user_ids: tuple[int, ...] = ()
    resident_id: int | None = None
    resident_by: str = "wish"  # what the id is of
    needles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cutoff:
    """Records older than this are past their time: the first day that is still kept."""

    day: date

    @property
    def at(self) -> datetime:
        return clock.at(self.day)


@dataclass(frozen=True)
class Column:
    """`erased`: what erasure writes (a function gets the row's id). `free`: words of anybody, so
    every erasure looks here for the person's name. `own`: somebody's own name or number, which
    another's erasure leaves alone.
    """

    name: str
    label: str | _StrPromise
    sensitive: bool = False
    erased: Any = KEEP
    shown: bool = True
    free: bool = False
    own: bool = False


@dataclass(frozen=True)
class Part:
    """One table's share in a holding. `aged`: which rows are past their time."""

    model: str
    of: Callable[[Person], Q]
    columns: tuple[Column, ...]
    deleted: bool = False  # erasure takes the whole row
    aged: Callable[[Cutoff], Q] | None = None
    aged_deleted: bool = False  # retention takes the whole row

    @property
    def table(self) -> type[models.Model]:
        found: type[models.Model] = apps.get_model(self.model)
        return found

    def rows(self, person: Person) -> models.QuerySet[Any]:
        return self.table._default_manager.filter(self.of(person)).order_by("pk")

    def still_held(self) -> Q:
        """Rows in which something is left that erasure would take."""
        plain = [c for c in self.columns if c.erased is not KEEP and not callable(c.erased)]
        return reduce(or_, (~Q(**{c.name: c.erased}) for c in plain), NOBODY)


#: Cut-off and whether to do it → how many rows; an instant for the journal.
Prune = Callable[[Cutoff, bool, datetime], int]


@dataclass(frozen=True)
class Holding:
    """A kind of record about people, in the words of the list that is filed."""

    code: str
    title: str | _StrPromise
    subjects: tuple[str, ...]
    purpose: str | _StrPromise
    basis: str | _StrPromise
    source: str | _StrPromise
    seen_by: tuple[str, ...]  # roles; "self" is the person
    keeps: str = ""  # key of the scheme's [retention]; "": as long as what it belongs to
    parts: tuple[Part, ...] = ()
    also: Callable[[Person, datetime], int] | None = None  # what erasure does besides
    prune: Prune | None = None  # instead of what the parts say
    order: int = field(default=50)


_holdings: dict[str, Holding] = {}
_nothing: dict[str, str] = {}


def register(*holdings: Holding) -> None:
    """Add a room's holdings; the same one twice is a mistake."""
    for holding in holdings:
        if holding.code in _holdings and _holdings[holding.code] is not holding:
            raise ValueError(f"the holding `{holding.code}` is declared twice")
        _holdings[holding.code] = holding


def holds_nothing_personal(reasons: dict[str, str]) -> None:
    """Columns (`app.Model.column`) or tables (`app.Model`) that could hold, but do not."""
    _nothing.update(reasons)


def all_holdings() -> list[Holding]:
    return sorted(_holdings.values(), key=lambda each: (each.order, each.code))


def holding(code: str) -> Holding | None:
    return _holdings.get(code)


def nothing_personal() -> dict[str, str]:
    return dict(_nothing)


def holdings_of(kind: str) -> list[Holding]:
    return [each for each in all_holdings() if kind in each.subjects]


def parts() -> Iterator[tuple[Holding, Part]]:
    for each in all_holdings():
        for part in each.parts:
            yield each, part


# ---- shorthand for declarations ------------------------------------------------------------


def of_member(path: str = "member") -> Callable[[Person], Q]:
    """Rows whose foreign key points at the person's member (or at a number merged into it)."""
    return lambda person: Q(**{f"{path}__in": person.member_ids})


def of_user(path: str = "user") -> Callable[[Person], Q]:
    return lambda person: Q(**{f"{path}__in": person.user_ids})


def of_resident(path: str = "pk", *, by: str = "wish") -> Callable[[Person], Q]:
    """Rows of a resident who is known `by` what they made: a wish, a suggestion."""

    def rows(person: Person) -> Q:
        known = person.resident_id is not None and person.resident_by == by
        return Q(**{path: person.resident_id}) if known else NOBODY

    return rows


def of_either(one: Callable[[Person], Q], other: Callable[[Person], Q]) -> Callable[[Person], Q]:
    """Rows that one or the other finds."""
    return lambda person: one(person) | other(person)


def older(path: str) -> Callable[[Cutoff], Q]:
    """Rows whose instant lies before the cut-off's first moment."""
    return lambda cutoff: Q(**{f"{path}__lt": cutoff.at})


def older_day(path: str) -> Callable[[Cutoff], Q]:
    return lambda cutoff: Q(**{f"{path}__lt": cutoff.day})


def nobody(_person: Person) -> Q:
    return NOBODY


def fact(name: str, label: str | _StrPromise, **more: Any) -> Column:
    return Column(name, label, **more)


def stays(names: str) -> tuple[Column, ...]:
    """Columns that point at somebody by id or hold a code of ours: unshown, and they stay."""
    return tuple(Column(name, name, shown=False) for name in names.split())


def gone(names: str, erased: Any = "") -> tuple[Column, ...]:
    """Columns that are nothing to read (hashes, keys) and go with an erasure."""
    return tuple(Column(name, name, shown=False, erased=erased) for name in names.split())


def declared_columns() -> dict[str, Column]:
    """`app.Model.column` → its declaration."""
    return {
        f"{part.model}.{column.name}": column
        for _holding, part in parts()
        for column in part.columns
    }


def free_columns() -> Iterable[tuple[type[models.Model], str]]:
    for name, column in declared_columns().items():
        if column.free:
            model, _dot, column_name = name.rpartition(".")
            yield apps.get_model(model), column_name
