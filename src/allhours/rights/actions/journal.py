"""Pruning the journal behind a summary that stands for the lines for ever."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from allhours.accounts.models import JournalEntry
from allhours.kernel.codes import sha256
from allhours.rights.models import JournalSummary


def prune_journal(*, before: datetime, apply: bool, now: datetime) -> int:
    """Delete the lines older than an instant, behind a summary that stands for them for ever."""
    if not apply:
        return JournalEntry.objects.filter(at__lt=before).count()
    return _prune(before, now)


@transaction.atomic
def _prune(before: datetime, now: datetime) -> int:
    rows = JournalEntry.objects.filter(at__lt=before)
    through = rows.aggregate(top=Max("pk"))["top"]
    if through is None:
        return 0
    digest, kinds = hashlib.sha256(), Counter[str]()
    lines, first, last = 0, None, None
    for line in rows.order_by("pk").iterator(chunk_size=2000):
        digest.update(_text(line))
        kinds[line.did] += 1
        lines += 1
        first = line.at if first is None else min(first, line.at)
        last = line.at if last is None else max(last, line.at)
    _summarise(before, through, lines, first or before, last or before, kinds, digest, now)
    rows.filter(pk__lte=through).delete()
    return lines


def _summarise(
    before: datetime,
    through: int,
    lines: int,
    first: datetime,
    last: datetime,
    kinds: Counter[str],
    digest: hashlib._Hash,
    now: datetime,
) -> None:
    previous = JournalSummary.objects.order_by("pk").last()
    facts = [
        previous.chain if previous else "", before.isoformat(), through, lines,
        first.isoformat(), last.isoformat(), digest.hexdigest(),
    ]  # fmt: skip
    JournalSummary.objects.create(
        before=before, through_id=through, lines=lines, first_at=first, last_at=last,
        by_kind=dict(sorted(kinds.items())), digest=digest.hexdigest(),
        chain=sha256(json.dumps(facts).encode()), made_at=now,
    )  # fmt: skip


def _text(line: JournalEntry) -> bytes:
    facts = [
        line.pk, line.at.isoformat(), line.user_id_plain, line.label, line.role,
        line.appointment_id_plain, line.did, line.subject, line.subject_id, line.facts,
    ]  # fmt: skip
    return json.dumps(facts, ensure_ascii=False, sort_keys=True).encode() + b"\n"
