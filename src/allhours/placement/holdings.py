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
    older_day,
    register,
    stays,
)

MEMBER = (SubjectKind.MEMBER,)
BOTH_SIDES = ("self", *sorted(UNIT_ROLES), *sorted(COMMUNITY_ROLES), Role.COUNTY_OFFICER)
UNIT_SIDE = ("self", *sorted(UNIT_ROLES), Role.COUNTY_OFFICER)

register(
    Holding(
        code="placements",
        title=_("编入、证明信和报到"),
        subjects=MEMBER,
        purpose=_("记录在哪个社区服务、何时报到"),
        basis=words.DUTY,
        source=words.BY_COMMUNITY,
        seen_by=BOTH_SIDES,
        keeps="service_years",
        order=30,
        parts=(
            Part(
                "placement.Placement",
                of_member(),
                (
                    fact("unit", _("单位")),
                    fact("community", _("社区")),
                    fact("branch", _("临时党支部")),
                    fact("state", _("状态")),
                    fact("assigned_at", _("编入时间")),
                    fact("reported_on", _("报到日期")),
                    fact("returned_reason", _("退回原因"), erased="", free=True),
                    fact("ended_on", _("结束日期")),
                    fact("end_reason", _("结束原因")),
                    *stays("member received_by_plain acknowledged_by_plain"),
                ),
                aged=older_day("ended_on"),
            ),
            Part(
                "placement.Letter",
                of_member("placement__member"),
                (
                    fact("number", _("证明信编号")),
                    fact("state", _("证明信状态")),
                    fact("issued_on", _("签发日期")),
                    fact("valid_until", _("有效期至")),
                    fact("used_at", _("使用时间")),
                    fact("void_reason", _("作废原因"), erased="", free=True),
                    *stays("code issued_by_plain voided_by_plain"),
                ),
                aged=older_day("issued_on"),
            ),
            Part(
                "placement.Proposal",
                of_member(),
                (
                    fact("round", _("编入方案")),
                    fact("community", _("建议社区")),
                    fact("reason", _("理由")),
                    fact("params", _("依据"), erased={}, free=True),
                    fact("contest_text", _("本人意见"), erased="", free=True),
                    fact("answer_text", _("答复"), erased="", free=True),
                    *stays("member locked_by_plain"),
                ),
            ),
            Part(
                "placement.Round",
                nobody,
                (
                    fact("name", _("方案名称"), free=True),
                    *stays("created_by_plain report scheme_version_id_plain follows_plain"),
                ),
            ),
        ),
    ),
    Holding(
        code="excusals",
        title=_("免报"),
        subjects=MEMBER,
        purpose=_("不要求报到的期间；只分三类，不记原因"),
        basis=words.DUTY,
        source=_("单位批准"),
        seen_by=UNIT_SIDE,
        keeps="roster_years",
        order=31,
        parts=(
            Part(
                "placement.Excusal",
                of_member(),
                (
                    fact("klass", _("类别"), sensitive=True),
                    fact("from_on", _("自")),
                    fact("until_on", _("至")),
                    fact("granted_at", _("批准时间")),
                    *stays("member granted_by_plain"),
                ),
                deleted=True,
                aged=older_day("until_on"),
                aged_deleted=True,
            ),
        ),
    ),
    Holding(
        code="reconciling",
        title=_("数据反查"),
        subjects=MEMBER,
        purpose=_("核对花名册与报到登记的差异"),
        basis=words.DUTY,
        source=_("单位花名册与社区登记比对"),
        seen_by=(*sorted(UNIT_ROLES), *sorted(COMMUNITY_ROLES), Role.COUNTY_OFFICER),
        keeps="roster_years",
        order=32,
        parts=(
            Part(
                "placement.Difference",
                of_member(),
                (
                    fact("kind", _("差异")),
                    fact("detail", _("细目")),
                    fact("ours", _("花名册所记"), erased={}, free=True),
                    fact("theirs", _("登记册所记"), erased={}, free=True),
                    fact("words", _("处理说明"), erased="", free=True),
                    fact("found_at", _("发现时间")),
                    *stays("key member other closed_by_plain"),
                ),
                aged=older("closed_at"),
            ),
            Part(
                "placement.ReconcileRun",
                nobody,
                (
                    fact("filename", _("文件"), free=True),
                    *stays("checksum counts made_by_plain"),
                ),
            ),
        ),
    ),
    Holding(
        code="contacts",
        title=_("领导干部联系点和走访"),
        subjects=MEMBER,
        purpose=_("记录单位与社区的联系和走访"),
        basis=words.DUTY,
        source=_("单位、社区登记"),
        seen_by=BOTH_SIDES,
        keeps="service_years",
        order=34,
        parts=(
            Part(
                "placement.ContactPoint",
                of_member("leader"),
                (
                    fact("position", _("职务"), erased=""),
                    fact("unit", _("单位")),
                    fact("community", _("社区")),
                    fact("since", _("自")),
                    fact("until", _("至")),
                    fact("reason", _("结束原因"), erased="", free=True),
                    *stays("leader set_by_plain"),
                ),
                aged=older_day("until"),
            ),
            Part(
                "placement.Visit",
                of_member("contact_point__leader"),
                (
                    fact("held_on", _("走访日期")),
                    fact("people", _("参加人"), erased="", free=True),
                    fact("discussed", _("所谈事项"), free=True),
                    *stays("noted_by_plain"),
                ),
                aged=older_day("held_on"),
            ),
            Part(
                "placement.Matter",
                of_member("visit__contact_point__leader"),
                (
                    fact("text", _("反映事项"), free=True),
                    fact("outcome", _("办理结果"), free=True),
                    *stays("handled_by_plain"),
                ),
            ),
            Part(
                "placement.UnitReport",
                nobody,  # an organisation's own; its words may name a contact
                (
                    fact("contact", _("联系人"), free=True),
                    fact("contact_phone", _("办公电话"), free=True),
                    fact("offers", _("可提供的资源"), free=True),
                    fact("reason", _("原因"), free=True),
                    *stays("presented_by_plain received_by_plain"),
                ),
            ),
            Part(
                "placement.Pairing",
                nobody,
                (
                    fact("agreement", _("共建协议"), free=True),
                    fact("reason", _("原因"), free=True),
                    *stays("proposed_by_plain"),
                ),
            ),
        ),
    ),
)
holds_nothing_personal(
    {
        "placement.LetterCounter": "a counter of a unit's letters",
        "placement.Finding": "that a run found a difference",
        "placement.CollectiveLetter": "one sheet for several letters: numbers and codes",
    }
)
