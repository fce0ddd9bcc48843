"""A copy of one's own data: asked, made, taken once."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.urls import reverse

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.accounts.models import User
from allhours.jobs.actions import start_job
from allhours.kernel import clock
from allhours.kernel.codes import public_code
from allhours.kernel.errors import Refused
from allhours.notifications.actions import tell
from allhours.rights import export, persons, rules
from allhours.rights.choices import CopyState
from allhours.rights.limits import rights_on
from allhours.rights.models import DataCopy
from allhours.rights.queries.copies import is_big

JOB = "rights.copy"


def ask_copy(*, actor: Actor, now: datetime) -> DataCopy:
    """Everything held about the actor, as a file: at once, or by a job where there is much."""
    copy = _begin(actor, now)
    user = copy.user
    if is_big(user.pk):
        job = start_job(actor=actor, kind=JOB, args={"copy_id": copy.pk}, now=now)
        DataCopy.objects.filter(pk=copy.pk).update(job_code=job.code)
    else:
        make_copy(copy=copy, now=now)
    copy.refresh_from_db()
    return copy


@transaction.atomic
def _begin(actor: Actor, now: datetime) -> DataCopy:
    if actor.user_id is None:
        raise Refused(NOT_YOURS_TO_DO)
    days = rights_on(clock.local_date(now)).copy_days
    mine = DataCopy.objects.filter(user_id=actor.user_id)
    mine.filter(state__in=[CopyState.READY, CopyState.MAKING], expires_at__lte=now).update(
        state=CopyState.EXPIRED, content_sealed=""
    )
    try:
        with transaction.atomic():
            copy = DataCopy.objects.create(
                code=public_code(), user=User.objects.get(pk=actor.user_id), asked_at=now,
                expires_at=now + timedelta(days=days),
            )  # fmt: skip
    except IntegrityError:
        raise Refused(rules.COPY_OPEN) from None
    journal.note(actor=actor, did="copy.asked", to=copy, now=now)
    return copy


def make_copy(*, copy: DataCopy, now: datetime) -> None:
    """Put the file together, sealed; tells its owner when a job has done it."""
    try:
        content = export.copy_of(persons.person_of_user(copy.user), now=now)
    except Exception:  # the person may ask again at once, not after the days of a copy
        DataCopy.objects.filter(pk=copy.pk, state=CopyState.MAKING).update(state=CopyState.EXPIRED)
        raise
    made = DataCopy.objects.filter(pk=copy.pk, state=CopyState.MAKING).update(
        state=CopyState.READY, content_sealed=DataCopy.seal_content(content), size=len(content)
    )
    if made and copy.job_code:
        until = clock.local_date(copy.expires_at).isoformat()
        url = reverse("rights:mine")
        told = partial(tell, copy.user_id, "rights.copy_ready", now=now, url=url, until=until)
        transaction.on_commit(told, robust=True)


@transaction.atomic
def take_copy(*, actor: Actor, copy: DataCopy, now: datetime) -> bytes:
    """The file, once, for its owner alone; afterwards it is nowhere."""
    if actor.user_id is None or copy.user_id != actor.user_id:
        raise Refused(rules.COPY_TAKEN)
    copy.refresh_from_db()
    content = copy.content if copy.content_sealed else b""
    won = DataCopy.objects.filter(pk=copy.pk, state=CopyState.READY, expires_at__gt=now).update(
        state=CopyState.TAKEN, taken_at=now, content_sealed=""
    )
    if not won:
        raise Refused(rules.COPY_TAKEN)
    journal.note(actor=actor, did="copy.taken", to=copy, now=now, bytes=len(content))
    return content


@transaction.atomic
def expire_copies(*, now: datetime) -> int:
    """Nightly: what nobody took in time."""
    waiting = DataCopy.objects.filter(expires_at__lte=now).exclude(
        state__in=[CopyState.TAKEN, CopyState.EXPIRED]
    )
    return waiting.update(state=CopyState.EXPIRED, content_sealed="")
