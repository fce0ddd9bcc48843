from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from allhours.accounts.actor import Actor
from allhours.jobs import actions, registry
from allhours.jobs.models import Job, JobState
from allhours.jobs.progress import Progress
from allhours.kernel.errors import Refusal, Refused

pytestmark = pytest.mark.django_db

SOMEBODY = Actor(user_id=7)


@pytest.fixture
def kinds() -> Iterator[dict[str, registry.Kind]]:
    """The registry, put back as it was; nobody listens."""
    before, heard = dict(registry.KINDS), list(registry.LISTENERS)
    registry.LISTENERS.clear()
    yield registry.KINDS
    registry.KINDS.clear()
    registry.KINDS.update(before)
    registry.LISTENERS[:] = heard


def start(now: datetime, **args: Any) -> Job:
    job = actions.start_job(actor=SOMEBODY, kind="test.work", args=args, now=now)
    job.refresh_from_db()
    return job


def test_job_runs_and_keeps_its_result(kinds: Any, now: datetime) -> None:
    @registry.job("test.work", title="工作")
    def work(progress: Progress, *, rows: int) -> dict[str, Any]:
        for row in range(rows):
            progress.step(row + 1, rows)
        return {"rows": rows, "user": progress.user_id}

    job = start(now, rows=3)
    assert (job.state, job.result) == (JobState.DONE, {"rows": 3, "user": 7})
    assert (job.done, job.total) == (3, 3)


def test_job_tells_whoever_listens_once(kinds: Any, now: datetime) -> None:
    registry.job("test.work", title="工作")(lambda progress: None)
    heard: list[str] = []
    registry.when_ended(lambda job: heard.append(job.code))
    assert heard == [start(now).code]


def test_refused_job_says_why(kinds: Any, now: datetime) -> None:
    @registry.job("test.work", title="工作")
    def work(progress: Progress) -> None:
        raise Refused(Refusal("test.no", "不行，请换一个文件。"))

    job = start(now)
    assert (job.state, job.message) == (JobState.FAILED, "不行，请换一个文件。")
    assert job.result == {"refusals": [{"code": "test.no", "text": "不行，请换一个文件。"}]}


@pytest.mark.logs_errors
def test_failed_job_logs_no_contents(kinds: Any, now: datetime, errors_logged: list[Any]) -> None:
    @registry.job("test.work", title="工作")
    def work(progress: Progress) -> None:
        raise ValueError("220122199001011234")

    assert start(now).state == JobState.FAILED
    assert ["ValueError" in each.getMessage() for each in errors_logged] == [True]
    assert "220122199001011234" not in errors_logged[0].getMessage()


@pytest.mark.django_db(transaction=True)
def test_cancelled_job_leaves_nothing(kinds: Any, now: datetime) -> None:
    @registry.job("test.work", title="工作")
    def work(progress: Progress) -> None:
        progress.step(1, 10)
        Job.objects.filter(pk=progress.job.pk).update(cancel_asked=True)
        with transaction.atomic():
            Job.objects.create(code="INSIDE", kind="x", title="x", created_at=now)
            progress.step(10, 10)

    job = waiting(now)
    actions.run_job(code=job.code, now=now)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert not Job.objects.filter(code="INSIDE").exists()


def waiting(now: datetime, state: JobState = JobState.WAITING) -> Job:
    return Job.objects.create(
        code="WAITING1",
        kind="test.work",
        title="工作",
        state=state,
        user_id_plain=7,
        created_at=now,
    )


def test_waiting_job_is_cancelled_at_once(now: datetime) -> None:
    job = waiting(now)
    actions.cancel_job(actor=SOMEBODY, job=job, now=now)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


@pytest.mark.parametrize(
    ("actor", "state"), [(Actor(user_id=8), JobState.WAITING), (SOMEBODY, JobState.DONE)]
)
def test_cancelling_is_refused(actor: Actor, state: JobState, now: datetime) -> None:
    job = waiting(now, state)
    with pytest.raises(Refused) as refused:
        actions.cancel_job(actor=actor, job=job, now=now)
    assert refused.value.codes == ("job.over",)


@pytest.mark.parametrize(("repeatable", "state"), [(True, JobState.DONE), (False, JobState.FAILED)])
def test_interrupted_job_is_repeated_or_ended(
    kinds: Any, now: datetime, repeatable: bool, state: JobState
) -> None:
    registry.job("test.work", title="工作", repeatable=repeatable)(lambda progress: {})
    job = waiting(now, JobState.RUNNING)
    assert actions.recover_jobs(now=now) == 1
    job.refresh_from_db()
    assert job.state == state


def test_job_that_keeps_killing_its_worker_is_given_up(kinds: Any, now: datetime) -> None:
    registry.job("test.work", title="工作", repeatable=True)(lambda progress: {})
    job = waiting(now, JobState.RUNNING)
    job.result = {"tries": actions.MOST_TRIES}
    job.save(update_fields=["result"])
    actions.recover_jobs(now=now)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
