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


class ReceiptTo(models.TextChoices):
    """Where a receipt returns by itself, as the scheme says."""

    UNIT = "unit", _("单位")
    TEMPORARY_BRANCH = "temporary_branch", _("临时党支部")


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
    RETIRED = "retired", _("离退休")
    DECLINED = "declined", _("本人意愿")
    MERGED = "merged", _("并入另一编号")


class RunSource(models.TextChoices):
    """What a reconciliation held against what."""

    SYSTEM = "system", _("花名册与回执")
    REGISTER = "register", _("社区登记册与花名册")
    ROSTER = "roster", _("单位名单与社区登记")


class DifferenceKind(models.TextChoices):
    MISSING = "missing", _("名册有、报到没有")
    UNKNOWN = "unknown", _("报到有、名册没有")
    NOT_RECEIVED = "not_received", _("已登记、未接收")
    OTHER_UNIT = "other_unit", _("单位不一致")
    OTHER_COMMUNITY = "other_community", _("社区不一致")
    TWO_NUMBERS = "two_numbers", _("同一人两个编号")
    CHANGED_NAME = "changed_name", _("姓名不一致")
    TO_JUDGE = "to_judge", _("待核对是否同一人")


class DifferenceState(models.TextChoices):
    OPEN = "open", _("待处理")
    CLOSED = "closed", _("已处理")


class Responsible(models.TextChoices):
    """Who closes a difference; the county may close any."""

    UNIT = "unit", _("单位")
    COMMUNITY = "community", _("社区")
    COUNTY = "county", _("县直机关工委")


class CloseReason(models.TextChoices):
    DEED = "deed", _("已办理，自动消除")
    ROSTER_CORRECTED = "roster_corrected", _("已更正花名册")
    REGISTER_CORRECTED = "register_corrected", _("已更正登记册")
    SAME_PERSON = "same_person", _("核对为同一人")
    NOT_SAME = "not_same", _("核对为不同的人")
    EXPLAINED = "explained", _("情况属实，无须办理")
    OTHER = "other", _("其他")


# Said once, holds: a later run that finds the same again leaves it closed.
SETTLED_FOR_GOOD = (CloseReason.SAME_PERSON, CloseReason.NOT_SAME, CloseReason.EXPLAINED)


class UnitReportState(models.TextChoices):
    """单位党组织到社区报到."""

    PRESENTED = "presented", _("待社区接收")
    RECEIVED = "received", _("已报到")
    RETURNED = "returned", _("社区退回")
    ENDED = "ended", _("已结束")


class PairingState(models.TextChoices):
    PROPOSED = "proposed", _("待对方确认")
    LIVE = "live", _("结对中")
    DECLINED = "declined", _("未达成")
    ENDED = "ended", _("已结束")


class MatterState(models.TextChoices):
    OPEN = "open", _("待办理")
    HANDLED = "handled", _("已办理")
