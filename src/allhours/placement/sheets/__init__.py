"""What is printed of reporting-in: each sheet under the name by which a scheme's papers call it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from allhours.placement.models import Placement
from allhours.placement.sheets import (
    activity_roster,
    collective_letter,
    contact_card,
    member_card,
    report_letter,
    report_receipt,
)
from allhours.placement.sheets.held import Held, gather, qr
from allhours.scheme.queries import scheme_for
from allhours.scheme.schema import Scheme
from allhours.ui.sheets import Page

__all__ = ["SHEETS", "Sheet", "letter_code", "pages_of", "qr", "receipt_code", "title_of"]

Drawn = Callable[[Sequence[Held], Scheme, date], list[Page]]


@dataclass(frozen=True)
class Sheet:
    """`needs_letter`: only for placements with a letter.

    `draw` gets the placements with all that their pages show, the scheme and the day.
    """

    code: str
    title: Callable[[Scheme], str]
    draw: Drawn
    needs_letter: bool = False


SHEETS = {
    sheet.code: sheet
    for sheet in (
        Sheet("report_letter", report_letter.title, report_letter.draw, needs_letter=True),
        Sheet("collective_letter", collective_letter.title, collective_letter.draw),
        Sheet("contact_card", contact_card.title, contact_card.draw, needs_letter=True),
        Sheet("activity_roster", activity_roster.title, activity_roster.draw),
        Sheet("member_card", member_card.title, member_card.draw),
        Sheet("report_receipt", report_receipt.title, report_receipt.draw),
    )
}
LETTERS = ("report_letter", "contact_card")
RECEIPTS = ("report_receipt", "contact_card")


def pages_of(
    code: str, placements: Iterable[Placement], *, on: date, base_url: str = ""
) -> list[Page]:
    """The pages of one sheet for these placements, in their order; four queries whatever their
    number. `base_url` (scheme and host) makes the codes into addresses a phone can open."""
    sheet, scheme = SHEETS[code], scheme_for(on)
    held = gather(placements, base_url=base_url)
    if sheet.needs_letter:
        held = [each for each in held if each.letter is not None]
    return sheet.draw(held, scheme, on)


def title_of(code: str, scheme: Scheme) -> str:
    return SHEETS[code].title(scheme)


def letter_code(scheme: Scheme) -> str:
    """The sheet that is this county's letter."""
    named = (p.sheet for p in scheme.reporting.papers_at("issue") if p.sheet in LETTERS)
    return next(named, "report_letter")


def receipt_code(scheme: Scheme) -> str:
    """The sheet that carries this county's receipt."""
    named = (p.sheet for p in scheme.reporting.papers_at("receive") if p.sheet in RECEIPTS)
    return next(named, "report_receipt")
