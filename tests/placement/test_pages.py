"""Every page of placement: who sees it, that it renders, and what it costs."""

import io

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader
from tests.factories.directory import (
    make_community,
    make_county,
    make_member,
    make_unit,
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

from allhours.accounts.choices import Role
from allhours.accounts.models import User
from allhours.kernel import clock
from allhours.placement.actions import rounds
from allhours.placement.choices import PlacementState
from allhours.placement.models import Placement, Proposal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def officer_client():
    return client_of(staff_user(Role.COUNTY_OFFICER, make_county()))


def proposed(members=3):
    _row, people, _ = make_county_with_members(members=members)
    from tests.factories.directory import county_officer

    actor = county_officer()
    round_ = rounds.open_round(actor=actor, name="第一轮", now=NOON)
    rounds.propose_round(actor=actor, round_=round_, now=NOON)
    return round_, people


def page(client, name, *args, **query):
    response = client.get(reverse(f"placement:{name}", args=args), query)
    assert response.status_code == 200, name
    return response.content.decode()


def test_county_pages_show_rounds_and_proposals():
    round_, people = proposed()
    client = officer_client()
    proposal = Proposal.objects.get(round=round_, member=people[0])

    assert "第一轮" in page(client, "rounds")
    shown = page(client, "round", round_.pk)
    assert people[0].name in shown
    assert "没有更好的编入方案" in shown
    assert "编入居住地社区" in page(client, "proposal", proposal.pk)
    assert people[0].name in page(client, "unplaced")
    assert people[0].name in page(client, "place", people[0].pk)
    assert people[1].name not in page(client, "round", round_.pk, who=people[0].name)
    for by in ("unit", "community"):
        page(client, "rates", by=by, on="2026-05-01")


def test_an_officer_moves_locks_and_adopts_by_form():
    round_, people = proposed()
    client = officer_client()
    proposal = Proposal.objects.get(round=round_, member=people[0])
    other = Proposal.objects.get(round=round_, member=people[1]).community

    client.post(reverse("placement:move", args=[proposal.pk]), {"community": other.pk})
    proposal.refresh_from_db()
    assert (proposal.community, proposal.locked) == (other, True)
    client.post(reverse("placement:lock", args=[proposal.pk]), {"locked": "0"})
    proposal.refresh_from_db()
    assert not proposal.locked
    answer = client.post(reverse("placement:adopt", args=[round_.pk]), follow=True)
    assert "已采用：新编入 3 人" in answer.content.decode()
    assert Placement.objects.live().count() == 3


def test_a_new_round_is_solved_in_the_background():
    from allhours.jobs.models import Job

    make_county_with_members()
    answer = officer_client().post(reverse("placement:rounds"), {"name": "第二轮"})

    assert answer.status_code == 302
    assert Job.objects.get().kind == "placement.propose"


def test_units_issue_print_and_see_receipts():
    unit = make_unit()
    client = client_of(staff_user(Role.LIAISON, unit))
    first, second = (make_placement(make_member(unit)) for _ in range(2))
    foreign = make_placement()

    shown = page(client, "letters")
    assert first.member.name in shown
    assert foreign.member.name not in shown
    client.post(reverse("placement:issue", args=[first.pk]))
    client.post(reverse("placement:issue-all"), {"unit": unit.pk})
    assert client.post(reverse("placement:issue", args=[foreign.pk])).status_code == 404
    assert second.member.name in page(client, "issued")
    sheet = page(client, "print-letter", first.pk)
    assert "第0001号" in sheet
    assert page(client, "sheet", "report_letter").count('class="sheet"') == 2
    answer = client.get(reverse("placement:sheet", args=["report_letter"]), {"format": "pdf"})
    assert len(PdfReader(io.BytesIO(answer.content)).pages) == 2
    client.post(reverse("placement:void", args=[second.pk]), {"code": "lost"})
    assert second.member.name in page(client, "letters")
    make_placement(make_member(unit), state=PlacementState.REPORTED)
    assert "测试" in page(client, "receipts")
    assert first.member.name in page(client, "unreported")
    page(client, "excusals")


def test_an_excusal_is_entered_from_the_unreported_list():
    member = make_member()
    client = client_of(staff_user(Role.LIAISON, member.unit))

    page(client, "excuse", member.pk)
    client.post(
        reverse("placement:excuse", args=[member.pk]), {"klass": "away", "from_on": "2026-06-10"}
    )

    assert member.name not in page(client, "unreported")
    assert member.name in page(client, "excusals")


def test_the_community_receives_one_a_stack_and_by_code():
    community = make_community()
    make_temp_branch(community, name="第一临时党支部")
    client = client_of(staff_user(Role.COMMUNITY_SECRETARY, community))
    stack = [make_placement(community=community, state=PlacementState.PRESENTED) for _ in range(3)]
    letter = make_letter(make_placement(community=community, state=PlacementState.LETTER_ISSUED))

    shown = page(client, "reporting")
    assert "第一临时党支部" in shown
    client.post(reverse("placement:receive", args=[stack[0].pk]))
    client.post(reverse("placement:receive-stack"), {"chosen": [stack[1].pk, stack[2].pk]})
    answer = client.post(reverse("placement:by-code"), {"code": letter.code}, follow=True)
    assert "接收并送回执" in answer.content.decode()
    client.post(
        reverse("placement:return", args=[letter.placement_id]),
        {"code": "elsewhere", "words": "已迁出"},
    )
    states = dict(Placement.objects.values_list("pk", "state"))
    assert [states[p.pk] for p in stack] == ["reported"] * 3
    assert states[letter.placement_id] == "ended"
    page(client, "here")
    page(client, "placement", stack[0].pk)


def test_the_member_reports_with_one_button_and_may_object():
    _round, people = proposed()
    member = people[0]
    client = client_of(User.objects.get(pk=member_actor(member).user_id))
    assert "系统建议" in page(client, "mine")
    client.post(reverse("placement:contest"), {"text": "已迁居"})
    assert "已迁居" in page(client, "mine")

    letter = make_letter(
        make_placement(member, member.residence, state=PlacementState.LETTER_ISSUED)
    )
    shown = page(client, "mine")
    assert "我已到社区" in shown
    assert letter.code in shown
    client.post(reverse("placement:present-mine"))
    assert "请等待接收" in page(client, "mine")
    assert 'class="sheet"' in page(client, "my-letter")
    assert Placement.objects.get().state == PlacementState.PRESENTED


def test_pages_are_closed_to_those_they_are_not_for():
    round_, people = proposed()
    placement = make_placement(people[0], people[0].residence)
    outsider = client_of(staff_user(Role.COMMUNITY_SECRETARY, make_community()))

    for name, args in (
        ("rounds", []),
        ("round", [round_.pk]),
        ("letters", []),
        ("unreported", []),
        ("placement", [placement.pk]),
        ("excusals", []),
        ("mine", []),
    ):
        address = reverse(f"placement:{name}", args=args)
        assert outsider.get(address).status_code == 404, name
        assert Client().get(address).status_code == 302, name


@pytest.mark.parametrize("rows", [1, 3])
def test_the_community_desk_costs_the_same_for_any_stack(rows, django_assert_max_num_queries):
    community = make_community()
    client = client_of(staff_user(Role.COMMUNITY_SECRETARY, community))
    for _ in range(rows):
        make_letter(make_placement(community=community, state=PlacementState.PRESENTED))

    with django_assert_max_num_queries(24) as counted:
        page(client, "reporting")
    page_costs.setdefault("reporting", set()).add(len(counted))
    assert len(page_costs["reporting"]) == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_a_round_costs_the_same_for_any_length(rows, django_assert_max_num_queries):
    round_, _people = proposed(members=rows)
    client = officer_client()

    with django_assert_max_num_queries(24) as counted:
        page(client, "round", round_.pk)
    page_costs.setdefault("round", set()).add(len(counted))
    assert len(page_costs["round"]) == 1


page_costs: dict[str, set[int]] = {}
