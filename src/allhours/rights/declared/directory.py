"""The roster, what becomes of people in it, who holds which office, and uploaded rosters."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.directory.models import Member
from allhours.rights import words
from allhours.rights.actions.execute import age_out_members
from allhours.rights.choices import SubjectKind
from allhours.rights.declared.rosters import forget_in_rosters, prune_rosters
from allhours.rights.holdings import (
    Cutoff,
    Holding,
    Part,
    Person,
    fact,
    gone,
    holds_nothing_personal,
    nobody,
    of_member,
    of_user,
    register,
    stays,
)
from allhours.rights.queries.erasures import erased_members

MEMBER = (SubjectKind.MEMBER,)
KEEPERS = ("self", *sorted(UNIT_ROLES), Role.COUNTY_OFFICER)


def _prune_rosters(cutoff: Cutoff, apply: bool, now: datetime) -> int:
    return prune_rosters(cutoff, apply=apply)


def _age_out(cutoff: Cutoff, apply: bool, now: datetime) -> int:
    """Who left so long ago; a number that was merged into another goes with that one."""
    left = Member.objects.filter(left_on__lt=cutoff.day, merged_into=None)
    due = left.exclude(pk__in=erased_members())
    if not apply:
        return due.count()
    actor = Actor.system("rights.retention")
    return age_out_members(actor=actor, members=list(due.order_by("pk")), now=now)


def _forget_in_rosters(person: Person, now: datetime) -> int:
    return forget_in_rosters(person)


MEMBER_COLUMNS = (
    fact("member_no", _("编号")),
    fact("name", _("姓名"), own=True, erased=words.NAMELESS),
    fact("pinyin", _("姓名拼音"), own=True, erased="", shown=False),
    fact("sex", _("性别"), erased="0"),
    fact("nation", _("民族"), sensitive=True, erased=None),
    fact("birth_date", _("出生日期"), erased=None),
    fact("education", _("学历"), erased=""),
    fact("category", _("人员类别")),
    fact("standing", _("状态")),
    fact("unit", _("单位")),
    fact("branch", _("所在党支部")),
    fact("position", _("职务"), erased=""),
    fact("id_number_sealed", _("公民身份号码"), sensitive=True, erased=""),
    fact("phone_sealed", _("手机号码"), erased=""),
    *gone("id_number_hash phone_hash"),
    fact("joined_party_on", _("入党日期"), sensitive=True, erased=None),
    fact("full_member_on", _("转正日期"), sensitive=True, erased=None),
    fact("address", _("现居住地"), sensitive=True, erased="", own=True),
    fact("residence", _("居住社区"), erased=None),
    fact("serving_community", _("服务社区")),
    fact("skills", _("特长"), erased=[]),
    fact("skills_text", _("特长说明"), erased="", free=True),
    fact("wishes_to_serve", _("服务意愿"), erased=[]),
    fact("free_time", _("可服务时间"), erased=[]),
    fact("own_post", _("自荐岗位"), erased="", free=True),
    fact("remarks", _("备注"), erased="", free=True),
    fact("registered_on", _("入册日期")),
    fact("left_on", _("离开日期")),
    fact("left_reason", _("离开原因"), shown=False),
    *stays("user merged_into"),
)

register(
    Holding(
        code="roster",
        title=_("党员花名册和信息卡"),
        subjects=MEMBER,
        purpose=_("确定谁应报到、编入哪个社区，匹配服务岗位"),
        basis=words.DUTY,
        source=words.BY_UNIT,
        seen_by=(*KEEPERS, *sorted(COMMUNITY_ROLES)),
        keeps="roster_years",
        order=10,
        prune=_age_out,
        parts=(
            Part("directory.Member", of_member("pk"), MEMBER_COLUMNS),
            Part(
                "directory.Former",
                of_member(),
                (
                    fact("fact", _("曾用事项")),
                    fact("text", _("当时名称"), erased="", own=True),
                    fact("organization", _("当时单位或社区")),
                    fact("from_on", _("自")),
                    fact("until_on", _("至")),
                    *stays("member"),
                ),
                deleted=True,
            ),
        ),
    ),
    Holding(
        code="changes",
        title=_("变动和编号合并"),
        subjects=MEMBER,
        purpose=_("迁居、调动、离开时把手上的事交接好"),
        basis=words.DUTY,
        source=words.BY_UNIT,
        seen_by=KEEPERS,
        keeps="roster_years",
        order=12,
        parts=(
            Part(
                "directory.MemberChange",
                of_member(),
                (
                    fact("kind", _("变动")),
                    fact("state", _("状态")),
                    fact("on", _("生效日期")),
                    fact("from_unit", _("原单位")),
                    fact("to_unit", _("新单位")),
                    fact("position", _("职务"), erased=""),
                    fact("address", _("新地址"), erased="", sensitive=True, own=True),
                    fact("answer", _("答复"), erased="", free=True),
                    fact("outcome", _("交接"), erased=[], free=True),
                    fact("asked_at", _("提出时间")),
                    *stays("member reason asked_by_plain decided_by_plain"),
                ),
            ),
            Part(
                "directory.MemberMerge",
                of_member("kept"),
                (
                    fact("state", _("状态")),
                    fact("proposed_at", _("提出时间")),
                    *gone("before_sealed"),
                    *stays("kept gone taken moved proposed_by_plain decided_by_plain"),
                    *stays("undone_by_plain"),
                ),
            ),
        ),
    ),
    Holding(
        code="appointments",
        title=_("任职"),
        subjects=(SubjectKind.MEMBER, SubjectKind.ACCOUNT),
        purpose=_("权限随任职而来，任职结束即收回"),
        basis=words.DUTY,
        source=_("单位、社区提出，县级批准"),
        seen_by=("self", Role.COUNTY_OFFICER, Role.SECURITY_ADMIN),
        order=15,
        parts=(
            Part(
                "directory.Appointment",
                of_user(),
                (
                    fact("role", _("职务")),
                    fact("organization", _("任职单位")),
                    fact("state", _("状态")),
                    fact("from_on", _("任职日期")),
                    fact("until_on", _("任期至")),
                    fact("decision_no", _("任命文号"), erased="", free=True),
                    fact("end_decision_no", _("免职文号"), erased="", free=True),
                    fact("declined_reason", _("未批准原因"), erased="", free=True),
                    fact("ended_reason", _("结束原因"), erased="", free=True),
                    *stays("user proposed_by approved_by"),
                ),
            ),
        ),
    ),
    Holding(
        code="roster_files",
        title=_("花名册导入文件和预览"),
        subjects=MEMBER,
        purpose=_("核对后一次写入花名册"),
        basis=words.DUTY,
        source=words.BY_UNIT,
        seen_by=KEEPERS,
        keeps="roster_file_days",
        order=14,
        also=_forget_in_rosters,
        prune=_prune_rosters,
        parts=(
            Part(
                "directory.RosterImport",
                nobody,  # found by what stands in them, not by a key
                (
                    fact("filename", _("文件"), free=True),
                    fact("content_sealed", _("原文件"), shown=False),
                    fact("plan", _("预览"), shown=False, free=True),
                    fact("refusal", _("未能读取的原因"), free=True),
                    *stays("created_by checksum digest job_code"),
                ),
            ),
        ),
    ),
)
holds_nothing_personal(
    {
        "directory.Organization": "an organisation, its office and office telephone",
        "directory.PlaceName": "an estate or a street",
        "directory.MemberNumber": "a counter",
        "directory.Member.category": "a code",
        "directory.Member.standing": "a code",
        "scheme.CalendarDay": "the official calendar",
        "scheme.County": "the county",
        "scheme.SchemeVersion": "the county's law; who published it is an office act, by id",
    }
)
