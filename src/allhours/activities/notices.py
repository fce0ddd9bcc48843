"""What people are told about activities and notes. No person's name, no free text."""

from django.utils.translation import gettext_lazy as _

TEXTS = {
    "activity.promoted": _("您候补的活动“%(title)s”有了名额，已为您报上名。"),
    "activity.moved": _("您报名的活动“%(title)s”时间或地点有变，请查看。"),
    "activity.cancelled": _("您报名的活动“%(title)s”已取消，请查看原因。"),
    "note.confirmed": _("%(community)s确认了您 %(day)s 的写实，已记入服务记录。"),
    "note.returned": _("%(community)s退回了您 %(day)s 的写实，请查看原因后更正。"),
}
