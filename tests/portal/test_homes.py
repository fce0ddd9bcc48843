"""Each audience's home page: who gets which, what it shows, and at what price."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.placement.choices import PlacementState
from allhours.portal import desk_rows
from allhours.portal.awaiting import awaiting
from allhours.portal.desk_rows import FOLD
from allhours.portal.inbox import SHOWN, desk_home
from tests.factories import scheme
from tests.factories.activities import AFTER, make_activity, make_note, signed_up
from tests.factories.directory import (
    make_community,
    make_county,
    make_member,
    make_org,
    make_unit,
    make_user,
    member_actor,
    staff_actor,
    staff_user,
)
from tests.factories.needs import (
    NOW,
    SECRET_ADDRESS,
    SECRET_NAME,
    SECRET_PHONE,
    SECRET_WORDS,
    make_claim,
    make_delivered,
    make_open_wish,
    note_wish,
)
from tests.factories.placement import make_letter, make_placement, make_temp_branch
from tests.factories.played import END, play

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def member_client(member) -> Client:
    member_actor(member)
    return client_of(member.user)


def page(client, view, *args, **query):
    answer = client.get(reverse(view, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


HOMES = {
    Role.COUNTY_OFFICER: "/desk/county/",
    Role.INSPECTOR: "/desk/county/",
    Role.LIAISON: "/desk/",
    Role.UNIT_SECRETARY: "/desk/",
    Role.COMMUNITY_SECRETARY: "/desk/",
    Role.COMMUNITY_STAFF: "/desk/",
    Role.BRANCH_SECRETARY: "/desk/",
    Role.GRID_WORKER: "/desk/",
    Role.TEAM_LEADER: "/desk/",
    Role.SYSTEM_ADMIN: "/desk/jobs/",
    Role.SECURITY_ADMIN: "/desk/people/",
    Role.AUDIT_ADMIN: "/desk/journal/",
}


def place_of(role: str):
    """Where somebody of a role sits."""
    if role in (Role.LIAISON, Role.UNIT_SECRETARY):
        return make_unit()
    if role in (Role.COMMUNITY_SECRETARY, Role.COMMUNITY_STAFF):
        return make_community()
    if role == Role.BRANCH_SECRETARY:
        return make_temp_branch(make_community())
    if role == Role.GRID_WORKER:
        return make_org("grid", parent=make_community())
    return make_org("team", parent=make_community()) if role == Role.TEAM_LEADER else make_county()


@pytest.mark.parametrize("role", list(Role))
def test_home_leads_each_role_to_a_page_of_theirs(role):
    client = client_of(staff_user(role, place_of(role)))
    answer = client.get("/home/")
    assert answer["Location"] == HOMES[role]
    shown = client.get(answer["Location"])
    assert shown.status_code == 200
    assert shown.content.decode().count("<h1") == 1


def test_home_of_a_member_is_today_and_of_a_stranger_the_front_page():
    assert member_client(make_member()).get("/home/")["Location"] == "/me/"
    assert Client().get("/home/")["Location"] == "/"
    assert client_of(make_user()).get("/home/")["Location"] == "/"


@pytest.mark.parametrize("role", list(Role))
def test_every_entry_of_each_menu_opens(role):
    client = client_of(staff_user(role, place_of(role)))
    home = client.get(HOMES[role]).content.decode()
    links = set(re.findall(r'href="(/(?:desk|me|home)/[^"]*)"', home))
    assert links
    broken = {url for url in links if client.get(url.replace("&amp;", "&")).status_code >= 400}
    assert broken == set()


def test_a_page_of_others_leads_home_and_never_in_a_circle():
    member = member_client(make_member())
    assert member.get("/desk/", follow=True).redirect_chain[-1][0] == "/me/"
    assert member.get("/desk/county/").status_code == 404
    auditor = client_of(staff_user(Role.AUDIT_ADMIN, make_county()))
    assert auditor.get("/desk/", follow=True).redirect_chain[-1][0] == "/desk/journal/"
    assert auditor.get("/desk/county/").status_code == 404
    for address in ("/me/", "/me/more/"):
        assert auditor.get(address, follow=True).redirect_chain[-1][0] == "/desk/journal/"
    assert client_of(make_user()).get("/desk/", follow=True).redirect_chain[-1][0] == "/"
    for address in ("/me/", "/me/more/", "/me/duties/post/", "/desk/", "/desk/county/"):
        assert Client().get(address)["Location"].startswith("/sign-in/")


def test_every_link_of_the_members_and_public_pages_opens():
    client = member_client(make_placement().member)
    make_open_wish()
    for start in ("/", "/help/", "/me/", "/me/more/"):
        links = set(re.findall(r'href="(/[^"#]*)"', client.get(start).content.decode()))
        links = {url for url in links if not url.startswith(("/static/", "/ui/"))}
        broken = {url for url in links if client.get(url).status_code >= 400}
        assert broken == set(), start


def test_one_menu_entry_is_current():
    client = client_of(staff_user(Role.COUNTY_OFFICER, make_county()))
    for url in ("/desk/county/", "/desk/tables/", "/desk/ledger/", "/desk/"):
        menu = client.get(url).content.decode().split('class="sidenav"')[1].split("</nav>")[0]
        assert menu.count('aria-current="page"') == 1, url


# ---- today -----------------------------------------------------------------------------------


def test_today_shows_what_waits_and_says_nothing_of_the_wisher():
    community = make_community()
    member = make_placement(make_member(), community, state=PlacementState.LETTER_ISSUED).member
    make_claim(make_open_wish(community), member)
    signed_up(make_activity(community), [member])
    shown = page(member_client(member), "portal:today")
    assert "报到" in shown
    assert "想要一副老花镜" in shown
    assert "清扫家园" in shown
    assert f"{member.name}同志，上午好" in shown
    for secret in (SECRET_NAME, SECRET_PHONE, SECRET_ADDRESS, SECRET_WORDS):
        assert secret not in shown


@pytest.mark.parametrize("count", [1, 3])
def test_today_takes_few_queries_however_much_is_in_hand(count, django_assert_max_num_queries):
    scheme.publish(wishes={"open_claims": 5})
    community = make_community()
    member = make_placement(make_member(), community, state=PlacementState.REPORTED).member
    for _ in range(count):
        make_claim(make_open_wish(community), member)
    client = member_client(member)
    page(client, "portal:today")
    with django_assert_max_num_queries(15):
        page(client, "portal:today")


# ---- the desk's inbox ------------------------------------------------------------------------


def test_inbox_names_what_waits_soonest_first():
    community = make_community()
    before = NOW - timedelta(days=30)
    claim = make_claim(make_open_wish(community, now=before), now=before)
    make_delivered(claim, now=before)
    note_wish(community)
    make_letter(make_placement(community=community, state=PlacementState.PRESENTED))
    secretary = staff_user(Role.COMMUNITY_SECRETARY, community)
    home = desk_home(staff_actor(Role.COMMUNITY_SECRETARY, community), NOW)
    titles = [task.title for task in home.tasks]
    assert titles == [
        "心愿“想要一副老花镜”已送达，待确认",
        "新心愿待核实",
        "1 名党员到社区报到，待接收",
    ]
    assert [task.due for task in home.tasks] == ["超期 23 天", "还有 5 天", "还有 7 天"]
    shown = page(client_of(secretary), "portal:desk")
    assert "接收并送回执" in shown
    for secret in (SECRET_NAME, SECRET_PHONE, SECRET_ADDRESS, SECRET_WORDS):
        assert secret not in shown


def test_inbox_folds_many_of_one_kind_into_one_row():
    community = make_community()
    for _ in range(FOLD + 1):
        note_wish(community)
    actor = staff_actor(Role.COMMUNITY_STAFF, community)
    home = desk_home(actor, NOW)
    assert [task.title for task in home.tasks] == [f"{FOLD + 1} 个新心愿待核实"]
    assert len(home.tasks) <= SHOWN


def test_inbox_shows_nothing_of_another_community():
    note_wish(make_community())
    assert desk_home(staff_actor(Role.COMMUNITY_STAFF, make_community()), NOW).tasks == ()


@pytest.mark.parametrize(
    ("role", "named"), [(Role.COMMUNITY_SECRETARY, False), (Role.LIAISON, True)]
)
def test_number_of_those_not_come_opens_only_where_they_are_named(role, named):
    placed = make_placement()
    place = placed.community if role == Role.COMMUNITY_SECRETARY else placed.unit
    missing = desk_home(staff_actor(role, place), NOW).figures[-1]
    assert (missing.value, bool(missing.url)) == ("1 人", named)


@pytest.mark.parametrize("count", [1, 3])
def test_inbox_takes_few_queries_however_much_waits(count, django_assert_max_num_queries):
    community = make_community()
    make_temp_branch(community)
    for _ in range(count):
        note_wish(community)
        make_delivered(make_claim(make_open_wish(community)))
        make_letter(make_placement(community=community, state=PlacementState.PRESENTED))
    client = client_of(staff_user(Role.COMMUNITY_SECRETARY, community))
    page(client, "portal:desk")
    with django_assert_max_num_queries(15):
        page(client, "portal:desk")


def test_notes_are_due_when_the_scheme_says():
    scheme.publish(activities={"note_confirm_working_days": 2})
    scheme.seed_calendar(2026)
    place = make_community()
    make_note(make_member(serving_community=place))  # on Saturday, 13 June
    actor = staff_actor(Role.COMMUNITY_SECRETARY, place)
    [row] = awaiting([desk_rows.notes], actor, AFTER)
    assert (row.count, row.due_on) == (1, date(2026, 6, 16))


def test_overdue_wish_is_named_with_its_claimer():
    community = make_community()
    long_ago = NOW - timedelta(days=60)
    claim = make_claim(make_open_wish(community, now=long_ago), now=long_ago)
    (task,) = desk_home(staff_actor(Role.COMMUNITY_STAFF, community), NOW).tasks
    assert task.title == "心愿“想要一副老花镜”超期未办结"
    assert claim.member.name in task.meta
    assert task.urgent


# ---- the county ------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_county_takes_few_queries_however_large_it_is(rows, django_assert_max_num_queries):
    for _ in range(rows):
        community = make_community()
        make_placement(make_member(), community, state=PlacementState.REPORTED)
        make_open_wish(community)
        make_activity(community)
    client = client_of(staff_user(Role.COUNTY_OFFICER, make_county()))
    page(client, "portal:county")
    with django_assert_max_num_queries(15):
        page(client, "portal:county")


def test_county_shows_a_past_day_as_it_was(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: clock.at(END))
    play()
    client = client_of(staff_user(Role.COUNTY_OFFICER, make_county()))
    then = page(client, "portal:county", on="2026-06-09")
    now = page(client, "portal:county")
    assert "共征集 0 个" in then
    assert "共征集 4 个" in now


# ---- public ----------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("view", ["portal:public", "portal:screen"])
def test_public_pages_take_few_queries(count, view, django_assert_max_num_queries):
    for _ in range(count):
        community = make_community()
        make_open_wish(community)
        make_activity(community)
    client = Client()
    page(client, view)
    with django_assert_max_num_queries(15):
        page(client, view)


def test_public_pages_and_the_screen_name_nobody():
    member = make_placement(make_member(name="某某某党员"), make_community()).member
    make_delivered(make_claim(make_open_wish(), member))
    make_open_wish(consent=False, title="只给本社区看的心愿")
    for view in ("portal:public", "portal:screen", "portal:help"):
        shown = page(Client(), view)
        for secret in (SECRET_NAME, SECRET_PHONE, SECRET_ADDRESS, SECRET_WORDS, member.name):
            assert secret not in shown
        assert "只给本社区看的心愿" not in shown


def test_screen_refreshes_itself():
    shown = page(Client(), "portal:screen")
    assert 'hx-trigger="every 60s"' in shown
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in shown


def test_front_page_is_light_enough_for_a_phone():
    for _ in range(6):
        make_open_wish()
    answer = Client().get("/", headers={"accept-encoding": "gzip"})
    assert len(answer.content) < 15_000
