"""What the sheets are drawn from: placements with their members and letters, gathered at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import segno
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from allhours.directory.choices import Category, Sex
from allhours.directory.models import Member
from allhours.kernel import clock
from allhours.placement.choices import LetterState
from allhours.placement.models import CollectiveLetter, Letter, Placement
from allhours.scheme.schema import Scheme
from allhours.scheme.words import word
from allhours.ui.paper import qr_svg

BLANK_DAY = "　　年　　月　　日"
STAMP = "（盖章）"
READ_AT_ONCE = 500


@dataclass(frozen=True)
class Held:
    """One placement, its member and the letter to show: the live one, else the one used."""

    placement: Placement
    member: Member
    letter: Letter | None
    base_url: str

    @property
    def number(self) -> str:
        """The letter's number; where the county writes none, one made of the placement."""
        if self.letter is not None:
            return self.letter.number
        year = clock.local_date(self.placement.assigned_at).year
        return _("%(community)s报到〔%(year)s〕第%(n)05d号") % {
            "community": self.placement.community.label,
            "year": year,
            "n": self.placement.pk,
        }

    @property
    def svg(self) -> str:
        return qr_svg(scan_url(self.letter.code, self.base_url)) if self.letter else ""


def gather(placements: Iterable[Placement], *, base_url: str) -> list[Held]:
    rows = list(placements)
    letters: dict[int, Letter] = {}
    members: dict[int, Member] = {}
    for start in range(0, len(rows), READ_AT_ONCE):
        some = rows[start : start + READ_AT_ONCE]
        found = Letter.objects.select_related("replaces").filter(
            placement__in=[row.pk for row in some],
            state__in=(LetterState.ISSUED, LetterState.USED),
        )
        letters |= {letter.placement_id: letter for letter in found.order_by("pk")}
        people = Member.objects.select_related("branch", "residence")
        members |= people.in_bulk([row.member_id for row in some])
    return [Held(row, members[row.member_id], letters.get(row.pk), base_url) for row in rows]


def collective_letters(held: Sequence[Held]) -> dict[int, CollectiveLetter]:
    keys = {each.placement.collective_id for each in held if each.placement.collective_id}
    rows = CollectiveLetter.objects.select_related("unit", "community").in_bulk(list(keys))
    return dict(rows)


def scan_url(code: str, base_url: str) -> str:
    """What the code on paper says to a phone; the bare code where the address is not known."""
    return f"{base_url}{reverse('placement:scan', args=[code])}" if base_url else code


def qr(text: str, *, title: str = "") -> SafeString:
    """A QR code as inline SVG, dark on light in every theme; sized by CSS."""
    code = segno.make(text, error="m", micro=False)
    svg = code.svg_inline(omitsize=True, border=2, light="#fff", title=title or None)
    return mark_safe(svg)  # noqa: S308 - drawn by segno; the text is only encoded in modules


# ---- words ------------------------------------------------------------------------------------


def own_title(scheme: Scheme, code: str, vocabulary: str) -> str:
    """As the county's set of forms calls the sheet, else the county's word for it."""
    sheet = scheme.sheets.sheet(code)
    return sheet.title if sheet else word(scheme.vocabulary, vocabulary)


def day(value: date | None) -> str:
    return date_format(value, _("Y年n月j日")) if value else ""


def month(value: date | None) -> str:
    return date_format(value, _("Y年n月")) if value else ""


def local_day(value: datetime | None) -> str:
    return day(clock.local_date(value)) if value else ""


def listed(values: Iterable[str]) -> str:
    return _("、").join(value for value in values if value)


def sex_of(member: Member) -> str:
    known = member.sex in (Sex.MALE, Sex.FEMALE)
    return str(member.get_sex_display()) if known else ""


def category_of(member: Member) -> str:
    return str(Category(member.category).label) if member.category else ""


def skills_of(member: Member, scheme: Scheme) -> str:
    titles = {choice.code: choice.title for choice in scheme.roster.skills}
    return listed([*(titles.get(code, code) for code in member.skills), member.skills_text])


def services_of(member: Member, scheme: Scheme) -> str:
    return listed(scheme.menu.title_of(code) for code in member.wishes_to_serve)


def times_of(member: Member, scheme: Scheme) -> str:
    titles = {choice.code: choice.title for choice in scheme.roster.free_times}
    return listed(titles.get(code, code) for code in member.free_time)


def joins(placement: Placement) -> str:
    """Temporary branch, grid and team in one line."""
    places = (placement.branch, placement.grid, placement.team)
    return listed(place.name for place in places if place is not None)


def receipt_goes_to(placement: Placement) -> str:
    """The head of the receipt: the temporary branch or the unit, as the scheme had it go."""
    if placement.receipt_to == "temporary_branch" and placement.branch is not None:
        return placement.branch.name
    return _("%s党组织") % placement.unit.name


def made_line(number: str, maker: str, on: date) -> str:
    """Stands on every form: number, year, who made it, when it was printed."""
    return _("编号：%(number)s　年度：%(year)s　制表单位：%(maker)s　打印日期：%(day)s") % {
        "number": number or "—",
        "year": on.year,
        "maker": maker,
        "day": on.isoformat(),
    }
