"""`allhours import_wishes`: wishes from a spreadsheet."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils.translation import gettext

from allhours.accounts.actor import Actor
from allhours.directory.roster.problems import Unreadable
from allhours.directory.roster.read import content_of
from allhours.jobs.command import REFUSED, AllHoursCommand
from allhours.kernel import clock
from allhours.needs import actions
from allhours.needs.actions.import_codes import codes_pdf, slips_of
from allhours.needs.actions.imports import unreadable_refusal
from allhours.needs.sheet import WishSheet

SHOWN = 40


def instant(text: str) -> datetime:
    """`2026-07-01 09:00`, local time unless it names an offset."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.LOCAL)


class Command(AllHoursCommand):
    help = (
        "Preview wishes from a spreadsheet (.xlsx, .xls, .csv), or with --apply take them over, "
        "all or nothing. Required columns: 心愿内容 社区. "
        "Known: 姓名 联系电话 住址 公开内容 类别 心愿人类别 名额 预算 来源 同意公开 "
        "监护人 与孩子关系."
    )
    example = 'allhours import_wishes 心愿.xlsx --apply --publish-at "2026-07-01 09:00"'

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="write; without it only preview")
        parser.add_argument(
            "--publish-at", metavar="TIME", type=instant, help="open all at this local time"
        )
        parser.add_argument(
            "--codes", type=Path, metavar="OUT.pdf",
            help="with --apply: slips with the query codes, which are told only there",
        )  # fmt: skip
        parser.add_argument(
            "--url", default="", metavar="ADDRESS", help="address of /follow/, printed on the slips"
        )

    def handle(self, **options: Any) -> None:
        path: Path = options["file"]
        publish_at: datetime | None = options["publish_at"]
        actor, now = Actor.system("import_wishes"), clock.now()
        try:
            sheet = actions.read_wishes(
                actor=actor, content=content_of(path), filename=path.name,
                publish_at=publish_at, now=now,
            )  # fmt: skip
        except Unreadable as unreadable:
            raise CommandError(str(unreadable_refusal(unreadable.code))) from unreadable
        applied = bool(options["apply"] and not sheet.errors)
        if applied:
            self.take_over(actor, sheet, options, now)
        accepted = len(sheet.taken) if applied or not options["apply"] else 0
        self.emit(
            {
                "rows": sheet.rows,
                "accepted": accepted,
                "problems": [problem.as_json(gettext) for problem in sheet.problems],
            }
        )
        self.report(sheet, applied=applied)
        if sheet.errors:
            self.status = REFUSED

    @transaction.atomic
    def take_over(
        self, actor: Actor, sheet: WishSheet, options: dict[str, Any], now: datetime
    ) -> None:
        """No wish stays when its code could not be written down: it is told nowhere else."""
        noted = actions.import_wishes(
            actor=actor, sheet=sheet, publish_at=options["publish_at"], now=now
        )
        if options["codes"]:
            pdf = codes_pdf(slips_of(noted, sheet), url=options["url"])
            try:
                options["codes"].write_bytes(pdf)
            except OSError as error:
                raise CommandError(
                    f"Nothing was written: cannot write {options['codes']} ({error.strerror})."
                ) from error

    def report(self, sheet: WishSheet, *, applied: bool) -> None:
        self.say(f"{sheet.rows} rows, {len(sheet.taken)} wishes, {len(sheet.errors)} errors.")
        for problem in sheet.problems[:SHOWN]:
            facts = problem.as_json(gettext)
            self.say(f"  row {problem.row}, {problem.column}: {facts['text']}")
        if applied:
            self.say("Applied.")
        elif sheet.errors:
            self.say("Nothing was written. Correct these rows and run it again.")
        else:
            self.say("Nothing was written. Add --apply to take it over.")
