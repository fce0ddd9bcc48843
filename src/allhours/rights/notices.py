"""What is told about requests: codes and dates only."""

from django.utils.translation import gettext_lazy as _

TEXTS = {
    "rights.copy_ready": _("您的数据文件已生成，请在 %(until)s 前下载。"),
    "rights.correction_accepted": _("您申请更正的事项已更正。"),
    "rights.correction_declined": _("您的更正申请已答复，请查看原因。"),
    "rights.erasure_declined": _("您的删除申请已答复，请查看原因。"),
    "rights.erasure_approved": _("您的删除申请已同意，%(on)s 起执行，此前可以撤销。"),
}
ACTION_TEXTS = {
    "rights.correction_asked": _("有一项更正申请待办理，请在 %(due)s 前答复。"),
    "rights.correction_overdue": _("更正申请 %(code)s 已到办理期限，请尽快答复。"),
    "rights.erasure_asked": _("有一项删除申请待办理。"),
    "rights.erasure_to_approve": _("有一项删除待您复核。"),
}
