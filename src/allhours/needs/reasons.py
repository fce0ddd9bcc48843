"""Why something ended, where the program and not a person says so.

It is stored as the source has it, whatever language the work was done in, and shown in the
reader's. What a person wrote is shown as it stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LEFT_ROSTER = _("认领人已离开本县")
PERSON_CHANGED = _("因人员变动释放")
SENT_BACK = _("社区已退回单位，另行安排")
HANDED_OVER = _("已交接")
TERM_OVER = _("岗位服务期已满")
TAKEN_BACK = _("心愿人撤回")
UNIT_CLOSED = _("认领单位已撤销")
MERGED = _("与心愿 %(code)s 合并办理")
UNCLAIMED = _("发布满 %(days)s 天无人认领，已从心愿墙取下，由社区另行联系安排")

PLAIN = (LEFT_ROSTER, PERSON_CHANGED, SENT_BACK, HANDED_OVER, TERM_OVER, TAKEN_BACK, UNIT_CLOSED)
FILLED = (MERGED, UNCLAIMED)
_BLANK = re.compile(r"%\\\((\w+)\\\)s")


def source_of(reason: str | _StrPromise) -> str:
    """The sentence as it stands in the source."""
    with override(None):
        return str(reason)


def stored(reason: str | _StrPromise, **params: object) -> str:
    """What goes into the row: a person's words as they are, the program's in the source."""
    text = source_of(reason) if isinstance(reason, Promise) else str(reason)
    return text % params if params else text


def shown(text: str) -> str:
    """The same for the reader."""
    if text in {source_of(reason) for reason in PLAIN}:
        return gettext(text)
    for reason in FILLED:
        source = source_of(reason)
        pattern = _BLANK.sub(r"(?P<\1>\\S+)", re.escape(source))
        match = re.fullmatch(pattern, text)
        if match:
            return gettext(source) % match.groupdict()
    return text
