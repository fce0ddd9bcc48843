"""The letter (S2 附1a; domain.md §1.2): a stub for the unit, the letter for the community."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from allhours.directory.choices import Sex
from allhours.directory.models import Member
from allhours.placement.choices import LetterState
from allhours.placement.models import Letter, Placement
from allhours.placement.sheets import qr
from allhours.scheme.queries import scheme_for


@dataclass(frozen=True)
class LetterSheet:
    """The values of one printed letter. The ID number is not among them (masked forms only)."""

    title: str
    number: str
    community: str
    unit: str
    branch: str
    name: str
    sex: str
    nation: str
    born: date | None
    position: str
    joined: date | None
    category: str
    address: str
    issued_on: date
    valid_until: date
    days: int
    code: str
    qr: SafeString


def sheets_of(placements: Iterable[Placement]) -> list[LetterSheet]:
    """One sheet for each placement that has a letter, in the order given; two queries."""
    rows = list(placements)
    letters = {
        letter.placement_id: letter
        for letter in Letter.objects.filter(
            placement__in=[row.pk for row in rows],
            state__in=(LetterState.ISSUED, LetterState.USED),
        ).order_by("pk")
    }
    members = {
        member.pk: member
        for member in Member.objects.select_related("branch").filter(
            pk__in=[row.member_id for row in rows]
        )
    }
    return [
        _sheet(row, members[row.member_id], letters[row.pk]) for row in rows if row.pk in letters
    ]


def _sheet(placement: Placement, member: Member, letter: Letter) -> LetterSheet:
    return LetterSheet(
        title=scheme_for(letter.issued_on).vocabulary.letter,
        number=letter.number,
        community=placement.community.name,
        unit=placement.unit.name,
        branch=member.branch.name if member.branch else "",
        name=member.name,
        sex=member.get_sex_display() if member.sex in (Sex.MALE, Sex.FEMALE) else "",
        nation=member.nation_name,
        born=member.birth_date,
        position=member.position,
        joined=member.joined_party_on,
        category=member.get_category_display(),
        address=member.address,
        issued_on=letter.issued_on,
        valid_until=letter.valid_until,
        days=(letter.valid_until - letter.issued_on).days,
        code=letter.code,
        qr=qr(letter.code, title=letter.code),
    )
