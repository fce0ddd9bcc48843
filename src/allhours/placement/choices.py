from django.db import models
from django.utils.translation import gettext_lazy as _


class RoundState(models.TextChoices):
    DRAFT = "draft", _("待运算")
    PROPOSED = "proposed", _("待采用")
    ADOPTED = "adopted", _("已采用")
    DROPPED = "dropped", _("已放弃")


class PlacementState(models.TextChoices):
    ASSIGNED = "assigned", _("待开证明信")
    LETTER_ISSUED = "letter_issued", _("待报到")
    PRESENTED = "presented", _("待社区接收")
    REPORTED = "reported", _("已报到")
    ENDED = "ended", _("已结束")


LIVE = (
    PlacementState.ASSIGNED,
    PlacementState.LETTER_ISSUED,
    PlacementState.PRESENTED,
    PlacementState.REPORTED,
)
NEXT = {
    PlacementState.ASSIGNED: {
        PlacementState.LETTER_ISSUED,
        PlacementState.PRESENTED,  # where the scheme asks for no letter
        PlacementState.ENDED,
    },
    PlacementState.LETTER_ISSUED: {
        PlacementState.PRESENTED,
        PlacementState.ASSIGNED,
        PlacementState.ENDED,
    },
    PlacementState.PRESENTED: {PlacementState.REPORTED, PlacementState.ENDED},
    PlacementState.REPORTED: {PlacementState.ENDED},
    PlacementState.ENDED: set(),
}


class LetterState(models.TextChoices):
    ISSUED = "issued", _("已开具")
    USED = "used", _("已使用")
    VOID = "void", _("已作废")
    EXPIRED = "expired", _("已过期")


class PresentedBy(models.TextChoices):
    DESK = "desk", _("社区窗口")
    CODE = "code", _("本人出示编码")
    SELF = "self", _("本人报到")
    UNIT = "unit", _("单位集体报到")


class ExcusalClass(models.TextChoices):
    """Coarse on purpose: never an illness (product.md §2.1). The community sees only 免报."""

    PERSONAL = "personal", _("个人")
    ARRANGED = "arranged", _("组织安排")
    AWAY = "away", _("不在本地")


class EndReason(models.TextChoices):
    MOVED = "moved", _("迁居")
    TRANSFERRED = "transferred", _("调动")
    RETURNED = "returned", _("社区退回")
    REPLACED = "replaced", _("重新编入")
    LEFT = "left", _("离开花名册")
