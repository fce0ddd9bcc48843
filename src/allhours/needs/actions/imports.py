"""Wishes from a spreadsheet: previewed, or taken over all or nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.accounts.choices import Role
from allhours.kernel.errors import Refused
from allhours.needs.actions.intake import note_wish
from allhours.needs.actions.publication import publish_wish, verify_wish
from allhours.needs.choices import Origin
from allhours.needs.models import Wish
from allhours.needs.queries.limits import categories
from allhours.needs.queries.wall import communities
from allhours.needs.rules import wishes as rules
from allhours.needs.sheet import Known, Problem, Row, WishSheet, parse_file


def read_wishes(
    *, content: bytes, filename: str, publish_at: datetime | None, now: datetime
) -> WishSheet:
    """What the file would bring; wishes that an earlier import brought are marked and left out."""
    titles = categories(now)
    known = Known(
        communities={
            key: community
            for community in communities()
            for key in (community.code, community.short_name, community.name)
            if key
        },
        categories={code: code for code in titles} | {title: c for c, title in titles.items()},
        to_publish=publish_at is not None,
    )
    sheet = parse_file(content, filename, known)
    keys = {row.key: row for row in sheet.taken}
    old = set(Wish.objects.filter(intake_key__in=keys).values_list("intake_key", flat=True))
    sheet.taken = [row for key, row in keys.items() if key not in old]
    sheet.problems += [
        Problem(row.number, "", "already_noted") for key, row in keys.items() if key in old
    ]
    return sheet


@transaction.atomic
def import_wishes(
    *, actor: Actor, sheet: WishSheet, publish_at: datetime | None, now: datetime
) -> int:
    """Note every wish of a sheet without errors, and publish it at an hour; how many."""
    actor.require(Role.COUNTY_OFFICER)
    if sheet.errors:
        raise Refused(NOT_YOURS_TO_DO)
    if publish_at is not None and publish_at <= now:
        raise Refused(rules.HOUR_PAST)
    for row in sheet.taken:
        _take_over(actor, row, publish_at, now)
    return len(sheet.taken)


def _take_over(actor: Actor, row: Row, publish_at: datetime | None, now: datetime) -> None:
    wish = note_wish(
        actor=actor,
        community=row.community,
        voice=row.voice,
        origin=Origin.IMPORT,
        consent=row.consent,
        wisher_kind=row.wisher_kind,
        intake_key=row.key,
        now=now,
    ).wish
    if not (row.title and row.category):
        return
    text = rules.PublicText(
        title=row.title, category=row.category, wisher_kind=row.wisher_kind, places=row.places
    )
    wish = verify_wish(actor=actor, wish=wish, text=text, now=now)
    if publish_at is not None:
        publish_wish(actor=actor, wish=wish, at=publish_at, now=now)
