"""The journal's words of this room; `accounts.deeds` finds them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DEEDS = {
    "consent.given": _("表示同意"),
    "consent.withdrawn": _("撤回同意"),
    "copy.asked": _("索取本人数据"),
    "copy.taken": _("取走本人数据"),
    "correction.accepted": _("更正完成"),
    "correction.asked": _("申请更正"),
    "correction.declined": _("不予更正"),
    "correction.withdrawn": _("撤回更正申请"),
    "erasure.approved": _("批准删除"),
    "erasure.asked": _("申请删除"),
    "erasure.declined": _("不批准删除"),
    "erasure.done": _("已删除个人信息"),
    "erasure.proposed": _("提请删除"),
    "erasure.undone": _("撤销删除"),
    "installation.anonymised": _("系统匿名化"),
    "installation.exported": _("系统数据全部导出"),
    "retention.run": _("按保存期限清理"),
}
SUBJECTS = {
    "consent": _("同意"),
    "correction": _("更正申请"),
    "datacopy": _("数据副本"),
    "erasure": _("删除申请"),
    "installation": _("系统"),
    "retentionrun": _("保存期限清理"),
}
