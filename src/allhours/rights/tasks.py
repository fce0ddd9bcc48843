"""Long work and nightly routines of data rights."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.jobs.actions import start_job
from allhours.jobs.progress import Progress
from allhours.jobs.registry import job
from allhours.jobs.schedule import nightly
from allhours.kernel import clock
from allhours.rights.actions import copies, corrections, execute, retention
from allhours.rights.models import DataCopy, Erasure


@job(copies.JOB, title=_("生成本人数据文件"), repeatable=True)
def make_copy(progress: Progress, *, copy_id: int) -> dict[str, Any]:
    copies.make_copy(copy=DataCopy.objects.get(pk=copy_id), now=clock.now())
    return {"url": reverse("rights:mine")}


@job("rights.erase", title=_("执行删除"), repeatable=True)
def erase(progress: Progress, *, erasure_id: int) -> dict[str, Any]:
    """Safe to begin again: what is gone stays gone, and the name goes last."""
    now = clock.now()
    erasure = Erasure.objects.get(pk=erasure_id)
    counts = execute.execute_erasure(
        actor=Actor.system("rights.erase"), erasure=erasure, now=now, step=progress.step
    )
    execute.purge(now)
    return dict(counts)


@nightly("rights.erase_due", at=time(2, 20))
def erase_due(now: datetime) -> None:
    """What was approved and whose days for undoing are over; freed pages left from before."""
    actor = Actor.system("rights.erase_due")
    for erasure in execute.due_erasures(now):
        start_job(actor=actor, kind="rights.erase", args={"erasure_id": erasure.pk}, now=now)
    execute.purge(now)


@nightly("rights.requests", at=time(2, 40))
def requests(now: datetime) -> None:
    copies.expire_copies(now=now)
    corrections.remind_keepers(now=now)


@nightly("rights.retention", at=time(3, 20))
def retain(now: datetime) -> None:
    retention.run_retention(actor=Actor.system("rights.retention"), now=now)
