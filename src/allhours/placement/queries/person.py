"""One placement as a page shows it: steps, facts, what the reader may do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES, Role
from allhours.directory.models import Organization
from allhours.placement import rules
from allhours.placement.choices import LIVE, EndReason, LetterState, PlacementState
from allhours.placement.models import Letter, Placement
from allhours.placement.queries.branches import Branches
from allhours.placement.queries.desk import excused_now, letter_of
from allhours.scheme.queries import scheme_for
from allhours.scheme.schema import Reporting
from allhours.ui.parts import Event, Fact, Step, StepState

ISSUERS = (*UNIT_ROLES, Role.COUNTY_OFFICER)
ORDER = (
    PlacementState.ASSIGNED,
    PlacementState.LETTER_ISSUED,
    PlacementState.PRESENTED,
    PlacementState.REPORTED,
)


@dataclass(frozen=True)
class Card:
    placement: Placement
    steps: Sequence[Step]
    facts: Sequence[Fact]
    branch: Organization | None  # where receiving would put the member, or put them
    can_receive: bool
    can_present: bool
    can_return: bool
    can_end: bool
    state_kind: str
    why_ended: str
    letter: Letter | None  # the live one, else the one used
    can_void: bool
    can_move: bool  # to another branch, grid or team of the community
    can_place_again: bool
    can_acknowledge: bool


def steps(placement: Placement | None, *, reporting: Reporting) -> list[Step]:
    """Letter issued (where one is needed) → at the community → received → receipt returned."""
    to_branch = reporting.receipt_to == "temporary_branch"
    labels = [
        _("开具证明信"),
        _("到社区报到"),
        _("社区接收"),
        _("回执到临时党支部") if to_branch else _("回执到单位"),
    ]
    state = placement.state if placement else ""
    at = ORDER.index(PlacementState(state)) if state in ORDER else -1
    if state == PlacementState.REPORTED:
        at = len(labels)
    if not reporting.requires_letter:
        labels, at = labels[1:], max(at - 1, 0 if at == 0 else -1)
    return [Step(label, _step(number, at)) for number, label in enumerate(labels)]


def _step(number: int, at: int) -> StepState:
    if number < at:
        return "done"
    return "current" if number == at else "next"


def card(placement: Placement, actor: Actor, on: date) -> Card:
    at_desk = actor.holds(*COMMUNITY_ROLES, over=placement.community.path)
    for_unit = actor.holds(*UNIT_ROLES, *COUNTY_ROLES, over=placement.unit.path)
    letter = letter_of(placement)
    needs_letter = scheme_for(on).reporting.requires_letter
    presentable = not rules.present_refusals(placement, letter, on=on, requires_letter=needs_letter)
    branch = placement.branch
    if branch is None and placement.state == PlacementState.PRESENTED:
        branch = Branches([placement.community]).suggested(placement.community)
    return Card(
        placement=placement,
        steps=steps(placement, reporting=scheme_for(on).reporting),
        facts=_facts(placement, letter, on),
        branch=branch,
        can_receive=at_desk and not rules.receive_refusals(placement, actor),
        can_present=at_desk and presentable and actor.member_id != placement.member_id,
        can_return=at_desk and not rules.return_refusals(placement, actor, "?"),
        can_end=for_unit and placement.state in LIVE and actor.writes,
        state_kind={"reported": "ok", "presented": "danger"}.get(placement.state, "neutral"),
        why_ended=_why_ended(placement),
        letter=letter,
        can_void=for_unit
        and actor.holds(*ISSUERS)
        and letter is not None
        and not rules.void_refusals(letter, placement, "?"),
        can_move=at_desk
        and placement.state == PlacementState.REPORTED
        and actor.member_id != placement.member_id,
        can_place_again=for_unit and actor.writes and _may_place_again(placement, actor),
        can_acknowledge=placement.state == PlacementState.REPORTED
        and placement.acknowledged_at is None
        and rules.is_addressee(placement, actor),
    )


def _may_place_again(placement: Placement, actor: Actor) -> bool:
    if placement.end_reason != EndReason.RETURNED or actor.member_id == placement.member_id:
        return False
    placed = Placement.objects.live().filter(member=placement.member_id).exists()
    return not rules.replace_refusals(placement, placed=placed)


def _facts(placement: Placement, letter: Letter | None, on: date) -> list[Fact]:
    member = placement.member
    titles = {choice.code: choice.title for choice in scheme_for(on).roster.skills}
    skills = [titles.get(code, code) for code in member.skills]
    if member.skills_text:
        skills.append(member.skills_text)
    found = [
        Fact(_("编号"), member.member_no),
        Fact(_("单位"), placement.unit.label),
        Fact(_("职务"), member.position or "—"),
        Fact(_("现居住地"), member.address or "—"),
        Fact(_("特长"), _("、").join(skills) or "—"),
    ]
    if letter is not None:
        text = _("%(number)s，有效期至%(until)s") % {
            "number": letter.number,
            "until": letter.valid_until.isoformat(),
        }
        found.insert(0, Fact(_("证明信"), text))
    if excused_now(member.pk, on):
        found.append(Fact(_("说明"), _("免报")))
    return found


def _why_ended(placement: Placement) -> str:
    if placement.state != PlacementState.ENDED:
        return ""
    label = str(EndReason(placement.end_reason).label) if placement.end_reason else ""
    return _("：").join(part for part in (label, placement.returned_reason) if part)


def events(placement: Placement) -> list[Event]:
    """What happened, newest first."""
    letters = [_letter_event(letter) for letter in placement.letters.order_by("-pk")]
    dated = [
        (placement.ended_at, Event(_("结束"), placement.ended_at, note=_why_ended(placement))),
        (
            placement.acknowledged_at,
            Event(_("回执已签收"), placement.acknowledged_at, kind="ok"),
        ),
        (
            placement.reported_at,
            Event(_("社区接收，回执送出"), placement.reported_at, kind="ok"),
        ),
        (
            placement.presented_at,
            Event(
                _("到社区报到"),
                placement.presented_at,
                kind="warn",
                note=placement.get_presented_by_display(),
            ),
        ),
    ]
    happened = [event for at, event in dated if at is not None]
    return [*happened, *letters, Event(_("编入社区"), placement.assigned_at)]


def _letter_event(letter: Letter) -> Event:
    """One line a letter: issued when, and what became of it."""
    note = letter.issued_on.isoformat()
    if letter.state == LetterState.VOID:
        why = letter.void_reason or _("编入结束")
        note = _("%(day)s，已作废：%(why)s") % {"day": note, "why": why}
    elif letter.state == LetterState.EXPIRED:
        note = _("%s，已过期") % note
    return Event(_("单位开具证明信：%s") % letter.number, kind="info", note=note)


def may_receive_by_code(placement: Placement, actor: Actor, on: date) -> bool:
    """Whether one tap would present the bearer of a letter and receive them."""
    if rules.own_record_refusals(actor, placement.member_id):
        return False
    if placement.state == PlacementState.PRESENTED:
        return True
    return can_present(placement, letter_of(placement), on)


def can_present(placement: Placement | None, letter: Letter | None, on: date) -> bool:
    needed = scheme_for(on).reporting.requires_letter
    return not rules.present_refusals(placement, letter, on=on, requires_letter=needed)
