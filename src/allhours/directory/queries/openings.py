"""Openings of a member's sealed facts, as the member may read them: no names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.accounts.models import JournalEntry
from allhours.accounts.queries import openings_about
from allhours.accounts.queries_journal import role_word
from allhours.scheme.queries import scheme_for


@dataclass(frozen=True)
class Opening:
    at: datetime
    fact: str
    role: str
    purpose: str


def openings_of(actor: Actor) -> QuerySet[JournalEntry]:
    """The newest first."""
    return openings_about("member", actor.member_id or 0, "member.fact_opened")


def shown_openings(rows: Iterable[JournalEntry], actor: Actor, *, on: date) -> list[Opening]:
    purposes = {each.code: each.title for each in scheme_for(on).privacy.opening_purposes}
    facts = {"id_number": _("公民身份号码"), "phone": _("手机号码")}
    return [
        Opening(
            at=row.at,
            fact=facts.get(str(row.facts.get("fact")), str(row.facts.get("fact", ""))),
            role=_("本人") if row.user_id_plain == actor.user_id else role_word(row.role) or "—",
            purpose=purposes.get(
                str(row.facts.get("purpose")), str(row.facts.get("purpose") or "—")
            ),
        )
        for row in rows
    ]
