"""A file that a job made: for its maker, once, and not for ever."""

import os
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.jobs import files
from allhours.jobs.models import Job, JobState
from allhours.kernel.errors import Refused
from tests.factories.directory import make_county, staff_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA = tmp_path


def made(user, now, code="MADE22"):
    job = Job.objects.create(
        code=code, kind="test", title="测试", state=JobState.DONE, user_id_plain=user.pk,
        created_at=now, ended_at=now,
    )  # fmt: skip
    job.result = {"file": files.keep_file(job, b"%PDF-", name="证明信.pdf")}
    job.save(update_fields=["result"])
    return job


def test_a_file_is_taken_once_by_its_maker_only(now):
    maker = staff_user(Role.COUNTY_OFFICER, make_county())
    job = made(maker, now)
    stranger = Actor(user_id=maker.pk + 1)

    with pytest.raises(Refused):
        files.take_file(actor=stranger, job=job, now=now)
    client = Client()
    client.force_login(maker)
    assert "下载文件" in client.get(reverse("jobs:show", args=[job.code])).content.decode()
    first = client.post(reverse("jobs:file", args=[job.code]))
    second = client.post(reverse("jobs:file", args=[job.code]), follow=True)

    assert first.content == b"%PDF-"
    assert "%E8%AF%81" in first["Content-Disposition"]
    assert "已经下载过" in second.content.decode()
    assert list(files._folder().iterdir()) == []


def test_a_file_that_nobody_took_goes_after_a_day(now):
    job = made(staff_user(Role.COUNTY_OFFICER, make_county()), now)
    path = files._path(job)
    os.utime(path, (now.timestamp(), now.timestamp()))

    assert files.discard_old(now=now + timedelta(hours=24)) == 0
    assert files.discard_old(now=now + timedelta(hours=24, seconds=1)) == 1
    assert not files.is_there(job)


@pytest.mark.django_db(transaction=True)
def test_two_taking_in_the_same_moment_get_one_file(now, threads):
    maker = staff_user(Role.COUNTY_OFFICER, make_county())
    job = made(maker, now)

    results = threads(2, lambda _n: files.take_file(actor=Actor(maker.pk), job=job, now=now))

    assert sorted(type(each).__name__ for each in results) == ["Refused", "bytes"]
