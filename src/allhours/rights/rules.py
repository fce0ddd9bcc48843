"""Why a request about one's data is not taken, or not decided in this way."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from allhours.directory.models import Member
from allhours.directory.models.appointment import Appointment
from allhours.kernel import clock
from allhours.kernel.errors import Refusal
from allhours.rights.choices import CorrectionState, ErasureState
from allhours.rights.models import Correction, Erasure

STILL_ON_ROSTER = Refusal(
    "erasure.still_on_roster",
    _(
        "该同志仍在册，履行职责需要保存其信息，现在不能删除。信息有误请申请更正；离开名册后可再提出。"
    ),
)
STILL_IN_OFFICE = Refusal(
    "erasure.still_in_office", _("该同志仍有任职，请先结束任职，再办理删除。")
)
ALREADY_ASKED = Refusal("erasure.already_asked", _("已有一项删除正在办理，不用重复提出。"))
ALREADY_ERASED = Refusal("erasure.already_erased", _("该同志的信息已经删除。"))
FOUR_EYES = Refusal(
    "erasure.four_eyes", _("删除须由两位工委干部办理，请由提出人以外的另一位复核。")
)
NOT_WAITING = Refusal("erasure.not_waiting", _("这项删除不在等待复核。"))
TOO_LATE = Refusal("erasure.too_late", _("这项删除已经执行或结束，不能再撤销。"))
NOT_DUE = Refusal("erasure.not_due", _("还在可撤销的期限内，期满后才执行。"))
WISH_IN_HAND = Refusal(
    "erasure.wish_in_hand", _("心愿还在办理，删除后无法再联系您。请先撤回心愿，再申请删除。")
)
REASON_MISSING = Refusal("rights.reason_missing", _("请写明原因，申请人会看到。"))

COPY_OPEN = Refusal("copy.already_open", _("已有一份文件正在生成或等待下载，请先下载那一份。"))
COPY_TAKEN = Refusal("copy.taken", _("这份文件已经下载过，或已过期。需要时请再生成一份。"))

FACT_UNKNOWN = Refusal("correction.fact_unknown", _("请选择要更正的事项。"))
WANTED_MISSING = Refusal("correction.wanted_missing", _("请填写应为的内容。"))
WANTED_WRONG = Refusal("correction.wanted_wrong", _("“%(fact)s”填写的内容不合格式，请核对。"))
CORRECTION_OPEN = Refusal("correction.open", _("这一事项已有更正申请在办理，请等待答复或先撤回。"))
CORRECTION_OVER = Refusal("correction.over", _("这项申请已经办结或撤回。"))
OWN_CORRECTION = Refusal("correction.own", _("不能办理本人的更正申请，请由其他同志办理。"))
NOT_ON_ROSTER = Refusal("correction.not_on_roster", _("您已不在册，请联系原单位更正。"))

CONSENT_UNKNOWN = Refusal("consent.unknown", _("没有这一项同意事项，请刷新页面后再试。"))
CONSENT_GIVEN = Refusal("consent.given", _("已经同意过这一项。"))
CONSENT_NONE = Refusal("consent.none", _("没有同意过这一项，或已经撤回。"))
NAME_NEEDED = Refusal(
    "close_down.name_needed", _("请照原样输入本县名称“%(name)s”，以确认关闭的是这个系统。")
)
NO_EXPORT = Refusal("close_down.no_export", _("请先导出数据：没有找到导出文件，或它已不完整。"))


def member_erasure_refusals(member: Member, now: datetime) -> list[Refusal]:
    """Why this member's data is not to be erased now."""
    if Erasure.objects.filter(member=member, state=ErasureState.DONE).exists():
        return [ALREADY_ERASED]
    reasons = [STILL_ON_ROSTER] if member.left_on is None else []
    if member.left_on is not None and member.left_on > clock.local_date(now):
        reasons = [STILL_ON_ROSTER]
    return reasons + office_refusals(member.user_id, now)


def office_refusals(user_id: int | None, now: datetime) -> list[Refusal]:
    held = Appointment.objects.filter(user=user_id).live().reaching(clock.local_date(now))
    return [STILL_IN_OFFICE] if user_id is not None and held.exists() else []


def correction_refusals(correction: Correction) -> list[Refusal]:
    return [] if correction.state == CorrectionState.OPEN else [CORRECTION_OVER]
