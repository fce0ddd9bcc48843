"""What this room holds about people, for copies, erasure and retention (`rights.holdings`)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.rights import words
from allhours.rights.choices import SubjectKind
from allhours.rights.holdings import (
    Holding,
    Part,
    fact,
    holds_nothing_personal,
    nobody,
    of_member,
    older,
    register,
    stays,
)

MEMBER = (SubjectKind.MEMBER,)
BOTH_SIDES = ("self", *sorted(UNIT_ROLES), *sorted(COMMUNITY_ROLES), Role.COUNTY_OFFICER)

register(
    Holding(
        code="attendance",
        title=_("活动报名和出勤"),
        subjects=MEMBER,
        purpose=_("安排名额，如实记录服务时间"),
        basis=words.SERVICE,
        source=_("本人报名，组织者登记出勤"),
        seen_by=BOTH_SIDES,
        keeps="service_years",
        order=42,
        parts=(
            Part(
                "activities.SignUp",
                of_member(),
                (
                    fact("activity", _("活动")),
                    fact("state", _("状态")),
                    fact("signed_up_at", _("报名时间")),
                    fact("ended_at", _("退出时间")),
                    *stays("member"),
                ),
            ),
            Part(
                "activities.Attendance",
                of_member(),
                (
                    fact("activity", _("活动")),
                    fact("state", _("出勤")),
                    fact("started_at", _("开始时间")),
                    fact("minutes", _("分钟")),
                    fact("unit_code", _("当日单位")),
                    fact("community_code", _("当日社区")),
                    fact("refusal", _("未计时原因"), erased="", free=True),
                    fact("recorded_at", _("登记时间")),
                    *stays("member recorded_by_plain"),
                ),
                aged=older("recorded_at"),
            ),
            Part(
                "activities.Activity",
                nobody,  # an organisation's announcement; its words may name somebody
                (
                    fact("title", _("活动名称"), free=True),
                    fact("text", _("内容"), free=True),
                    fact("place", _("地点"), free=True),
                    fact("cancel_reason", _("取消原因"), free=True),
                    *stays("code kind item"),
                ),
            ),
        ),
    ),
    Holding(
        code="service_notes",
        title=_("写实"),
        subjects=MEMBER,
        purpose=_("本人记下的服务，由社区确认后计入台账"),
        basis=words.SERVICE,
        source=words.BY_SELF,
        seen_by=BOTH_SIDES,
        keeps="service_years",
        order=43,
        parts=(
            Part(
                "activities.ServiceNote",
                of_member(),
                (
                    fact("community", _("社区")),
                    fact("started_at", _("开始时间")),
                    fact("minutes", _("分钟")),
                    fact("text", _("做了什么"), erased="", free=True),
                    fact("place", _("地点"), erased="", free=True),
                    fact("state", _("状态")),
                    fact("submitted_at", _("提交时间")),
                    fact("return_reason", _("退回原因"), erased="", free=True),
                    *stays("member decided_by_plain kind item idempotency_key post_id_plain"),
                ),
                aged=older("submitted_at"),
            ),
        ),
    ),
)
holds_nothing_personal({"activities.Outcome": "quantities of an activity"})
