from __future__ import annotations

from django.db import models

from allhours.activities.choices import AttendanceState, Credit
from allhours.activities.models.activity import Activity
from allhours.directory.models import Member


class Attendance(models.Model):
    """Who took part, as the organiser wrote it down; the hours it gave stand in the ledger.

    Saving the sheet writes all rows at once and marks those whose ledger entry is not yet as it
    should be PENDING; settling then brings the ledger after them, and can be repeated at any time.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="attendances")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=AttendanceState)
    started_at = models.DateTimeField(null=True)
    minutes = models.PositiveIntegerField(default=0)
    unit_code = models.CharField(max_length=40)  # of the day of service
    community_code = models.CharField(max_length=40, blank=True)
    revision = models.PositiveIntegerField(default=1)  # rises with each change of the row
    credit = models.CharField(max_length=10, choices=Credit, default=Credit.NONE)
    refusal = models.CharField(max_length=200, blank=True)  # why it gave no hours: a sentence
    turn = models.PositiveIntegerField(default=0)  # advanced first when the row is settled
    recorded_at = models.DateTimeField()
    recorded_by_plain = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "member"], name="one_attendance_per_member")
        ]
        indexes = [
            models.Index(
                fields=["activity"],
                condition=models.Q(credit="pending"),
                name="attendance_to_settle",
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.member_id} {self.state}"
