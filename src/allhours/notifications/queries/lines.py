"""A notice as the inbox shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from allhours.notifications import texts
from allhours.notifications.models import Notice
from allhours.ui.awaiting import due_phrase
from allhours.ui.parts import Kind

KINDS: dict[str, Kind] = {texts.ACTION: "warn", texts.SECURITY: "danger", texts.INFO: "info"}


@dataclass(frozen=True)
class Line:
    pk: int
    text: str
    title: str  # what it is about, e.g. “心愿”
    category: str
    at: datetime
    unread: bool
    done: bool
    kind: Kind
    due: str  # in words; "" without a deadline or when done
    late: bool
    url: str


def line(notice: Notice, on: date) -> Line:
    """`on`: the day from which deadlines are counted."""
    done = notice.done_at is not None
    unread = notice.read_at is None and not done
    category = texts.category_of(notice.key)
    due = notice.due_on if not done else None
    late = due is not None and due < on
    return Line(
        pk=notice.pk,
        text=texts.render(notice.key, notice.params),
        title=texts.title_of(notice.key),
        category=_("已办") if done else str(texts.CATEGORIES[category]),
        at=notice.created_at,
        unread=unread,
        done=done,
        kind="danger" if late else KINDS[category] if unread else "neutral",
        due=due_phrase(due, on) if due else "",
        late=late,
        url=notice.url,
    )
