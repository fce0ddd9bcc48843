"""Opening a project, joining it, ending it."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.kernel.errors import Refusal
from allhours.projects.choices import ProjectState
from allhours.projects.models import Project

NAME_MISSING = Refusal("project.name_missing", _("请填写项目名称。"))
NAME_TAKEN = Refusal("project.name_taken", _("本单位已有同名的项目在进行，请换一个名称。"))
DATES = Refusal("project.dates", _("结束日期不能早于开始日期。"))
ENDED = Refusal("project.ended", _("项目已结束，不能再改；需要的话请另立项目。"))
RESULT_MISSING = Refusal("project.result_missing", _("请写几句成效，结束后项目页会保留。"))
NOT_RUNNING = Refusal("project.not_running", _("项目“%(name)s”已结束，不能再加入。"))
NOT_BEGUN = Refusal("project.not_begun", _("项目“%(name)s”自 %(day)s 起，现在还不能加入。"))
KEPT = Refusal("project.kept", _("所在的项目已结束，归入的内容不再变动。"))
ELSEWHERE = Refusal("project.elsewhere", _("项目“%(name)s”不在您的办理范围，请选择其他项目。"))

OPENERS = frozenset(
    {Role.COUNTY_OFFICER, Role.TEAM_LEADER} | set(UNIT_ROLES) | set(COMMUNITY_ROLES)
)


def project_refusals(name: str, from_on: date, until_on: date | None) -> list[Refusal]:
    reasons = []
    if not name.strip():
        reasons.append(NAME_MISSING)
    if until_on is not None and until_on < from_on:
        reasons.append(DATES)
    return reasons


def join_refusals(project: Project, day: date) -> list[Refusal]:
    """Whether something may join on a day."""
    if project.state != ProjectState.RUNNING:
        return [NOT_RUNNING.having(name=project.name)]
    if day < project.from_on:
        return [NOT_BEGUN.having(name=project.name, day=project.from_on.isoformat())]
    return []
