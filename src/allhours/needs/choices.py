"""States stand in machine-readable output (contract.md §3): never rename."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WishState(models.TextChoices):
    NOTED = "noted", _("待核实")
    VERIFIED = "verified", _("已核实")
    SCHEDULED = "scheduled", _("定时发布")
    OPEN = "open", _("待认领")
    CLAIMED = "claimed", _("办理中")
    DELIVERED = "delivered", _("待确认")
    CONFIRMED = "confirmed", _("已办结")
    DECLINED = "declined", _("不予受理")
    WITHDRAWN = "withdrawn", _("已撤回")
    EXPIRED = "expired", _("已过期")
    MERGED = "merged", _("已合并")
    CONVERTED = "converted", _("已转项目")


ENDED = frozenset(
    {
        WishState.CONFIRMED,
        WishState.DECLINED,
        WishState.WITHDRAWN,
        WishState.EXPIRED,
        WishState.MERGED,
        WishState.CONVERTED,
    }
)
_SIDE = {WishState.WITHDRAWN, WishState.MERGED, WishState.CONVERTED}
NEXT = {
    WishState.NOTED: {WishState.VERIFIED, WishState.DECLINED} | _SIDE,
    WishState.VERIFIED: {WishState.SCHEDULED, WishState.OPEN, WishState.DECLINED} | _SIDE,
    WishState.SCHEDULED: {
        WishState.OPEN,
        WishState.VERIFIED,
        WishState.WITHDRAWN,
        WishState.MERGED,
    },
    WishState.OPEN: {WishState.CLAIMED, WishState.EXPIRED} | _SIDE,
    WishState.CLAIMED: {
        WishState.OPEN,
        WishState.DELIVERED,
        WishState.WITHDRAWN,
        WishState.MERGED,
    },
    WishState.DELIVERED: {WishState.CONFIRMED, WishState.CLAIMED},
}


class ClaimState(models.TextChoices):
    LIVE = "live", _("办理中")
    WAITING = "waiting", _("候补")
    FULFILLED = "fulfilled", _("已完成")
    RELEASED = "released", _("已释放")
    WITHDRAWN = "withdrawn", _("已退回")
    REFUSED = "refused", _("未通过")


class FestivalState(models.TextChoices):
    PLANNED = "planned", _("筹备中")
    ANNOUNCED = "announced", _("已公布")
    ENDED = "ended", _("已结束")
    CANCELLED = "cancelled", _("已取消")


FESTIVAL_NEXT = {
    FestivalState.PLANNED: {FestivalState.ANNOUNCED, FestivalState.CANCELLED},
    FestivalState.ANNOUNCED: {FestivalState.ENDED, FestivalState.CANCELLED},
}


class FestivalPhase(models.TextChoices):
    """A festival's state as of an instant; between its hour and its end it runs."""

    PLANNED = "planned", _("筹备中")
    COMING = "coming", _("即将开放")
    RUNNING = "running", _("进行中")
    ENDED = "ended", _("已结束")
    CANCELLED = "cancelled", _("已取消")


class Origin(models.TextChoices):
    PAGE = "page", _("网上")
    BOX = "box", _("心愿箱")
    HOTLINE = "hotline", _("热线电话")
    VISIT = "visit", _("入户走访")
    MEETING = "meeting", _("座谈会")
    CENTRE = "centre", _("便民服务中心")
    WALL = "wall", _("心愿墙")
    FESTIVAL = "festival", _("节日集中征集")
    IMPORT = "import", _("表格导入")
    MEMBER = "member", _("党员提出")


class WisherKind(models.TextChoices):
    """How a wisher is called in public (“一位老人”)."""

    RESIDENT = "resident", _("一位居民")
    ELDER = "elder", _("一位老人")
    PUPIL = "pupil", _("一名学生")
    CHILD = "child", _("一名儿童")
    FAMILY = "family", _("一个家庭")
    DISABLED = "disabled", _("一位残疾人")
    VETERAN = "veteran", _("一位老兵")


class PostState(models.TextChoices):
    OPEN = "open", _("招募中")
    CLOSED = "closed", _("已停止")


class OrderState(models.TextChoices):
    """What became of a member's order from the menu, or of a post they proposed."""

    OPEN = "open", _("待社区设岗")
    MET = "met", _("已设岗")
    DECLINED = "declined", _("未采纳")
    WITHDRAWN = "withdrawn", _("已撤回")


class DemandState(models.TextChoices):
    OPEN = "open", _("待设岗")
    MET = "met", _("已设岗")
    CLOSED = "closed", _("已取消")


class HandoverState(models.TextChoices):
    OPEN = "open", _("待对方同意")
    ACCEPTED = "accepted", _("已交接")
    DECLINED = "declined", _("对方未同意")
    WITHDRAWN = "withdrawn", _("已撤回")


class RatingLevel(models.IntegerChoices):
    SATISFIED = 3, _("满意")
    FAIR = 2, _("基本满意")
    UNSATISFIED = 1, _("不满意")


class FollowUpResult(models.TextChoices):
    DUE = "due", _("待回访")
    REACHED = "reached", _("已联系上")
    NOT_REACHED = "not_reached", _("未联系上")


class SightPurpose(models.TextChoices):
    """Why somebody on duty opens who a wisher is; the journal keeps the code."""

    VERIFY = "verify", _("核实心愿")
    CONTACT = "contact", _("联系心愿人")
    ARRANGE = "arrange", _("协调办理")
    FOLLOW_UP = "follow_up", _("办结回访")
    COMPLAINT = "complaint", _("处理投诉")


class GuardianRelation(models.TextChoices):
    PARENT = "parent", _("父母")
    GRANDPARENT = "grandparent", _("（外）祖父母")
    RELATIVE = "relative", _("其他亲属")
    OTHER = "other", _("其他监护人")


class ConsentBy(models.TextChoices):
    SELF = "self", _("本人在线同意")
    GUARDIAN = "guardian", _("监护人同意")
    SPOKEN = "spoken", _("口头同意，由登记人记录")
    WRITTEN = "written", _("在心愿卡上签字同意")


class PledgeState(models.TextChoices):
    DRAFT = "draft", _("起草中")
    SUBMITTED = "submitted", _("待单位审定")
    APPROVED = "approved", _("待社区接收")
    IN_HAND = "in_hand", _("践诺中")
    ASSESSED = "assessed", _("已评诺")
    WITHDRAWN = "withdrawn", _("已撤回")


class PledgeResult(models.TextChoices):
    """年终评诺, typed in by the community (domain.md §1.6); never worked out."""

    KEPT = "kept", _("兑现")
    PARTLY = "partly", _("部分兑现")
    NOT_KEPT = "not_kept", _("未兑现")


class SuggestionKind(models.TextChoices):
    SUGGESTION = "suggestion", _("建议")
    PROBLEM = "problem", _("问题")


class SuggestionState(models.TextChoices):
    NOTED = "noted", _("待受理")
    IN_HAND = "in_hand", _("办理中")
    ANSWERED = "answered", _("已答复")
    JOINED = "joined", _("已并案")
    REFUSED = "refused", _("不予受理")
    WITHDRAWN = "withdrawn", _("已撤回")


class SuggestionOutcome(models.TextChoices):
    ADOPTED = "adopted", _("采纳")
    SOLVED = "solved", _("已解决")
    EXPLAINED = "explained", _("已说明")
    DECLINED = "declined", _("不采纳")


class AuthorPurpose(models.TextChoices):
    """Why somebody on duty opens who made a suggestion; the journal keeps the code."""

    CHECK = "check", _("核实情况")
    CONTACT = "contact", _("联系提出人")
    FOLLOW_UP = "follow_up", _("答复后回访")
