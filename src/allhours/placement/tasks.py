"""Long work: solving a round; and every night, placements follow the roster."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allhours.accounts.actor import Actor
from allhours.accounts.models import User
from allhours.directory.queries.actors import actor_of
from allhours.jobs.progress import Progress
from allhours.jobs.registry import job
from allhours.jobs.schedule import nightly
from allhours.kernel import clock
from allhours.placement.actions import reporting, rounds
from allhours.placement.models import Round


@job("placement.propose", title=gettext_lazy("运算编入建议"), repeatable=True)
def propose(progress: Progress, *, round_id: int) -> dict[str, Any]:
    """Solves one round as the officer who asked for it."""
    now = clock.now()
    actor = actor_of(User.objects.get(pk=progress.user_id or 0), on=clock.local_date(now))
    progress.step(0, 2, _("正在读取花名册并运算…"))
    answer, _loaded = rounds.propose_round(
        actor=actor, round_=Round.objects.get(pk=round_id), now=now
    )
    progress.step(2, 2, _("已得出编入建议。"))
    return {
        "members": len(answer.placed),
        "unplaced": len(answer.unplaced),
        "url": reverse("placement:round", args=[round_id]),
    }


@nightly("placement.follow_roster", at=time(1, 10))
def follow_roster(now: datetime) -> None:
    actor = Actor.system("placement.follow_roster")
    reporting.end_departed(actor=actor, now=now)
    reporting.follow_units(actor=actor, now=now)
