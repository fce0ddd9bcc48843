"""The nightly seal, and the journal line of an export."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.kernel import clock
from allhours.ledger.chain import heads_hash, seal_chain
from allhours.ledger.models import Entry, Head, Seal, SealedHead


def seal_night(*, actor: Actor, now: datetime) -> Seal:
    """Seal every chain that grew since the last seal; a day is sealed once, later calls give it."""
    on = clock.local_date(now)
    try:
        return Seal.objects.filter(on=on).first() or _seal(actor, on, now)
    except IntegrityError:  # another worker was first
        return Seal.objects.get(on=on)


@transaction.atomic
def _seal(actor: Actor, on: date, now: datetime) -> Seal:
    before = Seal.objects.order_by("pk").last()
    grown = _grown()
    fresh = _fresh_entries({member_id: seqs for member_id, *seqs in grown})
    newcomers = sum(1 for _member_id, sealed, _seq in grown if sealed == 0)
    seal = Seal(
        on=on,
        sealed_at=now,
        members=(before.members if before else 0) + newcomers,
        entries=(before.entries if before else 0) + len(fresh),
        minutes=(before.minutes if before else 0) + sum(entry[2] for entry in fresh),
        heads_hash=heads_hash((entry[0], entry[1], entry[3]) for entry in fresh),
    )
    seal.chain = seal_chain(before.chain if before else "", seal)
    seal.save(force_insert=True)
    SealedHead.objects.bulk_create(
        [SealedHead(seal=seal, member_id=pk, seq=seq) for pk, _sealed, seq in grown],
        batch_size=1000,
    )
    journal.note(
        actor=actor, did="ledger.sealed", to=seal, now=now, entries=seal.entries, chain=seal.chain
    )
    return seal


def _grown() -> list[tuple[int, int, int]]:
    """(member id, sealed up to, seq now) of chains with unsealed entries, by member."""
    last = (
        SealedHead.objects.filter(member=OuterRef("member"))
        .values("member")
        .annotate(top=Max("seq"))
        .values("top")
    )
    return list(
        Head.objects.annotate(sealed=Coalesce(Subquery(last), 0))
        .filter(seq__gt=F("sealed"))
        .order_by("member_id")
        .values_list("member_id", "sealed", "seq")
    )


def _fresh_entries(spans: dict[int, list[int]]) -> list[tuple[str, int, int, str]]:
    """(member_no, seq, minutes, chain) of the entries to be sealed, by member and seq."""
    last = SealedHead.objects.aggregate(top=Max("pk"))["top"]
    rows = Entry.objects.order_by("member_id", "seq").values_list(
        "member_id", "seq", "member_no", "minutes", "chain"
    )
    if last is not None:
        rows = rows.filter(member_id__in=list(spans)) if len(spans) <= 10_000 else rows
    fresh = []
    for member_id, seq, member_no, minutes, link in rows.iterator(chunk_size=5000):
        sealed, top = spans.get(member_id, (0, 0))
        if sealed < seq <= top:
            fresh.append((member_no, seq, minutes, link))
    return fresh


@transaction.atomic
def note_export(*, actor: Actor, rows: int, now: datetime) -> None:
    """The export holds numbers only, no person's name; that it was made is journaled."""
    journal.note(actor=actor, did="ledger.exported", to=("ledger", "all"), now=now, rows=rows)
