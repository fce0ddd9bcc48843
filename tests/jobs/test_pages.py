from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from allhours.accounts.choices import Role
from allhours.jobs.models import Job, JobState
from tests.factories.directory import make_county, make_user, staff_user


def make_job(user_id: int, now: datetime, **over: Any) -> Job:
    values = {
        "code": "JQB2345678",
        "kind": "test.work",
        "title": "导入花名册",
        "state": JobState.RUNNING,
        "done": 40,
        "total": 100,
        "user_id_plain": user_id,
        "created_at": now,
    } | over
    return Job.objects.create(**values)


@pytest.fixture
def officer(db: None, client: Client) -> int:
    user = staff_user(Role.COUNTY_OFFICER, make_county())
    client.force_login(user)
    return user.pk


def test_running_job_shows_progress_and_reloads_without_script(
    client: Client, officer: int, now: datetime
) -> None:
    page = client.get(f"/desk/jobs/{make_job(officer, now).code}/")
    assert page.status_code == 200
    assert "40 / 100" in page.content.decode()
    assert page.headers["Refresh"] == "4"


@pytest.mark.parametrize(
    ("state", "result", "words"),
    [
        (JobState.DONE, {"text": "加入 3 人", "url": "/desk/"}, "加入 3 人"),
        (JobState.FAILED, {"refusals": [{"code": "x", "text": "请换一个文件"}]}, "请换一个文件"),
        (JobState.CANCELLED, {}, "什么都没有改动"),
    ],
)
def test_ended_job_says_what_came_of_it(
    client: Client, officer: int, now: datetime, state: str, result: dict[str, Any], words: str
) -> None:
    job = make_job(officer, now, state=state, result=result, ended_at=now)
    page = client.get(f"/desk/jobs/{job.code}/")
    assert words in page.content.decode()
    assert "Refresh" not in page.headers


def test_progress_part_asks_for_the_whole_page_at_the_end(
    client: Client, officer: int, now: datetime
) -> None:
    job = make_job(officer, now, state=JobState.DONE, ended_at=now)
    answer = client.get(f"/desk/jobs/{job.code}/progress/")
    assert answer.headers["HX-Refresh"] == "true"


def test_cancel_button_asks_the_job_to_stop(client: Client, officer: int, now: datetime) -> None:
    job = make_job(officer, now)
    client.post(f"/desk/jobs/{job.code}/cancel/")
    job.refresh_from_db()
    assert job.cancel_asked


@pytest.mark.parametrize("verb", ["", "progress/", "cancel/"])
def test_somebody_elses_job_does_not_exist(
    client: Client, officer: int, now: datetime, verb: str
) -> None:
    job = make_job(make_user().pk, now)
    assert client.post(f"/desk/jobs/{job.code}/{verb}").status_code == 404


@pytest.mark.parametrize("jobs", [1, 3])
def test_list_query_count_is_constant(
    client: Client,
    officer: int,
    now: datetime,
    jobs: int,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(jobs):
        make_job(officer, now, code=f"J{number}")
    client.get("/desk/jobs/")
    with django_assert_max_num_queries(12) as captured:
        assert client.get("/desk/jobs/").status_code == 200
    assert sum("jobs_job" in each["sql"] for each in captured.captured_queries) == 1


def test_progress_page_is_accessible(
    page: Any, live_server: Any, sign_in: Any, axe: Any, now: datetime, transactional_db: None
) -> None:
    user = staff_user(Role.COUNTY_OFFICER, make_county())
    user.set_password("long-enough-4711")
    user.save(update_fields=["password"])
    sign_in(page, user.username, "long-enough-4711")
    page.goto(f"/desk/jobs/{make_job(user.pk, now).code}/")
    assert axe(page) == []
