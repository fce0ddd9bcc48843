"""Who may run an activity, and why something may not be done. Pure over loaded objects."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.activities.choices import ActivityState, NoteState
from allhours.kernel import clock
from allhours.kernel.errors import Refusal
from allhours.ledger.rules import LONGEST

if TYPE_CHECKING:
    from allhours.activities.models import Activity, ServiceNote
    from allhours.directory.models import Member

RUN_ROLES = COMMUNITY_ROLES | UNIT_ROLES | {Role.COUNTY_OFFICER, Role.TEAM_LEADER}
CONFIRM_ROLES = COMMUNITY_ROLES | {Role.COUNTY_OFFICER}
OLDEST_NOTE = timedelta(days=366)

ENDS_FIRST = Refusal("activity.ends_first", _("结束时间应晚于开始时间。"))
TOO_LONG = Refusal("activity.too_long", _("一场活动最长 24 小时；跨日的活动请按日分别安排。"))
ONLY_TRAVEL = Refusal("activity.only_travel", _("扣除路途后没有服务时间，请核对时间和路途分钟。"))
NO_SUCH_KIND = Refusal("activity.kind_unknown", _("方案里没有这种活动类别，请重新选择。"))
FEWER_PLACES = Refusal(
    "activity.fewer_places", _("已有 %(taken)s 人报名，名额不能少于这个数。请先协商退出。")
)
NOT_DRAFT = Refusal("activity.not_draft", _("这场活动已经发布。"))
NOT_CHANGEABLE = Refusal("activity.over", _("活动已完成或已取消，不能再修改。"))
NOT_CANCELLABLE = Refusal(
    "activity.not_cancellable", _("活动已登记出勤或已取消。出勤有误请直接更正出勤表。")
)
REASON_NEEDED = Refusal("activity.reason_needed", _("请写明原因，报名的同志会收到通知。"))

NOT_OPEN = Refusal("activity.not_open", _("这场活动现在不能报名。"))
BEGUN = Refusal("activity.begun", _("活动已经开始。要参加请直接到场，由组织者登记。"))
FULL = Refusal("activity.full", _("名额已满，这场活动不设候补。请看看其他活动。"))
NOT_ON_ROSTER = Refusal("activity.not_on_roster", _("您不在花名册上，不能报名。请联系单位联络员。"))
NOT_SIGNED_UP = Refusal("activity.not_signed_up", _("您没有报名这场活动。"))
BEGUN_NO_WAY_BACK = Refusal(
    "activity.begun_no_withdrawal", _("活动已经开始，不能再退出。不能参加请告诉组织者。")
)

NOT_BEGUN = Refusal("attendance.not_begun", _("活动还没有开始，开始后才能登记出勤。"))
NOT_PUBLISHED = Refusal("attendance.not_published", _("请先发布活动，再登记出勤。"))
SHEET_MOVED_ON = Refusal(
    "attendance.sheet_moved_on", _("这张出勤表刚刚被别人保存过。请核对最新内容后再保存。")
)
UNKNOWN_PERSON = Refusal(
    "attendance.person_unknown", _("找不到“%(text)s”。请填写编号，或从查找结果中选择。")
)
SEVERAL_PEOPLE = Refusal(
    "attendance.person_unsure", _("“%(text)s”有 %(count)s 位同名党员，请改填编号：%(numbers)s。")
)
BAD_MINUTES = Refusal("attendance.bad_minutes", _("服务时长应在 1 到 1440 分钟之间。"))
NOT_OWN = Refusal("attendance.not_own", _("本人的出勤须由另一位同志确认。"))
NOT_AWAITING = Refusal("attendance.not_awaiting", _("这条出勤已经确认过了。"))
OUTCOME_NEGATIVE = Refusal("outcome.negative", _("成效数量不能小于 0。"))

NO_COMMUNITY = Refusal("note.no_community", _("您还没有编入社区。报到后才能登记写实。"))
IN_FUTURE = Refusal("note.in_future", _("服务结束后才能登记，请核对日期和时间。"))
TOO_OLD = Refusal("note.too_old", _("一年以前的服务不能再登记。"))
NOTE_MINUTES = Refusal("note.bad_minutes", _("时长应在 1 分钟到 24 小时之间，不含路途。"))
SAME_TIME = Refusal(
    "note.same_time", _("您已登记过这段时间的服务（%(from)s 起 %(minutes)s 分钟），待社区确认。")
)
NOT_SUBMITTED = Refusal("note.not_submitted", _("这条写实已经处理过了，请刷新页面。"))
NOT_RETURNED = Refusal("note.not_returned", _("只有待确认或退回的写实可以修改。"))
NOT_CONFIRMED = Refusal("note.not_confirmed", _("这条写实没有确认，不用更正。"))
OWN_NOTE = Refusal("note.own", _("本人的写实须由另一位同志确认。"))
RETURN_REASON = Refusal("note.reason_needed", _("请写明退回原因，便于本人更正。"))


def may_run(actor: Actor, activity: Activity) -> bool:
    """The organiser's people, and those of the community that is served."""
    over = [activity.organizer.path]
    if activity.community is not None:
        over.append(activity.community.path)
    return any(actor.holds(*RUN_ROLES, over=path) for path in over)


def run_refusals(actor: Actor, activity: Activity) -> list[Refusal]:
    return [] if may_run(actor, activity) else [NOT_YOURS_TO_DO]


def time_refusals(starts_at: datetime, ends_at: datetime, travel_minutes: int) -> list[Refusal]:
    whole = int((ends_at - starts_at).total_seconds()) // 60
    if whole <= 0:
        return [ENDS_FIRST]
    if whole > LONGEST:
        return [TOO_LONG]
    return [ONLY_TRAVEL] if whole <= travel_minutes else []


def member_refusals(member: Member, now: datetime) -> list[Refusal]:
    today = clock.local_date(now)
    off_roster = member.left_on is not None and member.left_on <= today
    return [NOT_ON_ROSTER] if off_roster or member.registered_on > today else []


def sign_up_refusals(activity: Activity, now: datetime) -> list[Refusal]:
    """Why nobody may sign up (any more); a full activity is for the waiting list to judge."""
    if activity.state != ActivityState.PUBLISHED:
        return [NOT_OPEN]
    if activity.starts_at <= now:
        return [BEGUN]
    return [FULL] if not activity.places_left and not activity.waiting_list else []


def sheet_refusals(activity: Activity, now: datetime) -> list[Refusal]:
    if activity.state not in (ActivityState.PUBLISHED, ActivityState.CLOSED):
        return [NOT_PUBLISHED]
    return [NOT_BEGUN] if activity.starts_at > now else []


def note_time_refusals(started_at: datetime, minutes: int, now: datetime) -> list[Refusal]:
    if not 1 <= minutes <= LONGEST:
        return [NOTE_MINUTES]
    if started_at + timedelta(minutes=minutes) > now:
        return [IN_FUTURE]
    return [TOO_OLD] if started_at < now - OLDEST_NOTE else []


def decide_refusals(actor: Actor, note: ServiceNote) -> list[Refusal]:
    """Why the actor may not confirm or return the note."""
    if not actor.holds(*CONFIRM_ROLES, over=note.community.path):
        return [NOT_YOURS_TO_DO]
    if actor.member_id == note.member_id:
        return [OWN_NOTE]
    return [] if note.state == NoteState.SUBMITTED else [NOT_SUBMITTED]
