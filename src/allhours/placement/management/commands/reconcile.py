import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from allhours.accounts.actor import Actor
from allhours.directory.models import Organization
from allhours.directory.roster.read import content_of
from allhours.jobs.command import AllHoursCommand
from allhours.kernel import clock
from allhours.placement.actions import reconcile as actions
from allhours.placement.choices import RunSource
from allhours.placement.queries.differences import county_root, organization_by_code
from allhours.placement.queries.drawn import Drawn
from allhours.placement.queries.reconcile import Reconciliation, reconcile
from allhours.ui.exports import write_xlsx

USAGE = 2
HEADER = ("差异", "编号", "单位编码", "社区编码", "说明")
KINDS = {"missing": "未报到", "unknown": "不在应报到名单", "differing": "单位不一致"}


class Command(AllHoursCommand):
    help = (
        "Compare the roster with what communities have received, both ways (数据反查); "
        "with --register or --roster, a file with the system."
    )
    example = "allhours reconcile --on 2026-05-15 --xlsx differences.xlsx"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--on", metavar="DATE", type=date.fromisoformat, help="as of a day (default: today)"
        )
        parser.add_argument(
            "--xlsx", metavar="OUT", type=Path, help="write the differences as a spreadsheet"
        )
        parser.add_argument("--over", metavar="CODE", help="only this unit or community")
        file = parser.add_mutually_exclusive_group()
        file.add_argument("--register", metavar="FILE", type=Path, help="a community's register")
        file.add_argument("--roster", metavar="FILE", type=Path, help="a unit's list of members")
        parser.add_argument(
            "--keep", action="store_true", help="keep the run, so that its differences are closed"
        )

    def handle(self, **options: Any) -> None:
        now = clock.now()
        on = options["on"] or clock.local_date(now)
        over = self._over(options["over"])
        actor = Actor.system("reconcile")
        found = reconcile(on, over=over)
        drawn: Sequence[Drawn] = ()
        path = options["register"] or options["roster"]
        if path is not None:
            source = RunSource.REGISTER if options["register"] else RunSource.ROSTER
            if over is None:
                raise CommandError("A file needs --over: whose is it?", returncode=USAGE)
            file = {"filename": path.name, "content": content_of(path)}
            drawn = actions.look_at_file(
                actor=actor, over=over, source=source, on=on, now=now, **file
            )
            if options["keep"]:
                actions.run_with_file(actor=actor, over=over, source=source, on=on, now=now, **file)
        elif options["keep"]:
            whole = over or county_root()
            if whole is None:
                raise CommandError("There is no county committee yet.", returncode=USAGE)
            actions.run_reconciliation(actor=actor, over=whole, on=on, now=now)
        self._report(found, drawn, options["xlsx"], of_file=path is not None)

    def _over(self, code: str | None) -> Organization | None:
        if code is None:
            return None
        found = organization_by_code(code)
        if found is None:
            raise CommandError(f"There is no organisation with the code {code}.", returncode=USAGE)
        return found

    def _report(
        self, found: Reconciliation, drawn: Sequence[Drawn], out: Path | None, *, of_file: bool
    ) -> None:
        if out is not None:
            with out.open("wb") as target:
                write_xlsx(target, _file_rows(drawn) if of_file else _rows(found), sheet="数据反查")
        rate = "—" if found.rate is None else f"{found.rate} %"
        self.say(
            f"{found.on}: {found.reported} of {found.expected - found.excused} expected members "
            f"reported ({rate}), {found.excused} excused; {len(found.missing)} missing, "
            f"{len(found.unknown)} received but not expected, {len(found.differing)} differing."
        )
        answer = found.as_json()
        if of_file:
            answer["differences"] = [
                {
                    "kind": str(each.kind),
                    "detail": each.detail,
                    "responsible": str(each.responsible),
                    "ours": each.ours,
                    "theirs": each.theirs,
                }
                for each in drawn
            ]
            self.say(f"The file differs in {len(drawn)} things.")
            for each in drawn:
                row = each.theirs.get("row")
                number = each.ours.get("member_no") or each.theirs.get("member_no") or ""
                self.say(f"{each.kind}  {number}" + (f"  row {row}" if row else ""))
        self.emit(answer)


def _rows(found: Reconciliation) -> list[tuple[str, ...]]:
    lines = [
        (title, line.member_no, line.unit, line.community, line.detail)
        for kind, title in KINDS.items()
        for line in getattr(found, kind)
    ]
    return [HEADER, *lines]


def _file_rows(drawn: Sequence[Drawn]) -> list[tuple[str, ...]]:
    names = ("姓名（花名册）", "姓名（文件）", "编号（花名册）", "编号（文件）")
    header = ("差异", "行", *names, "单位", "社区")
    lines = [
        (
            str(each.kind.label),
            str(each.theirs.get("row") or ""),
            str(each.ours.get("name") or ""),
            str(each.theirs.get("name") or ""),
            str(each.ours.get("member_no") or ""),
            str(each.theirs.get("member_no") or ""),
            str(each.ours.get("unit") or each.theirs.get("unit") or ""),
            str(each.ours.get("community") or each.theirs.get("community") or ""),
        )
        for each in drawn
    ]
    return [header, *lines]
