import argparse
from datetime import date
from pathlib import Path
from typing import Any

from allhours.jobs.command import AllHoursCommand
from allhours.kernel import clock
from allhours.placement.queries.reconcile import Reconciliation, reconcile
from allhours.ui.exports import write_xlsx

HEADER = ("差异", "编号", "单位编码", "社区编码", "说明")
KINDS = {"missing": "未报到", "unknown": "不在应报到名单", "differing": "单位不一致"}


class Command(AllHoursCommand):
    help = "Compare the roster with what communities have received, both ways (数据反查)."
    example = "allhours reconcile --on 2026-05-15 --xlsx differences.xlsx"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--on", metavar="DATE", type=date.fromisoformat, help="as of a day (default: today)"
        )
        parser.add_argument(
            "--xlsx", metavar="OUT", type=Path, help="write the differences as a spreadsheet"
        )

    def handle(self, **options: Any) -> None:
        found = reconcile(options["on"] or clock.local_date(clock.now()))
        if options["xlsx"]:
            with options["xlsx"].open("wb") as target:
                write_xlsx(target, _rows(found), sheet="数据反查")
        rate = "—" if found.rate is None else f"{found.rate} %"
        self.say(
            f"{found.on}: {found.reported} of {found.expected - found.excused} expected members "
            f"reported ({rate}), {found.excused} excused; {len(found.missing)} missing, "
            f"{len(found.unknown)} received but not expected, {len(found.differing)} differing."
        )
        self.emit(found.as_json())


def _rows(found: Reconciliation) -> list[tuple[str, ...]]:
    lines = [
        (title, line.member_no, line.unit, line.community, line.detail)
        for kind, title in KINDS.items()
        for line in getattr(found, kind)
    ]
    return [HEADER, *lines]
