"""Which law held on a day, whose county this is, and the official calendar.

A parsed scheme is kept per process by its checksum; which version holds is asked of the database
each time (once in a request), so that no process goes on under an old law.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import QuerySet

from allhours.scheme import loader, memo, worktime
from allhours.scheme.models import CalendarDay, County, SchemeVersion
from allhours.scheme.schema import Scheme

KEPT_SCHEMES = 32


@dataclass(frozen=True)
class VersionRow:
    """A published version without its document."""

    id: int
    number: int
    effective_from: date
    checksum: str


class SchemeAltered(Exception):  # noqa: N818 - says what happened to it
    """A stored document no longer has the checksum it was published with."""


def scheme_for(on: date) -> Scheme:
    """The scheme in force on a local day; the shipped base where none is published."""
    version = version_for(on)
    return neutral_scheme() if version is None else scheme_of(version)


def version_for(on: date) -> VersionRow | None:
    """The version in force on a day; days before the first version are under the first."""
    versions = _versions()
    if not versions:
        return None
    in_force = [version for version in versions if version.effective_from <= on]
    if in_force:
        return max(in_force, key=lambda version: (version.effective_from, version.number))
    return min(versions, key=lambda version: (version.effective_from, -version.number))


def scheme_of(version: VersionRow | SchemeVersion) -> Scheme:
    """The scheme of one version, parsed once per process."""
    return _parsed(version.id, version.checksum)


def scheme_of_id(version_id: int) -> Scheme:
    """The scheme of a version that was frozen into another record by its id."""
    checksum = SchemeVersion.objects.values_list("checksum", flat=True).get(pk=version_id)
    return _parsed(version_id, checksum)


def versions() -> list[SchemeVersion]:
    """All versions, newest first, with who published them."""
    return list(
        SchemeVersion.objects.select_related("published_by").defer("document").order_by("-number")
    )


def versions_by_number() -> QuerySet[SchemeVersion]:
    """All versions, to pick one by its number."""
    return SchemeVersion.objects.select_related("published_by")


def latest() -> SchemeVersion | None:
    """The version published last, in force or not."""
    return SchemeVersion.objects.order_by("-number").first()


def county() -> County:
    """The county of this installation; an unnamed, unsaved one before it is set up."""
    return memo.once("county", lambda: County.objects.first() or County(name=""))


def calendar(years: Iterable[int], scheme: Scheme) -> worktime.WorkCalendar:
    """The official calendar of some years, with the scheme's own days off. One query."""
    wanted = tuple(sorted(set(years)))
    rows = memo.once(
        ("calendar", wanted),
        lambda: list(
            CalendarDay.objects.filter(
                day__gte=date(wanted[0], 1, 1), day__lte=date(wanted[-1], 12, 31)
            ).values_list("day", "kind")
        ),
    )
    rules = scheme.calendar
    return worktime.calendar_of(
        rows, makeup_days=rules.makeup_days, local_days_off=rules.local_days_off
    )


def calendar_around(day: date, scheme: Scheme) -> worktime.WorkCalendar:
    """The calendar of a day's year and its neighbours, enough for any time limit."""
    return calendar((day.year - 1, day.year, day.year + 1), scheme)


@lru_cache(maxsize=1)
def neutral_scheme() -> Scheme:
    """The base that ships with the program."""
    return loader.load(loader.BASE)[0]


def _versions() -> list[VersionRow]:
    fields = ("id", "number", "effective_from", "checksum")
    return memo.once(
        "versions",
        lambda: [VersionRow(*row) for row in SchemeVersion.objects.values_list(*fields)],
    )


@lru_cache(maxsize=KEPT_SCHEMES)
def _parsed(version_id: int, checksum: str) -> Scheme:
    document = SchemeVersion.objects.values_list("document", flat=True).get(pk=version_id)
    if loader.checksum(document) != checksum:
        raise SchemeAltered(f"The stored scheme {version_id} was altered after publication.")
    return loader.from_document(document)
