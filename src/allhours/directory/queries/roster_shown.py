"""A plan as the pages keep and show it: counts, problems, the first consequences of each kind.

Stored as JSON in the import; ID numbers and phones stand in it only masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from allhours.directory.choices import Category, Education, Sex
from allhours.directory.models import Member
from allhours.directory.nations import nation_name
from allhours.directory.roster.cells import mask
from allhours.directory.roster.plan import KINDS, SEALED, UNCHANGED, Item, Plan
from allhours.directory.roster.rows import Parsed
from allhours.directory.roster.snapshot import Org, Scope, Snapshot

KEPT_PROBLEMS = 2_000
KEPT_ITEMS = 500
KEPT_UNREAD = 50

LABELS = {
    "name": gettext_lazy("姓名"),
    "sex": gettext_lazy("性别"),
    "nation": gettext_lazy("民族"),
    "birth": gettext_lazy("出生日期"),
    "education": gettext_lazy("学历"),
    "category": gettext_lazy("人员类别"),
    "position": gettext_lazy("职务"),
    "joined": gettext_lazy("入党日期"),
    "converted": gettext_lazy("转正日期"),
    "address": gettext_lazy("现居住地"),
    "skills": gettext_lazy("特长"),
    "wishes": gettext_lazy("服务意愿"),
    "retired": gettext_lazy("是否离退休"),
    "note": gettext_lazy("备注"),
    "id_number": gettext_lazy("公民身份号码"),
    "phone": gettext_lazy("手机号码"),
    "residence": gettext_lazy("居住社区"),
    "branch": gettext_lazy("所在党支部"),
}
YES, NO = gettext_noop("是"), gettext_noop("否")


def shown_plan(parsed: Parsed, plan: Plan, snapshot: Snapshot, scope: Scope) -> dict[str, Any]:
    """JSON: counts, errors, warnings, problems, items by kind, and what was left aside.

    Of who a row might be, only those within the import's scope are named.
    """
    orgs = {org.pk: org for org in snapshot.orgs}
    kept = {kind: plan.of(kind)[:KEPT_ITEMS] for kind in KINDS if kind != UNCHANGED}
    sealed = _sealed_before(item for items in kept.values() for item in items)
    rows = {row.row: row for row in parsed.rows}

    def shown(item: Item) -> dict[str, Any]:
        row = rows.get(item.row)
        one = _shown_item(item, row.values if row else {}, orgs, sealed)
        one["candidates"] = [
            {"pk": each.pk, "member_no": each.member_no, "unit": orgs[each.unit].name}
            for each in item.candidates
            if each.unit in orgs and scope.covers(orgs[each.unit].path)
        ]
        return one

    errors = len(plan.errors)
    return {
        "counts": plan.counts,
        "errors": errors,
        "warnings": len(plan.problems) - errors,
        "problems": [_stored(problem) for problem in plan.problems[:KEPT_PROBLEMS]],
        "items": {kind: [shown(item) for item in items] for kind, items in kept.items()},
        "new_units": list(plan.new_units),
        "sheet": parsed.sheet,
        "other_sheets": parsed.other_sheets[:20],
        "header_row": parsed.header.row,
        "skipped": parsed.skipped[:50],
        "unread": [[*key, number] for key, number in parsed.unread.most_common(KEPT_UNREAD)],
    }


def _stored(problem: Any) -> dict[str, Any]:
    """Untranslated: the reader's language is known only when it is shown."""
    return {
        "row": problem.row, "column": problem.column, "code": problem.code,
        "severity": problem.severity, "found": problem.found, "expected": problem.expected,
        "params": problem.params, "text": problem.text,
    }  # fmt: skip


def _sealed_before(items: Iterable[Item]) -> dict[int, dict[str, str]]:
    """Member id → masked sealed facts, for those of the items that change one."""
    wanted = {
        item.person.pk
        for item in items
        if item.person and any(change.field in SEALED for change in item.changes)
    }
    found = Member.objects.filter(pk__in=wanted).only("id_number_sealed", "phone_sealed")
    return {
        member.pk: {"id_number": member.id_number_masked, "phone": member.phone_masked}
        for member in found
    }


def _shown_item(
    item: Item, values: dict[str, Any], orgs: dict[int, Org], sealed: dict[int, dict[str, str]]
) -> dict[str, Any]:
    def name_of(pk: int | None) -> str:
        return orgs[pk].name if pk in orgs else ""

    changes = []
    for change in item.changes:
        before, after = change.before, change.after
        if change.field in SEALED and item.person:
            before = sealed.get(item.person.pk, {}).get(change.field, "")
            after = mask(values.get(change.field, ""))
        elif change.field in ("residence", "branch"):
            before, after = name_of(before), name_of(after)
        changes.append([change.field, _plain(before), _plain(after)])
    return {
        "row": item.row,
        "name": item.name,
        "member_no": item.person.member_no if item.person else "",
        "before": name_of(item.person.unit) if item.person else "",
        "unit": name_of(item.unit) or item.new_unit,
        "again": bool(item.person and item.person.departed),
        "changes": changes,
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True)
class ShownChange:
    label: str
    before: str
    after: str


def shown_changes(changes: list[list[Any]]) -> Iterator[ShownChange]:
    """Stored changes in the reader's words."""
    for field, before, after in changes:
        yield ShownChange(
            str(LABELS.get(field, field)), value_text(field, before), value_text(field, after)
        )


def value_text(field: str, value: Any) -> str:
    """`full` → 正式党员; empty for nothing."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return _(YES) if value else _(NO)
    if isinstance(value, list):
        return _("、").join(map(str, value))
    lists: dict[str, Any] = {"sex": Sex, "category": Category, "education": Education}
    if field in lists and value in lists[field].values:
        return str(lists[field](value).label)
    if field == "nation":
        return nation_name(value) or str(value)
    return str(value)
