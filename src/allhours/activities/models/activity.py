from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.scope import within
from allhours.activities.choices import (
    ActivityKind,
    ActivityState,
    AttendanceState,
    SignUpState,
)
from allhours.directory.models import Member, Organization


class ActivityQuerySet(models.QuerySet["Activity"]):
    def on_desk_of(self, actor: Actor) -> Self:
        """Activities that the actor's organisations hold."""
        return self.filter(within(actor, "organizer__path"))

    def announced(self) -> Self:
        return self.exclude(state__in=[ActivityState.DRAFT, ActivityState.CANCELLED])


class Activity(models.Model):
    """A planned activity with places, from announcement to outcomes."""

    code = models.CharField(max_length=16, unique=True)
    title = models.CharField(_("活动名称"), max_length=80)
    text = models.TextField(_("内容"), blank=True)
    kind = models.CharField(_("类别"), max_length=12, choices=ActivityKind)
    item = models.CharField(_("服务项目"), max_length=40, blank=True)  # menu item code
    organizer = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(  # whose residents are served; null: the whole county
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    place = models.CharField(_("地点"), max_length=80)
    starts_at = models.DateTimeField(_("开始时间"), db_index=True)
    ends_at = models.DateTimeField(_("结束时间"))
    travel_minutes = models.PositiveSmallIntegerField(_("路途分钟"), default=0)  # not counted
    places = models.PositiveIntegerField(_("名额"))
    taken = models.PositiveIntegerField(default=0)
    queue = models.PositiveIntegerField(default=0)
    waiting_list = models.BooleanField(_("可以候补"), default=True)
    state = models.CharField(max_length=10, choices=ActivityState, default=ActivityState.DRAFT)
    revision = models.PositiveIntegerField(default=0)  # of the attendance sheet
    served = models.PositiveIntegerField(null=True, blank=True)  # 受益群众, 人次
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

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

    def __str__(self) -> str:
        return self.title


class SignUp(models.Model):
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="signups")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=SignUpState, default=SignUpState.LIVE)
    seat = models.PositiveIntegerField(null=True)
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
        ]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.member_id}"


class Attendance(models.Model):
    """Who took part, as the organiser wrote it down; the hours it gave stand in the ledger."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="attendances")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=AttendanceState)
    started_at = models.DateTimeField(null=True)
    minutes = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)  # rises with each correction
    refusal = models.CharField(max_length=40, blank=True)  # why it gave no hours, e.g. an overlap
    recorded_at = models.DateTimeField()
    recorded_by_plain = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "member"], name="one_attendance_per_member"
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.member_id} {self.state}"


class Outcome(models.Model):
    """A quantity that came of an activity (tonnes cleared, trees planted …), by the scheme's kinds."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="outcomes")
    kind = models.CharField(max_length=30)
    quantity = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "kind"], name="one_outcome_per_kind")
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.kind}"
