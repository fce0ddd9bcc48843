from datetime import datetime

import pytest

from allhours.jobs import registry
from allhours.jobs.actions import start_job
from allhours.notifications.models import Notice
from tests.factories.directory import county_officer


@pytest.mark.django_db
def test_ended_job_leaves_a_notice(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    kind = registry.Kind("test.work", "导入", lambda progress: {}, repeatable=False)
    monkeypatch.setitem(registry.KINDS, "test.work", kind)
    actor = county_officer()
    job = start_job(actor=actor, kind="test.work", args={}, now=now)
    notice = Notice.objects.get(user_id=actor.user_id)
    assert (notice.key, notice.params) == ("jobs.done", {"title": "导入"})
    assert notice.url == f"/desk/jobs/{job.code}/"
