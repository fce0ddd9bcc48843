"""Long work of the installation itself."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.core.management import call_command
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from allhours.accounts.actions.tokens import forget_ended
from allhours.jobs import files, rotation
from allhours.jobs.models import IdempotencyKey, Job
from allhours.jobs.progress import Progress
from allhours.jobs.registry import job
from allhours.jobs.schedule import nightly

KEEP_KEYS = timedelta(days=7)  # how long a repeated request still gets its first answer
KEEP_JOBS = timedelta(days=180)


@job("jobs.reseal", title=_("更换加密密钥"), repeatable=True)
def reseal(progress: Progress) -> dict[str, Any]:
    return {"changed": rotation.reseal(progress.step)}


@nightly("jobs.tidy", at=time(3, 0))
def tidy(now: datetime) -> None:
    """What is of no more use: ended sessions, worked-off queue entries, old keys, jobs, tokens."""
    call_command("clearsessions")
    files.discard_old(now=now)
    DBTaskResult.objects.finished().filter(finished_at__lt=now - KEEP_KEYS).delete()
    IdempotencyKey.objects.filter(created_at__lt=now - KEEP_KEYS).delete()
    Job.objects.filter(ended_at__lt=now - KEEP_JOBS).delete()
    forget_ended(now=now)
