"""What this room itself holds: requests, consents, copies."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.rights import words
from allhours.rights.choices import SubjectKind
from allhours.rights.holdings import (
    Holding,
    Part,
    fact,
    gone,
    holds_nothing_personal,
    of_member,
    of_user,
    older,
    register,
    stays,
)

PEOPLE = (SubjectKind.MEMBER, SubjectKind.ACCOUNT)

register(
    Holding(
        code="corrections",
        title=_("更正申请"),
        subjects=(SubjectKind.MEMBER,),
        purpose=_("办理本人的更正申请并答复"),
        basis=words.RIGHTS,
        source=words.BY_SELF,
        seen_by=("self", *sorted(UNIT_ROLES), *sorted(COMMUNITY_ROLES), Role.COUNTY_OFFICER),
        keeps="roster_years",
        order=70,
        parts=(
            Part(
                "rights.Correction",
                of_member(),
                (
                    fact("fact", _("事项")),
                    fact("wanted_sealed", _("应为"), sensitive=True, erased=""),
                    fact("note_sealed", _("说明"), erased="", free=True),
                    fact("state", _("状态")),
                    fact("asked_at", _("提出时间")),
                    fact("due_on", _("办理期限")),
                    fact("decided_at", _("办理时间")),
                    fact("reason_sealed", _("答复"), erased="", free=True),
                    *stays("member decided_by_plain code keeper"),
                ),
                aged=older("decided_at"),
            ),
        ),
    ),
    Holding(
        code="consents",
        title=_("同意登记"),
        subjects=(SubjectKind.MEMBER,),
        purpose=_("证明本人同意过什么、何时撤回"),
        basis=words.CONSENT,
        source=words.BY_SELF,
        seen_by=("self", Role.COUNTY_OFFICER),
        keeps="roster_years",
        order=71,
        parts=(
            Part(
                "rights.Consent",
                of_member(),
                (
                    fact("kind", _("事项")),
                    fact("version", _("版本")),
                    fact("how", _("方式")),
                    fact("given_at", _("同意时间")),
                    fact("withdrawn_at", _("撤回时间")),
                    *stays("member noted_by_plain"),
                ),
                aged=older("withdrawn_at"),
                aged_deleted=True,
            ),
        ),
    ),
    Holding(
        code="data_copies",
        title=_("本人数据文件"),
        subjects=PEOPLE,
        purpose=_("把所存的信息交给本人"),
        basis=words.RIGHTS,
        source=words.BY_SYSTEM,
        seen_by=("self",),
        order=72,
        parts=(
            Part(
                "rights.DataCopy",
                of_user(),
                (
                    fact("asked_at", _("申请时间")),
                    fact("state", _("状态")),
                    fact("taken_at", _("下载时间")),
                    *gone("content_sealed"),
                    *stays("user code job_code"),
                ),
                deleted=True,
            ),
        ),
    ),
    Holding(
        code="erasures",
        title=_("删除登记"),
        subjects=PEOPLE,
        purpose=_("证明何时删除；恢复备份后再次删除"),
        basis=words.RIGHTS,
        source=words.BY_SYSTEM,
        seen_by=(Role.COUNTY_OFFICER,),
        order=73,
        parts=(
            Part(
                "rights.Erasure",
                of_member(),
                (
                    fact("state", _("状态")),
                    fact("reason", _("原因")),
                    fact("asked_at", _("提出时间")),
                    fact("done_at", _("执行时间")),
                    fact("decline_reason", _("未同意的原因"), free=True, erased=""),
                    *stays("member user subject_code key_hash code counts"),
                    *stays("proposed_by_plain approved_by_plain"),
                ),
            ),
        ),
    ),
)
holds_nothing_personal(
    {
        "rights.RetentionRun": "numbers by kind of record",
        "rights.JournalSummary": "numbers and digests",
    }
)
