"""What a change of a person means for where they serve: registered with directory.consequences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.directory.choices import Fate
from allhours.directory.consequences import (
    Consequence,
    Departure,
    Event,
    Handler,
    Lines,
    Merge,
    Mover,
    ResidenceChange,
    Retirement,
    Undo,
    UnitChange,
    Withdrawal,
)
from allhours.directory.models import Member, Organization
from allhours.kernel.errors import Refusal
from allhours.placement import notices, rules
from allhours.placement.actions import live
from allhours.placement.choices import EndReason, LetterState, PlacementState
from allhours.placement.models import ContactPoint, Excusal, Letter, Placement, Proposal

REASONS: dict[type[Event], EndReason] = {
    Departure: EndReason.LEFT,
    Retirement: EndReason.RETIRED,
    ResidenceChange: EndReason.MOVED,
    Withdrawal: EndReason.DECLINED,
}


class PlacementHandler(Handler):
    room = "placement"
    rank = 20
    on: ClassVar[tuple[type[Event], ...]] = (
        Departure,
        Retirement,
        UnitChange,
        ResidenceChange,
        Withdrawal,
    )

    def objections(self, event: Event) -> list[Refusal]:
        """Nobody was received by a community after the day on which their service ended."""
        ending = self._ending(event)
        late = [row.reported_on for row in ending if row.reported_on and row.reported_on > event.on]
        return [rules.REPORTED_LATER.having(day=max(late).isoformat())] if late else []

    def foresee(self, event: Event) -> Lines:
        ending = self._ending(event)
        lines = [
            Consequence(row.member_id, "placement", "", row.community.label, self._fate(event))
            for row in ending
        ]
        if isinstance(event, UnitChange):
            lines = [
                Consequence(row.member_id, "placement", "", row.community.label, Fate.HANDED)
                for row in _live(event.members)
            ]
        if isinstance(event, ResidenceChange | Retirement) and event.stays:
            lines = [
                Consequence(row.member_id, "placement", "", row.community.label, Fate.KEPT)
                for row in _live(event.members)
            ]
        letters = _letters(event.members) if isinstance(event, UnitChange) else _of(ending)
        lines += [
            Consequence(letter.placement.member_id, "letter", letter.number, "")
            for letter in letters
        ]
        lines += [
            Consequence(row.member_id, "excusal", "", str(_("免报")))
            for row in self._excusals(event)
        ]
        return lines + [
            Consequence(row.leader_id, "contact_point", "", row.community.label)
            for row in _contact_points(event).select_related("community")
        ]

    def carry_out(self, actor: Actor, event: Event, now: datetime) -> Lines:
        lines = self.foresee(event)
        _contact_points(event).update(until=event.on)
        if isinstance(event, UnitChange):
            live.follow(actor, event.units, now=now)
            return lines
        ending = self._ending(event)
        for reason in {REASONS[type(event)]} if ending else ():
            live.end_many(actor, ending, reason=reason, on=event.on, now=now)
        if isinstance(event, ResidenceChange) and ending and event.community_id is not None:
            fresh = [_anew(row, event.community_id, now) for row in ending]
            live.begin_many(actor, fresh, now=now)
            notices.after_commit(notices.assigned, [row.pk for row in fresh], now=now)
        for excusal in self._excusals(event):
            last = max(event.on, excusal.from_on) - timedelta(days=1)
            Excusal.objects.filter(pk=excusal.pk).update(until_on=last)
        return lines

    def _ending(self, event: Event) -> list[Placement]:
        if isinstance(event, UnitChange):
            return []
        if isinstance(event, ResidenceChange | Retirement) and event.stays:
            return []
        rows = _live(event.members)
        if isinstance(event, ResidenceChange):  # who serves there already goes on
            rows = rows.exclude(community=event.community_id)
        return list(rows)

    def _fate(self, event: Event) -> Fate:
        goes_on = isinstance(event, ResidenceChange) and event.community_id is not None
        return Fate.HANDED if goes_on else Fate.CLOSED

    def _excusals(self, event: Event) -> list[Excusal]:
        if not isinstance(event, Departure | Retirement):
            return []
        return list(excusals_reaching(event.members, event.on))


def excusals_reaching(members: Iterable[int], on: date) -> QuerySet[Excusal]:
    """Not over on a day."""
    reaching = Q(until_on=None) | Q(until_on__gte=on)
    return Excusal.objects.filter(reaching, member__in=list(members)).order_by("pk")


def _contact_points(event: Event) -> QuerySet[ContactPoint]:
    """联系点 go with the office that a person leaves, not with where they live or serve."""
    if not isinstance(event, Departure | Retirement | UnitChange):
        return ContactPoint.objects.none()
    return ContactPoint.objects.filter(leader__in=event.members, until=None)


def _live(members: Iterable[int]) -> QuerySet[Placement]:
    return (
        Placement.objects.live()
        .filter(member__in=list(members))
        .select_related("community")
        .order_by("member_id")
    )


def _of(placements: Iterable[Placement]) -> list[Letter]:
    return list(
        Letter.objects.filter(
            placement__in=[row.pk for row in placements], state=LetterState.ISSUED
        ).select_related("placement")
    )


def _letters(members: Iterable[int]) -> list[Letter]:
    """Letters of the old unit that have not been presented yet."""
    rows = Letter.objects.filter(
        placement__member__in=list(members),
        placement__state=PlacementState.LETTER_ISSUED,
        state=LetterState.ISSUED,
    )
    return list(rows.select_related("placement"))


def _anew(old: Placement, community_id: int, now: datetime) -> Placement:
    unit_id = Member.objects.values_list("unit_id", flat=True).get(pk=old.member_id)
    community = Organization.objects.get(pk=community_id)
    return Placement(member_id=old.member_id, unit_id=unit_id, community=community, assigned_at=now)


ORDER = {
    PlacementState.REPORTED: 0,
    PlacementState.PRESENTED: 1,
    PlacementState.LETTER_ISSUED: 2,
    PlacementState.ASSIGNED: 3,
}


class PlacementMover(Mover):
    """Of two live placements the one further on its way stays; the other ends."""

    room = "placement"
    rank = 20
    models = ("placement.placement", "placement.excusal", "placement.proposal")

    def foresee(self, event: Merge) -> Lines:
        stays, ends = _which(event)
        lines = [
            Consequence(row.member_id, "placement", "", row.community.label, Fate.HANDED)
            for row in [stays]
            if row is not None and row.member_id == event.gone
        ]
        if ends is not None:
            lines.append(Consequence(ends.member_id, "placement", "", ends.community.label))
        return lines

    def move(self, actor: Actor, event: Merge, now: datetime) -> Undo:
        undo: Undo = {"ended": [], "excusal": [], "letters": []}
        _stays, ends = _which(event)
        if ends is not None:
            undo["ended"] = [ends.pk]
            undo["state"] = str(ends.state)
            undo["letters"] = [letter.pk for letter in _of([ends])]
            live.end_many(actor, [ends], reason=EndReason.MERGED, on=event.on, now=now)
        undo["excusal"] = _close_overlap(event)
        for model, name in ((Placement, "placements"), (Excusal, "excusals")):
            rows = model._default_manager.filter(member=event.gone)
            undo[name] = list(rows.values_list("pk", flat=True))
            rows.update(member=event.kept)
        both = Proposal.objects.filter(member=event.kept).values_list("round", flat=True)
        proposals = Proposal.objects.filter(member=event.gone).exclude(round__in=list(both))
        undo["proposals"] = list(proposals.values_list("pk", flat=True))
        proposals.update(member=event.kept)
        _note_community(event.kept)
        return undo

    def back(self, actor: Actor, event: Merge, undo: Undo, now: datetime) -> None:
        models: tuple[Any, ...] = (Placement, Excusal, Proposal)
        for model, name in zip(models, ("placements", "excusals", "proposals"), strict=True):
            model.objects.filter(pk__in=undo[name], member=event.kept).update(member=event.gone)
        Placement.objects.filter(pk__in=undo["ended"], end_reason=EndReason.MERGED).update(
            state=undo.get("state", ""), ended_on=None, ended_at=None, end_reason=""
        )
        Letter.objects.filter(pk__in=undo["letters"], state=LetterState.VOID).update(
            state=LetterState.ISSUED
        )
        for pk, until in undo["excusal"]:
            Excusal.objects.filter(pk=pk).update(
                until_on=date.fromisoformat(until) if until else None
            )
        _note_community(event.kept)
        _note_community(event.gone)


def _which(event: Merge) -> tuple[Placement | None, Placement | None]:
    """The live placement that stays, and the one that ends."""
    rows = sorted(
        _live(event.members),
        key=lambda row: (ORDER[PlacementState(row.state)], row.member_id != event.kept),
    )
    return (rows[0] if rows else None), (rows[1] if len(rows) > 1 else None)


def _close_overlap(event: Merge) -> list[tuple[int, str]]:
    """Of two open-ended excusals the gone number's ends where the other begins."""
    if not Excusal.objects.filter(member=event.kept, until_on=None).exists():
        return []
    changed = []
    for row in Excusal.objects.filter(member=event.gone, until_on=None):
        Excusal.objects.filter(pk=row.pk).update(until_on=event.on)
        changed.append((row.pk, ""))
    return changed


def _note_community(member_id: int) -> None:
    serving = _live([member_id]).values_list("community", flat=True).first()
    Member.objects.filter(pk=member_id).update(serving_community=serving)
