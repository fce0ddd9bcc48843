"""A checker that shares nothing with the program finds nothing wrong, and each planted fault."""

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from allhours.directory.models import Organization
from allhours.kernel import clock
from allhours.needs import actions
from allhours.needs.actions import festivals, unit_claims
from tests.factories.directory import make_community, make_member, member_actor
from tests.factories.festivals import running
from tests.factories.needs import (
    NOW,
    SYSTEM,
    liaison_of,
    make_claim,
    make_delivered,
    make_open_wish,
    make_unit_claim,
    note_wish,
)
from tests.support import audit_ends, audit_wishes
from tests.support.server import ROOT

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
    played_by_unit(home)
    played_at_festival(home)
    note_wish(home)
    note_wish(home, now=clock.now())  # in time; what was made before is late by now


def played_by_unit(home: Organization) -> None:
    """One who holds all they may is named by the unit; it names another, who delivers."""
    full, other = (make_member(serving_community=home) for _ in range(2))
    other.unit = full.unit
    other.save(update_fields=["unit"])
    for _ in range(2):
        make_claim(make_open_wish(home), full)
    make_unit_claim(make_open_wish(home), responsible=full)
    claim = make_unit_claim(make_open_wish(home), responsible=full, helpers=2)
    actions.see_wisher(actor=member_actor(full), claim=claim, now=NOW + HOUR)
    unit_claims.ask_for_another(actor=member_actor(full), claim=claim, now=NOW + HOUR)
    desk = liaison_of(full.unit)
    later = {"now": NOW + 2 * HOUR}
    claim = unit_claims.reassign_unit_claim(actor=desk, claim=claim, responsible=other, **later)
    claim = make_delivered(claim)
    actions.confirm_delivery(actor=SYSTEM, wish=claim.wish, now=NOW + 5 * HOUR)


def played_at_festival(home: Organization) -> None:
    """Each takes what it gives; once it is over, more."""
    festival, wishes = running(3, community=home)
    member = make_member(serving_community=home)
    make_claim(wishes[0], member, now=NOW + 3 * HOUR)
    make_claim(wishes[1], make_member(serving_community=home), now=NOW + 3 * HOUR)
    festivals.end_festival(actor=SYSTEM, festival=festival, now=NOW + 4 * HOUR)
    make_claim(wishes[2], member, now=NOW + 5 * HOUR)


@pytest.fixture(scope="module")
def exported(django_db_setup, django_db_blocker, tmp_path_factory) -> Path:
    """What is exported of it; made once, for the faults are planted in the files."""
    folder = tmp_path_factory.mktemp("exported")
    with django_db_blocker.unblock(), transaction.atomic():
        played()
        for name in ("wishes", "claims", "wish_journal"):
            call_command("export", name, out=folder / f"{name}.csv", purpose="核对")
        call_command("ledger", "export", out=folder / "ledger.csv")
        for name in ("wishes", "figures"):
            with redirect_stdout(StringIO()) as told:
                call_command(name, "--json")
            (folder / f"{name}.json").write_text(told.getvalue())
        transaction.set_rollback(True)
    return folder


@pytest.fixture
def exports(exported, tmp_path) -> Path:
    return Path(shutil.copytree(exported, tmp_path / "exports"))


def findings(folder: Path) -> list[str]:
    return audit_wishes.Audit(folder).run()


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
    command = [sys.executable, "-m", audit_wishes.__name__, str(exports)]
    told = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (told.returncode, told.stdout) == (0, "16 wishes, 14 claims, 0 findings.\n")
    source = Path(audit_wishes.__file__).read_text() + Path(audit_ends.__file__).read_text()
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


def read_while_nobody_answers(rows: Rows) -> Rows:
    asked = lines(rows, "wish.unit_asked_for_another")[0]
    claim = json.loads(asked["facts"])["claim"]
    reads = lines(rows, "wish.identity_read")
    read = next(row for row in reads if json.loads(row["facts"])["claim"] == claim)
    place = rows.index(asked) + 1
    return [*rows[:place], read, *rows[place:]]


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
    ("wish_journal", read_while_nobody_answers, "identity read at"),
    ("wish_journal", first_with(did="wish.opened")(did="wish.blessed"), "no deed that is known"),
    ("wish_journal", without("wish.unit_renamed"), "for which nobody answered"),
    ("claims", lambda rows: [row | {"claimed_by_unit": ""} for row in rows], "holds 3 wishes"),
    ("claims", lambda rows: [row | {"took_part": ""} for row in rows], "has 1 records, should 0"),
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


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (lambda told: told["festivals"][0].update(ended_at=None), "which gives 1"),
        (lambda told: told["limits"].update(open_claims=1), "holds 2 wishes"),
        (lambda told: told["limits"].update(unit_open_claims=0), "holds 1 wishes"),
        (lambda told: told["limits"].update(contact_hours=99_999, deliver_days=9_999), "is told"),
        (lambda told: told["limits"].update(verify_working_days=900), "is told"),
        (lambda told: told["wishes"][0].update(late=not told["wishes"][0]["late"]), "is told"),
        (lambda told: told["wishes"][0].update(code="WS-none"), "listed and not in the register"),
    ],
)
def test_a_limit_or_mark_that_differs_is_found(exports, fault, told) -> None:
    file = exports / "wishes.json"
    answer = json.loads(file.read_text())
    fault(answer)
    file.write_text(json.dumps(answer))
    assert [each for each in findings(exports) if told in each]


@pytest.mark.parametrize(
    "name", ["wishes", "wishes_published", "wishes_claimed", "wishes_confirmed"]
)
def test_a_figure_that_differs_is_found(exports, name) -> None:
    file = exports / "figures.json"
    answer = json.loads(file.read_text())
    next(each for each in answer["figures"] if each["name"] == name)["value"] += 1
    file.write_text(json.dumps(answer))
    assert [each for each in findings(exports) if each.startswith(f"figures: {name} is")]
