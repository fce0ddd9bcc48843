"""系统状态 for the system administrator: what runs, what was backed up, how it is set; no data."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.jobs.backup import program_version
from allhours.jobs.models import Job, JobState
from allhours.kernel import clock, crypto
from allhours.ui.parts import Fact

LAST_BACKUP = "last-backup.json"
GIGABYTE = 1024**3


@dataclass(frozen=True)
class RoutineRun:
    name: str
    last: datetime
    failed: int


@login_required
def system(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.holds(Role.SYSTEM_ADMIN):
        raise Http404
    context = {
        "state": _state(),
        "backup": last_backup(),
        "settings": _settings(),
        "routines": _routines(),
    }
    return render(request, "jobs/system.html", context)


def note_backup(now: datetime, size: int) -> None:
    """Kept beside the database: a restored one must not tell of a backup it is older than."""
    line = json.dumps({"at": now.isoformat(), "bytes": size})
    (Path(settings.DATA) / LAST_BACKUP).write_text(line)


def last_backup() -> list[Fact]:
    try:
        found = json.loads((Path(settings.DATA) / LAST_BACKUP).read_text())
        at = datetime.fromisoformat(found["at"])
        size = int(found["bytes"])
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [
        Fact(_("最近一次备份"), f"{clock.local(at):%Y-%m-%d %H:%M}"),
        Fact(_("大小"), _("%(n)s 字节") % {"n": f"{size:,}"}),
    ]


def _state() -> list[Fact]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    counts = dict(Job.objects.values_list("state").annotate(Count("pk")))
    data = Path(settings.DATA)
    free = shutil.disk_usage(data).free / GIGABYTE if data.exists() else 0
    return [
        Fact(_("程序版本"), program_version()),
        Fact(_("数据库"), connection.vendor),
        Fact(_("数据库结构"), _("待更新") if waiting else _("最新")),
        Fact(_("磁盘剩余"), _("%(n).1f GB") % {"n": free}),
        Fact(
            _("等待和进行中的任务"),
            counts.get(JobState.WAITING, 0) + counts.get(JobState.RUNNING, 0),
        ),
        Fact(_("未完成的任务"), counts.get(JobState.FAILED, 0)),
    ]


def _settings() -> list[Fact]:
    """How the installation is set; of the keys only the name of the current one."""
    yes, no = _("是"), _("否")
    return [
        Fact(_("网址主机"), "、".join(settings.ALLOWED_HOSTS)),
        Fact(_("仅限 HTTPS"), yes if settings.HTTPS else no),
        Fact(_("演示系统"), yes if settings.ALLHOURS_DEMO else no),
        Fact(_("当前加密密钥"), crypto.keys().current),
        Fact(
            _("第二重验证"),
            _("必须") if settings.ALLHOURS_SECOND_FACTOR == "required" else _("可选"),
        ),
        Fact(_("工作人员闲置退出"), _("%(n)d 分钟") % {"n": settings.ALLHOURS_IDLE_MINUTES_STAFF}),
        Fact(_("党员闲置退出"), _("%(n)d 分钟") % {"n": settings.ALLHOURS_IDLE_MINUTES_MEMBER}),
        Fact(_("发信服务器"), _("已设置") if settings.ALLHOURS_SMTP else _("未设置")),
    ]


def _routines() -> list[RoutineRun]:
    rows = (
        Job.objects.filter(kind__startswith="routine.")
        .values("title")
        .annotate(last=Max("created_at"), failed=Count("pk", filter=Q(state=JobState.FAILED)))
        .order_by("title")
    )
    return [RoutineRun(row["title"], row["last"], row["failed"]) for row in rows]
