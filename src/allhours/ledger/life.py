"""What a change of a person means for facts of service (directory.consequences).

Entries never change: what goes over to another number is reversed under the one and posted under
the other, with the same day, unit and community, so that every total stays what it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

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
    Undo,
)
from allhours.directory.models import Member
from allhours.kernel.errors import Refusal
from allhours.ledger.actions import posting
from allhours.ledger.models import Entry, Head
from allhours.ledger.values import Draft, Source

SERVED_LATER = Refusal("change.served_later", _("该同志%(day)s还有服务记录，变动日期应在这之后。"))
MERGED = gettext_noop("并入另一编号")  # stored with the reversal, shown to its member
UNMERGED = gettext_noop("撤销合并")


class LedgerHandler(Handler):
    """Service stands: nobody leaves before the last day on which they served."""

    room = "ledger"
    on: ClassVar[tuple[type[Event], ...]] = (Departure,)

    def objections(self, event: Event) -> list[Refusal]:
        rows = Entry.objects.filter(member__in=event.members, reverses=None, reversed_by=None)
        last = rows.aggregate(last=Max("on"))["last"]
        if last is not None and last >= event.on:
            return [SERVED_LATER.having(day=last.isoformat())]
        return []

    def foresee(self, event: Event) -> Lines:
        return []

    def carry_out(self, actor: Actor, event: Event, now: datetime) -> Lines:
        return []


class LedgerMover(Mover):
    room = "ledger"
    rank = 40  # after the rooms whose confirmations post here
    models = ("ledger.entry", "ledger.head", "ledger.sealedhead")

    def foresee(self, event: Merge) -> Lines:
        entries = _live(event.gone)
        minutes = sum(entry.minutes for entry in entries)
        if not entries:
            return []
        return [
            Consequence(
                event.gone,
                "ledger",
                str(len(entries)),
                str(_("%(hours)s 小时") % {"hours": round(minutes / 60, 2)}),
                Fate.HANDED,
            )
        ]

    def move(self, actor: Actor, event: Merge, now: datetime) -> Undo:
        _hold(event.members)
        moved, left = _carry_over(
            actor, _live(event.gone), Member.objects.get(pk=event.kept), MERGED, now
        )
        return {"posted": moved, "not_posted": left}

    def back(self, actor: Actor, event: Merge, undo: Undo, now: datetime) -> None:
        _hold(event.members)
        gone = Member.objects.get(pk=event.gone)
        posted = [e for e in _live(event.kept) if e.pk in set(undo["posted"])]
        _carry_over(actor, posted, gone, UNMERGED, now)
        # what the kept number already had counted once for the person, and now does for both
        for entry in Entry.objects.filter(pk__in=undo["not_posted"]).select_related("member"):
            _post(actor, entry, gone, now)


def _live(member_id: int) -> list[Entry]:
    rows = Entry.objects.filter(member=member_id, reverses=None, reversed_by=None)
    return list(rows.select_related("member").order_by("seq"))


def _hold(members: Iterable[int]) -> None:
    """Take both chains, lowest member first, so that nothing is posted to either meanwhile."""
    keys = sorted(members)
    Head.objects.bulk_create([Head(member_id=pk) for pk in keys], ignore_conflicts=True)
    for pk in keys:
        Head.objects.filter(member=pk).update(seq=F("seq"))


def _carry_over(
    actor: Actor, entries: list[Entry], to: Member, reason: str, now: datetime
) -> tuple[list[int], list[int]]:
    """Reverse each and post it anew: (posted, those that met a record `to` has already)."""
    moved, left = [], []
    if entries:
        posting.reverse_many(entries=entries, reason=reason, actor=actor, now=now)
    for entry in entries:
        posted = _post(actor, entry, to, now)
        if posted is None:
            left.append(entry.pk)
        else:
            moved.append(posted)
    return moved, left


def _post(actor: Actor, entry: Entry, to: Member, now: datetime) -> int | None:
    """Under the next revision of its source; None where the person's hours would count twice."""
    last = Entry.objects.filter(
        member__in=(entry.member_id, to.pk),
        source_kind=entry.source_kind,
        source_key=entry.source_key,
    ).aggregate(last=Max("revision"))["last"]
    draft = Draft(
        member=to,
        kind=entry.kind,
        source=Source(entry.source_kind, entry.source_key, (last or 0) + 1),
        on=entry.on,
        unit_code=entry.unit_code,
        community_code=entry.community_code,
        started_at=entry.started_at,
        minutes=entry.minutes,
        minutes_off=entry.minutes_off,
        quantity=entry.quantity,
        late=entry.late,
    )
    [posted] = posting.post_many(drafts=[draft], actor=actor, now=now)
    return posted.entry.pk if posted.entry else None
