"""The text of an entry that is hashed and exported: ids and numbers only.

Anyone can recompute a chain from `ledger export`: it is the SHA-256 of a JSON array (UTF-8, no
spaces) of the member's previous chain ("" for the first) and the fields of FACTS in order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from allhours.kernel.codes import sha256

if TYPE_CHECKING:
    from allhours.ledger.models import Entry, Seal

FACTS = (
    "member_no",
    "seq",
    "unit_code",
    "community_code",
    "kind",
    "source_kind",
    "source_key",
    "revision",
    "on",
    "started_at",
    "minutes",
    "minutes_off",
    "quantity",
    "late",
    "recorded_at",
    "recorded_by",
    "reverses",
)
COLUMNS = ("entry_id", *FACTS, "chain")


def instant(moment: datetime | None) -> str:
    """`2026-06-13T01:00:00.000000Z`, or "" for none."""
    if moment is None:
        return ""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def facts(entry: Entry) -> list[str | int]:
    return [
        entry.member_no,
        entry.seq,
        entry.unit_code,
        entry.community_code,
        entry.kind,
        entry.source_kind,
        entry.source_key,
        entry.revision,
        entry.on.isoformat(),
        instant(entry.started_at),
        entry.minutes,
        entry.minutes_off,
        entry.quantity,
        int(entry.late),
        instant(entry.recorded_at),
        entry.recorded_by,
        entry.reverses_id or "",
    ]


def link(previous: str, entry: Entry) -> str:
    """The chain at this entry, given the chain of the one before."""
    text = json.dumps([previous, *facts(entry)], ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode())


def row(entry: Entry) -> list[str | int]:
    """One line of `ledger export`, in the order of COLUMNS."""
    return [entry.pk, *facts(entry), entry.chain]


def heads_hash(entries: Iterable[tuple[str, int, str]]) -> str:
    """SHA-256 over the lines `member_no seq chain` of the entries sealed, in order."""
    text = "".join(f"{member_no} {seq} {link}\n" for member_no, seq, link in sorted(entries))
    return sha256(text.encode())


def seal_chain(previous: str, seal: Seal) -> str:
    facts = [
        previous,
        seal.on.isoformat(),
        instant(seal.sealed_at),
        seal.members,
        seal.entries,
        seal.minutes,
        seal.heads_hash,
    ]
    return sha256(json.dumps(facts, separators=(",", ":")).encode())
