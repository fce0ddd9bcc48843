import csv
import hashlib
import json
from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allhours.accounts.models import JournalEntry
from allhours.kernel.errors import Refused
from allhours.kernel.periods import Period
from allhours.ledger import actions, queries
from allhours.ledger.chain import COLUMNS
from allhours.ledger.models import Entry, Seal
from allhours.ledger.values import Source
from allhours.ledger.verify import verify
from tests.factories.directory import make_member
from tests.factories.ledger import CLERK, NOON, make_draft, make_entry
from tests.support.ledger import tampering

pytestmark = pytest.mark.django_db
YEAR = Period.year(2026)


def codes():
    return {problem.code for problem in verify()}


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("post"), st.integers(0, 47), st.integers(1, 300)),
        st.tuples(st.just("reverse"), st.integers(0, 20), st.just(0)),
    ),
    max_size=25,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS)
def test_any_sequence_keeps_sums_times_and_chain(acts, db):
    member = make_member()
    for number, (act, place, minutes) in enumerate(acts):
        live = list(queries.live(Entry.objects.filter(member=member)).order_by("pk"))
        try:
            if act == "post":
                start = NOON + timedelta(minutes=30 * place)
                make_entry(
                    member, started_at=start, minutes=minutes, source=Source("h", str(number))
                )
            elif place < len(live):
                actions.reverse(entry=live[place], reason="", actor=CLERK, now=NOON)
        except Refused as refused:
            assert refused.codes == ("ledger.overlap",)  # noqa: PT017
    left = list(queries.live(Entry.objects.filter(member=member)).order_by("started_at"))
    total = queries.totals(members=[member.pk], period=YEAR)[member.pk]
    assert (total.minutes, total.times) == (sum(e.minutes for e in left), len(left))
    for one, next_ in pairwise(left):
        assert one.started_at + timedelta(minutes=one.minutes) <= next_.started_at
    assert verify() == []


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE ledger_entry SET minutes = 61 WHERE seq = 1", "chain.broken"),
        ("UPDATE ledger_entry SET recorded_by = 'user:9' WHERE seq = 2", "chain.broken"),
        ("DELETE FROM ledger_entry WHERE seq = 1", "chain.gap"),
        ("DELETE FROM ledger_entry WHERE seq = 2", "head.differs"),
        ("UPDATE ledger_head SET seq = 7", "head.differs"),
        ("UPDATE ledger_seal SET minutes = 1", "seal.totals"),
        ("UPDATE ledger_seal SET heads_hash = 'x'", "seal.heads"),
    ],
)
def test_tampering_is_found(sql, code):
    first = make_entry()
    make_entry(first.member, started_at=first.started_at + timedelta(hours=3))
    actions.seal_night(actor=CLERK, now=NOON)
    assert verify() == []
    with tampering(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert code in codes()


def test_a_rewritten_chain_is_found_by_the_seal():
    """Whoever rewrites a whole chain, hashes included, is still told by the seal."""
    from allhours.ledger import chain

    entry = make_entry()
    actions.seal_night(actor=CLERK, now=NOON)
    entry.minutes = 600
    new = chain.link("", entry)
    with tampering(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET minutes = 600, chain = %s", [new])
        cursor.execute("UPDATE ledger_head SET chain = %s", [new])
    assert codes() == {"seal.heads", "seal.totals"}


def test_seals_follow_one_another_and_each_day_has_one():
    first = make_entry()
    actions.seal_night(actor=CLERK, now=NOON)
    assert actions.seal_night(actor=CLERK, now=NOON + timedelta(hours=1)).entries == 1
    make_entry(first.member, started_at=None, minutes=0)
    make_entry()
    second = actions.seal_night(actor=CLERK, now=NOON + timedelta(days=1))
    assert (second.members, second.entries, second.minutes) == (2, 3, 120)
    assert second.heads.count() == 2
    quiet = actions.seal_night(actor=CLERK, now=NOON + timedelta(days=2))
    assert (quiet.entries, quiet.heads.count()) == (3, 0)
    assert Seal.objects.count() == 3
    assert verify() == []


def test_export_lets_a_stranger_recompute_chain_and_totals(tmp_path):
    entry = make_entry(minutes_off=20)
    actions.reverse(entry=entry, reason="x", actor=CLERK, now=NOON)
    make_entry(entry.member, started_at=entry.started_at, minutes=45, late=True)
    out = tmp_path / "ledger.csv"
    call_command("ledger", "export", "--out", str(out))
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert sum(int(row["minutes"]) for row in rows) == 45
    numbers = {"seq", "revision", "minutes", "minutes_off", "quantity", "late"}
    previous = ""
    for row in rows:
        facts = [
            int(row[name]) if name in numbers or (name == "reverses" and row[name]) else row[name]
            for name in COLUMNS[1:-1]
        ]
        text = json.dumps([previous, *facts], ensure_ascii=False, separators=(",", ":"))
        assert hashlib.sha256(text.encode()).hexdigest() == row["chain"]
        previous = row["chain"]
    assert JournalEntry.objects.filter(did="ledger.exported").count() == 1


def test_verify_command_says_what_it_found(capsys):
    entry = make_entry()
    call_command("ledger", "verify")
    assert "holds: 1 entries" in capsys.readouterr().out
    with tampering(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET minutes = 1")
    call_command("ledger", "verify", "--json")
    found = json.loads(capsys.readouterr().out)
    assert found["ok"] is False
    assert found["problems"][0]["member_no"] == entry.member_no


def test_verifier_names_overlap_and_double_that_slipped_in():
    member = make_member()
    first = make_entry(member)
    draft = make_draft(member, source=Source(first.source_kind, first.source_key, 2))
    from allhours.ledger.actions.posting import _entry
    from allhours.ledger.models import Head

    head = Head.objects.get(member=member)
    forged = _entry(draft, head, CLERK, NOON)
    forged.save()
    Head.objects.update(seq=forged.seq, chain=forged.chain)
    assert codes() == {"entry.overlap", "source.twice"}
