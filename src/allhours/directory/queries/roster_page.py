"""What the import centre's pages show, as plain rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allhours.directory.models import ImportState, RosterImport
from allhours.directory.queries.roster_shown import ShownChange, shown_changes
from allhours.ui.parts import Kind, NavItem

SHOWN_PROBLEMS = 300
SHOWN_ITEMS = 300
STATE_KINDS: dict[str, Kind] = {
    ImportState.READING: "info",
    ImportState.STAGED: "warn",
    ImportState.APPLIED: "ok",
    ImportState.DISCARDED: "neutral",
}
GROUPS = {
    "join": gettext_lazy("新增"),
    "change": gettext_lazy("变更"),
    "move": gettext_lazy("调动"),
    "leave": gettext_lazy("离开"),
}


@dataclass(frozen=True)
class ImportLine:
    pk: int
    filename: str
    scope: str
    by: str
    at: datetime
    state: str
    state_kind: Kind
    summary: str


@dataclass(frozen=True)
class ProblemLine:
    row: int
    column: str
    text: str
    found: str
    expected: str
    is_error: bool


@dataclass(frozen=True)
class PersonLine:
    row: int
    name: str
    member_no: str
    unit: str
    before: str
    again: bool
    changes: list[ShownChange]


@dataclass
class ImportPage:
    """One import: `shown` is the group whose list stands on the page."""

    import_: RosterImport
    line: ImportLine
    counts: dict[str, int]
    tabs: list[NavItem]
    shown: str
    problems: list[ProblemLine] = field(default_factory=list)
    people: list[PersonLine] = field(default_factory=list)
    unread: list[tuple[str, str, int]] = field(default_factory=list)
    more: int = 0

    @property
    def is_staged(self) -> bool:
        return self.import_.state == ImportState.STAGED

    @property
    def is_reading(self) -> bool:
        return self.import_.state == ImportState.READING

    @property
    def is_applied(self) -> bool:
        return self.import_.state == ImportState.APPLIED

    @property
    def undecided(self) -> int:
        return self.counts.get("conflict", 0)

    @property
    def errors(self) -> int:
        """Errors in cells: those that a decision on the page settles are counted apart."""
        return max(self.import_.error_count - self.undecided, 0)

    @property
    def warnings(self) -> int:
        return int(self.import_.plan.get("warnings", 0))

    @property
    def problem_count(self) -> int:
        """What can be mended in the file."""
        return self.errors + self.warnings

    @property
    def nothing_to_do(self) -> bool:
        kinds = ("join", "change", "move", "leave", "conflict")
        return not any(self.counts.get(kind) for kind in kinds)


def import_lines(imports: Iterable[RosterImport]) -> list[ImportLine]:
    """Lines of the list, from `queries.recent_imports`."""
    return [
        _line(each, getattr(each, "kept_counts", None) or {}, getattr(each, "kept_errors", 0) or 0)
        for each in imports
    ]


def _line(import_: RosterImport, counts: dict[str, int], errors: int) -> ImportLine:
    return ImportLine(
        pk=import_.pk,
        filename=import_.filename,
        scope=import_.unit.name if import_.unit else _("全县"),
        by=import_.by or _("命令行"),
        at=import_.applied_at or import_.created_at,
        state=str(ImportState(import_.state).label),
        state_kind=STATE_KINDS[import_.state],
        summary=import_.refusal or _summary(import_.state, counts, errors),
    )


def _summary(state: str, counts: dict[str, int], errors: int) -> str:
    if not counts:
        return ""
    doubtful = counts.get("conflict", 0)
    if errors > doubtful and state == ImportState.STAGED:
        return _("%(rows)s 行，%(errors)s 处错误") % {
            "rows": counts["rows"],
            "errors": errors - doubtful,
        }
    if doubtful and state == ImportState.STAGED:
        return _("%(number)s 人待确认是谁") % {"number": doubtful}
    told = [f"{label} {counts[kind]}" for kind, label in GROUPS.items() if counts.get(kind)]
    return _("，").join(told) or _("没有变化")


def import_page(import_: RosterImport, *, asked: str) -> ImportPage:
    """`asked` names a group; without a fitting one the first that holds anything is shown."""
    plan = import_.plan
    # who a doubtful row is, is asked above the lists
    problems = [each for each in plan.get("problems", []) if each["code"] != "identity_unsure"]
    numbers = {"problems": len(problems)} | {kind: import_.counts.get(kind, 0) for kind in GROUPS}
    filled = [group for group, number in numbers.items() if number]
    shown = asked if asked in filled else (filled[0] if filled else "")
    page = ImportPage(
        import_=import_,
        line=_line(import_, import_.counts, import_.error_count),
        counts=import_.counts,
        tabs=_tabs(import_, numbers, shown),
        shown=shown,
        unread=[(column, text, number) for column, text, number in plan.get("unread", [])],
    )
    if shown == "problems":
        page.problems = [problem_line(each) for each in problems[:SHOWN_PROBLEMS]]
        page.more = page.problem_count - len(page.problems)
    elif shown:
        page.people = [_person(each) for each in plan["items"][shown][:SHOWN_ITEMS]]
        page.more = numbers[shown] - len(page.people)
    return page


def _tabs(import_: RosterImport, numbers: dict[str, int], shown: str) -> list[NavItem]:
    url = reverse("directory:roster-show", args=[import_.pk])
    labels = {"problems": _("问题"), **GROUPS}
    return [
        NavItem(str(labels[group]), f"{url}?show={group}#list", number, current=group == shown)
        for group, number in numbers.items()
        if number
    ]


def problem_line(stored: dict[str, Any]) -> ProblemLine:
    expected = _(stored["expected"]) if stored["expected"] else ""
    return ProblemLine(
        row=stored["row"],
        column=stored["column"],
        text=_(stored["text"]),
        found=stored["found"],
        expected=expected % stored["params"] if stored["params"] else expected,
        is_error=stored["severity"] == "error",
    )


def _person(stored: dict[str, Any]) -> PersonLine:
    return PersonLine(
        row=stored["row"],
        name=stored["name"],
        member_no=stored["member_no"],
        unit=stored["unit"],
        before=stored["before"],
        again=stored["again"],
        changes=list(shown_changes(stored["changes"])),
    )
