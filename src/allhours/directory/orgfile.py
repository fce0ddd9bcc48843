"""A spreadsheet of organisations → rows and problems. Knows nothing of what is in the database.

One row per organisation. Columns are found by name; the sheet is opened by the roster's bounded
reader. A blank cell says nothing: it never empties what the system already knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from allhours.directory.roster.cells import key, plain
from allhours.directory.roster.columns import Header, header_of, repeats_header
from allhours.directory.roster.grid import Cell, Grid, is_blank
from allhours.directory.roster.problems import Unreadable
from allhours.directory.roster.read import read

SEPARATORS = str.maketrans("，,;；/|\n", "、、、、、、、")

COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("编码", "组织编码", "代码", "机构代码", "code"),
    "name": ("名称", "组织名称", "单位名称", "社区名称", "全称", "name"),
    "short_name": ("简称", "short_name"),
    "kind": ("类别", "组织类别", "类型", "组织类型", "kind"),
    "parent": ("上级", "上级编码", "上级组织", "上级名称", "所属街道", "所属", "parent"),
    "min_members": ("最少", "最少编入", "最少人数", "下限", "min"),
    "max_members": ("最多", "最多编入", "最多人数", "上限", "max"),
    "neighbours": ("相邻社区", "相邻", "邻近社区", "neighbours", "neighbors"),
    "estates": ("小区", "小区名称", "居民小区", "estates", "estate", "estate names"),
    "streets": ("街路", "街路名称", "道路", "街道路段", "streets", "street", "street names"),
    "paired": ("结对社区", "结对共建社区", "共建社区", "paired"),
    "unit_class": ("单位类别", "单位性质", "unit_class"),
    "address": ("地址", "办公地址", "address"),
    "phone": ("办公电话", "电话", "联系电话", "phone"),
}
# Words people write for kinds, beside the stored values and their labels.
KIND_WORDS: dict[str, tuple[str, ...]] = {
    "county": ("县直机关工委", "机关工委", "工委", "县"),
    "unit": ("单位", "机关", "部门", "局", "县直单位"),
    "party_committee": ("机关党委", "党委"),
    "general_branch": ("党总支", "总支"),
    "branch": ("党支部", "支部"),
    "territory": ("全县社区", "属地", "全县"),
    "town": ("街道（乡镇）", "街道", "乡镇", "镇", "乡", "街道办事处"),
    "community": ("社区", "村", "社区居委会", "居委会"),
    "grid": ("网格",),
    "estate": ("小区",),
    "building": ("楼栋", "楼"),
    "temp_branch": ("临时党支部", "临时服务党支部"),
    "team": ("志愿服务队", "服务队"),
    "youth_team": ("青年志愿服务队",),
    "station": ("志愿服务站", "服务站"),
    "partner": ("共建单位",),
}
CLASS_WORDS: dict[str, tuple[str, ...]] = {
    "organ": ("机关", "党政机关", "行政机关"),
    "institution": ("事业单位", "事业"),
    "state_firm": ("国有企业", "国企", "企业"),
    "mass_organization": ("人民团体", "群团", "群团组织"),
    "town": ("乡镇（街道）", "乡镇", "街道"),
    "other": ("其他", "其它"),
}


def _(message: str) -> str:
    """Marks a sentence for the catalogue; translated where it is shown."""
    return message


TEXTS = {
    "name_missing": _("没有填写名称"),
    "kind_missing": _("没有填写类别"),
    "kind_unknown": _("类别无法识别"),
    "kind_differs": _("系统中这个编码是另一类组织，类别不能更改"),
    "unit_class_unknown": _("单位类别无法识别"),
    "number_invalid": _("人数应是 0 或正整数"),
    "min_above_max": _("最少人数大于最多人数"),
    "duplicate_in_file": _("同一组织在文件中出现多次"),
    "parent_unknown": _("没有找到上级组织"),
    "parent_wrong": _("不能设在这个上级之下"),
    "neighbour_unknown": _("没有找到相邻社区"),
    "community_unknown": _("没有找到结对社区"),
    "only_communities": _("只有社区才填这一栏"),
    "name_unsure": _("有几个组织叫这个名称，请改用编码"),
    "column_unknown": _("这一列不认识，未导入"),
}
EXPECTED = {
    "number": _("整数，例如 120"),
    "kind": _("单位、党支部、街道、社区、网格等"),
    "unit_class": _("机关、事业单位、国有企业、人民团体、乡镇（街道）、其他"),
    "organization": _("本文件或系统中的编码或名称"),
    "once": _("每个组织只填一行"),
    "filled": _("不能为空"),
}
WARNINGS = frozenset({"column_unknown"})


@dataclass(frozen=True)
class OrgProblem:
    row: int
    column: str
    code: str
    found: str = ""
    expected: str = ""

    @property
    def is_error(self) -> bool:
        return self.code not in WARNINGS

    @property
    def text(self) -> str:
        return TEXTS[self.code]

    def as_json(self, translate: Callable[[str], str] = str) -> dict[str, Any]:
        return {
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "severity": "error" if self.is_error else "warning",
            "found": self.found,
            "expected": translate(self.expected) if self.expected else "",
            "text": translate(self.text),
        }


@dataclass
class OrgRow:
    """One organisation of the file. `facts` holds the cells that say something."""

    number: int
    name: str = ""
    code: str = ""
    kind: str = ""
    parent: str = ""
    paired: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    neighbours: list[str] | None = None
    estates: list[str] | None = None
    streets: list[str] | None = None


@dataclass
class OrgFile:
    rows: list[OrgRow]
    problems: list[OrgProblem]
    headers: dict[str, str]  # our name of a column → the sender's


def _flat_words(words: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {key(word): code for code, several in words.items() for word in (code, *several)}


KINDS, CLASSES = _flat_words(KIND_WORDS), _flat_words(CLASS_WORDS)
ALIASES = {
    "".join(key(name).replace("_", "").split()): column
    for column, names in COLUMNS.items()
    for name in names
}


def parse_file(content: bytes, filename: str) -> OrgFile:
    """Read and parse; raises `Unreadable` with one plain sentence."""
    return parse(read(content, filename, ALIASES))


def parse(grid: Grid) -> OrgFile:
    try:
        header = header_of(grid, ALIASES)
    except KeyError:  # the same column twice
        raise Unreadable("no_header") from None
    if "name" not in header.by_field:
        raise Unreadable("no_header")
    names = {column: held.header for column, held in header.by_field.items()}
    result = OrgFile([], [], names)
    for column in header.unknown:
        result.problems.append(OrgProblem(header.row, column.header, "column_unknown"))
    for number, cells in enumerate(grid.rows[header.last_row :], start=header.last_row + 1):
        if not all(is_blank(cell) for cell in cells) and not repeats_header(header, cells):
            result.rows.append(_Reader(result, header, number, cells).row())
    if not result.rows:
        raise Unreadable("empty")
    return result


class _Reader:
    """One row's cells by column name, with a place to put problems."""

    def __init__(self, file: OrgFile, header: Header, number: int, cells: list[Cell]) -> None:
        self.file, self.header, self.number, self.cells = file, header, number, cells

    def text(self, name: str) -> str:
        column = self.header.by_field.get(name)
        if column is None or column.place >= len(self.cells):
            return ""
        return plain(self.cells[column.place])

    def wrong(self, name: str, code: str, found: str = "", expected: str = "") -> None:
        column = self.file.headers.get(name, COLUMNS[name][0])
        self.file.problems.append(OrgProblem(self.number, column, code, found, expected))

    def row(self) -> OrgRow:
        row = OrgRow(
            self.number,
            name=self.text("name")[:120],
            code=self.text("code")[:40],
            kind=self._coded("kind", KINDS),
            parent=self.text("parent"),
            paired=self.text("paired"),
            neighbours=self._several("neighbours"),
            estates=self._several("estates"),
            streets=self._several("streets"),
        )
        if not row.name:
            self.wrong("name", "name_missing", expected=EXPECTED["filled"])
        if not self.text("kind"):
            self.wrong("kind", "kind_missing", expected=EXPECTED["kind"])
        self._facts(row)
        return row

    def _facts(self, row: OrgRow) -> None:
        for name in ("short_name", "address", "phone"):
            if self.text(name):
                row.facts[name] = self.text(name)
        if unit_class := self._coded("unit_class", CLASSES):
            row.facts["unit_class"] = unit_class
        for name in ("min_members", "max_members"):
            number = self._number(name)
            if number is not None:
                row.facts[name] = number
        least, most = row.facts.get("min_members"), row.facts.get("max_members")
        if least is not None and most is not None and least > most:
            self.wrong("min_members", "min_above_max", f"{least} > {most}")

    def _coded(self, name: str, words: dict[str, str]) -> str:
        text = self.text(name)
        code = words.get(key(text), "")
        if text and not code:
            self.wrong(name, f"{name}_unknown", text, EXPECTED[name])
        return code

    def _number(self, name: str) -> int | None:
        text = self.text(name)
        if not text:
            return None
        digits = key(text).removesuffix("人")
        if digits.isascii() and digits.isdecimal() and len(digits) < 8:
            return int(digits)
        self.wrong(name, "number_invalid", text, EXPECTED["number"])
        return None

    def _several(self, name: str) -> list[str] | None:
        pieces = [piece.strip() for piece in self.text(name).translate(SEPARATORS).split("、")]
        return list(dict.fromkeys(filter(None, pieces))) or None
