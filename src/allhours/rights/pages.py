"""What the pages of this room show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.accounts.models import JournalEntry
from allhours.kernel import clock
from allhours.rights import holdings
from allhours.rights.choices import CopyState, CorrectionState, ErasureState, SubjectKind
from allhours.rights.facts import FACTS
from allhours.rights.forms import AnswerForm
from allhours.rights.holdings import Person
from allhours.rights.models import Correction
from allhours.rights.queries.consents import offers_to
from allhours.rights.queries.copies import copies_of
from allhours.rights.queries.corrections import own_corrections
from allhours.rights.queries.erasures import own_erasure
from allhours.rights.queries.journal import openings_of
from allhours.rights.shown import kept_for, role_words
from allhours.ui.exports import plain

SHOWN = 10
CORRECTION_PILLS: dict[str, str] = {
    CorrectionState.OPEN: "warn",
    CorrectionState.ACCEPTED: "ok",
    CorrectionState.DECLINED: "danger",
    CorrectionState.WITHDRAWN: "neutral",
}
ERASURE_PILLS: dict[str, str] = {
    ErasureState.ASKED: "warn",
    ErasureState.PROPOSED: "warn",
    ErasureState.APPROVED: "info",
    ErasureState.DONE: "ok",
}


@dataclass(frozen=True)
class Kept:
    """One kind of record in the words of the list."""

    title: str
    purpose: str
    basis: str
    source: str
    seen_by: str
    kept: str
    fields: str
    sensitive: str


def kept_rows(kinds: tuple[str, ...], now: datetime) -> list[Kept]:
    """Kinds of record about these subjects; with none named, all that is held."""
    on = clock.local_date(now)
    return [
        Kept(
            title=str(held.title),
            purpose=str(held.purpose),
            basis=str(held.basis),
            source=str(held.source),
            seen_by=role_words(held.seen_by) or _("无人"),
            kept=kept_for(held, on),
            fields=_labels(held, sensitive=False),
            sensitive=_labels(held, sensitive=True),
        )
        for held in holdings.all_holdings()
        if not kinds or set(held.subjects) & set(kinds)
    ]


def _labels(held: holdings.Holding, *, sensitive: bool) -> str:
    labels = [
        str(column.label)
        for part in held.parts
        for column in part.columns
        if column.sensitive is sensitive and (column.shown or column.label != column.name)
    ]
    return _("、").join(dict.fromkeys(labels))


def my_page(actor: Actor, now: datetime) -> dict[str, Any]:
    """Everything of 我的数据."""
    is_member = actor.member_id is not None
    kind = SubjectKind.MEMBER if is_member else SubjectKind.ACCOUNT
    return {
        "kept": kept_rows((kind,), now),
        "copies": [_copy(copy, now) for copy in copies_of(actor)[:SHOWN]],
        "is_member": is_member,
        "corrections": [_own(each) for each in own_corrections(actor)[:SHOWN]] if is_member else [],
        "offers": offers_to(actor.member_id, clock.local_date(now)) if actor.member_id else [],
        "erasure": own_erasure(actor),
        "openings": [opening(line) for line in _openings(actor)[:SHOWN]],
    }


def _openings(actor: Actor) -> list[JournalEntry]:
    if actor.member_id is None:
        return []
    return openings_of(Person(SubjectKind.MEMBER, "", member_ids=(actor.member_id,)))


def opening(line: JournalEntry) -> dict[str, str]:
    """When, in which office, which fact, what for; no name."""
    fact = FACTS.get(str(line.facts.get("fact", "")))
    return {
        "at": str(plain(line.at)),
        "office": role_words([line.role]) or _("本人"),
        "fact": str(fact.title) if fact else "",
        "purpose": str(line.facts.get("purpose", "")),
    }


def _copy(copy: Any, now: datetime) -> dict[str, Any]:
    ready = copy.state == CopyState.READY and copy.expires_at > now
    word = copy.get_state_display() if ready or copy.state != CopyState.READY else _("已过期")
    return {"copy": copy, "ready": ready, "word": word, "pill": "info" if ready else "neutral"}


def _own(correction: Correction) -> dict[str, Any]:
    return {
        "correction": correction,
        "fact": FACTS[correction.fact].title if correction.fact in FACTS else correction.fact,
        "wanted": correction.wanted,
        "reason": correction.reason,
        "pill": CORRECTION_PILLS[correction.state],
        "open": correction.state == CorrectionState.OPEN,
    }


def correction_page(correction: Correction, *, may: bool) -> dict[str, Any]:
    about = FACTS[correction.fact]
    return {
        **_own(correction),
        "note": correction.note,
        "member": correction.member,
        "may": may and correction.state == CorrectionState.OPEN,
        "direct": bool(about.field),
        "form": AnswerForm(),
    }
