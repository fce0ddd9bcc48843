"""A notice when long work has ended, and what leaves by itself: mails, old rows of the outbox."""

from __future__ import annotations

from datetime import datetime, time

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allhours.jobs.models import Job
from allhours.jobs.registry import when_ended
from allhours.jobs.schedule import every, nightly
from allhours.kernel import clock
from allhours.notifications import account_notices as account_notices  # listens
from allhours.notifications import appointment_notices as appointment_notices  # listens
from allhours.notifications import texts
from allhours.notifications.actions import outbox, sending, tell, telling

TEXTS = {
    "jobs.done": _("“%(title)s”已完成，请查看结果。"),
    "jobs.failed": _("“%(title)s”没有完成，请查看原因。"),
    "jobs.cancelled": _("“%(title)s”已取消。"),
}
texts.register(TEXTS, title=_("后台任务"))


@when_ended
def job_ended(job: Job) -> None:
    tell(
        job.user_id_plain,
        f"jobs.{job.state}",
        now=job.ended_at or clock.now(),
        url=reverse("jobs:show", args=[job.code]),
        title=job.title,
    )


@every("notifications.mail", minutes=5)
def send_mail(now: datetime) -> None:
    telling.settle_open(now=now)
    sending.deliver(now=now)


@nightly("notifications.tidy", at=time(3, 20))
def tidy(now: datetime) -> None:
    outbox.prune(now=now)
