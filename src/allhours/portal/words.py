"""How the home pages say when something is due and how long something took."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

A_FORTNIGHT = 14


def due_phrase(due: date, on: date) -> str:
    """“今天”, “还有 2 天”, “超期 3 天”, or the date."""
    days = (due - on).days
    if days == 0:
        return _("今天")
    if days < 0:
        return ngettext("超期 %(n)d 天", "超期 %(n)d 天", -days) % {"n": -days}
    if days <= A_FORTNIGHT:
        return ngettext("还有 %(n)d 天", "还有 %(n)d 天", days) % {"n": days}
    return day_text(due)


def day_text(day: date) -> str:
    """“11月18日”."""
    return _("%(m)d月%(d)d日") % {"m": day.month, "d": day.day}


def hours_text(minutes: int) -> str:
    """Hours to one decimal, without a needless “.0”."""
    return f"{minutes / 60:.1f}".rstrip("0").rstrip(".")
