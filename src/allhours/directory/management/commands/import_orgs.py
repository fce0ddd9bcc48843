"""`allhours import_orgs`: organisations from a spreadsheet."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext

from allhours.accounts.actor import Actor
from allhours.directory.actions.import_orgs import import_organizations, plan_organizations
from allhours.directory.orgfile import parse_file
from allhours.directory.queries.org_plan import OrgPlan
from allhours.directory.roster.problems import Unreadable
from allhours.directory.roster.read import content_of
from allhours.jobs.command import REFUSED, AllHoursCommand
from allhours.kernel import clock

SHOWN = 40


class Command(AllHoursCommand):
    help = (
        "Preview organisations from a spreadsheet (.xlsx, .xls, .csv), or with --apply take them "
        "over, all or nothing. "
        "Columns: 编码 名称 类别 上级 最少 最多 相邻社区 小区 街路 结对社区 单位类别; "
        "名称 and 类别 must be filled. 类别: 单位 党支部 街道 社区 网格 小区 …; "
        "单位类别: 机关 事业单位 国有企业 人民团体 乡镇（街道） 其他. "
        "最少 and 最多: how many members a community takes. Several names in a cell: by 、."
    )
    example = "allhours import_orgs 组织.xlsx --apply"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="write; without it only preview")

    def handle(self, **options: Any) -> None:
        path: Path = options["file"]
        actor = Actor.system("import_orgs")
        try:
            file = parse_file(content_of(path), path.name)
        except Unreadable as unreadable:
            raise CommandError(gettext(unreadable.text)) from unreadable
        plan = plan_organizations(actor=actor, file=file)
        if options["apply"] and not plan.errors:
            plan = import_organizations(actor=actor, file=file, now=clock.now())
        self.emit(plan.as_json(gettext))
        self.report(plan, applied=options["apply"] and not plan.errors)
        if plan.errors:
            self.status = REFUSED

    def report(self, plan: OrgPlan, *, applied: bool) -> None:
        self.say(
            f"{plan.rows} rows: {len(plan.new)} new, {len(plan.changes)} to change, "
            f"{plan.unchanged} unchanged, {len(plan.errors)} with errors."
        )
        for problem in plan.problems[:SHOWN]:
            found = f"：{problem.found}" if problem.found else ""
            expected = f"（{gettext(problem.expected)}）" if problem.expected else ""
            self.say(
                f"  row {problem.row}, {problem.column}: {gettext(problem.text)}{found}{expected}"
            )
        if applied:
            self.say("Applied.")
        elif plan.errors:
            self.say("Nothing was written. Correct these rows and run it again.")
        else:
            self.say("Nothing was written. Add --apply to take it over.")
