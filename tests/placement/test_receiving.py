"""Where a received member joins, returns, and receipts that are signed for."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories.directory import (
    TODAY,
    county_officer,
    make_community,
    make_county,
    make_member,
    make_org,
    make_unit,
    member_actor,
    staff_actor,
    staff_user,
)
from tests.factories.placement import (
    NOON,
    community_secretary,
    liaison,
    make_letter,
    make_placement,
    make_temp_branch,
)

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.directory.choices import OrgKind
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.notifications.models import Notice
from allhours.placement.actions import letters, receipts, reminders, reporting, returns
from allhours.placement.choices import EndReason, PlacementState
from allhours.placement.models import Placement
from allhours.placement.queries import desk, papers
from allhours.scheme import queries as scheme_queries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
def to_branch(monkeypatch):
    """A scheme whose receipts return to the temporary branch (S3)."""
    scheme = scheme_queries.neutral_scheme()
    other = replace(scheme, reporting=replace(scheme.reporting, receipt_to="temporary_branch"))
    monkeypatch.setattr(scheme_queries, "neutral_scheme", lambda: other)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def code_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.codes[0]


def test_the_desk_chooses_the_branch_before_receiving_and_may_change_it_after():
    community = make_community()
    first, second = make_temp_branch(community), make_temp_branch(community)
    grid = make_org(OrgKind.GRID, parent=community)
    foreign = make_temp_branch(make_community())
    placement = make_placement(community=community, state=PlacementState.PRESENTED)
    actor = community_secretary(community)

    assert (
        code_of(
            lambda: reporting.receive_member(
                actor=actor, placement=placement, branch=foreign, now=NOON
            )
        )
        == "placement.branch_elsewhere"
    )
    assert (
        code_of(
            lambda: reporting.receive_member(
                actor=actor, placement=placement, grid=second, now=NOON
            )
        )
        == "placement.place_elsewhere"
    )
    assert (
        code_of(
            lambda: reporting.change_place(actor=actor, placement=placement, branch=first, now=NOON)
        )
        == "placement.not_reported"
    )
    reporting.receive_member(actor=actor, placement=placement, branch=second, now=NOON)
    placement.refresh_from_db()
    assert placement.branch == second
    reporting.change_place(actor=actor, placement=placement, branch=first, grid=grid, now=NOON)
    placement.refresh_from_db()
    assert (placement.branch, placement.grid) == (first, grid)


def test_a_stack_joins_the_chosen_branch_by_form():
    community = make_community()
    _first, second = make_temp_branch(community), make_temp_branch(community)
    stack = [make_placement(community=community, state=PlacementState.PRESENTED) for _ in range(3)]
    client = client_of(staff_user(Role.COMMUNITY_STAFF, community))

    client.post(
        reverse("placement:receive-stack"),
        {"chosen": [row.pk for row in stack], "branch": second.pk},
    )

    assert set(Placement.objects.values_list("branch", flat=True)) == {second.pk}


def test_receipts_are_signed_for_with_one_tap_by_the_unit_only():
    unit = make_unit()
    rows = [
        make_placement(make_member(unit), state=PlacementState.REPORTED, receipt_to="unit")
        for _ in range(3)
    ]
    foreign = make_placement(state=PlacementState.REPORTED, receipt_to="unit")
    client = client_of(staff_user(Role.LIAISON, unit))

    assert "3 份回执待签收" in client.get(reverse("placement:receipts")).content.decode()
    answer = client.post(reverse("placement:acknowledge"), follow=True).content.decode()
    assert "已签收 3 份回执" in answer
    actor = liaison(unit)
    assert receipts.acknowledge_receipts(actor=actor, placements=rows, now=NOON) == 0
    assert JournalEntry.objects.filter(did="receipt.acknowledged").count() == 3
    assert not papers.unit_receipts_open(actor).exists()
    assert (
        code_of(lambda: receipts.acknowledge_receipts(actor=actor, placements=[foreign], now=NOON))
        == "receipt.elsewhere"
    )
    rows[0].refresh_from_db()
    assert rows[0].acknowledged_at == NOON
    assert (
        code_of(lambda: receipts.acknowledge_receipt(actor=actor, placement=rows[0], now=NOON))
        == "receipt.acknowledged"
    )


def test_where_the_scheme_says_so_the_receipt_returns_to_the_temporary_branch(
    to_branch, django_capture_on_commit_callbacks
):
    placement = make_placement(state=PlacementState.PRESENTED)
    branch = make_temp_branch(placement.community)
    secretary = staff_actor(Role.BRANCH_SECRETARY, branch)
    unit = liaison(placement.unit)
    member = member_actor(placement.member)

    with django_capture_on_commit_callbacks(execute=True):
        reporting.receive_member(
            actor=community_secretary(placement.community), placement=placement, now=NOON
        )

    placement.refresh_from_db()
    assert placement.receipt_to == "temporary_branch"
    assert set(Notice.objects.values_list("user_id", "key")) == {
        (secretary.user_id, "placement.receipts_branch"),
        (member.user_id, "placement.received_branch"),
    }
    assert not papers.unit_receipts_open(unit).exists()
    assert (
        code_of(lambda: receipts.acknowledge_receipt(actor=unit, placement=placement, now=NOON))
        == "receipt.elsewhere"
    )
    client = client_of(staff_user(Role.BRANCH_SECRETARY, branch))
    assert (
        placement.member.name in client.get(reverse("placement:branch-receipts")).content.decode()
    )
    client.post(reverse("placement:acknowledge-branch"))
    placement.refresh_from_db()
    assert placement.acknowledged_at == NOON


def test_a_returned_member_goes_to_the_same_community_again_or_the_county_is_asked():
    letter = make_letter()
    placement, actor = letter.placement, liaison(letter.unit)
    secretary = community_secretary(placement.community)
    assert (
        code_of(lambda: returns.place_again(actor=actor, placement=placement, now=NOON))
        == "placement.not_returned"
    )
    reporting.present_at_desk(actor=secretary, placement=placement, now=NOON)
    reporting.return_member(
        actor=secretary, placement=placement, reason="证明信所载信息有误", now=NOON
    )
    placement = Placement.objects.select_related("member", "community").get(pk=placement.pk)

    wanted = make_community()
    client = client_of(staff_user(Role.LIAISON, letter.unit))
    shown = client.get(reverse("placement:placement", args=[placement.pk])).content.decode()
    assert "证明信所载信息有误" in shown
    assert "退回后的办理" in shown
    client.post(reverse("placement:ask-another", args=[placement.pk]), {"community": wanted.pk})
    placement.refresh_from_db()
    assert placement.wanted_community == wanted
    officer = client_of(staff_user(Role.COUNTY_OFFICER, make_county()))
    assert wanted.name in officer.get(reverse("placement:unplaced")).content.decode()
    asked = officer.get(reverse("placement:place", args=[placement.member_id])).content.decode()
    assert f'value="{wanted.pk}" selected' in asked
    fresh = returns.place_again(actor=actor, placement=placement, now=NOON)
    assert (fresh.community, fresh.state) == (placement.community, PlacementState.ASSIGNED)
    assert (
        code_of(lambda: returns.place_again(actor=actor, placement=placement, now=NOON))
        == "placement.placed_again"
    )
    new = letters.issue_letter(actor=actor, placement=fresh, now=NOON)
    assert new.number != letter.number
    assert list(desk.returned(actor)) == []


@pytest.mark.django_db(transaction=True)
def test_a_stack_with_one_received_meanwhile_and_one_returned_is_not_spoilt(threads):
    community = make_community()
    stack = [make_placement(community=community, state=PlacementState.PRESENTED) for _ in range(4)]
    desks = [community_secretary(community) for _ in range(2)]
    views = [
        list(Placement.objects.select_related("community", "member").order_by("pk")) for _ in desks
    ]
    reporting.return_member(actor=desks[0], placement=stack[3], reason="不在本社区", now=NOON)

    results = threads(
        2, lambda n: reporting.receive_members(actor=desks[n], placements=views[n], now=NOON)
    )

    assert sum(done for done, _left in results) == 3
    states = Placement.objects.order_by("pk").values_list("state", "end_reason")
    assert list(states) == [("reported", "")] * 3 + [("ended", EndReason.RETURNED)]


# ---- reminders -----------------------------------------------------------------------------

SYSTEM = Actor.system("night")


def night(day) -> datetime:
    return clock.at(day) + timedelta(hours=1, minutes=20)


def test_the_desk_is_reminded_the_night_after_the_last_working_day_once(
    django_capture_on_commit_callbacks,
):
    # presented on Wednesday 10 June 2026; five working days end on Wednesday the 17th
    placement = make_placement(state=PlacementState.PRESENTED, presented_at=NOON)
    secretary = community_secretary(placement.community)

    assert reminders.remind_desks(actor=SYSTEM, now=night(TODAY + timedelta(days=7))) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert reminders.remind_desks(actor=SYSTEM, now=night(TODAY + timedelta(days=8))) == 1
    with django_capture_on_commit_callbacks(execute=True):
        assert reminders.remind_desks(actor=SYSTEM, now=night(TODAY + timedelta(days=8))) == 0
        assert reminders.remind_desks(actor=SYSTEM, now=night(TODAY + timedelta(days=9))) == 0

    notice = Notice.objects.get()
    assert (notice.user_id, notice.key, notice.params) == (
        secretary.user_id,
        "placement.desk_late",
        {"count": 1, "days": 5},
    )


def test_official_holidays_put_the_desks_reminder_off():
    from allhours.scheme.models import CalendarDay

    CalendarDay.objects.create(day=TODAY + timedelta(days=1), kind="holiday")
    make_placement(state=PlacementState.PRESENTED, presented_at=NOON)

    assert reminders.remind_desks(actor=SYSTEM, now=night(TODAY + timedelta(days=8))) == 0
    assert reminders.remind_desks(actor=SYSTEM, now=night(TODAY + timedelta(days=9))) == 1


def test_a_member_with_a_letter_is_reminded_after_the_schemes_days_once_a_letter(
    django_capture_on_commit_callbacks,
):
    letter = make_letter()
    member, unit = member_actor(letter.placement.member), liaison(letter.unit)

    assert reminders.remind_members(actor=SYSTEM, now=night(TODAY + timedelta(days=6))) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert reminders.remind_members(actor=SYSTEM, now=night(TODAY + timedelta(days=7))) == 1
    assert reminders.remind_members(actor=SYSTEM, now=night(TODAY + timedelta(days=8))) == 0
    assert set(Notice.objects.values_list("user_id", "key")) == {
        (member.user_id, "placement.member_awaited"),
        (unit.user_id, "placement.members_awaited"),
    }
    anew = NOON + timedelta(days=10)
    letters.reissue_letter(actor=unit, letter=letter, reason="遗失", now=anew)
    assert reminders.remind_members(actor=SYSTEM, now=night(TODAY + timedelta(days=16))) == 0
    assert reminders.remind_members(actor=SYSTEM, now=night(TODAY + timedelta(days=17))) == 1


def test_the_unit_is_reminded_of_those_without_a_letter(django_capture_on_commit_callbacks):
    placement = make_placement()
    unit = liaison(placement.unit)
    county_officer()

    assert reminders.remind_units(actor=SYSTEM, now=night(TODAY + timedelta(days=6))) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert reminders.remind_units(actor=SYSTEM, now=night(TODAY + timedelta(days=7))) == 1
    assert reminders.remind_units(actor=SYSTEM, now=night(TODAY + timedelta(days=7))) == 0
    assert list(Notice.objects.values_list("user_id", "key")) == [
        (unit.user_id, "placement.letters_awaited")
    ]
