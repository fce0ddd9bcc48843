"""The journal: append-only in the database itself, read by the audit administrator."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from allhours.accounts import journal, tamper
from allhours.accounts.actor import Actor, Grant
from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry, SignInRecord
from tests.factories.directory import make_county, make_member, make_user, staff_user

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
    return [line.entry.did for line in response.context["rows"]]


def test_the_auditor_searches(auditor) -> None:
    assert len(rows(auditor)) == 3
    assert rows(auditor, did="wish.") == ["wish.claimed", "wish.noted"]
    assert rows(auditor, deed="wish.claimed") == ["wish.claimed"]
    assert rows(auditor, subject="wish", subject_id="3") == ["member.changed"]
    assert len(rows(auditor, username="2600009")) == 3
    assert rows(auditor, username="nobody") == []
    assert len(rows(auditor, first="2026-06-10", last="2026-06-10")) == 3
    assert rows(auditor, first="2026-06-11") == []


def test_an_object_is_found_by_the_address_of_its_page(auditor, now) -> None:
    member, other = make_member(), make_member()
    for each in (member, other):
        journal.note(actor=Actor.system("t"), did="member.changed", to=each, now=now)
    url = "https://example.test" + reverse("directory:member", args=[member.member_no])
    found = auditor.get(reverse("accounts:journal"), {"address": url})
    assert [line.entry.subject_id for line in found.context["rows"]] == [str(member.pk)]
    assert member.name not in found.content.decode()
    assert rows(auditor, address="/nowhere/") == []
    assert rows(auditor, address=reverse("portal:public")) == []


def test_pages_stay_while_lines_are_added(auditor, now) -> None:
    for each in range(120):
        journal.note(actor=Actor.system("t"), did="x.y", to=("x", each), now=now)
    url = reverse("accounts:journal")
    first = auditor.get(url).context["page"]
    journal.note(actor=Actor.system("t"), did="x.y", to=("x", 999), now=now)
    second = auditor.get(url, {"before": first.older}).context["page"]
    assert second.entries[0].pk == first.entries[-1].pk - 1
    third = auditor.get(url, {"before": second.older}).context["page"]
    assert (len(third.entries), third.older) == (23, None)
    back = auditor.get(url, {"after": third.newer}).context["page"]
    assert [each.pk for each in back.entries] == [each.pk for each in second.entries]
    assert auditor.get(url, {"before": "9" * 30, "after": "x"}).status_code == 200


def test_an_export_has_a_purpose_and_is_a_line_itself(auditor) -> None:
    url = reverse("accounts:journal-export")
    assert auditor.post(url, {"kind": "csv"}).status_code == 302
    assert not JournalEntry.objects.filter(did="journal.exported").exists()
    response = auditor.post(url + "?did=wish.", {"kind": "csv", "purpose": "routine"})
    sent = b"".join(response.streaming_content).decode()
    assert "wish.claimed" in sent
    assert "member.changed" not in sent
    line = JournalEntry.objects.get(did="journal.exported")
    assert line.facts == {"kind": "csv", "purpose": "routine", "rows": 2}
    book = auditor.post(url, {"kind": "xlsx", "purpose": "routine"})
    assert b"".join(book.streaming_content).startswith(b"PK")
    book.close()


def test_a_delegate_is_shown_with_the_one_for_whom_it_was_done(auditor, now) -> None:
    holder = make_user(username="holder01")
    grant = Grant("liaison", "/1/", appointment_id=12, acting_for=7, for_user=holder.pk)
    actor = Actor(user_id=make_user(username="deputy1").pk, grants=(grant,))
    assert actor.holds("liaison", over="/1/")
    journal.note(actor=actor, did="letter.issued", to=("letter", 1), now=now)
    entry = JournalEntry.objects.latest("pk")
    assert (entry.appointment_id_plain, entry.acting_for_plain) == (12, 7)
    page = auditor.get(reverse("accounts:journal")).content.decode()
    assert "代 holder01" in page
    assert "deputy1" in page


def test_what_a_delegate_does_as_a_member_is_not_done_for_the_holder(now) -> None:
    grant = Grant("liaison", "/1/", appointment_id=12, acting_for=7, for_user=5)
    actor = Actor(user_id=1, member_id=1, grants=(grant,))
    assert journal.line(actor=actor, did="x", to=("x", 1), now=now).acting_for_plain is None


def test_of_several_roles_the_one_that_permitted_is_journaled(now) -> None:
    grants = (Grant("liaison", "/1/", 3), Grant("community_staff", "/2/", 4))
    actor = Actor(user_id=1, grants=grants)
    actor.require("community_staff", over="/2/9/")
    line = journal.line(actor=actor, did="x", to=("x", 1), now=now)
    assert (line.role, line.appointment_id_plain) == ("community_staff", 4)


def test_the_fence_is_shown_standing_or_down(auditor) -> None:
    assert "保护有效" in auditor.get(reverse("accounts:journal")).content.decode()
    assert tamper.fence() == tamper.Fence(True, 3, *ends())
    assert tamper.fence().gaps == 0


def ends() -> tuple[int, int]:
    pks = sorted(JournalEntry.objects.values_list("pk", flat=True))
    return pks[0], pks[-1]


@pytest.mark.sqlite_only
def test_a_fence_taken_down_is_told(auditor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER accounts_journalentry_no_delete")
    assert "保护缺失" in auditor.get(reverse("accounts:journal")).content.decode()


def test_sign_ins_of_all_are_read_by_the_auditor_alone(auditor, client, now) -> None:
    user = make_user(username="someone")
    SignInRecord.objects.create(user=user, at=now, succeeded=False, address="10.0.0.9")
    url = reverse("accounts:sign-ins")
    shown = auditor.get(url, {"username": "someone"}).content.decode()
    assert "10.0.0.9" in shown
    assert auditor.get(url, {"export": "csv"}).status_code == 200
    assert JournalEntry.objects.filter(did="sign_ins.exported").count() == 1
    client.force_login(staff_user(Role.SECURITY_ADMIN, make_county()), backend=BACKEND)
    assert client.get(url).status_code == 404
    assert client.get(reverse("accounts:journal")).status_code == 404
    assert client.post(reverse("accounts:journal-export")).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_query_count_is_constant(auditor, now, number, django_assert_max_num_queries) -> None:
    for each in range(number):
        journal.note(actor=Actor.system("test"), did="x.y", to=("x", each), now=now)
    auditor.get(reverse("accounts:journal"))
    with django_assert_max_num_queries(10):
        auditor.get(reverse("accounts:journal"))
