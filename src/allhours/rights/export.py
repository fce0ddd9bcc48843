"""A copy of everything held about a person: a zip with a readable index, a table and JSON."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from allhours.directory.models import Member
from allhours.kernel import clock, crypto
from allhours.rights import holdings
from allhours.rights.holdings import SEALED, Column, Holding, Part, Person
from allhours.rights.queries.journal import openings_of
from allhours.rights.shown import kept_for, role_words
from allhours.ui.exports import plain

SHEET_NAME = 28  # a spreadsheet allows 31 characters; a number goes in front


@dataclass(frozen=True)
class Section:
    """One table's rows in words: what the index, the sheet and the JSON show alike."""

    holding: Holding
    part: Part
    labels: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    @property
    def title(self) -> str:
        return str(self.holding.title)


def sections_of(person: Person) -> Iterator[Section]:
    """What is held, room by room; a table without a row of this person is left out."""
    for holding in holdings.holdings_of(person.kind):
        for part in holding.parts:
            columns = [column for column in part.columns if column.shown]
            if not columns:
                continue
            rows = tuple(
                tuple(value_of(row, column) for column in columns)
                for row in part.rows(person).iterator(chunk_size=1000)
            )
            if rows:
                labels = tuple(str(column.label) for column in columns)
                yield Section(holding, part, labels, rows)


def value_of(row: models.Model, column: Column) -> Any:
    """A cell as its person may read it: sealed facts opened, codes in words, others by number."""
    name = column.name
    if name.endswith(SEALED):
        purpose = f"{row._meta.model_name}.{name.removesuffix(SEALED)}"
        return crypto.unseal(getattr(row, name), purpose)
    display = getattr(row, f"get_{name}_display", None)
    if callable(display):
        return str(display())
    value = getattr(row, name)
    if isinstance(value, Member):
        return value.member_no
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder) if value else ""
    return value


def copy_of(person: Person, *, now: datetime) -> bytes:
    """The zip: `index.html` to read, `data.xlsx` and `data.json` to use."""
    sections = list(sections_of(person))
    openings = _openings(person)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", _index(person, sections, openings, now))
        archive.writestr("data.xlsx", _workbook(sections, openings))
        archive.writestr("data.json", _json(person, sections, openings, now))
    return out.getvalue()


def _openings(person: Person) -> list[tuple[str, str, str, str]]:
    """When somebody opened a sealed fact, in which office, which and what for; no names."""
    return [
        (
            str(plain(line.at)),
            role_words([line.role]) or _("本人"),
            str(line.facts.get("fact", "")),
            str(line.facts.get("purpose", "")),
        )
        for line in openings_of(person)
    ]


def _opening_labels() -> tuple[str, ...]:
    return (_("时间"), _("职务"), _("查看的信息"), _("用途"))


def _index(person: Person, sections: list[Section], openings: list[Any], now: datetime) -> str:
    shown = [
        {
            "title": section.title,
            "count": len(section.rows),
            "purpose": section.holding.purpose,
            "basis": section.holding.basis,
            "source": section.holding.source,
            "seen_by": role_words(section.holding.seen_by),
            "kept": kept_for(section.holding, clock.local_date(now)),
        }
        for section in sections
    ]
    context = {"code": person.code, "made": now, "sections": shown, "openings": openings}
    return render_to_string("rights/copy_index.html", context)


def _workbook(sections: list[Section], openings: list[Any]) -> bytes:
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    bold = book.add_format({"bold": True})
    tables: list[tuple[str, tuple[str, ...], Any]] = [
        (section.title, section.labels, section.rows) for section in sections
    ]
    tables.append((_("谁看过"), _opening_labels(), openings))
    for number, (title, labels, rows) in enumerate(tables, 1):
        sheet = book.add_worksheet(f"{number} {_sheet_name(title)}"[:31])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(labels), 18)
        for column, label in enumerate(labels):
            sheet.write_string(0, column, label, bold)
        for line, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                sheet.write(line, column, plain(value))
    book.close()
    return out.getvalue()


def _sheet_name(title: str) -> str:
    return "".join(char for char in title if char not in "[]:*?/\\")[:SHEET_NAME]


def _json(person: Person, sections: list[Section], openings: list[Any], now: datetime) -> str:
    document = {
        "person": person.code,
        "made_at": now.isoformat(),
        "held": [
            {
                "holding": section.holding.code,
                "title": section.title,
                "table": section.part.model,
                "rows": [dict(zip(section.labels, row, strict=True)) for row in section.rows],
            }
            for section in sections
        ],
        "opened": [
            dict(zip(("at", "office", "fact", "purpose"), o, strict=True)) for o in openings
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder)
