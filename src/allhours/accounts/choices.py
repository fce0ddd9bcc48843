"""Roles of the programme (product.md §1). Values are stored and appear in exports: never rename."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    COUNTY_OFFICER = "county_officer", _("工委干部")
    INSPECTOR = "inspector", _("督查")
    UNIT_SECRETARY = "unit_secretary", _("单位书记")
    LIAISON = "liaison", _("联络员")
    COMMUNITY_SECRETARY = "community_secretary", _("社区书记")
    COMMUNITY_STAFF = "community_staff", _("社区专干")
    BRANCH_SECRETARY = "branch_secretary", _("临时党支部书记")
    GRID_WORKER = "grid_worker", _("网格员")
    TEAM_LEADER = "team_leader", _("服务队队长")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    AUDIT_ADMIN = "audit_admin", _("审计管理员")


COUNTY_ROLES = frozenset({Role.COUNTY_OFFICER, Role.INSPECTOR})
UNIT_ROLES = frozenset({Role.UNIT_SECRETARY, Role.LIAISON})
# Those who receive, verify and confirm for a community.
COMMUNITY_ROLES = frozenset({Role.COMMUNITY_SECRETARY, Role.COMMUNITY_STAFF, Role.BRANCH_SECRETARY})
TERRITORY_ROLES = COMMUNITY_ROLES | {Role.GRID_WORKER}
ADMIN_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
BUSINESS_ROLES = frozenset(set(Role) - ADMIN_ROLES)
# An inspector looks at anything and changes nothing.
READ_ONLY_ROLES = frozenset({Role.INSPECTOR, Role.AUDIT_ADMIN})


class ApiScope(models.TextChoices):
    """What a program may do with a person's token; never more than the person may themself."""

    ME = "me", _("本人事务")
    DIRECTORY_READ = "directory:read", _("查看组织和党员")
    DIRECTORY_WRITE = "directory:write", _("办理人员变动和任职")
    PLACEMENTS_READ = "placements:read", _("查看编入和报到")
    PLACEMENTS_WRITE = "placements:write", _("办理编入和报到")
    NEEDS_READ = "needs:read", _("查看心愿和岗位")
    NEEDS_WRITE = "needs:write", _("认领和办理心愿、岗位")
    RIGHTS = "rights", _("个人信息权利事项")
    JOURNAL_READ = "journal:read", _("查看操作记录")


class Method(models.TextChoices):
    """By what somebody signed in, for their own history."""

    PASSWORD = "password", _("密码")
    TOTP = "totp", _("密码和动态口令")
    PASSKEY = "passkey", _("通行密钥")
    RECOVERY = "recovery", _("密码和备用码")
    SLIP = "slip", _("激活单")


class AccountReason(models.TextChoices):
    """Why an account is unlocked, reset or stopped; the journal keeps the code."""

    LOST = "lost", _("手机或安全密钥丢失")
    REPLACED = "replaced", _("换了手机")
    FORGOTTEN = "forgotten", _("忘记密码")
    MISTYPED = "mistyped", _("本人多次输错")
    SUSPECTED = "suspected", _("怀疑被他人使用")
    OFFICE = "office", _("组织要求")
