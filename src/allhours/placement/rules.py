"""What stands against an act of placement or reporting-in. No queries: loaded objects only."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import UNIT_ROLES, Role
from allhours.directory.choices import OrgKind
from allhours.directory.models import Organization
from allhours.kernel.errors import Refusal
from allhours.placement.choices import (
    LIVE,
    NEXT,
    EndReason,
    LetterState,
    PlacementState,
    ReceiptTo,
    RoundState,
)
from allhours.placement.models import Excusal, Letter, Placement, Round

ROUND_CLOSED = Refusal("placement.round_closed", _("这一轮编入已采用或已放弃，不能再修改。"))
NOBODY_TO_PLACE = Refusal("placement.nobody", _("名册上没有应编入社区的党员，请先导入花名册。"))
ROUND_NOT_SOLVED = Refusal("placement.round_not_solved", _("这一轮还没有运算结果，请先运算。"))
ROUND_OVERTAKEN = Refusal(
    "placement.round_overtaken", _("此后已采用了另一轮编入，本轮结果已过时，请重新运算。")
)
NAME_TAKEN = Refusal("placement.round_name_taken", _("已有同名的编入轮次，请换一个名称。"))
NOT_A_COMMUNITY = Refusal("placement.not_a_community", _("请选择一个社区。"))
NOT_OWN_PROPOSAL = Refusal("placement.not_own", _("只能对本人的编入建议提出异议。"))
CONTEST_EMPTY = Refusal("placement.contest_empty", _("请写明异议的内容。"))
ANSWER_EMPTY = Refusal("placement.answer_empty", _("请写明答复的内容。"))
NOT_CONTESTED = Refusal("placement.not_contested", _("该同志没有提出异议。"))
CONTEST_CLOSED = Refusal("placement.contest_closed", _("异议期已过。如需调整，请联系单位联络员。"))
OWN_RECORD = Refusal("placement.own_record", _("不能办理本人的事项，请由其他同志办理。"))
CHANGED_MEANWHILE = Refusal(
    "placement.changed", _("此事已由他人办理或状态已变，页面已更新，请核对。")
)
LETTER_EXISTS = Refusal("letter.exists", _("该同志已有有效的证明信，不用重复开具。"))
LETTER_NEEDED = Refusal("letter.needed", _("还没有证明信，请联系单位联络员开具。"))
LETTER_EXPIRED = Refusal("letter.expired", _("证明信已过有效期（至%(until)s），请单位重新开具。"))
LETTER_UNKNOWN = Refusal("letter.unknown", _("没有找到这个编码的有效证明信，请核对后再输。"))
LETTER_USED = Refusal("letter.used", _("该同志已持这份证明信到社区报到，不能作废。"))
LETTER_DEAD = Refusal("letter.dead", _("这份证明信已作废或已过期，不用再办理。"))
NO_LETTERS_HERE = Refusal("letter.none_here", _("本县的工作方案不用证明信，可以直接报到。"))
BRANCH_ELSEWHERE = Refusal("placement.branch_elsewhere", _("请选择本社区的临时党支部。"))
PLACE_ELSEWHERE = Refusal("placement.place_elsewhere", _("请选择本社区的网格或服务队。"))
NOT_REPORTED = Refusal("placement.not_reported", _("该同志还没有由社区接收。"))
RECEIPT_ELSEWHERE = Refusal("receipt.elsewhere", _("这份回执不是送给您的，请由收件方签收。"))
RECEIPT_ACKNOWLEDGED = Refusal("receipt.acknowledged", _("这份回执已经签收。"))
NOTHING_TO_PRINT = Refusal("sheet.nothing", _("没有可以打印的内容，请换一个范围。"))
NOT_RETURNED = Refusal("placement.not_returned", _("只有被社区退回的，才能重新编入。"))
PLACED_AGAIN = Refusal("placement.placed_again", _("该同志已经重新编入社区。"))
NOT_PLACED = Refusal("placement.none", _("还没有编入社区，请联系单位联络员。"))
NOT_PRESENTED = Refusal("placement.not_presented", _("该同志还没有到社区报到。"))
ALREADY_PRESENTED = Refusal("placement.already_presented", _("已经报到，等待社区接收，不用重复。"))
ALREADY_REPORTED = Refusal("placement.already_reported", _("该同志已经由社区接收。"))
PLACEMENT_ENDED = Refusal("placement.ended", _("这次编入已经结束。"))
REASON_MISSING = Refusal("placement.reason_missing", _("请写明原因。"))
MEMBER_LEFT = Refusal("placement.member_left", _("该同志已不在花名册上。"))
REPORTED_LATER = Refusal(
    "change.reported_later", _("该同志已于%(day)s由社区接收，变动日期不能早于这一天。")
)
EXCUSAL_OVERLAPS = Refusal("excusal.overlaps", _("该同志这段时间已有免报记录。"))
EXCUSAL_PAST = Refusal("excusal.past", _("已过去的日子不能改，最早到昨日为止。"))
EXCUSAL_OVER = Refusal("excusal.over", _("这次免报已经到期，需要时请重新登记。"))
EXCUSAL_NOT_LATER = Refusal("excusal.not_later", _("请填写比现在更晚的截止日期。"))
DATES_REVERSED = Refusal("excusal.dates", _("截止日期不能早于开始日期。"))


def change_refusals(round_: Round) -> list[Refusal]:
    """Why the proposals of a round may no longer change."""
    return [] if round_.state in (RoundState.DRAFT, RoundState.PROPOSED) else [ROUND_CLOSED]


def adopt_refusals(round_: Round) -> list[Refusal]:
    if round_.state == RoundState.DRAFT:
        return [ROUND_NOT_SOLVED]
    return [] if round_.state == RoundState.PROPOSED else [ROUND_CLOSED]


def own_record_refusals(actor: Actor, member_id: int) -> list[Refusal]:
    """No one confirms their own record (architecture.md §1.6)."""
    return [OWN_RECORD] if actor.member_id == member_id else []


def contest_refusals(
    round_: Round, *, member_id: int, actor: Actor, text: str, on: date, last_day: date | None
) -> list[Refusal]:
    """`last_day` is the last one for an adopted round; an open round may always be contested."""
    return [
        reason
        for unmet, reason in (
            (actor.member_id != member_id, NOT_OWN_PROPOSAL),
            (not text.strip(), CONTEST_EMPTY),
            (round_.state == RoundState.DROPPED, ROUND_CLOSED),
            (last_day is not None and on > last_day, CONTEST_CLOSED),
        )
        if unmet
    ]


def issue_refusals(placement: Placement, letter: Letter | None, *, on: date) -> list[Refusal]:
    """Why no (new) letter may be issued; an expired one does not stand in the way."""
    if placement.state == PlacementState.REPORTED:
        return [ALREADY_REPORTED]
    if placement.state == PlacementState.PRESENTED:
        return [ALREADY_PRESENTED]
    if placement.state not in LIVE:
        return [PLACEMENT_ENDED]
    return [LETTER_EXISTS] if letter is not None and letter.valid_until >= on else []


def void_refusals(letter: Letter, placement: Placement, reason: str) -> list[Refusal]:
    if letter.state != LetterState.ISSUED:
        return [LETTER_USED if letter.state == LetterState.USED else LETTER_DEAD]
    if placement.state in (PlacementState.PRESENTED, PlacementState.REPORTED):
        return [LETTER_USED]
    return [] if reason.strip() else [REASON_MISSING]


def present_refusals(
    placement: Placement | None, letter: Letter | None, *, on: date, requires_letter: bool
) -> list[Refusal]:
    if placement is None:
        return [NOT_PLACED]
    if placement.state == PlacementState.PRESENTED:
        return [ALREADY_PRESENTED]
    if placement.state == PlacementState.REPORTED:
        return [ALREADY_REPORTED]
    if PlacementState.PRESENTED not in NEXT[PlacementState(placement.state)]:
        return [PLACEMENT_ENDED]
    if requires_letter and letter is None:
        return [LETTER_NEEDED]
    if letter is not None and letter.valid_until < on:
        return [LETTER_EXPIRED.having(until=letter.valid_until.strftime("%Y-%m-%d"))]
    return []


def receive_refusals(placement: Placement, actor: Actor) -> list[Refusal]:
    if placement.state == PlacementState.REPORTED:
        return [ALREADY_REPORTED]
    if placement.state == PlacementState.ENDED:
        return [PLACEMENT_ENDED]
    if placement.state != PlacementState.PRESENTED:
        return [NOT_PRESENTED]
    return own_record_refusals(actor, placement.member_id)


def place_refusals(
    placement: Placement,
    *,
    branch: Organization | None = None,
    grid: Organization | None = None,
    team: Organization | None = None,
) -> list[Refusal]:
    """A branch, grid or team that is not of the community, or not open, takes nobody."""
    found = []
    if not _stands_here(placement, branch, {OrgKind.TEMP_BRANCH}):
        found.append(BRANCH_ELSEWHERE)
    teams = {OrgKind.TEAM, OrgKind.YOUTH_TEAM}
    if not (_stands_here(placement, grid, {OrgKind.GRID}) and _stands_here(placement, team, teams)):
        found.append(PLACE_ELSEWHERE)
    return found


def _stands_here(placement: Placement, place: Organization | None, kinds: set[OrgKind]) -> bool:
    return place is None or (
        place.kind in kinds
        and place.closed_on is None
        and place.path.startswith(placement.community.path)
    )


def is_addressee(placement: Placement, actor: Actor) -> bool:
    """Whether the receipt came back to this person: the unit's, or the temporary branch's."""
    if placement.receipt_to == ReceiptTo.TEMPORARY_BRANCH and placement.branch is not None:
        return actor.holds(Role.BRANCH_SECRETARY, over=placement.branch.path)
    return actor.holds(*UNIT_ROLES, over=placement.unit.path)


def replace_refusals(placement: Placement, *, placed: bool) -> list[Refusal]:
    """Whether a returned member may be placed anew; `placed`: has a live placement already."""
    if placement.end_reason != EndReason.RETURNED:
        return [NOT_RETURNED]
    if placement.member.left_on is not None:
        return [MEMBER_LEFT]
    return [PLACED_AGAIN] if placed else []


def return_refusals(placement: Placement, actor: Actor, reason: str) -> list[Refusal]:
    if placement.state not in (PlacementState.PRESENTED, PlacementState.REPORTED):
        return [NOT_PRESENTED if placement.state in LIVE else PLACEMENT_ENDED]
    if not reason.strip():
        return [REASON_MISSING]
    return own_record_refusals(actor, placement.member_id)


def extend_refusals(excusal: Excusal, *, until_on: date | None, on: date) -> list[Refusal]:
    """An open-ended or finished excusal is not extended; it is ended, or granted anew."""
    if excusal.until_on is None:
        return [EXCUSAL_NOT_LATER]
    if excusal.until_on < on:
        return [EXCUSAL_OVER]
    return [] if until_on is None or until_on > excusal.until_on else [EXCUSAL_NOT_LATER]
