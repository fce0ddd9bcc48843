"""When two numbers may become one, and which values may be chosen."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from allhours.directory.choices import MergeState
from allhours.directory.models import Member, MemberMerge
from allhours.kernel.errors import Refusal

UNDO_DAYS = 30

SAME_NUMBER = Refusal("merge.same", _("请选择两个不同的编号。"))
GONE_ALREADY = Refusal("merge.gone", _("其中一个编号已并入另一编号，不能再合并。"))
KEPT_HAS_LEFT = Refusal("merge.kept_left", _("保留的编号已不在名册，请改为保留在册的那个编号。"))
IN_HAND = Refusal("merge.in_hand", _("这个编号已有一项合并待批准。"))
OWN_NUMBER = Refusal("merge.own", _("不能办理本人编号的合并，请由其他同志办理。"))
FOUR_EYES = Refusal("merge.four_eyes", _("合并须由另一位工委干部批准，提出的人不能自己批准。"))
NOT_PROPOSED = Refusal("merge.not_proposed", _("这项合并已经办结或撤回，页面已更新。"))
NOT_DONE = Refusal("merge.not_done", _("这项合并没有生效，不能撤销。"))
TOO_LATE = Refusal("merge.too_late", _("合并已过%(days)s天的撤销期，不能再撤销。"))
MOVED_ON = Refusal("merge.moved_on", _("这两个编号的情况刚刚有变，请核对后再办。"))
NO_SUCH_FIELD = Refusal("merge.field", _("所选的项目不能这样合并，请刷新页面重选。"))

# What may be taken from the number that goes: fields shown side by side, sealed ones by name.
FIELDS = (
    "name", "sex", "nation", "birth_date", "education", "category", "unit", "position",
    "joined_party_on", "full_member_on", "address", "residence", "id_number", "phone",
    "skills", "wishes_to_serve", "free_time", "remarks",
)  # fmt: skip
COLUMNS = {
    "name": ("name", "pinyin"),
    "unit": ("unit_id", "branch_id"),
    "address": ("address",),
    "residence": ("residence_id", "residence_confirmed"),
    "id_number": ("id_number_sealed", "id_number_hash"),
    "phone": ("phone_sealed", "phone_hash"),
    "skills": ("skills", "skills_text"),
}


def columns_of(fields: list[str]) -> list[str]:
    return [column for name in fields for column in COLUMNS.get(name, (name,))]


def merge_refusals(kept: Member, gone: Member, taken: list[str]) -> list[Refusal]:
    if kept.pk == gone.pk:
        return [SAME_NUMBER]
    if kept.merged_into_id is not None or gone.merged_into_id is not None:
        return [GONE_ALREADY]
    if kept.left_on is not None and gone.left_on is None:
        return [KEPT_HAS_LEFT]
    return [] if set(taken) <= set(FIELDS) else [NO_SUCH_FIELD]


def undo_refusals(merge: MemberMerge, today: date) -> list[Refusal]:
    if merge.state != MergeState.DONE:
        return [NOT_DONE]
    if merge.undo_until is None or today > merge.undo_until:
        return [TOO_LATE.having(days=UNDO_DAYS)]
    return []
