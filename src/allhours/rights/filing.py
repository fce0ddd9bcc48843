"""功能与数据清单: what the system does and which data it holds, as it is filed."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import get_resolver
from django.utils.translation import gettext as _

from allhours.jobs.schedule import ROUTINES
from allhours.kernel import clock
from allhours.rights.pages import kept_rows
from allhours.scheme.queries import county, scheme_for
from allhours.ui import paper


def functions() -> list[dict[str, Any]]:
    """What can be done, counted from the addresses themselves: by room and audience."""
    titles = {
        "accounts": _("账号、登录和操作记录"),
        "jobs": _("后台任务、备份和恢复"),
        "scheme": _("工作方案"),
        "directory": _("组织、花名册和任职"),
        "notifications": _("消息和提醒"),
        "rights": _("个人信息权利"),
        "placement": _("编入、证明信、报到和反查"),
        "needs": _("心愿、岗位和认领"),
        "activities": _("活动、出勤和写实"),
        "projects": _("特色项目"),
        "reports": _("台账和汇总表"),
        "portal": _("首页和待办"),
        "ui": _("语言和外观"),
        "api": _("程序接口"),
    }
    counted: dict[str, Counter[str]] = {}
    for room, address in _addresses():
        first = address.partition("/")[0]
        who = first if first in ("desk", "me", "api") else "public"
        counted.setdefault(room, Counter())[who] += 1
    return [
        {
            "title": titles.get(room, room),
            **{who: n[who] for who in ("public", "me", "desk", "api")},
        }
        for room, n in counted.items()
    ]


def _addresses() -> list[tuple[str, str]]:
    return [
        (str(getattr(included, "app_name", "")), str(pattern.pattern))
        for included in get_resolver().url_patterns
        if getattr(included, "app_name", None)
        for pattern in getattr(included, "url_patterns", ())
    ]


def filing_list(now: datetime) -> dict[str, Any]:
    database = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    return {
        "county": county().name,
        "programme": scheme_for(clock.local_date(now)).vocabulary.programme,
        "on": clock.local_date(now).isoformat(),
        "database": {"sqlite3": "SQLite", "postgresql": "PostgreSQL"}.get(database, database),
        "functions": functions(),
        "kept": kept_rows((), now),
        "routines": len(ROUTINES),
    }


def filing_pdf(now: datetime) -> bytes:
    """The same on A4, to be signed and filed."""
    data = filing_list(now)
    words = {
        "title": _("功能与数据清单"), "functions": _("一、功能"), "data": _("二、个人信息"),
        "care": _("三、保护措施"), "room": _("功能"), "public": _("公开页面"), "me": _("本人页面"),
        "desk": _("工作页面"), "api": _("接口"), "kind": _("数据类别"),
        "fields": _("字段"), "purpose": _("用途"),
        "basis": _("依据"), "source": _("来源"), "seen_by": _("可见人员"), "kept": _("保存期限"),
        "sensitive": _("敏感"), "sign": _("单位（盖章）          负责人          日期"),
        "measures": [str(measure) for measure in measures()],
    }  # fmt: skip
    rows = [asdict(row) for row in data["kept"]]
    return paper.render("rights/data_list.typ", {**data, "kept": rows, "words": words})


def measures() -> list[str]:
    return [
        _(
            "公民身份号码、电话、住址和居民原话加密保存，页面上只显示部分；逐次查看须写明用途并记录。"
        ),
        _("每人只见其职责范围内的记录；系统、安全、审计三个管理员分设，不接触业务。"),
        _("每次变更与其操作记录同时写入；操作记录和服务台账只能追加。"),
        _("数据只在本单位的服务器上保存，不向系统外发送姓名和内容。"),
        _("到期的记录每夜自动删除或去除姓名；本人可查阅、复制、更正、删除。"),
    ]
