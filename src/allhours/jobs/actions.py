"""Starting, running, cancelling and picking up long work."""

from __future__ import annotations

import logging
import traceback
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from allhours.accounts.actor import Actor
from allhours.jobs import queries
from allhours.jobs.models import Job, JobState
from allhours.jobs.progress import Cancelled, Progress
from allhours.jobs.registry import KINDS, LISTENERS
from allhours.kernel import clock
from allhours.kernel.codes import public_code
from allhours.kernel.errors import Refusal, Refused

logger = logging.getLogger("allhours.jobs")

OVER = Refusal("job.over", gettext_lazy("这项任务已经结束，不能再取消。"))
MOST_TRIES = 3  # a job that takes its worker down with it is not repeated for ever
LIVE = (JobState.WAITING, JobState.RUNNING)


@transaction.atomic
def start_job(
    *, actor: Actor, kind: str, args: dict[str, Any], now: datetime, title: str = ""
) -> Job:
    """Put long work into the queue; its page is /desk/jobs/<code>/.

    Queue entry and job are written together, so neither exists without the other. Whether the
    actor may do the work is for the calling action to have asked.
    """
    job = Job.objects.create(
        code=public_code(),
        kind=kind,
        title=title or str(KINDS[kind].title),
        args=args,
        user_id_plain=actor.user_id,
        created_at=now,
    )
    run_in_background.enqueue(job.code)
    return job


@task()
def run_in_background(code: str) -> None:
    """What the worker calls."""
    run_job(code=code, now=clock.now())


def run_job(*, code: str, now: datetime) -> None:
    """Run a waiting job to its end; a job that somebody else took is left alone."""
    taken = Job.objects.filter(code=code, state=JobState.WAITING).update(
        state=JobState.RUNNING, started_at=now
    )
    if not taken:
        return
    job = Job.objects.get(code=code)
    if job.cancel_asked:
        _end(job, JobState.CANCELLED)
        return
    try:
        result = KINDS[job.kind].handler(Progress(job), **job.args)
    except Cancelled:
        _end(job, JobState.CANCELLED, message=_("已取消，什么都没有改动。"))
    except Refused as refused:
        refusals = [{"code": r.code, "text": str(r)} for r in refused.reasons]
        _end(job, JobState.FAILED, result={"refusals": refusals}, message=refusals[0]["text"])
    except Exception as error:  # noqa: BLE001  whatever happened, the job must end and say so
        _log_failure(job, error)
        _end(job, JobState.FAILED, message=_("程序出错，什么都没有改动。请联系系统管理员。"))
    else:
        _end(job, JobState.DONE, result=result or {})


def _log_failure(job: Job, error: Exception) -> None:
    """Where it failed, without the error's own text: that may quote a row."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " > ".join(f"{frame.filename}:{frame.lineno}" for frame in frames)
    logger.error("job %s (%s) failed: %s at %s", job.code, job.kind, type(error).__name__, where)


def _end(
    job: Job, state: JobState, *, result: dict[str, Any] | None = None, message: str = ""
) -> None:
    job.state, job.ended_at = state, clock.now()
    job.result = result or {}
    job.message = message[:300]
    job.save(update_fields=["state", "ended_at", "result", "message", "done", "total"])
    if job.user_id_plain is not None:
        _tell_listeners(job)


def _tell_listeners(job: Job) -> None:
    """A notice that fails does not undo the work that ended."""
    for listener in LISTENERS:
        try:
            with transaction.atomic():
                listener(job)
        except Exception as error:  # noqa: BLE001  see above
            _log_failure(job, error)


@transaction.atomic
def cancel_job(*, actor: Actor, job: Job, now: datetime) -> None:
    """Ask a job to stop: at once if it still waits, at its next step if it runs."""
    mine = queries.jobs_visible_to(actor).filter(pk=job.pk)
    if mine.filter(state=JobState.WAITING).update(
        state=JobState.CANCELLED, cancel_asked=True, ended_at=now
    ):
        return
    if not mine.filter(state=JobState.RUNNING).update(cancel_asked=True):
        raise Refused(OVER)


@transaction.atomic
def recover_jobs(*, now: datetime) -> int:
    """After a killed server, with no worker running: repeat what may be repeated, end the rest.

    Returns how many jobs were touched. Work is all-or-nothing by transaction, so an interrupted
    job has done nothing, or is of a kind that may simply be done again.
    """
    stopped = list(Job.objects.filter(state=JobState.RUNNING))
    for job in stopped:
        kind = KINDS.get(job.kind)
        tries = job.result.get("tries", 1)
        if kind and kind.repeatable and not job.cancel_asked and tries < MOST_TRIES:
            job.state, job.result = JobState.WAITING, {"tries": tries + 1}
            job.save(update_fields=["state", "result"])
            run_in_background.enqueue(job.code)
        else:
            job.state, job.ended_at = JobState.FAILED, now
            job.message = _("服务器中途停止，这项任务没有完成。请重新开始。")
            job.save(update_fields=["state", "ended_at", "message"])
    return len(stopped)
