"""Pages of unit claims: the wall, the form without script, the desk, the member's own."""

import pytest
from django.test import Client

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.kernel import clock
from allhours.needs.actions import unit_claims as units
from allhours.needs.models import Claim
from tests.factories.directory import (
    make_community,
    make_county,
    make_member,
    make_unit,
    member_actor,
    staff_user,
)
from tests.factories.needs import (
    SECRET_NAME,
    SECRET_PHONE,
    liaison_of,
    make_open_wish,
    make_unit_claim,
)
from tests.factories.scheme import publish
from tests.needs.test_pages import a_member, client_of, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return clock.now()


def desk_of(unit) -> Client:
    return client_of(staff_user(Role.LIAISON, unit))


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def test_a_liaison_claims_from_the_wall_by_name_or_number(now) -> None:
    unit, wish = make_unit(), make_open_wish(now=now)
    one, two = make_member(unit, name="张一同"), make_member(unit, name="李二同")
    make_member(unit, name="李二同")
    client, form = desk_of(unit), f"/wishes/{wish.code}/unit/"
    assert form in page(client, "/wishes/")
    assert form in page(client, f"/wishes/{wish.code}/")
    assert f'value="张一同 {one.member_no}"' in page(client, form)
    # a name that two have, and one that nobody has, are asked again
    for words in ("李二同", "没有此人"):
        client.post(form, {"responsible": words})
        assert not Claim.objects.exists()
    client.post(form, {"responsible": "张一同", "helper_2": f"李二同 {two.member_no}"})
    claim = Claim.objects.get()
    assert (claim.unit, claim.member, claim.helpers.get().member) == (unit, one, two)
    assert form not in page(client, f"/wishes/{wish.code}/")


def test_only_units_are_offered_it_and_only_where_the_scheme_has_it(now) -> None:
    unit, wish = make_unit(), make_open_wish(now=now)
    _member, own = a_member()
    form = f"/wishes/{wish.code}/unit/"
    staff = client_of(staff_user(Role.COMMUNITY_STAFF, wish.community))
    for client in (Client(), own, staff):
        assert form not in page(client, "/wishes/")
    assert [client.get(form).status_code for client in (own, staff)] == [404, 404]
    client = desk_of(unit)
    publish(wishes={"unit_open_claims": 0})
    assert form not in page(client, "/wishes/")
    assert "本方案不设单位认领" in page(client, form)


def test_who_acts_for_two_units_chooses_first(now) -> None:
    above = make_unit()
    below = make_unit(parent=above)
    wish, member = make_open_wish(now=now), make_member(below)
    client, form = desk_of(above), f"/wishes/{wish.code}/unit/"
    assert f'value="{below.code}"' in page(client, form)
    assert member.member_no in page(client, f"{form}?unit={below.code}")
    client.post(form, {"unit": below.code, "responsible": member.member_no})
    assert Claim.objects.get().unit == below
    far = make_unit()
    assert far.code not in page(client, form)
    client.post(form, {"unit": far.code, "responsible": make_member(far).member_no})
    assert Claim.objects.count() == 1


def test_the_desk_renames_names_helpers_and_gives_back(now) -> None:
    unit = make_unit()
    claim = make_unit_claim(unit=unit, now=now)
    helper, other = make_member(unit), make_member(unit)
    client, address = desk_of(unit), f"/desk/unit-wishes/{claim.pk}/"
    client.post(f"{address}help/", {"helper": helper.member_no})
    row = claim.helpers.get()
    assert helper.name in page(client, address)
    client.post(f"{address}help/{row.pk}/remove/")
    assert not claim.helpers.exists()
    units.ask_for_another(actor=member_actor(claim.member), claim=claim, now=now)
    assert "1 个单位认领的心愿待另派负责人" in page(client, "/desk/")
    assert "待另派" in page(client, "/desk/unit-wishes/?standing=rename")
    told = client.post(f"{address}rename/", {"responsible": claim.member.member_no})
    assert "该同志已请单位另派" in told.content.decode()
    client.post(f"{address}rename/", {"responsible": other.member_no})
    claim.refresh_from_db()
    assert (claim.member, claim.is_unnamed) == (other, False)
    client.post(f"{address}give-back/", {"reason": "duty"})
    claim.refresh_from_db()
    assert claim.state == "withdrawn"
    assert "已退回或停止" in page(client, address)


def test_other_units_see_nothing_and_the_county_looks_on(now) -> None:
    claim = make_unit_claim(now=now)
    address = f"/desk/unit-wishes/{claim.pk}/"
    other = desk_of(make_unit())
    assert other.get(address).status_code == 404
    assert claim.wish.code not in page(other, "/desk/unit-wishes/")
    inspector = client_of(staff_user(Role.INSPECTOR, make_county()))
    assert "退回心愿" not in page(inspector, address)
    told = inspector.post(f"{address}give-back/", {"reason": "duty"}, follow=True)
    assert "您的职务不能办理此事" in told.content.decode()
    community = client_of(staff_user(Role.COMMUNITY_STAFF, claim.wish.community))
    assert community.get(address).status_code == 404


def test_the_one_named_sees_asks_for_another_and_a_helper_leaves(now) -> None:
    unit = make_unit(name="某某局")
    member, helper = make_member(unit), make_member(unit)
    claim = make_unit_claim(responsible=member, now=now)
    units.name_helpers(actor=liaison_of(unit), claim=claim, helpers=[helper], now=now)
    for each in (member, helper):
        member_actor(each)
    own, beside = client_of(member.user), client_of(helper.user)
    code = claim.wish.code
    assert "某某局认领" in page(own, "/me/wishes/")
    mine = page(own, f"/me/wishes/{code}/")
    assert "请单位另派" in mine
    assert "退回心愿" not in mine
    assert f'value="{helper.pk}"' in mine  # who took part
    assert SECRET_NAME in own.post(f"/me/wishes/{code}/wisher/").content.decode()
    # the helper sees the masked wish only, and may leave
    theirs = page(beside, "/me/wishes/")
    assert claim.wish.title in theirs
    assert SECRET_NAME not in theirs
    assert beside.get(f"/me/wishes/{code}/").status_code == 404
    assert beside.post(f"/me/wishes/{code}/wisher/").status_code == 404
    assert page(beside, f"/wishes/{code}/")
    row = claim.helpers.get()
    assert own.post(f"/me/wishes/help/{row.pk}/leave/").status_code == 404
    beside.post(f"/me/wishes/help/{row.pk}/leave/")
    assert not claim.helpers.exists()
    own.post(f"/me/wishes/{code}/another/")
    told = own.post(f"/me/wishes/{code}/wisher/").content.decode()
    assert "您已请单位另派" in told
    assert SECRET_NAME not in told + page(own, "/me/")
    assert "已请单位另派" in page(own, "/me/wishes/")
    assert code not in page(own, "/me/")


def test_no_page_or_file_of_the_unit_tells_who_the_wisher_is(now) -> None:
    community = make_community(name="密名社区")
    wish = make_open_wish(community, show_community=False, now=now)
    unit = make_unit()
    claim = make_unit_claim(wish, unit, helpers=1, now=now)
    client = desk_of(unit)
    desk = ("/desk/", "/desk/unit-wishes/", f"/desk/unit-wishes/{claim.pk}/")
    seen = "".join(page(client, each) for each in (*desk, f"/wishes/{wish.code}/"))
    file = b"".join(client.get("/desk/unit-wishes/?export=csv").streaming_content).decode()
    assert wish.code in file
    for text in (seen, file):
        assert not [each for each in (SECRET_NAME, SECRET_PHONE, "密名社区") if each in text]
    assert JournalEntry.objects.filter(did__contains="export").exists()
    assert client.post(f"/me/wishes/{wish.code}/wisher/").status_code == 404


def test_the_community_reads_unit_and_member(now) -> None:
    unit = make_unit(name="某某局")
    claim = make_unit_claim(unit=unit, helpers=1, now=now)
    staff = client_of(staff_user(Role.COMMUNITY_STAFF, claim.wish.community))
    words = f"某某局 · {claim.member.name}"
    assert words in page(staff, "/desk/wishes/all/claimed/")
    assert words in page(staff, f"/desk/wishes/{claim.wish.code}/")
    units.ask_for_another(actor=member_actor(claim.member), claim=claim, now=now)
    assert "某某局 · 待另派" in page(staff, "/desk/wishes/all/claimed/")
    staff.post(f"/desk/claims/{claim.pk}/release/", {"reason": "另有安排"})
    claim.refresh_from_db()
    assert claim.state == "released"


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_whatever_they_hold(count, now) -> None:
    unit = make_unit()
    member = make_member(unit)
    for _ in range(count):
        claim = make_unit_claim(responsible=member, helpers=count, now=now)
    helper = claim.helpers.first().member
    member_actor(helper)
    client = desk_of(unit)
    member_actor(member)
    staff = client_of(staff_user(Role.COMMUNITY_STAFF, claim.wish.community))
    cost = {
        "list": queries(client, "/desk/unit-wishes/"),
        "detail": queries(client, f"/desk/unit-wishes/{claim.pk}/"),
        "form": queries(client, f"/wishes/{make_open_wish(now=now).code}/unit/"),
        "own": queries(client_of(member.user), "/me/wishes/"),
        "helping": queries(client_of(helper.user), "/me/wishes/"),
        "community": queries(staff, f"/desk/wishes/{claim.wish.code}/"),
    }
    assert cost == {
        "list": 10, "detail": 11, "form": 11, "own": 10, "helping": 10, "community": 15,
    }  # fmt: skip
