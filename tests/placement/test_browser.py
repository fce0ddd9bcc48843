"""What reporting-in costs people in a real browser, and whether everybody can use the pages."""

import io
from pathlib import Path

import pytest
from django.urls import reverse
from pypdf import PdfReader
from tests.factories.directory import (
    county_officer,
    make_county,
    make_member,
    member_actor,
    staff_user,
)
from tests.factories.placement import (
    NOON,
    make_county_with_members,
    make_letter,
    make_placement,
    make_temp_branch,
)
from tests.support.browser import overflows

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.placement.actions import rounds
from allhours.placement.choices import PlacementState
from allhours.placement.models import Letter, Placement, Proposal

PASSWORD = "Long-enough-7"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


def with_password(user):
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def waiting_member():
    """A member with a letter in a community that has a temporary branch."""
    row, people, _ = make_county_with_members()
    make_temp_branch(row[0])
    letter = make_letter(make_placement(people[0], row[0], state=PlacementState.LETTER_ISSUED))
    member_actor(people[0])
    with_password(people[0].user)
    return letter.placement


def test_reporting_in_costs_two_taps_and_one(phone, page, sign_in):
    placement = waiting_member()
    secretary = with_password(staff_user(Role.COMMUNITY_SECRETARY, placement.community))

    sign_in(phone, placement.member.member_no, PASSWORD)
    phone.goto("/me/")
    phone.locator(f"main a[href='{reverse('placement:mine')}']").first.click()
    phone.get_by_role("button", name="我已到社区").click()
    phone.get_by_text("请等待接收").first.wait_for()

    sign_in(page, secretary.username, PASSWORD)
    page.goto(reverse("placement:reporting"))
    page.get_by_role("button", name="接收并送回执").click()
    page.get_by_text("回执已送").wait_for()
    placement.refresh_from_db()
    assert placement.state == PlacementState.REPORTED


def test_a_unit_prints_forty_letters_in_four_clicks_from_its_home(page, sign_in):
    row, people, _ = make_county_with_members(members=40)
    for member in people:
        make_placement(member, row[0])
    liaison = with_password(staff_user(Role.LIAISON, people[0].unit))
    sign_in(page, liaison.username, PASSWORD)
    page.goto("/desk/")

    page.get_by_role("link", name="40 名党员待开报到证明信").first.click()
    page.get_by_role("button", name="全部开具并打印（40 份）").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 PDF").click()

    content = Path(download.value.path()).read_bytes()
    assert len(PdfReader(io.BytesIO(content)).pages) == 40
    assert page.locator("article.sheet").count() == 40


def test_the_desk_receives_the_bearer_of_a_letter_in_one_tap(phone, sign_in, axe):
    placement = waiting_member()
    letter = Letter.objects.get(placement=placement)
    secretary = with_password(staff_user(Role.COMMUNITY_SECRETARY, placement.community))
    sign_in(phone, secretary.username, PASSWORD)

    phone.goto(reverse("placement:scan", args=[letter.code]))
    assert (axe(phone), overflows(phone)) == ([], [])
    phone.get_by_role("button", name="接收并送回执").click()
    phone.get_by_text("回执已送出").first.wait_for()
    placement.refresh_from_db()
    assert placement.state == PlacementState.REPORTED


def test_desk_pages_are_accessible_and_fit(page, sign_in, axe):
    placement = waiting_member()
    officer = county_officer()
    round_ = rounds.open_round(actor=officer, name="第一轮", now=NOON)
    rounds.propose_round(actor=officer, round_=round_, now=NOON)
    proposal = Proposal.objects.filter(round=round_).first()
    Placement.objects.update(state=PlacementState.PRESENTED, presented_at=NOON)
    make_placement(make_member(placement.unit))
    sign_in(page, with_password(staff_user(Role.COUNTY_OFFICER, make_county())).username, PASSWORD)

    for name, args in (
        ("rounds", []),
        ("round", [round_.pk]),
        ("proposal", [proposal.pk]),
        ("rates", []),
        ("letters", []),
        ("unreported", []),
        ("reporting", []),
        ("placement", [placement.pk]),
        ("print-letter", [placement.pk]),
        ("issued", []),
        ("receipts", []),
        ("here", []),
        ("sheet", ["member_card"]),
        ("sheet", ["activity_roster"]),
    ):
        page.set_viewport_size({"width": 1280, "height": 820})
        page.goto(reverse(f"placement:{name}", args=args))
        assert (name, axe(page)) == (name, [])
        page.set_viewport_size({"width": 320, "height": 780})
        assert (name, overflows(page)) == (name, [])


def test_the_members_page_is_accessible_and_fits(phone, sign_in, axe):
    placement = waiting_member()
    sign_in(phone, placement.member.member_no, PASSWORD)

    for width in (360, 320):
        phone.set_viewport_size({"width": width, "height": 780})
        phone.goto(reverse("placement:mine"))
        assert (axe(phone), overflows(phone)) == ([], [])
