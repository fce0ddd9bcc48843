"""The register of consents: members' own, and those that other rooms keep with their records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.rights.limits import rights_on
from allhours.rights.models import Consent

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class ConsentRow:
    """A line of the register: by number or code, never by name."""

    subject: str
    kind: str | _StrPromise
    version: str
    how: str
    given_at: datetime | None
    noted_by: str
    withdrawn_at: datetime | None
    in_force: bool


@dataclass(frozen=True)
class Offer:
    """A kind of consent as the member meets it."""

    code: str
    title: str
    text: str
    version: str
    consent: Consent | None  # the one in force

    @property
    def outdated(self) -> bool:
        return self.consent is not None and self.consent.version != self.version


Source = Callable[[Actor], Iterable[ConsentRow]]
_sources: list[Source] = []


def register_source(source: Source) -> None:
    """Another room's consents, e.g. those to publish a wish."""
    if source not in _sources:
        _sources.append(source)


def consents(member_id: int, kind: str) -> bool:
    return Consent.objects.filter(member_id=member_id, kind=kind, withdrawn_at=None).exists()


def offers_to(member_id: int, on: date) -> list[Offer]:
    limits = rights_on(on)
    live = {c.kind: c for c in Consent.objects.filter(member_id=member_id, withdrawn_at=None)}
    return [
        Offer(choice.code, choice.title, choice.text, limits.consent_version, live.get(choice.code))
        for choice in limits.consents
    ]


def register_for(actor: Actor, on: date) -> list[ConsentRow]:
    """All consents, newest first, for the county officer; nothing for others."""
    if not actor.holds(Role.COUNTY_OFFICER):
        return []
    titles = {choice.code: choice.title for choice in rights_on(on).consents}
    rows = [
        ConsentRow(
            subject=consent.member.member_no,
            kind=titles.get(consent.kind, consent.kind),
            version=consent.version,
            how=consent.get_how_display(),
            given_at=consent.given_at,
            noted_by=str(consent.noted_by_plain or ""),
            withdrawn_at=consent.withdrawn_at,
            in_force=consent.withdrawn_at is None,
        )
        for consent in Consent.objects.select_related("member").order_by("-given_at")
    ]
    for source in _sources:
        rows += source(actor)
    return sorted(rows, key=lambda row: str(row.given_at), reverse=True)
