"""Publishing the law, naming the county, and reading the official calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from importlib import metadata
from typing import Any

from chinese_calendar import constants
from django.db import IntegrityError, transaction

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.kernel.errors import Refused, refuse_if
from allhours.scheme import loader, memo, rules
from allhours.scheme.choices import DayKind
from allhours.scheme.models import CalendarDay, County, SchemeVersion
from allhours.scheme.schema import inconsistencies, parse

CALENDAR_SOURCE = "chinesecalendar"


def publish_scheme(
    *,
    actor: Actor,
    document: Mapping[str, Any],
    effective_from: date,
    now: datetime,
    after: int | None = None,
) -> SchemeVersion:
    """Freeze a resolved document as the next version, in force from a day on, or refuse.

    The document is checked again here: what is stored can always be read. `after`: the number of
    the version that it was made from; refused if another was published since.
    """
    actor.require(Role.COUNTY_OFFICER)
    parsed = parse(document)
    problems = parsed.problems or inconsistencies(parsed.scheme)
    if problems:
        first = f"{problems[0].path}: {problems[0].found} ({problems[0].expected})"
        raise Refused(rules.INVALID.having(count=len(problems), first=first))
    try:
        version = _store(actor, document, parsed.scheme.title, effective_from, now, after)
    except IntegrityError as error:
        raise Refused(rules.PUBLISHED_MEANWHILE) from error
    memo.forget()
    return version


def _require_newest(last: SchemeVersion | None, after: int | None) -> None:
    if after is not None and after != (last.number if last else 0):
        raise Refused(rules.PUBLISHED_MEANWHILE)


@transaction.atomic
def _store(
    actor: Actor,
    document: Mapping[str, Any],
    title: str,
    effective_from: date,
    now: datetime,
    after: int | None,
) -> SchemeVersion:
    checksum = loader.checksum(document)
    last = SchemeVersion.objects.order_by("-number").first()
    _require_newest(last, after)
    refuse_if(
        rules.publication_refusals(
            effective_from=effective_from,
            checksum=checksum,
            last=(last.effective_from, last.checksum) if last else None,
            today=clock.local_date(now),
        )
    )
    version = SchemeVersion.objects.create(
        number=last.number + 1 if last else 1,
        effective_from=effective_from, published_at=now, published_by_id=actor.user_id,
        code=str(document.get("code", "")), title=title,
        document=dict(document), checksum=checksum,
    )  # fmt: skip
    journal.note(
        actor=actor,
        did="scheme.published",
        to=version,
        now=now,
        under=actor.acting_as(Role.COUNTY_OFFICER),
        number=version.number,
        code=version.code,
        effective_from=effective_from.isoformat(),
        checksum=checksum,
    )
    return version


@transaction.atomic
def set_county(
    *, actor: Actor, name: str, office: str, scheme_code: str, is_demo: bool, now: datetime
) -> County:
    """Say whose installation this is; done once by `init` or `demo`, corrected by an officer."""
    actor.require(Role.COUNTY_OFFICER)
    values = {
        "name": name,
        "office": office,
        "scheme_code": scheme_code,
        "is_demo": is_demo,
    }
    county, _created = County.objects.update_or_create(only=True, defaults=values)
    journal.note(actor=actor, did="county.named", to=county, now=now, code=scheme_code)
    memo.forget()
    return county


@transaction.atomic
def seed_calendar(*, actor: Actor, years: Iterable[int], now: datetime) -> list[int]:
    """Take the official calendar of those years that its source knows; gives these years back.

    A day an officer entered by hand stands; a day read before is brought up to date.
    """
    actor.require(Role.COUNTY_OFFICER)
    wanted = set(years)
    version = metadata.version(CALENDAR_SOURCE)
    days = [
        *_rows(constants.holidays, DayKind.HOLIDAY, wanted, version),
        *_rows(constants.workdays, DayKind.MAKEUP, wanted, version),
    ]
    known = sorted({row.day.year for row in days})
    stale = CalendarDay.objects.filter(source=CALENDAR_SOURCE, day__year__in=known)
    stale.delete()
    by_hand = set(CalendarDay.objects.filter(day__year__in=known).values_list("day", flat=True))
    CalendarDay.objects.bulk_create([row for row in days if row.day not in by_hand])
    for year in known:
        journal.note(
            actor=actor, did="calendar.read", to=("calendar", year), now=now, version=version
        )
    memo.forget()
    return known


def _rows(
    days: Mapping[date, str], kind: DayKind, years: set[int], version: str
) -> list[CalendarDay]:
    return [
        CalendarDay(day=day, kind=kind, name=_name(name), source=CALENDAR_SOURCE, version=version)
        for day, name in days.items()
        if day.year in years
    ]


def _name(english: str) -> str:
    return next((h.chinese for h in constants.Holiday if h.value == english), english)
