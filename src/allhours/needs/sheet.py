"""A spreadsheet of wishes → rows and problems, by row number. Writes nothing.

Columns are found by name; the sheet is opened by the roster's bounded reader.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from allhours.directory.models import Organization
from allhours.directory.roster.cells import plain
from allhours.directory.roster.columns import NOISE, Header, header_of, repeats_header
from allhours.directory.roster.grid import Cell, is_blank
from allhours.directory.roster.problems import Unreadable
from allhours.directory.roster.read import read
from allhours.kernel import crypto
from allhours.needs.choices import GuardianRelation, WisherKind
from allhours.needs.rules import wishes as rules

MOST_ROWS = 1000
KEY = "wish.import"  # purpose of the hash by which a row is recognised again

COLUMNS: dict[str, tuple[str, ...]] = {
    "words": ("心愿内容", "心愿", "微心愿", "愿望", "心愿原话", "words"),
    "community": ("社区", "所在社区", "村社区", "社区名称", "community"),
    "name": ("姓名", "心愿人", "称呼", "心愿人姓名", "name"),
    "phone": ("联系电话", "电话", "手机号码", "手机", "手机号", "phone"),
    "address": ("住址", "地址", "门牌", "现居住地", "address"),
    "title": ("公开内容", "公开的心愿", "公开心愿", "title"),
    "category": ("类别", "心愿类别", "服务项目", "category"),
    "wisher_kind": ("心愿人类别", "人群", "群体", "wisher_kind"),
    "places": ("名额", "需要人数", "places"),
    "consent": ("同意公开", "是否同意公开", "consent"),
    "guardian": ("监护人", "监护人姓名", "guardian"),
    "relation": ("与孩子关系", "监护关系", "关系", "relation"),
}
ALIASES = {
    NOISE.sub("", unicodedata.normalize("NFKC", name)).casefold(): column
    for column, names in COLUMNS.items()
    for name in names
}
KINDS = {
    "居民": WisherKind.RESIDENT,
    "老人": WisherKind.ELDER,
    "空巢老人": WisherKind.ELDER,
    "学生": WisherKind.PUPIL,
    "儿童": WisherKind.CHILD,
    "孩子": WisherKind.CHILD,
    "家庭": WisherKind.FAMILY,
    "残疾人": WisherKind.DISABLED,
    "老兵": WisherKind.VETERAN,
}
RELATIONS = {
    "父亲": GuardianRelation.PARENT,
    "母亲": GuardianRelation.PARENT,
    "父母": GuardianRelation.PARENT,
    "祖父": GuardianRelation.GRANDPARENT,
    "祖母": GuardianRelation.GRANDPARENT,
    "爷爷": GuardianRelation.GRANDPARENT,
    "奶奶": GuardianRelation.GRANDPARENT,
    "外公": GuardianRelation.GRANDPARENT,
    "外婆": GuardianRelation.GRANDPARENT,
    "姥姥": GuardianRelation.GRANDPARENT,
    "姥爷": GuardianRelation.GRANDPARENT,
    "亲属": GuardianRelation.RELATIVE,
}
YES = frozenset({"是", "同意", "y", "yes", "1", "√", "✓", "true"})
MINORS = frozenset({WisherKind.CHILD})
TEXTS = {
    "words_missing": _("没有填写心愿内容"),
    "community_missing": _("没有填写社区"),
    "community_unknown": _("系统中没有这个社区"),
    "phone_invalid": _("联系电话不正确"),
    "category_unknown": _("服务菜单中没有这个类别"),
    "title_missing": _("要定时发布，须填写公开内容和类别"),
    "title_tells": _("公开内容里有姓名、电话或住址"),
    "kind_unknown": _("心愿人类别无法识别"),
    "places_invalid": _("名额应是 1 到 50 的整数"),
    "guardian_missing": _("孩子的心愿须填写监护人和关系，并同意公开"),
    "duplicate_in_file": _("与前面的一行相同"),
    "already_noted": _("这个心愿以前已经导入，本次跳过"),
    "column_unknown": _("这一列不认识，未导入"),
}
WARNINGS = frozenset({"already_noted", "column_unknown"})


@dataclass(frozen=True)
class Problem:
    """What is wrong in a cell; `found` never holds a name, phone or address."""

    row: int
    column: str
    code: str
    found: str = ""

    @property
    def is_error(self) -> bool:
        return self.code not in WARNINGS

    def as_json(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "severity": "error" if self.is_error else "warning",
            "found": self.found,
            "text": str(TEXTS[self.code]),
        }


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

    @property
    def key(self) -> str:
        """Recognises the same wish of the same file again; keyed, so that it tells nothing."""
        voice = self.voice
        parts = (self.community.code, voice.words.strip(), voice.name, voice.phone)
        return crypto.lookup_hash("\x00".join(parts), KEY)


@dataclass
class WishSheet:
    rows: int = 0
    taken: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.is_error]


@dataclass(frozen=True)
class Known:
    """What a row is compared with: communities by name, code or short name; categories."""

    communities: Mapping[str, Organization]
    categories: Mapping[str, str]  # title or code → code
    to_publish: bool = False


def parse_file(content: bytes, filename: str, known: Known) -> WishSheet:
    """Rows and problems of a file; raises `Unreadable` for the file as a whole."""
    grid = read(content, filename, ALIASES)
    header = header_of(grid, ALIASES)
    sheet = WishSheet()
    sheet.problems += [
        Problem(header.row, column.header, "column_unknown") for column in header.unknown
    ]
    seen: dict[str, int] = {}
    for index, cells in enumerate(grid.rows[header.last_row :], header.last_row + 1):
        if all(is_blank(cell) for cell in cells) or repeats_header(header, list(cells)):
            continue
        sheet.rows += 1
        if sheet.rows > MOST_ROWS:
            raise Unreadable("too_many_rows")
        row, found = _Reader(index, header, cells, known).row()
        if row is not None and seen.setdefault(row.key, index) != index:
            found.append(Problem(index, header.by_field["words"].header, "duplicate_in_file"))
        sheet.problems += found
        if row is not None and not found:
            sheet.taken.append(row)
    return sheet


class _Reader:
    """One row's cells by column."""

    def __init__(self, number: int, header: Header, cells: list[Cell], known: Known) -> None:
        self.number, self.header, self.cells, self.known = number, header, cells, known
        self.problems: list[Problem] = []

    def text(self, name: str) -> str:
        column = self.header.by_field.get(name)
        if column is None or column.place >= len(self.cells):
            return ""
        return plain(self.cells[column.place])

    def wrong(self, name: str, code: str, found: str = "") -> None:
        column = self.header.by_field.get(name)
        self.problems.append(
            Problem(self.number, column.header if column else COLUMNS[name][0], code, found)
        )

    def row(self) -> tuple[Row | None, list[Problem]]:
        community, kind = self._community(), self._kind()
        voice = self._voice(kind)
        title, category = self.text("title"), self._category()
        places = self._places()
        if self.known.to_publish and not (title and category):
            self.wrong("title", "title_missing")
        if title and rules.telling(
            title, name=voice.name, phone=voice.phone, address=voice.address
        ):
            self.wrong("title", "title_tells")
        if community is None or self.problems:
            return None, self.problems
        consent = self.text("consent").casefold() in YES
        row = Row(self.number, community, voice, consent, kind, title, category, places)
        return row, self.problems

    def _voice(self, kind: str) -> rules.Voice:
        relation = RELATIONS.get(self.text("relation"), "")
        voice = rules.Voice(
            words=self.text("words"),
            name=self.text("name"),
            phone=rules.normal_phone(self.text("phone")),
            address=self.text("address"),
            is_minor=kind in MINORS,
            guardian_name=self.text("guardian"),
            guardian_relation=relation or (GuardianRelation.OTHER if self.text("relation") else ""),
            guardian_consents=self.text("consent").casefold() in YES,
        )
        codes = {reason.code for reason in rules.voice_refusals(voice, phone_needed=False)}
        columns = {
            "words_missing": "words",
            "phone_invalid": "phone",
            "guardian_missing": "guardian",
        }
        for code, column in columns.items():
            if f"wish.{code}" in codes:
                self.wrong(column, code)
        return voice if voice.is_minor else replace(voice, guardian_name="", guardian_relation="")

    def _community(self) -> Organization | None:
        text = self.text("community")
        found = self.known.communities.get(text)
        if not text:
            self.wrong("community", "community_missing")
        elif found is None:
            self.wrong("community", "community_unknown", text[:40])
        return found

    def _category(self) -> str:
        text = self.text("category")
        code = self.known.categories.get(text, "")
        if text and not code:
            self.wrong("category", "category_unknown", text[:40])
        return code

    def _kind(self) -> str:
        text = (
            self.text("wisher_kind").removeprefix("一位").removeprefix("一名").removeprefix("一个")
        )
        if not text:
            return WisherKind.RESIDENT
        if text not in KINDS:
            self.wrong("wisher_kind", "kind_unknown", text[:40])
        return KINDS.get(text, WisherKind.RESIDENT)

    def _places(self) -> int:
        text = self.text("places")
        if not text:
            return 1
        if not text.isdecimal() or not 1 <= int(text) <= 50:
            self.wrong("places", "places_invalid", text[:10])
            return 1
        return int(text)
