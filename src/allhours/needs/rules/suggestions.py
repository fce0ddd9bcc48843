"""意见建议: taking it on, handing it over, answering it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from allhours.accounts.choices import COMMUNITY_ROLES, TERRITORY_ROLES, UNIT_ROLES, Role
from allhours.directory.choices import OrgKind
from allhours.kernel.errors import Refusal
from allhours.needs.choices import SuggestionOutcome

NOT_USED = Refusal("suggestion.not_used", _("本县的工作方案没有设意见建议。"))
CHANNEL_CLOSED = Refusal(
    "suggestion.channel_closed", _("本县的工作方案没有设这个来源，请从所列的来源中选择。")
)
NOT_A_MEMBER = Refusal("suggestion.not_a_member", _("请以在册党员身份登录后提出。"))
WORDS_MISSING = Refusal("suggestion.words_missing", _("请写下意见或建议。"))
NO_COMMUNITY = Refusal("suggestion.no_community", _("请选择要向哪个社区提出。"))
TITLE_MISSING = Refusal("suggestion.title_missing", _("请用一句话写明事由，不写姓名和电话。"))
TITLE_TELLS = Refusal("suggestion.title_tells", _("事由里有%(what)s，请改写后再提交。"))
CATEGORY_UNKNOWN = Refusal("suggestion.category_unknown", _("请从方案设置的类别中选择。"))
NOT_WAITING = Refusal("suggestion.not_waiting", _("这条意见现在是“%(state)s”，不能这样办理。"))
NOT_A_PLACE = Refusal("suggestion.not_a_place", _("工作方案只让转给：%(places)s。请重新选择。"))
SAME_PLACE = Refusal("suggestion.same_place", _("这条意见已在该处办理，不用再转。"))
ANSWER_MISSING = Refusal("suggestion.answer_missing", _("请写明答复内容，提出人会看到。"))
OUTCOME_MISSING = Refusal("suggestion.outcome_missing", _("请选择办理结果。"))
REASON_MISSING = Refusal("suggestion.reason_missing", _("请写明原因，提出人会看到。"))
JOIN_SELF = Refusal("suggestion.join_self", _("不能并入它自己，请选择另一条。"))
JOIN_ENDED = Refusal(
    "suggestion.join_ended", _("要并入的那条是“%(state)s”，请选择办理中或已答复的一条。")
)
SAID_ONCE = Refusal(
    "suggestion.said_once", _("“没有解决”只能反映一次；仍有意见请另提一条或直接联系社区。")
)
IN_HAND = Refusal(
    "erasure.suggestion_in_hand",
    _("意见还在办理，删除后无法再答复您。请先撤回，再申请删除。"),
)
NOT_ANSWERED = Refusal("suggestion.not_answered", _("答复以后才能评价。"))
ALREADY_RATED = Refusal("suggestion.already_rated", _("您已评价过，谢谢。"))
RATING_MISSING = Refusal("suggestion.rating_missing", _("请选择一项评价。"))

# Where a suggestion may lie: grid › community › town › department, as the scheme's routes allow.
PLACES = {
    "grid": OrgKind.GRID,
    "community": OrgKind.COMMUNITY,
    "town": OrgKind.TOWN,
    "authority": OrgKind.UNIT,
}
HANDLERS = frozenset(COMMUNITY_ROLES | UNIT_ROLES | TERRITORY_ROLES | {Role.COUNTY_OFFICER})
# Who takes on, hands over and joins for the community it came up in.
ROUTERS = frozenset(COMMUNITY_ROLES | {Role.COUNTY_OFFICER})


@dataclass(frozen=True)
class Accepted:
    """What the desk makes of it."""

    kind: str
    title: str
    category: str


def accept_refusals(
    made: Accepted, *, categories: Collection[str], tells: list[str]
) -> list[Refusal]:
    reasons = []
    if not made.title.strip():
        reasons.append(TITLE_MISSING)
    if tells:
        reasons.append(TITLE_TELLS.having(what=_("、").join(tells)))
    if categories and made.category not in categories:
        reasons.append(CATEGORY_UNKNOWN)
    return reasons


def answer_refusals(outcome: str, text: str) -> list[Refusal]:
    reasons = []
    if outcome not in SuggestionOutcome.values:
        reasons.append(OUTCOME_MISSING)
    if not text.strip():
        reasons.append(ANSWER_MISSING)
    return reasons
