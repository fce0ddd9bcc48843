from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.scope import within
from allhours.activities.choices import ActivityState, SignUpState
from allhours.directory.models import Member, Organization
from allhours.projects.models import Project


class ActivityQuerySet(models.QuerySet["Activity"]):
    def on_desk_of(self, actor: Actor) -> Self:
        """Activities that the actor's organisations hold, or that serve their community."""
        return self.filter(within(actor, "organizer__path", "community__path"))

    def announced(self) -> Self:
        return self.filter(state__in=[ActivityState.PUBLISHED, ActivityState.CLOSED])

    def upcoming(self, now: datetime) -> Self:
        return self.filter(state=ActivityState.PUBLISHED, starts_at__gt=now)

    def awaiting_attendance(self, now: datetime) -> Self:
        return self.filter(state=ActivityState.PUBLISHED, ends_at__lte=now)


class Activity(models.Model):
    """A planned activity with places, from announcement to outcomes.

    `turn` is advanced first by everything that changes sign-ups, which orders them; `revision`
    counts how often the attendance sheet was saved.
    """

    code = models.CharField(max_length=16, unique=True)
    title = models.CharField(_("活动名称"), max_length=80)
    text = models.TextField(_("内容"), blank=True)
    kind = models.CharField(_("类别"), max_length=40)  # code of the scheme's activities.kinds
    item = models.CharField(_("服务项目"), max_length=40, blank=True)  # menu item code
    organizer = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(  # whose residents are served; null: the whole county
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    place = models.CharField(_("地点"), max_length=80)
    starts_at = models.DateTimeField(_("开始时间"), db_index=True)
    ends_at = models.DateTimeField(_("结束时间"))
    travel_minutes = models.PositiveSmallIntegerField(_("路途分钟"), default=0)  # not counted
    places = models.PositiveIntegerField(_("名额"))
    taken = models.PositiveIntegerField(default=0)
    queue = models.PositiveIntegerField(default=0)  # the last queue number given
    turn = models.PositiveBigIntegerField(default=0)
    waiting_list = models.BooleanField(_("可以候补"), default=True)
    state = models.CharField(max_length=10, choices=ActivityState, default=ActivityState.DRAFT)
    cancel_reason = models.CharField(max_length=200, blank=True)
    revision = models.PositiveIntegerField(default=0)  # of the attendance sheet
    served = models.PositiveIntegerField(null=True, blank=True)  # 受益群众, 人次
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # when attendance was first entered

    objects = ActivityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(taken__lte=models.F("places")), name="activity_not_overfull"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="ends_after_it_starts"
            ),
        ]
        indexes = [models.Index(fields=["state", "starts_at"], name="activity_by_time")]

    def __str__(self) -> str:
        return self.title

    @property
    def places_left(self) -> int:
        return self.places - self.taken

    @property
    def net_minutes(self) -> int:
        """Service time without the way there and back (志愿服务记录办法: 不含往返途中时间)."""
        whole = int((self.ends_at - self.starts_at).total_seconds()) // 60
        return max(whole - self.travel_minutes, 0)


class SignUp(models.Model):
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="signups")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=SignUpState, default=SignUpState.LIVE)
    seat = models.PositiveIntegerField(null=True)  # 1…places while live
    queue_no = models.PositiveIntegerField(null=True)
    signed_up_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "seat"],
                condition=models.Q(state="live"),
                name="one_live_signup_per_seat",
            ),
            models.UniqueConstraint(
                fields=["activity", "member"],
                condition=models.Q(state__in=["live", "waiting"]),
                name="one_open_signup_per_member",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="live") | models.Q(seat__gte=1),
                name="live_signup_has_a_seat",
            ),
        ]
        indexes = [models.Index(fields=["member", "state"], name="signup_of_member")]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.member_id}"


class Outcome(models.Model):
    """A quantity that came of an activity (tonnes, trees …); the kind is the scheme's."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="outcomes")
    kind = models.CharField(max_length=40)
    quantity = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "kind"], name="one_outcome_per_kind")
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.kind}"
