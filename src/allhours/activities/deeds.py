"""The journal's words of this room; `accounts.deeds` finds them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DEEDS = {
    "activity.cancelled": _("取消活动"),
    "activity.changed": _("修改活动"),
    "activity.gathered": _("纳入特色项目"),
    "activity.moved": _("活动改期"),
    "activity.outcomes": _("登记活动成效"),
    "activity.planned": _("拟定活动"),
    "activity.promoted": _("候补转为报名"),
    "activity.published": _("发布活动"),
    "activity.signed_up": _("活动报名"),
    "activity.withdrew": _("取消报名"),
    "attendance.confirmed": _("确认出勤"),
    "attendance.entered": _("登记出勤"),
    "note.changed": _("修改写实"),
    "note.confirmed": _("确认写实"),
    "note.reopened": _("重新打开写实"),
    "note.returned": _("退回写实"),
    "note.submitted": _("提交写实"),
    "note.withdrawn": _("撤回写实"),
}
SUBJECTS = {
    "activity": _("活动"),
    "attendance": _("出勤"),
    "servicenote": _("写实"),
    "signup": _("报名"),
}
