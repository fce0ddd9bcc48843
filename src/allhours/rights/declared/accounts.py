"""Sign-ins, what secures them, long work, and the journal."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from allhours.accounts.choices import Role
from allhours.rights import words
from allhours.rights.actions.journal import prune_journal
from allhours.rights.choices import SubjectKind
from allhours.rights.declared.sessions import end_sessions
from allhours.rights.holdings import (
    Cutoff,
    Holding,
    Part,
    Person,
    fact,
    gone,
    holds_nothing_personal,
    nobody,
    of_user,
    older,
    register,
    stays,
)
from allhours.rights.queries.journal import lines_about

PEOPLE = (SubjectKind.MEMBER, SubjectKind.ACCOUNT)


def _ended_sessions(person: Person, now: datetime) -> int:
    return end_sessions(person)


def _prune(cutoff: Cutoff, apply: bool, now: datetime) -> int:
    return prune_journal(before=cutoff.at, apply=apply, now=now)


register(
    Holding(
        code="account",
        title=_("账号"),
        subjects=PEOPLE,
        purpose=_("登录系统，确认是谁在办理"),
        basis=words.DUTY,
        source=_("单位或县级开通，本人激活"),
        seen_by=("self", Role.SECURITY_ADMIN, Role.COUNTY_OFFICER),
        order=20,
        also=_ended_sessions,
        parts=(
            Part(
                "accounts.User",
                of_user("pk"),
                (
                    fact("username", _("用户名"), own=True, erased=lambda pk: f"erased-{pk}"),
                    fact("display_name", _("姓名"), own=True, erased=""),
                    fact("password", _("密码"), shown=False, erased=lambda pk: make_password(None)),
                    fact("is_active", _("可以登录"), erased=False),
                    fact("language", _("语言"), erased=""),
                    fact("theme", _("外观"), erased=""),
                    fact("closed_why", _("停用原因")),
                    fact("moved_to", _("改用的用户名"), erased=""),
                    fact("created_at", _("开通时间")),
                ),
            ),
            Part(
                "accounts.ActivationSlip",
                of_user(),
                (
                    fact("issued_at", _("激活单签发时间")),
                    fact("expires_at", _("有效期至")),
                    fact("used_at", _("使用时间")),
                    *gone("code_hash"),
                    *stays("user"),
                ),
                deleted=True,
            ),
        ),
    ),
    Holding(
        code="second_factor",
        title=_("二次验证"),
        subjects=PEOPLE,
        purpose=_("防止账号被他人冒用"),
        basis=words.SECURITY,
        source=words.BY_SELF,
        seen_by=("self",),
        order=22,
        parts=(
            Part(
                "accounts.TotpDevice",
                of_user(),
                (
                    fact("created_at", _("动态口令登记时间")),
                    fact("used_at", _("最近使用")),
                    *gone("key_sealed"),
                    *stays("user"),
                ),
                deleted=True,
            ),
            Part(
                "accounts.Passkey",
                of_user(),
                (
                    fact("name", _("通行密钥名称")),
                    fact("created_at", _("登记时间")),
                    fact("used_at", _("最近使用")),
                    *gone("credential_id credential_hash"),
                    *stays("user"),
                ),
                deleted=True,
            ),
            Part(
                "accounts.RecoveryCode",
                of_user(),
                (fact("made_at", _("备用码生成时间")), *gone("code_hash"), *stays("user")),
                deleted=True,
            ),
            Part(
                "accounts.ApiToken",
                of_user(),
                (
                    fact("name", _("接口令牌名称")),
                    fact("scopes", _("范围")),
                    fact("created_at", _("签发时间")),
                    fact("expires_at", _("有效期至")),
                    fact("last_used_at", _("最近使用")),
                    *gone("token_hash hint sign_in_hash"),
                    *stays("user"),
                ),
                deleted=True,
                aged=older("expires_at"),
                aged_deleted=True,
            ),
        ),
        keeps="sign_in_days",
    ),
    Holding(
        code="sign_ins",
        title=_("登录记录"),
        subjects=PEOPLE,
        purpose=_("发现异常登录，供本人查看"),
        basis=words.SECURITY,
        source=words.BY_SYSTEM,
        seen_by=("self",),
        keeps="sign_in_days",
        order=23,
        parts=(
            Part(
                "accounts.SignInRecord",
                of_user(),
                (
                    fact("at", _("时间")),
                    fact("succeeded", _("成功")),
                    fact("method", _("方式")),
                    fact("address", _("网络地址")),
                    fact("browser", _("设备")),
                    *stays("user"),
                ),
                deleted=True,
                aged=older("at"),
                aged_deleted=True,
            ),
            Part(
                "accounts.SignedIn",
                of_user(),
                (
                    fact("began_at", _("登录时间")),
                    fact("seen_at", _("最近使用")),
                    fact("address", _("网络地址")),
                    fact("browser", _("设备")),
                    *gone("session_key method"),
                    *stays("user"),
                ),
                deleted=True,
            ),
        ),
    ),
    Holding(
        code="journal",
        title=_("操作记录"),
        subjects=PEOPLE,
        purpose=_("查明谁在何时办了什么；只记编号，不记姓名"),
        basis=words.SECURITY,
        source=words.BY_SYSTEM,
        seen_by=("self", Role.AUDIT_ADMIN),
        keeps="journal_years",
        order=90,
        prune=_prune,
        parts=(
            Part(
                "accounts.JournalEntry",
                lines_about,
                (
                    fact("at", _("时间")),
                    fact("did", _("事项")),
                    fact("subject", _("对象")),
                    fact("subject_id", _("对象编号")),
                    fact("role", _("职务")),
                    fact("facts", _("内容")),
                    *stays("user_id_plain label appointment_id_plain acting_for_plain"),
                ),
            ),
        ),
    ),
    Holding(
        code="jobs",
        title=_("后台任务"),
        subjects=PEOPLE,
        purpose=_("办理较久的事项时显示进度"),
        basis=words.DUTY,
        source=words.BY_SYSTEM,
        seen_by=("self", Role.SYSTEM_ADMIN),
        keeps="job_days",
        order=92,
        parts=(
            Part(
                "jobs.Job",
                of_user("user_id_plain"),
                (
                    fact("title", _("任务"), free=True),
                    fact("created_at", _("时间")),
                    fact("state", _("状态")),
                    *gone("message result args"),
                    *stays("kind user_id_plain"),
                ),
                deleted=True,
                aged=older("ended_at"),
                aged_deleted=True,
            ),
        ),
    ),
    Holding(
        code="repeat_keys",
        title=_("防重复提交记录"),
        subjects=PEOPLE,
        purpose=_("同一请求重复发送时不重复办理"),
        basis=words.SECURITY,
        source=words.BY_SYSTEM,
        seen_by=(),
        keeps="repeat_key_days",
        order=93,
        parts=(
            Part(
                "jobs.IdempotencyKey",
                of_user("user_id_plain"),
                (*gone("key fingerprint answer_sealed"), *stays("user_id_plain")),
                deleted=True,
                aged=older("created_at"),
                aged_deleted=True,
            ),
            Part(
                "accounts.Attempts",
                nobody,
                stays("key"),
                aged=older("since"),
                aged_deleted=True,
            ),
        ),
    ),
)
holds_nothing_personal(
    {
        "accounts.ActivationSlip.issued_by": "an id, kept as long as the slip",
        "accounts.User.elder_mode": "how pages look",
    }
)
