"""The journal: append-only in the database itself, read by the audit administrator."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from tests.factories.directory import make_county, make_user, staff_user

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def lines(db, now):
    user = make_user(username="2600009")
    actor = Actor(user_id=user.pk)
    return [
        journal.note(actor=actor, did=did, to=("wish", number), now=now, state="open")
        for number, did in enumerate(["wish.noted", "wish.claimed", "member.changed"], 1)
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_journalentry SET did = 'x'",
        "DELETE FROM accounts_journalentry",
        "INSERT OR REPLACE INTO accounts_journalentry SELECT * FROM accounts_journalentry",
    ],
)
def test_the_database_refuses_to_alter_a_line(lines, statement) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert JournalEntry.objects.count() == 3
    assert set(JournalEntry.objects.values_list("did", flat=True)) == {
        "wish.noted", "wish.claimed", "member.changed",
    }  # fmt: skip


@pytest.fixture
def auditor(client, lines):
    client.force_login(staff_user(Role.AUDIT_ADMIN, make_county()), backend=BACKEND)
    return client


def rows(client, **asked) -> list[str]:
    response = client.get(reverse("accounts:journal"), asked)
    return [row.record.did for row in response.context["list"].table.rows]


def test_the_auditor_searches(auditor) -> None:
    assert len(rows(auditor)) == 3
    assert rows(auditor, did="wish.") == ["wish.claimed", "wish.noted"]
    assert rows(auditor, subject="wish", subject_id="3") == ["member.changed"]
    assert len(rows(auditor, username="2600009")) == 3
    assert rows(auditor, username="nobody") == []
    assert len(rows(auditor, first="2026-06-10", last="2026-06-10")) == 3
    assert rows(auditor, first="2026-06-11") == []


def test_an_export_is_a_line_itself(auditor) -> None:
    response = auditor.get(reverse("accounts:journal"), {"export": "csv"})
    sent = b"".join(response.streaming_content).decode()
    assert "wish.claimed" in sent
    assert JournalEntry.objects.filter(did="journal.exported", facts__rows=3).count() == 1


@pytest.mark.parametrize("number", [1, 3])
def test_query_count_is_constant(auditor, now, number, django_assert_max_num_queries) -> None:
    for each in range(number):
        journal.note(actor=Actor.system("test"), did="x.y", to=("x", each), now=now)
    auditor.get(reverse("accounts:journal"))
    with django_assert_max_num_queries(10):
        auditor.get(reverse("accounts:journal"))
