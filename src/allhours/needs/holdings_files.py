"""Uploaded spreadsheets of wishes: whole files that name many people (`rights.holdings`)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from allhours.directory.models import ImportState
from allhours.needs.holdings import HANDLERS, RESIDENT
from allhours.needs.models import WishImport
from allhours.rights import words
from allhours.rights.holdings import Cutoff, Holding, Part, Person, fact, nobody, register, stays

OVER = (ImportState.APPLIED, ImportState.DISCARDED)
KEPT_OF_A_PLAN = ("counts", "errors", "rows")  # numbers only


def _prune(cutoff: Cutoff, apply: bool, now: datetime) -> int:
    """Of spreadsheets that are over and past their days only the numbers stay."""
    rows = _with_names().filter(created_at__lt=cutoff.at, state__in=OVER)
    return _strip(rows) if apply else rows.count()


def _forget(person: Person, now: datetime) -> int:
    """A file that waits may name the resident: it is given up, and sent again without them."""
    if person.resident_id is None or person.resident_by != "wish":
        return 0
    WishImport.objects.exclude(state__in=OVER).update(state=ImportState.DISCARDED)
    return _strip(_with_names())


def _with_names() -> QuerySet[WishImport]:
    return WishImport.objects.exclude(filename=words.REMOVED)


def _strip(rows: QuerySet[WishImport]) -> int:
    stripped = 0
    for each in rows.only("pk", "plan").iterator(chunk_size=50):
        plan = {key: each.plan[key] for key in KEPT_OF_A_PLAN if key in each.plan}
        stripped += WishImport.objects.filter(pk=each.pk).update(
            plan=plan, content_sealed="", filename=words.REMOVED
        )
    return stripped


register(
    Holding(
        code="wish_files",
        title=_("心愿表格和预览"),
        subjects=RESIDENT,
        purpose=_("核对后一次登记"),
        basis=words.DUTY,
        source=_("社区或县里收集后上传"),
        seen_by=HANDLERS,
        keeps="roster_file_days",
        order=53,
        also=_forget,
        prune=_prune,
        parts=(
            Part(
                "needs.WishImport",
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
    )
)
