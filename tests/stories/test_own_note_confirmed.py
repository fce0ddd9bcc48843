"""A member notes own service on the phone; the community returns it once, then confirms it."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.activities.models import ServiceNote
from allhours.kernel import clock
from allhours.kernel.periods import Period
from allhours.ledger import queries as ledger
from tests.factories.activities import AFTER
from tests.factories.directory import make_community, make_member, member_actor, staff_user

NOTE = {
    "kind": "post_service",
    "text": "在社区值班",
    "day": "2026-06-12",
    "starts": "17:00",
    "hours": "3",
    "place": "便民服务大厅",
    "key": "one-filled-in-form",
}


def url(name: str, *args: object) -> str:
    return reverse(f"activities:{name}", args=args)


@pytest.mark.django_db(transaction=True)
def test_a_note_is_returned_corrected_and_confirmed(monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    community = make_community(name="兴隆社区")
    member = make_member(serving_community=community)
    member_actor(member)
    phone, desk, elsewhere = Client(), Client(), Client()
    phone.force_login(member.user)
    desk.force_login(staff_user(Role.COMMUNITY_STAFF, community))
    elsewhere.force_login(staff_user(Role.COMMUNITY_STAFF, make_community()))

    # A weak signal: the form is sent twice and is one note.
    for _ in range(2):
        phone.post(url("note_new"), NOTE)
    note = ServiceNote.objects.get()

    # The community finds another time in its book and sends it back; the member reads why.
    assert elsewhere.get(url("note_desk", note.pk)).status_code == 404
    desk.post(url("note_return", note.pk), {"reason": "值班簿上是 18 点"})
    page = phone.get(url("note", note.pk)).content.decode()
    assert "值班簿上是 18 点" in page
    phone.post(url("note_change", note.pk), NOTE | {"starts": "18:00", "hours": "2"})

    # Now it is right: two hours of a Friday evening, all outside working hours.
    desk.post(url("notes_confirm"), {"tick": [note.pk]})
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    total = ledger.totals(members=[member.pk], period=year)[member.pk]
    assert (total.minutes, total.minutes_off, total.times) == (120, 120, 1)
    inbox = phone.get(reverse("notifications:inbox")).content.decode()
    assert "已记入服务记录" in inbox

    # The same evening cannot be noted again.
    again = phone.post(url("note_new"), NOTE | {"starts": "19:00", "key": "another"})
    assert "2026-06-12 18:00–20:00" in again.content.decode()
