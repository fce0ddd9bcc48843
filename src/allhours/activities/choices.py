from django.db import models
from django.utils.translation import gettext_lazy as _


class ActivityKind(models.TextChoices):
    THEMED = "themed", _("主题活动")
    SERVICE_DAY = "service_day", _("志愿服务日")
    STREET = "street", _("党员服务一条街")
    CAMPAIGN = "campaign", _("重点任务行动")
    CLEAN_UP = "clean_up", _("环境整治")
    TREES = "trees", _("义务植树")
    COMMUNITY = "community", _("社区活动")
    GROUP = "group", _("组团服务")


class ActivityState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("报名中")
    HELD = "held", _("待登记出勤")
    CLOSED = "closed", _("已完成")
    CANCELLED = "cancelled", _("已取消")


class SignUpState(models.TextChoices):
    LIVE = "live", _("已报名")
    WAITING = "waiting", _("候补")
    WITHDRAWN = "withdrawn", _("已退出")


class AttendanceState(models.TextChoices):
    PRESENT = "present", _("参加")
    ABSENT = "absent", _("未参加")
    EXCUSED = "excused", _("请假")


class NoteState(models.TextChoices):
    SUBMITTED = "submitted", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    RETURNED = "returned", _("已退回")
    WITHDRAWN = "withdrawn", _("已撤回")
