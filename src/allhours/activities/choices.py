"""States stand in machine-readable output: never rename. Kinds of activity are the scheme's."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActivityState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已发布")  # until attendance is entered, whatever the hour
    CLOSED = "closed", _("已完成")  # attendance was entered; from then on it counts
    CANCELLED = "cancelled", _("已取消")


class SignUpState(models.TextChoices):
    LIVE = "live", _("已报名")
    WAITING = "waiting", _("候补")
    WITHDRAWN = "withdrawn", _("已退出")


OPEN_SIGN_UPS = (SignUpState.LIVE, SignUpState.WAITING)


class AttendanceState(models.TextChoices):
    PRESENT = "present", _("参加")
    ABSENT = "absent", _("未参加")
    EXCUSED = "excused", _("请假")


class Credit(models.TextChoices):
    """Whether a row of the attendance sheet stands in the ledger as it should."""

    NONE = "none", _("不计时")
    PENDING = "pending", _("正在入账")
    POSTED = "posted", _("已入账")
    REFUSED = "refused", _("未入账")
    AWAITING = "awaiting", _("待他人确认")


class NoteState(models.TextChoices):
    SUBMITTED = "submitted", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    RETURNED = "returned", _("已退回")
    WITHDRAWN = "withdrawn", _("已撤回")
