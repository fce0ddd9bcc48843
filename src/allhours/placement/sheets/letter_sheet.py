"""The letter (S2 附1a; domain.md §1.2): a stub for the unit, the letter for the community."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from allhours.directory.choices import Sex
from allhours.directory.models import Member
from allhours.placement.choices import LetterState
from allhours.placement.models import Letter, Placement
from allhours.placement.sheets import qr
from allhours.scheme.queries import scheme_for
from allhours.ui import paper
from allhours.ui.paper import qr_svg


@dataclass(frozen=True)
class LetterSheet:
    """The words of one printed letter. The ID number is not among them."""

    title: str
    stub_title: str
    number: str
    stub: str
    stub_dates: str
    to: str
    body: str
    valid: str
    signed: str
    day: str
    code: str

    @property
    def qr(self) -> SafeString:
        return qr(self.code, title=self.code)


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


def pdf(placements: Iterable[Placement]) -> bytes:
    """The same letters as PDF, one a page."""
    sheets = sheets_of(placements)
    letters = [asdict(sheet) | {"qr": qr_svg(sheet.code)} for sheet in sheets]
    return paper.render("placement/letter.typ", {"letters": letters})


def _sheet(placement: Placement, member: Member, letter: Letter) -> LetterSheet:
    title = scheme_for(letter.issued_on).vocabulary.letter
    community, unit = placement.community.name, placement.unit.name
    who = [member.name, *_sex(member), unit, *([member.branch.name] if member.branch else [])]
    issued = day(letter.issued_on)
    return LetterSheet(
        title=title,
        stub_title=_("%s（存根）") % title,
        number=letter.number,
        stub=_("%(who)s。开往：%(to)s党组织。") % {"who": _("，").join(who), "to": community},
        stub_dates=_("开具日期：%(day)s，有效期 %(days)s 天。经办人：")
        % {"day": issued, "days": (letter.valid_until - letter.issued_on).days},
        to=_("%s党组织：") % community,
        body=_body(member),
        valid=_("有效期至 %s。") % day(letter.valid_until),
        signed=_("%s党组织（盖章）") % unit,
        day=issued,
        code=letter.code,
    )


def _sex(member: Member) -> list[str]:
    return [member.get_sex_display()] if member.sex in (Sex.MALE, Sex.FEMALE) else []


def _body(member: Member) -> str:
    known = [*_sex(member)]
    if member.nation_name:
        known.append(member.nation_name)
    if member.birth_date:
        known.append(_("%s出生") % date_format(member.birth_date, _("Y年n月")))
    known.append(member.get_category_display())
    if member.joined_party_on:
        known.append(_("%s入党") % date_format(member.joined_party_on, _("Y年n月")))
    if member.position:
        known.append(_("任%s") % member.position)
    lives = _("现居住%s，") % member.address if member.address else ""
    return _("兹有我单位在职党员%(name)s同志（%(known)s），%(lives)s现前来报到，请予接洽。") % {
        "name": member.name,
        "known": _("，").join(known),
        "lives": lives,
    }


def day(value: date) -> str:
    return date_format(value, _("Y年n月j日"))
