"""A checker that shares nothing with the program finds nothing wrong, and each planted fault."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from allhours.needs import actions
from tests.factories.directory import make_community, make_member, member_actor
from tests.factories.needs import (
    NOW,
    SYSTEM,
    make_claim,
    make_delivered,
    make_open_wish,
    note_wish,
)
from tests.support import audit_wishes

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
Rows = list[dict[str, str]]


def played() -> None:
    """One wish for each way that a wish may go."""
    home = make_community()
    claim = make_delivered(make_claim(make_open_wish(home)))
    actions.see_wisher(actor=member_actor(claim.member), claim=claim, now=NOW + HOUR)
    actions.confirm_delivery(actor=SYSTEM, wish=claim.wish, now=NOW + 5 * HOUR)
    queued = make_open_wish(home)
    first = make_claim(queued)
    for hour in (1, 2):
        waiting = member_actor(make_member())
        actions.join_queue(actor=waiting, wish=queued, now=NOW + hour * HOUR)
    giver = member_actor(first.member)
    actions.give_back(actor=giver, claim=first, reason="出差", now=NOW + 3 * HOUR)
    twice, into = make_open_wish(home), make_open_wish(home, places=2)
    make_claim(twice, make_member(serving_community=home))
    actions.merge_wishes(actor=SYSTEM, wish=twice, into=into, now=NOW + HOUR)
    ended = make_claim(make_open_wish(home)).wish
    actions.withdraw_wish(actor=SYSTEM, wish=ended, reason="已解决", now=NOW + HOUR)
    noted = note_wish(home).wish
    actions.decline_wish(actor=SYSTEM, wish=noted, reason="不属于微心愿", now=NOW + HOUR)
    later = make_open_wish(home, at=NOW + HOUR)
    make_claim(later, now=NOW + 2 * HOUR)


@pytest.fixture
def exports(tmp_path) -> Path:
    played()
    for name in ("wishes", "claims", "wish_journal"):
        call_command("export", name, out=tmp_path / f"{name}.csv", purpose="核对")
    call_command("ledger", "export", out=tmp_path / "ledger.csv")
    return tmp_path


def findings(folder: Path) -> list[str]:
    return audit_wishes.Audit(folder, open_claims=2, sight_days=14).run()


def changed(folder: Path, name: str, change: Callable[[Rows], Rows | None]) -> None:
    file = folder / f"{name}.csv"
    with file.open(newline="") as source:
        rows = list(csv.DictReader(source))
    kept = change(rows)
    kept = rows if kept is None else kept
    with file.open("w", newline="") as target:
        writer = csv.DictWriter(target, list(rows[0]))
        writer.writeheader()
        writer.writerows(kept)


def test_what_the_program_exports_stands_the_replay(exports) -> None:
    assert findings(exports) == []
    command = [sys.executable, audit_wishes.__file__, str(exports)]
    command += ["--open-claims", "2", "--sight-days", "14"]
    told = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    assert (told.returncode, told.stdout) == (0, "7 wishes, 7 claims, 0 findings.\n")
    source = Path(audit_wishes.__file__).read_text()
    assert "allhours" not in [line.split()[1] for line in source.splitlines() if "import " in line]


def lines(rows: Rows, did: str) -> Rows:
    return [row for row in rows if row["did"] == did]


def without(did: str) -> Callable[[Rows], Rows]:
    return lambda rows: [row for row in rows if row is not lines(rows, did)[0]]


def twice(did: str, **facts: str) -> Callable[[Rows], Rows]:
    """The deed's first line once more, at the end."""

    def add(rows: Rows) -> Rows:
        line = dict(lines(rows, did)[0])
        line["facts"] = json.dumps(json.loads(line["facts"]) | facts)
        return [*rows, line]

    return add


def of_one_member(rows: Rows) -> None:
    for row in rows:
        row["member_no"] = "T1"


def first_with(**known: str) -> Callable[..., Callable[[Rows], None]]:
    def setting(**new: str) -> Callable[[Rows], None]:
        def change(rows: Rows) -> None:
            row = next(r for r in rows if all(r[name] == v for name, v in known.items()))
            row.update(new)

        return change

    return setting


def queue_the_other_way(rows: Rows) -> None:
    waiting = [row for row in rows if row["queue_no"]]
    one, other = waiting
    one["queue_no"], other["queue_no"] = other["queue_no"], one["queue_no"]


def read_afterwards(rows: Rows) -> Rows:
    line = dict(lines(rows, "wish.identity_read")[0])
    line["at"] = (audit_wishes.instant(line["at"]) + timedelta(days=20)).isoformat()
    return [*rows, line]


def read_before(rows: Rows) -> Rows:
    line = lines(rows, "wish.identity_read")[0]
    return [line, *[row for row in rows if row is not line]]


def claimed_again(rows: Rows) -> Rows:
    """Somebody else is let into a wish that is in hand."""
    one, other = lines(rows, "wish.claimed")[:2]
    place = rows.index(one) + 1
    return [*rows[:place], {**one, "facts": other["facts"]}, *rows[place:]]


FAULTS = [
    ("wish_journal", claimed_again, "live claims in 1 places"),
    ("wish_journal", without("wish.verified"), "wish.opened while noted"),
    ("wish_journal", without("wish.delivered"), "wish.confirmed while claimed"),
    ("wish_journal", without("wish.withdrawn"), "is withdrawn, by the journal claimed"),
    ("wish_journal", without("wish.promoted"), "is live, by the journal waiting"),
    ("wish_journal", without("wish.given_back"), "wish.promoted while claimed"),
    ("wish_journal", without("wish.claimed"), "which was not in hand"),
    ("wish_journal", twice("wish.confirmed"), "wish.confirmed while confirmed"),
    ("wish_journal", read_afterwards, "identity read at"),
    ("wish_journal", read_before, "identity read at"),
    ("wish_journal", twice("wish.identity_read", purpose="curious"), "identity read for 'curious'"),
    ("claims", of_one_member, "T1 holds 3 wishes"),
    ("claims", queue_the_other_way, "queue numbers do not grow"),
    ("claims", first_with(state="live")(state="released"), "is released, by the journal live"),
    ("claims", first_with(state="fulfilled")(minutes="90"), "record of claim"),
    ("claims", first_with(state="fulfilled")(started_at="2026-06-09 11:00"), "record of claim"),
    ("wishes", first_with(state="confirmed")(state="delivered"), "is delivered, by the journal"),
    ("wishes", first_with(state="claimed")(taken="0"), "counts 0 taken, holds 1"),
    ("wishes", lambda rows: rows[1:], "of a wish that is not listed"),
    ("ledger", lambda rows: [*rows, *rows], "has 2 records, should 1"),
    ("ledger", first_with()(source_key="999"), "has 0 records, should 1"),
    ("ledger", first_with()(kind="other"), "record of claim"),
]


@pytest.mark.parametrize(("name", "fault", "told"), FAULTS)
def test_a_planted_fault_is_found(exports, name, fault, told) -> None:
    changed(exports, name, fault)
    assert [each for each in findings(exports) if told in each]
