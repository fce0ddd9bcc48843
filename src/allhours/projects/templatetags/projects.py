"""`{% gather kind code project joinable %}`: one thing's project, to be chosen on its own page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template

from allhours.projects.models import Project

register = template.Library()


@register.inclusion_tag("projects/_gather.html", takes_context=True)
def gather(
    context: dict[str, Any],
    kind: str,
    code: str,
    current: Project | None,
    joinable: Iterable[Project],
) -> dict[str, Any]:
    return {
        "kind": kind,
        "code": code,
        "current": current,
        "joinable": joinable,
        "csrf_token": context.get("csrf_token"),
    }
