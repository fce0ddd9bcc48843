"""What an import of wishes is compared with, and what its pages show."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.directory.models import ImportState, Organization
from allhours.directory.queries.roster_page import STATE_KINDS, ProblemLine, problem_line
from allhours.needs.choices import WisherKind
from allhours.needs.models import Wish, WishImport
from allhours.needs.queries.channels import offered_at_desk, origin_title, wish_channels
from allhours.needs.queries.desk import communities_to_note_for
from allhours.needs.queries.limits import categories, wish_limits
from allhours.needs.queries.wall import communities
from allhours.needs.scope import HANDLERS
from allhours.needs.sheet import Known, Row, WishSheet
from allhours.needs.sheet_columns import CHANNELS, Problem
from allhours.ui.parts import Kind, NavItem

SHOWN_PROBLEMS = 300
SHOWN_ROWS = 300
ALL = ("problems", "accepted", "skipped")


def usual_community(actor: Actor) -> Organization | None:
    """The one community whose wishes the actor sends; None for several, or the whole county."""
    if actor.is_system or actor.holds(Role.COUNTY_OFFICER):
        return None
    mine = list(communities_to_note_for(actor, HANDLERS)[:2])
    return mine[0] if len(mine) == 1 else None


def known_to(actor: Actor, *, to_publish: bool, now: datetime) -> Known:
    titles = categories(now)
    named: dict[str, list[Organization]] = defaultdict(list)
    for community in communities():
        for key in {community.code, community.short_name, community.name} - {""}:
            named[key].append(community)
    whole = actor.is_system or actor.holds(Role.COUNTY_OFFICER)
    mine = None if whole else {each.pk for each in communities_to_note_for(actor, HANDLERS)}
    return Known(
        communities=named,
        categories={code: code for code in titles} | {title: c for c, title in titles.items()},
        channels=_channel_words(now),
        mine=mine,
        usual=usual_community(actor),
        cap_yuan=wish_limits(now).money_cap_yuan,
        to_publish=to_publish,
    )


def _channel_words(now: datetime) -> dict[str, str]:
    """The county's words for the ways in that it offers, and the usual ones for the same."""
    offered = dict(offered_at_desk(wish_channels(now)))
    usual = {word: kind for word, kind in CHANNELS.items() if kind in offered}
    return usual | {title: kind for kind, title in offered.items()}


def without_old(sheet: WishSheet) -> WishSheet:
    """Wishes that an earlier import brought are marked and left out."""
    keys = {row.key: row for row in sheet.taken}
    old = set(Wish.objects.filter(intake_key__in=keys).values_list("intake_key", flat=True))
    sheet.taken = [row for key, row in keys.items() if key not in old]
    words = sheet.header.by_field.get("words")
    sheet.problems += [
        Problem(
            row.number, words.header if words else "", "already_noted",
            place=words.place if words else 0,
        )
        for key, row in keys.items() if key in old
    ]  # fmt: skip
    return sheet


def digest(sheet: WishSheet) -> str:
    """What the sheet would bring, in one value that tells nothing."""
    lines = [
        f"{row.key} {row.title} {row.category} {row.wisher_kind} {row.places} {row.consent}"
        for row in sheet.taken
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def shown_plan(sheet: WishSheet, now: datetime) -> dict[str, Any]:
    """JSON for the pages: counts, problems, and of each row only what may be public."""
    titles, channels = categories(now), wish_channels(now)
    problems = sorted(sheet.problems, key=lambda each: (not each.is_error, each.row, each.place))
    skipped = [each.row for each in problems if each.code == "already_noted"]
    errors = len(sheet.errors)
    return {
        "counts": {
            "rows": sheet.rows,
            "accepted": len(sheet.taken),
            "skipped": len(skipped),
            "to_verify": sum(row.public is None for row in sheet.taken),
        },
        "errors": errors,
        "reviewed": bool(wish_limits(now).review_levels),
        "warnings": len(problems) - errors - len(skipped),
        "problems": [_stored(each) for each in problems if each.code != "already_noted"][
            :SHOWN_PROBLEMS
        ],
        "accepted": [_shown(row, titles, channels) for row in sheet.taken[:SHOWN_ROWS]],
        "skipped": skipped,
        "sheet": sheet.grid.sheet,
        "other_sheets": sheet.grid.other_sheets,
    }


def _stored(problem: Problem) -> dict[str, Any]:
    """Untranslated: each reader gets it in their language."""
    return {
        "row": problem.row, "column": problem.column, "code": problem.code,
        "severity": problem.severity, "found": problem.found, "expected": problem.expected,
        "text": problem.text, "params": problem.params,
    }  # fmt: skip


def _shown(row: Row, titles: dict[str, str], channels: dict[str, str]) -> dict[str, Any]:
    return {
        "row": row.number,
        "title": row.title,
        "community": row.community.label,
        "category": titles.get(row.category, ""),
        "wisher_kind": row.wisher_kind,
        "origin": origin_title(row.origin, channels),
        "places": row.places,
        "consent": row.consent,
        "public": row.public is not None,
    }


@dataclass(frozen=True)
class AcceptedLine:
    row: int
    title: str
    community: str
    category: str
    wisher: str
    origin: str
    places: int
    consent: bool
    becomes: str


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


@dataclass
class ImportPage:
    """One import: `shown` is the group whose list stands on the page."""

    import_: WishImport
    line: ImportLine
    counts: dict[str, int]
    tabs: list[NavItem]
    shown: str
    problems: list[ProblemLine] = field(default_factory=list)
    accepted: list[AcceptedLine] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
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
    def errors(self) -> int:
        return self.import_.error_count

    @property
    def warnings(self) -> int:
        return int(self.import_.plan.get("warnings", 0))

    @property
    def nothing_to_do(self) -> bool:
        return not self.counts.get("accepted")


def imports_visible_to(actor: Actor) -> QuerySet[WishImport]:
    return WishImport.objects.visible_to(actor).select_related("community", "created_by")


def recent_imports(actor: Actor) -> list[ImportLine]:
    """The newest thirty, without their contents."""
    rows = (
        imports_visible_to(actor)
        .defer("content_sealed", "plan")
        .annotate(kept_counts=F("plan__counts"), kept_errors=F("plan__errors"))
    )
    return [_line(each, each.kept_counts or {}, each.kept_errors or 0) for each in rows[:30]]


def _line(import_: WishImport, counts: dict[str, int], errors: int) -> ImportLine:
    return ImportLine(
        pk=import_.pk,
        filename=import_.filename,
        scope=import_.community.label if import_.community else _("全县"),
        by=import_.by or _("命令行"),
        at=import_.applied_at or import_.created_at,
        state=str(ImportState(import_.state).label),
        state_kind=STATE_KINDS[import_.state],
        summary=import_.refusal or _summary(import_.state, counts, errors),
    )


def _summary(state: str, counts: dict[str, int], errors: int) -> str:
    if not counts:
        return ""
    if errors and state == ImportState.STAGED:
        return _("%(rows)s 行，%(errors)s 处错误") % {"rows": counts["rows"], "errors": errors}
    if state == ImportState.APPLIED:
        return _("已登记 %(n)s 个心愿") % {"n": counts["accepted"]}
    return _("可导入 %(n)s 个心愿") % {"n": counts["accepted"]}


def import_page(import_: WishImport, *, asked: str) -> ImportPage:
    """`asked` names a group; without a fitting one the first that holds anything is shown."""
    plan, counts = import_.plan, import_.counts
    numbers = {
        "problems": import_.error_count + int(plan.get("warnings", 0)),
        "accepted": counts.get("accepted", 0),
        "skipped": counts.get("skipped", 0),
    }
    filled = [name for name in ALL if numbers[name]]
    shown = asked if asked in filled else (filled[0] if filled else "")
    page = ImportPage(
        import_, _line(import_, counts, import_.error_count), counts,
        _tabs(import_, numbers, shown), shown,
    )  # fmt: skip
    if shown == "problems":
        page.problems = [problem_line(each) for each in plan["problems"]]
        page.more = numbers["problems"] - len(page.problems)
    elif shown == "accepted":
        page.accepted = [_accepted(each, import_) for each in plan["accepted"]]
        page.more = numbers["accepted"] - len(page.accepted)
    elif shown == "skipped":
        page.skipped = plan["skipped"]
    return page


def _tabs(import_: WishImport, numbers: dict[str, int], shown: str) -> list[NavItem]:
    url = reverse("needs:wish-import", args=[import_.pk])
    labels = {"problems": _("问题"), "accepted": _("可导入"), "skipped": _("以前已导入")}
    if import_.state == ImportState.APPLIED:
        labels["accepted"] = _("已登记")
    return [
        NavItem(labels[name], f"{url}?show={name}#list", numbers[name], current=name == shown)
        for name in ALL
        if numbers[name]
    ]


def _accepted(stored: dict[str, Any], import_: WishImport) -> AcceptedLine:
    return AcceptedLine(
        row=stored["row"],
        title=stored["title"] or _("（原话已密封，核实时查看）"),
        community=stored["community"],
        category=stored["category"],
        wisher=str(WisherKind(stored["wisher_kind"]).label),
        origin=stored["origin"],
        places=stored["places"],
        consent=stored["consent"],
        becomes=_becomes(stored, import_),
    )


def _becomes(stored: dict[str, Any], import_: WishImport) -> str:
    if not stored["public"]:
        return _("待核实")
    if import_.plan.get("reviewed"):
        return _("待审核")
    return _("定时发布") if import_.publish_at else _("待发布")


def template_lists(actor: Actor, now: datetime) -> dict[str, list[str]]:
    """What the county adds to the drop-down lists; a name that two share goes by its code."""
    known = known_to(actor, to_publish=False, now=now)
    names = []
    for each in communities():
        if known.mine is None or each.pk in known.mine:
            told = each.label if len(known.communities[each.label]) == 1 else each.code
            names.append(told)
    channels = [title for _kind, title in offered_at_desk(wish_channels(now))]
    return {"社区": names, "类别": list(categories(now).values()), "来源": channels}
