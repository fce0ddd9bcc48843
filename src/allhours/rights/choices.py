from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CopyState(models.TextChoices):
    MAKING = "making", _("正在生成")
    READY = "ready", _("可以下载")
    TAKEN = "taken", _("已下载")
    EXPIRED = "expired", _("已过期")


class CorrectionState(models.TextChoices):
    OPEN = "open", _("待办理")
    ACCEPTED = "accepted", _("已更正")
    DECLINED = "declined", _("未采纳")
    WITHDRAWN = "withdrawn", _("已撤回")


class ErasureState(models.TextChoices):
    ASKED = "asked", _("本人已提出")
    PROPOSED = "proposed", _("待复核")
    APPROVED = "approved", _("待执行")
    DONE = "done", _("已删除")
    DECLINED = "declined", _("未同意")
    WITHDRAWN = "withdrawn", _("已撤销")


class ErasureReason(models.TextChoices):
    OWN_WISH = "own_wish", _("本人要求")
    AFTER_LEAVING = "after_leaving", _("离开名册后不再需要")
    KIN = "kin", _("近亲属要求")
    AGED_OUT = "aged_out", _("保存期限届满")


class SubjectKind(models.TextChoices):
    MEMBER = "member", _("党员")
    ACCOUNT = "account", _("账号")
    RESIDENT = "resident", _("居民")


class ConsentHow(models.TextChoices):
    PAGE = "page", _("本人在网页上")
    PAPER = "paper", _("书面")
    SPOKEN = "spoken", _("口头，由工作人员记下")
    GUARDIAN = "guardian", _("监护人")


OPEN_ERASURES = (ErasureState.ASKED, ErasureState.PROPOSED, ErasureState.APPROVED)
