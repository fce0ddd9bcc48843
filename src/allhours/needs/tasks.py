"""What happens to wishes by itself: due ones open, slow ones are reminded of."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allhours.accounts.actor import Actor
from allhours.directory.queries.actors import actor_of_id
from allhours.jobs import files
from allhours.jobs.progress import Progress
from allhours.jobs.registry import job
from allhours.jobs.schedule import every, nightly
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs import actions
from allhours.needs.actions import flood, import_codes, imports
from allhours.needs.actions.expiry import expire_unclaimed, remind_of_unclaimed
from allhours.needs.actions.festivals import end_closed_festivals
from allhours.needs.actions.follow_ups import draw_follow_ups
from allhours.needs.actions.pledge_year import remind_of_pledges
from allhours.needs.actions.returned import release_returned
from allhours.needs.actions.suggestion_reminders import remind_of_suggestions
from allhours.needs.actions.terms import end_terms
from allhours.needs.actions.unit_claims import ask_for_departed, release_of_closed_units
from allhours.needs.models import WishImport


@every("needs.open_due_wishes", minutes=1)
def open_due(now: datetime) -> None:
    actions.open_due_wishes(actor=Actor.system("open due wishes"), now=now)


@nightly("needs.remind", at=time(7, 30))
def remind(now: datetime) -> None:
    """In the morning, so that nobody's phone rings at night."""
    actions.remind_of_terms(now=now)
    remind_of_unclaimed(now=now)
    remind_of_pledges(now=now)
    remind_of_suggestions(now=now)


@nightly("needs.tidy", at=time(2, 20))
def tidy(now: datetime) -> None:
    actions.release_departed(actor=Actor.system("nightly tidy"), now=now)
    ask_for_departed(actor=Actor.system("nightly tidy"), now=now)
    release_of_closed_units(actor=Actor.system("nightly tidy"), now=now)
    release_returned(actor=Actor.system("nightly tidy"), now=now)
    expire_unclaimed(actor=Actor.system("nightly tidy"), now=now)
    end_closed_festivals(actor=Actor.system("nightly tidy"), now=now)
    draw_follow_ups(actor=Actor.system("nightly tidy"), now=now)
    flood.forget_counts(now=now)
    imports.discard_old_imports(actor=Actor.system("nightly tidy"), now=now)


@nightly("needs.end_terms", at=time(2, 30))
def end_terms_of_posts(now: datetime) -> None:
    end_terms(actor=Actor.system("end of terms"), now=now)


def _of(progress: Progress, import_id: int) -> tuple[datetime, Actor, WishImport]:
    now = clock.now()
    actor = actor_of_id(progress.user_id, on=clock.local_date(now))
    return now, actor, WishImport.objects.select_related("community").get(pk=import_id)


def _page(import_id: int) -> str:
    return reverse("needs:wish-import", args=[import_id])


@job("needs.read_wishes", title=gettext_lazy("读取心愿表格"), repeatable=True)
def read_wishes(progress: Progress, *, import_id: int) -> dict[str, Any]:
    """Works out what an uploaded file would bring; an unreadable one is given up."""
    now, actor, import_ = _of(progress, import_id)
    progress.step(0, 2, _("正在读取并核对…"))
    try:
        imports.review_wishes(actor=actor, import_=import_, now=now)
    except Refused as refused:
        imports.discard_wishes(
            actor=actor, import_=import_, now=now, refusal=" ".join(refused.sentences)
        )
        raise
    progress.step(2, 2, _("已核对，请查看预览。"))
    return {**import_.counts, "url": _page(import_id)}


@job("needs.apply_wishes", title=gettext_lazy("导入心愿"), repeatable=True)
def apply_wishes(progress: Progress, *, import_id: int) -> dict[str, Any]:
    """Notes a staged sheet whole; cancelling rolls all of it back."""
    now, actor, import_ = _of(progress, import_id)
    imports.apply_wishes(
        actor=actor,
        import_=import_,
        now=now,
        step=lambda done, total: progress.step(done, total, _("正在登记…")),
    )
    return {"wishes": import_.counts["accepted"], "url": _page(import_id)}


@job("needs.print_codes", title=gettext_lazy("打印查询码"))
def print_codes(progress: Progress, *, import_id: int, url: str, seen: str = "") -> dict[str, Any]:
    """Fresh follow codes of an import's wishes as one file, which its maker takes once."""
    now, actor, import_ = _of(progress, import_id)
    progress.step(0, 2, _("正在签发…"))
    slips = import_codes.issue_codes(
        actor=actor, import_=import_, now=now, seen=datetime.fromisoformat(seen) if seen else None
    )
    progress.step(1, 2, _("已签发，正在排版…"))
    pdf = import_codes.codes_pdf(slips, url=url)
    progress.step(2, 2, _("已排好。"))
    name = f"wish-codes-{clock.local_date(now)}.pdf"
    return {
        "wishes": len(slips),
        "file": files.keep_file(progress.job, pdf, name=name),
        "url": _page(import_id),
    }
