"""What a unit delivered is credited to those who served; each is told what concerns them."""

from datetime import timedelta

import pytest
from django.test import Client

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.ledger.models import Entry
from allhours.needs import actions
from allhours.needs.actions import unit_claims as units
from allhours.needs.models import ClaimAllowance
from allhours.notifications.models import Notice
from tests.factories.directory import make_member, make_unit, member_actor, staff_actor
from tests.factories.ledger import make_entry
from tests.factories.needs import (
    NOW,
    SECRET_PHONE,
    SYSTEM,
    delivery,
    liaison_of,
    make_claim,
    make_open_wish,
    make_unit_claim,
)
from tests.needs.test_unit_claims import LATER, claiming, delivered, held_by, refused

pytestmark = pytest.mark.django_db


def test_those_who_took_part_are_credited_and_none_of_them_confirms() -> None:
    claim = make_unit_claim(helpers=3)
    one, two, busy = [row.member for row in claim.helpers.order_by("pk")]
    make_entry(busy, started_at=NOW + timedelta(hours=1))
    delivered(claim, helpers=frozenset({one.pk, busy.pk}))
    wish = claim.wish
    staff = staff_actor(Role.COMMUNITY_STAFF, wish.community)
    for each in (claim.member, one):
        own = type(staff)(user_id=staff.user_id, member_id=each.pk, grants=staff.grants)
        told = refused(actions.confirm_delivery, actor=own, wish=wish, now=LATER)
        assert told == ("claim.not_by_claimer",)
    actions.confirm_delivery(actor=staff, wish=wish, now=LATER)
    rows = Entry.objects.filter(source_kind="wish", source_key=str(claim.pk))
    assert dict(rows.values_list("member_id", "minutes")) == {
        claim.member_id: 60,
        one.pk: 60,
        busy.pk: 0,  # met another record of theirs
    }
    assert held_by(claim.unit) == 0
    assert not ClaimAllowance.objects.filter(live__gt=0).exists()
    assert claim.helpers.get(member=two).took_part is False


def test_all_helpers_took_part_if_not_said_and_a_stranger_did_not() -> None:
    claim = make_unit_claim(helpers=2)
    stranger = frozenset({make_member(claim.unit).pk})
    told = refused(
        actions.deliver_claim, actor=member_actor(claim.member), claim=claim,
        delivery=delivery(helpers=stranger), now=LATER,
    )  # fmt: skip
    assert told == ("claim.not_helping",)
    delivered(claim)
    assert list(claim.helpers.values_list("took_part", flat=True)) == [True, True]
    actions.send_back(actor=SYSTEM, wish=claim.wish, note="还缺", now=LATER)
    assert list(claim.helpers.values_list("took_part", flat=True)) == [None, None]


def test_a_member_of_two_claims_of_one_wish_is_credited_once() -> None:
    wish = make_open_wish(places=2)
    claim = make_unit_claim(wish, helpers=1)
    helper = claim.helpers.get().member
    own = make_claim(wish, helper)
    delivered(claim)
    delivered(own)
    actions.confirm_delivery(actor=SYSTEM, wish=wish, now=LATER)
    assert Entry.objects.filter(member=helper).count() == 1


def test_the_desk_never_learns_that_a_wish_is_its_members_own() -> None:
    """Naming the wisher is not refused; their own delivery is, and that of one who took them."""
    wish, unit = make_open_wish(), make_unit()
    wisher, other = make_member(unit, phone=SECRET_PHONE), make_member(unit)
    claim = claiming(unit, wish, wisher)
    told = refused(
        actions.deliver_claim, actor=member_actor(wisher), claim=claim, delivery=delivery(),
        now=LATER,
    )  # fmt: skip
    assert told == ("claim.own_wish",)
    desk = liaison_of(unit)
    units.reassign_unit_claim(actor=desk, claim=claim, responsible=other, now=NOW)
    units.name_helpers(actor=desk, claim=claim, helpers=[wisher], now=NOW)
    told = refused(
        actions.deliver_claim, actor=member_actor(other), claim=claim, delivery=delivery(),
        now=LATER,
    )  # fmt: skip
    assert told == ("claim.helpers_own_wish",)
    delivered(claim, helpers=frozenset())


# ---- told ----------------------------------------------------------------------------------


def told_to(user) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("key", flat=True))


def test_each_is_told_what_concerns_them(django_capture_on_commit_callbacks) -> None:
    unit = make_unit()
    people = [make_member(unit) for _ in range(3)]
    for each in people:
        member_actor(each)
    first, second, helper = people
    desk = liaison_of(unit)
    with django_capture_on_commit_callbacks(execute=True):
        claim = claiming(unit, make_open_wish(), first, actor=desk, helpers=[helper])
    with django_capture_on_commit_callbacks(execute=True):
        units.ask_for_another(actor=member_actor(first), claim=claim, now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        units.reassign_unit_claim(actor=desk, claim=claim, responsible=second, now=NOW)
    overdue = claim.due_at + timedelta(hours=1)
    with django_capture_on_commit_callbacks(execute=True):
        actions.remind_of_terms(now=overdue)
    with django_capture_on_commit_callbacks(execute=True):
        actions.release_claim(actor=SYSTEM, claim=claim, reason="无法联系", now=overdue)
    assert told_to(first.user) == ["needs.unit_named"]
    assert told_to(second.user) == [
        "needs.unit_named",
        "needs.delivery_overdue",
        "needs.claim_released",
    ]
    assert told_to(helper.user) == ["needs.unit_help", "needs.unit_help_ended"]
    keys = list(Notice.objects.filter(user_id=desk.user_id).values_list("key", flat=True))
    assert sorted(keys) == ["needs.unit_ended", "needs.unit_overdue", "needs.unit_to_rename"]
    did = JournalEntry.objects.filter(subject="wish", subject_id=str(claim.wish_id))
    assert [line.did for line in did.order_by("pk")][-4:] == [
        "wish.claimed_by_unit",
        "wish.unit_asked_for_another",
        "wish.unit_renamed",
        "wish.released",
    ]


def test_the_reminder_of_who_left_goes_to_the_desk_only(django_capture_on_commit_callbacks) -> None:
    claim = make_unit_claim()
    desk = liaison_of(claim.unit)
    units.ask_for_another(actor=member_actor(claim.member), claim=claim, now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        actions.remind_of_terms(now=NOW + timedelta(hours=25))
    assert told_to(claim.member.user) == []
    assert "needs.unit_overdue" in told_to(desk.user_id)


def test_public_pages_name_neither_unit_nor_member() -> None:
    claim = make_unit_claim(unit=make_unit(name="测试密名单位"))
    code = claim.wish.code
    for page in (f"/wishes/{code}/", "/wishes/?state=working"):
        text = Client().get(page).content.decode()
        assert "测试密名单位" not in text
        assert claim.member.name not in text
