"""The pages of changes and mergers: who sees them, what they refuse, how many queries they ask."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from allhours.accounts.choices import Role
from allhours.directory.actions import changes, merging
from allhours.directory.change_rules import Change
from allhours.directory.choices import ChangeKind, ChangeState, MergeState
from allhours.directory.models import Member, MemberChange, MemberMerge, Organization
from allhours.kernel import clock
from allhours.placement.actions.live import begin_many
from allhours.placement.models import Placement
from tests.factories.directory import (
    TODAY,
    county_officer,
    make_community,
    make_county,
    make_member,
    make_unit,
    member_actor,
    staff_actor,
    staff_user,
)

pytestmark = pytest.mark.django_db
NOW = clock.at(TODAY) + timedelta(hours=10)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def desk_of(role: str, organization: Organization) -> Client:
    client = Client()
    client.force_login(staff_user(role, organization))
    return client


def placed(member: Member) -> Organization:
    community = make_community()
    row = Placement(member=member, unit=member.unit, community=community, assigned_at=NOW)
    begin_many(county_officer(), [row], now=NOW)
    member.refresh_from_db()
    return community


def url(member: Member, rest: str = "") -> str:
    return f"/desk/members/{member.member_no}/changes/{rest}"


def test_leaving_is_looked_at_before_it_is_confirmed() -> None:
    member = make_member()
    community = placed(member)
    client = desk_of(Role.LIAISON, member.unit)
    data = {"on": TODAY.isoformat(), "reason": "away"}
    assert client.get(url(member, "leave/")).status_code == 200
    page = client.post(url(member, "leave/"), data).content.decode()
    assert community.label in page
    assert 'name="confirm"' in page
    assert not MemberChange.objects.exists()
    again = client.post(url(member, "leave/"), data | {"again": "1"}).content.decode()
    assert 'name="reason"' in again
    assert 'name="confirm"' not in again
    answer = client.post(url(member, "leave/"), data | {"confirm": "1"})
    change = MemberChange.objects.get()
    assert answer["Location"] == f"/desk/changes/{change.pk}/"
    assert "已生效" in client.get(answer["Location"]).content.decode()
    member.refresh_from_db()
    assert member.left_on == TODAY


def test_refusal_stands_in_the_form_and_what_was_entered_stays() -> None:
    member = make_member()
    client = desk_of(Role.LIAISON, member.unit)
    late = (TODAY + timedelta(days=400)).isoformat()
    page = client.post(url(member, "retire/"), {"on": late}).content.decode()
    assert "生效日期最多提前一年登记" in page
    assert late in page


@pytest.mark.parametrize("kind", [kind for kind in ChangeKind if kind != ChangeKind.RETURN])
def test_each_kind_has_its_page(kind: ChangeKind) -> None:
    member = make_member()
    client = desk_of(Role.COUNTY_OFFICER, make_county())
    assert client.get(url(member, f"{kind}/")).status_code == 200
    assert str(kind.label) in client.get(url(member)).content.decode()


def test_out_of_sight_is_not_there_and_in_sight_gets_a_sentence() -> None:
    member = make_member()
    community = placed(member)
    stranger = desk_of(Role.LIAISON, make_unit())
    assert stranger.get(url(member)).status_code == 404
    assert stranger.get(url(member, "leave/")).status_code == 404
    inspector = desk_of(Role.INSPECTOR, make_county())
    page = inspector.get(url(member, "leave/"), follow=True).content.decode()
    assert "您的职务不能办理此事" in page
    staff = desk_of(Role.COMMUNITY_STAFF, community)
    page = staff.get(url(member)).content.decode()
    assert "迁居" in page
    assert "去世" not in page
    page = staff.get(url(member, "leave/"), follow=True).content.decode()
    assert "您的职务不能办理此事" in page


def test_community_does_not_read_what_else_was_closed() -> None:
    member = make_member()
    community = placed(member)
    staff = staff_actor(Role.COMMUNITY_STAFF, community)
    row = changes.propose_change(
        actor=staff, member=member, change=Change(ChangeKind.MOVE, TODAY), now=NOW
    )
    changes.accept_change(actor=county_officer(), change=row, now=NOW)
    client = desk_of(Role.COMMUNITY_STAFF, community)
    page = client.get(f"/desk/changes/{row.pk}/").content.decode()
    assert "随之处理的事项" not in page
    other = desk_of(Role.COMMUNITY_STAFF, make_community())
    assert other.get(f"/desk/changes/{row.pk}/").status_code == 404


def test_new_unit_accepts_on_the_page() -> None:
    member, target = make_member(), make_unit()
    old, new = desk_of(Role.LIAISON, member.unit), desk_of(Role.LIAISON, target)
    data = {"on": TODAY.isoformat(), "to_unit": target.pk, "confirm": "1"}
    old.post(url(member, "transfer/"), data)
    row = MemberChange.objects.get()
    assert row.state == ChangeState.ASKED
    assert "1 项人员变动待答复" in new.get("/desk/").content.decode()
    assert "待答复" not in old.get("/desk/").content.decode()
    assert "同意接收" in new.get(f"/desk/changes/{row.pk}/").content.decode()
    page = old.post(f"/desk/changes/{row.pk}/accept/", follow=True).content.decode()
    assert "您的职务不能办理此事" in page
    page = new.post(f"/desk/changes/{row.pk}/decline/", {"answer": ""}, follow=True)
    assert "请写明不同意的原因" in page.content.decode()
    new.post(f"/desk/changes/{row.pk}/accept/")
    member.refresh_from_db()
    assert member.unit == target
    page = old.post(f"/desk/changes/{row.pk}/withdraw/", follow=True).content.decode()
    assert "这项变动已经办结或撤回" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_the_same_whatever_their_length(
    rows: int, django_assert_max_num_queries: Any
) -> None:
    unit = make_unit()
    officer = county_officer()
    for _ in range(rows):
        wanted = Change(ChangeKind.RETIRE, TODAY)
        changes.propose_change(actor=officer, member=make_member(unit), change=wanted, now=NOW)
        one, two = make_member(unit), make_member(unit)
        merging.propose_merge(actor=officer, kept=one, gone=two, taken=[], now=NOW)
    client = desk_of(Role.LIAISON, unit)
    client.get("/desk/changes/")
    for page in ("/desk/changes/", "/desk/merges/"):
        with django_assert_max_num_queries(15):
            assert client.get(page).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_members_timeline_is_bounded(rows: int, django_assert_max_num_queries: Any) -> None:
    member = make_member()
    for number in range(rows):
        unit = make_unit()
        wanted = Change(ChangeKind.TRANSFER, TODAY, to_unit=unit, position=f"职务{number}")
        changes.propose_change(actor=county_officer(), member=member, change=wanted, now=NOW)
    client = desk_of(Role.COUNTY_OFFICER, make_county())
    client.get(url(member))
    with django_assert_max_num_queries(15):
        page = client.get(url(member)).content.decode()
    assert page.count("原单位") == rows


def test_merge_is_compared_proposed_approved_and_undone_on_pages() -> None:
    unit = make_unit()
    kept, gone = make_member(unit, name="王一"), make_member(unit, name="王壹", phone="13900000002")
    liaison = desk_of(Role.LIAISON, unit)
    address = f"/desk/members/{kept.member_no}/merge/"
    assert liaison.get(address).status_code == 200
    assert "没有这个编号" in liaison.get(address, {"other": "XX"}).content.decode()
    page = liaison.get(address, {"other": gone.member_no}).content.decode()
    assert "王壹" in page
    assert "139****0002" in page
    assert "13900000002" not in page
    answer = liaison.post(address, {"other": gone.member_no, "take-name": "gone"})
    merge = MemberMerge.objects.get()
    assert (merge.taken, answer["Location"]) == (["name"], f"/desk/merges/{merge.pk}/")
    again = liaison.post(address, {"other": gone.member_no, "take-name": "gone"})
    assert again.content.decode().count('value="gone" selected') == 1  # refused, and kept as chosen
    page = liaison.post(f"/desk/merges/{merge.pk}/approve/", follow=True).content.decode()
    assert "您的职务不能办理此事" in page
    officer = desk_of(Role.COUNTY_OFFICER, make_county())
    assert "1 项编号合并待批准" in officer.get("/desk/").content.decode()
    assert "批准合并" in officer.get(f"/desk/merges/{merge.pk}/").content.decode()
    officer.post(f"/desk/merges/{merge.pk}/approve/")
    merge.refresh_from_db()
    assert merge.state == MergeState.DONE
    page = officer.get(f"/desk/members/{gone.member_no}/").content.decode()
    assert f"已并入 {kept.member_no}" in page
    officer.post(f"/desk/merges/{merge.pk}/undo/")
    merge.refresh_from_db()
    assert merge.state == MergeState.UNDONE
    stranger = desk_of(Role.LIAISON, make_unit())
    assert stranger.get(f"/desk/merges/{merge.pk}/").status_code == 404
    assert stranger.get(address).status_code == 404


def test_member_pauses_and_resumes_on_their_page() -> None:
    member = make_member()
    community = placed(member)
    client = Client()
    assert member_actor(member).user_id
    client.force_login(member.user)  # type: ignore[arg-type]
    assert community.label in client.get("/me/pause/").content.decode()
    assert "恢复参加" in client.post("/me/pause/", follow=True).content.decode()
    assert Placement.objects.live().count() == 0
    client.post("/me/resume/")
    member.refresh_from_db()
    assert member.paused_on is None
