"""A spreadsheet of wishes → rows and problems, by row number. Writes nothing.

Columns are found by name; the sheet is opened by the roster's bounded reader.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from allhours.directory.models import Organization
from allhours.directory.roster.cells import mask, plain
from allhours.directory.roster.columns import Header, header_of, repeats_header
from allhours.directory.roster.grid import Cell, Grid, is_blank
from allhours.directory.roster.problems import Unreadable
from allhours.directory.roster.read import read
from allhours.kernel import crypto
from allhours.needs.choices import GuardianRelation, Origin, WisherKind
from allhours.needs.rules import wishes as rules
from allhours.needs.sheet_columns import (
    ALIASES,
    COLUMNS,
    EXPECTED,
    KINDS,
    LONGEST,
    MINORS,
    NO,
    RELATIONS,
    YES,
    Problem,
)

MOST_ROWS = 1000
MOST_PLACES = 50
KEY = "wish.import"  # purpose of the hash by which a row is recognised again
SHOWN = 40  # characters of a cell that is told back


@dataclass(frozen=True)
class Row:
    number: int
    community: Organization
    voice: rules.Voice
    consent: bool
    wisher_kind: str
    title: str
    category: str
    places: int
    budget_yuan: int | None
    origin: str

    @property
    def key(self) -> str:
        """Recognises the same wish of the same file again; keyed, so that it tells nothing."""
        voice = self.voice
        parts = (self.community.code, voice.words.strip(), voice.name, voice.phone)
        return crypto.lookup_hash("\x00".join(parts), KEY)

    @property
    def public(self) -> rules.PublicText | None:
        """What the public will see, where the sheet says so."""
        if not (self.title and self.category):
            return None
        return rules.PublicText(
            title=self.title,
            category=self.category,
            wisher_kind=self.wisher_kind,
            places=self.places,
            budget_yuan=self.budget_yuan,
        )


@dataclass
class WishSheet:
    grid: Grid
    header: Header
    rows: int = 0
    taken: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.is_error]


@dataclass(frozen=True)
class Known:
    """What a row is compared with: communities by name, code or short name; categories.

    `mine`: the communities whose wishes may be sent, None for all; where it is one only, a row
    need not name it.
    """

    communities: Mapping[str, Sequence[Organization]]
    categories: Mapping[str, str]  # title or code → code
    channels: Mapping[str, str]  # word → kind of way in
    mine: Collection[int] | None = None
    usual: Organization | None = None
    cap_yuan: int = 0
    to_publish: bool = False


def parse_file(content: bytes, filename: str, known: Known) -> WishSheet:
    """Rows and problems of a file; raises `Unreadable` for the file as a whole."""
    return parse(read(content, filename, ALIASES), known)


def parse(grid: Grid, known: Known) -> WishSheet:
    header = header_of(grid, ALIASES)
    sheet = WishSheet(grid, header)
    sheet.problems += [
        Problem(header.row, column.header, "column_unknown", place=column.place)
        for column in header.unknown
    ]
    seen: dict[str, int] = {}
    filled = _filled_down(grid, header)
    for index, cells in enumerate(grid.rows[header.last_row :], header.last_row + 1):
        if all(is_blank(cell) for cell in cells) or repeats_header(header, list(cells)):
            continue
        sheet.rows += 1
        if sheet.rows > MOST_ROWS:
            raise Unreadable("too_many_rows")
        reader = _Reader(index, header, cells, known, filled.get(index, ""))
        row = reader.row()
        if row is not None and seen.setdefault(row.key, index) != index:
            reader.wrong("words", "duplicate_in_file")
        sheet.problems += reader.problems
        if row is not None and not any(problem.is_error for problem in reader.problems):
            sheet.taken.append(row)
    return sheet


def _filled_down(grid: Grid, header: Header) -> dict[int, str]:
    """Sheet row → the community that stands in a cell merged over it."""
    column = header.by_field.get("community")
    if column is None:
        return {}
    return {
        row + 1: plain(grid.at(top, left))
        for top, left, bottom, right in grid.merges
        if left <= column.place <= right
        for row in range(top + 1, min(bottom + 1, len(grid.rows)))
    }


class _Reader:
    """One row's cells by column."""

    def __init__(
        self, number: int, header: Header, cells: list[Cell], known: Known, above: str
    ) -> None:
        self.number, self.header, self.cells, self.known = number, header, cells, known
        self.above = above
        self.problems: list[Problem] = []

    def text(self, name: str) -> str:
        column = self.header.by_field.get(name)
        if column is None or column.place >= len(self.cells):
            return ""
        return plain(self.cells[column.place])

    def wrong(self, name: str, code: str, found: str = "", **params: Any) -> None:
        column = self.header.by_field.get(name)
        self.problems.append(
            Problem(
                self.number,
                column.header if column else COLUMNS[name][0],
                code,
                found[:SHOWN],
                EXPECTED.get(code, ""),
                params,
                place=column.place if column else 0,
            )
        )

    def row(self) -> Row | None:
        community = self._community()
        kind = self._one_of("wisher_kind", KINDS, WisherKind.RESIDENT, "kind_unknown")
        voice = self._voice(kind)
        title, category = self._title(voice), self._category()
        self._lengths()
        if self.known.to_publish and not (title and category):
            self.wrong("title", "title_missing")
        elif title and not category and not self.text("category"):
            self.wrong("category", "category_missing")
        elif category and not title:
            self.wrong("category", "category_unused")
        row = Row(
            number=self.number,
            community=community or Organization(),
            voice=voice,
            consent=self._consents(),
            wisher_kind=kind,
            title=title,
            category=category,
            places=self._number("places", 1, MOST_PLACES, "places_invalid") or 1,
            budget_yuan=self._budget(),
            origin=self._one_of("channel", self.known.channels, Origin.IMPORT, "channel_unknown"),
        )
        return row if community is not None else None

    def _voice(self, kind: str) -> rules.Voice:
        """A row that names a guardian is a child's wish, whatever its kind is called."""
        relation, guardian = self.text("relation"), self.text("guardian")
        minor = kind in MINORS or bool(guardian or relation)
        known = RELATIONS.get(relation, GuardianRelation.OTHER if relation else "")
        voice = rules.Voice(
            words=self.text("words"),
            name=self.text("name"),
            phone=rules.normal_phone(self.text("phone")),
            address=self.text("address"),
            is_minor=minor,
            guardian_name=guardian,
            guardian_relation=known if minor else "",
            guardian_consents=minor and self.text("consent").casefold() in YES,
        )
        codes = {reason.code for reason in rules.voice_refusals(voice, phone_needed=False)}
        if "wish.words_missing" in codes:
            self.wrong("words", "words_missing")
        if "wish.phone_invalid" in codes:
            self.wrong("phone", "phone_invalid", mask(self.text("phone")))
        if "wish.guardian_missing" in codes:
            self.wrong("guardian", "guardian_missing")
        return voice

    def _title(self, voice: rules.Voice) -> str:
        title = self.text("title")
        if title and rules.telling(
            title, name=voice.name, phone=voice.phone, address=voice.address
        ):
            self.wrong("title", "title_tells")
        return title

    def _consents(self) -> bool:
        text = self.text("consent").casefold()
        if text not in YES | NO:
            self.wrong("consent", "consent_unknown", mask(text))
        return text in YES

    def _lengths(self) -> None:
        for name, most in LONGEST.items():
            if len(self.text(name)) > most:
                self.wrong(name, "too_long", most=most)

    def _community(self) -> Organization | None:
        text = self.text("community") or self.above
        if not text:
            if self.known.usual is None:
                self.wrong("community", "community_missing")
            return self.known.usual
        named = self.known.communities.get(text, ())
        mine = self.known.mine
        found = [each for each in named if mine is None or each.pk in mine]
        if len(found) == 1:
            return found[0]
        code = "community_unclear" if found else "not_yours" if named else "community_unknown"
        self.wrong("community", code, mask(text))
        return None

    def _category(self) -> str:
        text = self.text("category")
        code = self.known.categories.get(text, "")
        if text and not code:
            self.wrong("category", "category_unknown", mask(text))
        return code

    def _one_of(self, name: str, words: Mapping[str, str], usual: str, code: str) -> str:
        text = self.text(name).removeprefix("一位").removeprefix("一名").removeprefix("一个")
        if text and text not in words:
            self.wrong(name, code, mask(text))
        return words.get(text, usual)

    def _budget(self) -> int | None:
        amount = self._number("budget", 0, 10_000_000, "budget_invalid")
        cap = self.known.cap_yuan
        if amount is not None and cap and amount > cap:
            self.wrong("budget", "over_budget", str(amount), cap=cap)
        return amount

    def _number(self, name: str, least: int, most: int, code: str) -> int | None:
        text = self.text(name).removesuffix("元")
        if not text:
            return None
        if text.isdecimal() and len(text) < 9 and least <= int(text) <= most:
            return int(text)
        self.wrong(name, code, mask(text))
        return None
