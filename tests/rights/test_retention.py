"""What is past its time goes, to the day; what an open year needs stays."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from allhours.accounts import journal
from allhours.accounts.models import JournalEntry, SignInRecord
from allhours.directory.models import Member
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.ledger.actions import seal_night
from allhours.needs.models import Wish
from allhours.rights import tombstones
from allhours.rights.actions.journal import prune_journal
from allhours.rights.actions.retention import dry_run, run_retention
from allhours.rights.limits import cutoff_of
from allhours.rights.models import JournalSummary, RetentionRun
from tests.factories.directory import make_member, make_user, member_actor
from tests.factories.ledger import make_entry
from tests.factories.needs import note_wish
from tests.factories.rights import NOW, gone, system

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_list() -> Iterator[None]:
    yield
    tombstones.path().unlink(missing_ok=True)


def rows(now: datetime, code: str) -> int:
    return next(line.rows for line in dry_run(now=now) if line.code == code)


def test_years_are_whole_programme_years_after_the_records_own() -> None:
    """A record of 2022, kept three years, goes with the first moment of 2026."""
    last = clock.at(date(2025, 12, 31)) + timedelta(hours=23, minutes=59)
    member = gone(on=date(2022, 12, 31))
    gone(on=date(2023, 1, 1))
    assert rows(last, "roster") == 0
    assert rows(clock.at(date(2026, 1, 1)), "roster") == 1
    run_retention(actor=system(), now=clock.at(date(2026, 1, 1)))
    named = Member.objects.filter(name="某同志").values_list("pk", flat=True)
    assert list(named) == [member.pk]
    assert rows(clock.at(date(2026, 1, 1)), "roster") == 0


def test_days_are_whole_days_after_the_records_own() -> None:
    """180 days: of the 180th day before today everything stays, of the 181st nothing."""
    user = make_user()
    kept = clock.at(date(2026, 6, 10) - timedelta(days=180))
    for at in (kept, kept - timedelta(microseconds=1)):
        SignInRecord.objects.create(user=user, at=at, succeeded=True)
    assert rows(NOW, "sign_ins") == 1
    run_retention(actor=system(), now=NOW)
    assert [record.at for record in SignInRecord.objects.all()] == [kept]


def test_a_wishers_identity_goes_and_the_wish_stays() -> None:
    wish = note_wish().wish
    end = clock.at(date(2024, 12, 31))
    Wish.objects.filter(pk=wish.pk).update(state="confirmed", confirmed_at=end)
    assert rows(clock.at(date(2025, 12, 31)), "wishers") == 0
    run_retention(actor=system(), now=clock.at(date(2026, 1, 1)))
    wish.refresh_from_db()
    assert (wish.wisher_phone_sealed, wish.words_sealed, wish.state) == ("", "", "confirmed")


def test_nothing_goes_that_an_unsealed_year_needs() -> None:
    make_entry()
    gone(on=date(2020, 5, 1))
    on = date(2026, 6, 10)
    assert cutoff_of("roster_years", on).day == date(1900, 1, 1)
    assert rows(NOW, "roster") == 0
    seal_night(actor=system(), now=NOW)
    assert cutoff_of("roster_years", on).day == date(2023, 1, 1)
    assert rows(NOW, "roster") == 1


def test_the_journal_is_pruned_behind_a_summary_only() -> None:
    old, new = clock.at(date(2019, 3, 1)), NOW
    for at in (old, old, new):
        journal.note(actor=system(), did="x.done", to=("x", 1), now=at)
    with pytest.raises(DatabaseError), transaction.atomic():
        JournalEntry.objects.filter(at=old).delete()
    before = clock.at(date(2021, 1, 1))
    assert prune_journal(before=before, apply=True, now=NOW) == 2
    summary = JournalSummary.objects.get()
    assert (summary.lines, summary.by_kind, len(summary.digest)) == (2, {"x.done": 2}, 64)
    assert list(JournalEntry.objects.values_list("at", flat=True)) == [new]
    with pytest.raises(DatabaseError), transaction.atomic():
        JournalEntry.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        JournalSummary.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        JournalEntry.objects.all().update(did="y.done")


def test_the_journals_fences_stand_after_all_migrations() -> None:
    """A later migration that rebuilds the table on SQLite would drop them."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        names = {name for (name,) in cursor.fetchall()}
    table = "accounts_journalentry"
    assert {f"{table}_no_update", f"{table}_no_delete", f"{table}_no_replace"} <= names


def test_a_dry_run_touches_nothing_and_a_run_is_noted() -> None:
    gone(on=date(2020, 1, 1))
    names = list(Member.objects.values_list("name", flat=True))
    dry_run(now=NOW)
    assert list(Member.objects.values_list("name", flat=True)) == names
    assert RetentionRun.objects.count() == 0
    run_retention(actor=system(), now=NOW)
    assert RetentionRun.objects.get().counts["roster"]["rows"] == 1


def test_members_do_not_run_it() -> None:
    with pytest.raises(Refused):
        run_retention(actor=member_actor(make_member()), now=NOW)


def test_the_command_says_what_would_go() -> None:
    gone(on=date(2020, 1, 1))
    out = io.StringIO()
    call_command("retention", "--dry-run", "--json", stdout=out, stderr=io.StringIO())
    told = json.loads(out.getvalue())
    assert told["applied"] is False
    assert next(x for x in told["lines"] if x["holding"] == "roster")["rows"] == 1
    call_command("retention", "--apply", stdout=io.StringIO())
    assert Member.objects.filter(name="某同志").count() == 1
