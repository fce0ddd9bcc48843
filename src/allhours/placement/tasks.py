"""Long work: solving a round; and every night, placements follow the roster."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allhours.accounts.actor import Actor
from allhours.accounts.models import User
from allhours.directory.queries.actors import actor_of
from allhours.jobs.files import keep_file
from allhours.jobs.progress import Progress
from allhours.jobs.registry import job
from allhours.jobs.schedule import every, nightly
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.placement import rules, sheets
from allhours.placement.actions import (
    letters,
    pairings,
    printing,
    reconcile,
    reminders,
    reporting,
    rounds,
)
from allhours.placement.actions.live import batches
from allhours.placement.models import Placement, Round
from allhours.placement.queries import papers
from allhours.scheme.queries import scheme_for
from allhours.ui import sheets as ui_sheets


@job("placement.propose", title=gettext_lazy("运算编入建议"), repeatable=True)
def propose(progress: Progress, *, round_id: int) -> dict[str, Any]:
    """Solves one round as the officer who asked for it."""
    now = clock.now()
    actor = actor_of(User.objects.get(pk=progress.user_id or 0), on=clock.local_date(now))
    progress.step(0, 2, _("正在读取花名册并运算…"))
    answer, _loaded = rounds.propose_round(
        actor=actor, round_=Round.objects.get(pk=round_id), now=now
    )
    progress.step(2, 2, _("已得出编入建议。"))
    return {
        "members": len(answer.placed),
        "unplaced": len(answer.unplaced),
        "url": reverse("placement:round", args=[round_id]),
    }


@nightly("placement.follow_roster", at=time(1, 10))
def follow_roster(now: datetime) -> None:
    actor = Actor.system("placement.follow_roster")
    reporting.end_departed(actor=actor, now=now)
    reporting.follow_units(actor=actor, now=now)


@nightly("placement.letters_and_reminders", at=time(1, 20))
def letters_and_reminders(now: datetime) -> None:
    """Letters past their day end; then whoever is waited for is reminded, once each."""
    actor = Actor.system("placement.letters_and_reminders")
    letters.expire_letters(actor=actor, now=now)
    reminders.remind_units(actor=actor, now=now)
    reminders.remind_members(actor=actor, now=now)
    reminders.remind_desks(actor=actor, now=now)


@job(printing.JOB, title=gettext_lazy("打印报到表格"), repeatable=True)
def print_sheets(
    progress: Progress, *, code: str, placement_ids: list[int], base_url: str
) -> dict[str, Any]:
    """One file of many sheets, for whoever asked; their sight is asked again."""
    now = clock.now()
    on = clock.local_date(now)
    actor = actor_of(User.objects.get(pk=progress.user_id or 0), on=on)
    rows: list[Placement] = []
    for some in batches(placement_ids):
        rows += papers.printable(actor, code).filter(pk__in=some)
    pages = sheets.pages_of(code, rows, on=on, base_url=base_url)
    files, made = [], 0
    for part in ui_sheets.parts(pages):
        files.append(part)
        made = min(made + ui_sheets.AT_ONCE, len(pages))
        progress.step(made, len(pages) + 1, _("正在排版…"))
    if not files:
        raise Refused(rules.NOTHING_TO_PRINT)
    content = ui_sheets.joined(files)
    printing.note_printed(actor=actor, code=code, count=len(pages), now=now)
    name = f"{sheets.title_of(code, scheme_for(on))}.pdf"
    file = keep_file(progress.job, content, name=name)
    progress.step(len(pages) + 1, len(pages) + 1, _("已完成。"))
    return {"pages": len(pages), "file": file}


@every("placement.settle_differences", minutes=10)
def settle_differences(now: datetime) -> None:
    """What was received, corrected or merged closes its difference by itself."""
    reconcile.settle_differences(actor=Actor.system("placement.settle_differences"), now=now)


@nightly("placement.follow_pairings", at=time(1, 30))
def follow_pairings(now: datetime) -> None:
    pairings.follow_pairings(actor=Actor.system("placement.follow_pairings"), now=now)
