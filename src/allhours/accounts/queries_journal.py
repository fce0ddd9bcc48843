"""Pages of the journal: bounded however many lines there are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from allhours.accounts import deeds
from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry, User

PAGE = 50


@dataclass(frozen=True)
class JournalPage:
    entries: Sequence[JournalEntry]
    newer: int | None  # `after` of the page before
    older: int | None  # `before` of the next page


@dataclass(frozen=True)
class JournalLine:
    """One line in words, and where to look on."""

    entry: JournalEntry
    who: str
    role: str
    for_whom: str
    deed: str
    subject: str
    facts: str


def journal_page(
    rows: QuerySet[JournalEntry], *, before: int | None = None, after: int | None = None
) -> JournalPage:
    """Fifty lines, the newest first. Never counts nor skips: it begins at a line's number."""
    if after is not None and before is None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        more, entries = len(found) > PAGE, found[:PAGE][::-1]
        older = entries[-1].pk if entries else None
        return JournalPage(entries, entries[0].pk if more else None, older)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    entries = found[:PAGE]
    newer = entries[0].pk if entries and before is not None else None
    return JournalPage(entries, newer, entries[-1].pk if len(found) > PAGE else None)


def journal_rows(entries: Iterable[JournalEntry]) -> list[JournalLine]:
    """With the user names of those for whom something was done; one query for all."""
    rows = list(entries)
    ids = {row.facts["for_user"] for row in rows if "for_user" in row.facts}
    names = dict(User.objects.filter(pk__in=ids).values_list("pk", "username")) if ids else {}
    return [journal_line(row, names) for row in rows]


def journal_line(row: JournalEntry, names: dict[int, str]) -> JournalLine:
    facts = {name: value for name, value in row.facts.items() if name != "for_user"}
    principal = names.get(row.facts.get("for_user", 0), "")
    return JournalLine(
        entry=row,
        who=str(getattr(row, "username", None) or row.label or "—"),
        role=role_word(row.role),
        for_whom=_("代 %(name)s") % {"name": principal} if principal else "",
        deed=deeds.deed(row.did),
        subject=deeds.subject(row.subject),
        facts="; ".join(f"{name}={_plain(value)}" for name, value in facts.items()),
    )


def role_word(role: str) -> str:
    if role == "member":
        return _("党员本人")
    return str(Role(role).label) if role in Role.values else role


def _plain(fact: Any) -> str:
    return fact if isinstance(fact, str) else json.dumps(fact, ensure_ascii=False)
