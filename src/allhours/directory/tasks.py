"""Long work of the directory: large rosters are read and applied in the background."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allhours.accounts.actions.sessions import forget_gone
from allhours.accounts.actor import Actor
from allhours.accounts.throttle import forget_old
from allhours.directory.actions import changes, merging, roster, slips, terms
from allhours.directory.models import Organization, RosterImport
from allhours.directory.queries.actors import actor_of_id
from allhours.jobs import files
from allhours.jobs.progress import Progress
from allhours.jobs.registry import job
from allhours.jobs.schedule import nightly
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.scheme.queries import county


@job("directory.read_roster", title=gettext_lazy("读取花名册"), repeatable=True)
def read_roster(progress: Progress, *, import_id: int) -> dict[str, Any]:
    """Works out what an uploaded file would do; an unreadable one is given up with its reason."""
    now = clock.now()
    actor = actor_of_id(progress.user_id, on=clock.local_date(now))
    import_ = RosterImport.objects.select_related("unit").get(pk=import_id)
    progress.step(0, 2, _("正在读取并核对…"))
    try:
        roster.review_roster(actor=actor, import_=import_, now=now)
    except Refused as refused:
        roster.discard_roster(
            actor=actor, import_=import_, now=now, refusal=" ".join(refused.sentences)
        )
        raise
    progress.step(2, 2, _("已核对，请查看预览。"))
    return {**import_.counts, "url": reverse("directory:roster-show", args=[import_id])}


@nightly("directory.discard_old_rosters", at=time(1, 40))
def discard_old_rosters(now: datetime) -> None:
    roster.discard_old_rosters(actor=Actor.system("directory.discard_old_rosters"), now=now)


@nightly("directory.appointments", at=time(0, 20))
def keep_appointments(now: datetime) -> None:
    """Close the terms that ran out, and remind of those about to."""
    actor = Actor.system("directory.appointments")
    terms.close_terms(actor=actor, now=now)
    terms.remind_of_terms(actor=actor, now=now)


@nightly("accounts.tidy", at=time(3, 10))
def tidy_accounts(now: datetime) -> None:
    """Counts that lock nothing any more, and sessions that have run out (after `jobs.tidy`)."""
    forget_old(now)
    forget_gone()


@job("directory.print_slips", title=gettext_lazy("打印激活单"), repeatable=True)
def print_slips(progress: Progress, *, unit_id: int | None, url: str) -> dict[str, Any]:
    """Slips of a whole unit or county as one file, which its maker takes once."""
    now = clock.now()
    actor = actor_of_id(progress.user_id, on=clock.local_date(now))
    row = county()
    pdf, count = slips.print_slips(
        actor=actor,
        unit=None if unit_id is None else Organization.objects.get(pk=unit_id),
        county=row.office or row.name,
        url=url,
        now=now,
        step=progress.step,
    )
    progress.step(count, count, _("已排好。"))
    file = files.keep_file(progress.job, pdf, name=f"slips-{clock.local_date(now)}.pdf")
    return {"slips": count, "file": file}


@job("directory.apply_roster", title=gettext_lazy("应用花名册"), repeatable=True)
def apply_roster(
    progress: Progress, *, import_id: int, with_leaves: bool, decisions: dict[str, int]
) -> dict[str, Any]:
    """Writes a staged roster whole; cancelling rolls all of it back."""
    now = clock.now()
    actor = actor_of_id(progress.user_id, on=clock.local_date(now))
    import_ = RosterImport.objects.select_related("unit").get(pk=import_id)
    roster.apply_roster(
        actor=actor,
        import_=import_,
        now=now,
        with_leaves=with_leaves,
        decisions={int(row): pk for row, pk in decisions.items()},
        step=lambda done, total: progress.step(done, total, _("正在写入…")),
    )
    written = import_.plan.get("written", {})
    return {**written, "url": reverse("directory:roster-show", args=[import_id])}


@nightly("directory.changes", at=time(0, 20))
def changes_of_today(now: datetime) -> None:
    """Before the rooms above look at the roster of the new day."""
    changes.take_effect(actor=Actor.system("directory.changes"), now=now)
    merging.forget_before(now=now)
