from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.scope import EVERYTHING, within
from allhours.directory.models import Member, Organization
from allhours.kernel import clock, paths
from allhours.needs.choices import FestivalPhase, FestivalState
from allhours.needs.scope import LOOKERS


class FestivalQuerySet(models.QuerySet["Festival"]):
    def on_desk_of(self, actor: Actor) -> Self:
        """Those whose wishes the actor's communities gather, or that are held below a grant."""
        seen = within(actor, "audience__path", roles=LOOKERS)
        if seen is EVERYTHING:
            return self.filter(seen)
        for grant in actor.grants_of(LOOKERS):
            seen |= models.Q(audience=None) | models.Q(audience_id__in=paths.ids(grant.path))
        return self.filter(seen)

    def public(self) -> Self:
        """Announced once, whatever became of them."""
        return self.filter(announced_at__isnull=False)

    def ahead_or_running(self, now: datetime) -> Self:
        open_ = models.Q(closes_on=None) | models.Q(closes_on__gte=clock.local_date(now))
        return self.filter(open_, state=FestivalState.ANNOUNCED)


class Festival(models.Model):
    """Wishes of one theme, gathered by communities and opened at one instant (集中认领).

    While it runs, one member takes at most `claims_each` of them; on the day after `closes_on`
    (or when it is ended) what nobody took is an ordinary wish of the wall.
    """

    code = models.CharField(max_length=16, unique=True)
    title = models.CharField(_("主题"), max_length=40)
    text = models.CharField(_("说明"), max_length=500, blank=True)
    audience = models.ForeignKey(  # whose wishes and members; null: the whole county
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opens_at = models.DateTimeField(_("开放时间"))
    closes_on = models.DateField(_("最后一天"), null=True, blank=True)
    claims_each = models.PositiveSmallIntegerField(_("每人最多认领"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=FestivalState, default=FestivalState.PLANNED)
    planned_at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)

    objects = FestivalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(claims_each=None) | models.Q(claims_each__gte=1),
                name="a_festival_gives_one_at_least",
            ),
        ]
        indexes = [models.Index(fields=["state", "opens_at"], name="festival_ahead")]

    def __str__(self) -> str:
        return self.title

    @property
    def audience_label(self) -> str:
        return self.audience.label if self.audience is not None else str(_("全县"))

    @property
    def audience_path(self) -> str:
        return self.audience.path if self.audience is not None else paths.ROOT

    def runs_at(self, now: datetime) -> bool:
        """Its hour has come and its last day has not passed: its own rules hold."""
        over = self.closes_on is not None and clock.end_of(self.closes_on) <= now
        return self.state == FestivalState.ANNOUNCED and self.opens_at <= now and not over

    def phase_at(self, now: datetime) -> FestivalPhase:
        """Where it stands at an instant, whatever the nightly job has written down."""
        if self.state != FestivalState.ANNOUNCED:
            return FestivalPhase(self.state)
        if self.opens_at > now:
            return FestivalPhase.COMING
        return FestivalPhase.RUNNING if self.runs_at(now) else FestivalPhase.ENDED


class FestivalSeat(models.Model):
    """How many wishes of a festival a member holds or has done: advanced by conditional update,
    so that its limit is exact."""

    festival = models.ForeignKey(Festival, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["festival", "member"], name="one_seat_row_per_festival_and_member"
            )
        ]

    def __str__(self) -> str:
        return f"{self.festival_id} {self.member_id}: {self.taken}"
