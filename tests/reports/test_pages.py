"""The tables on the page, the rows behind each number, the ledger, registers, and who sees what."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.reports import facts, figures, tables
from allhours.reports.openings import MEASURES, address, open_rows
from allhours.reports.registers import REGISTERS, open_register
from tests.factories.activities import make_activity
from tests.factories.directory import (
    county_officer,
    make_community,
    make_county,
    make_member,
    make_unit,
    member_actor,
    staff_actor,
    staff_user,
)
from tests.factories.needs import (
    SECRET_ADDRESS,
    SECRET_NAME,
    SECRET_PHONE,
    SECRET_WORDS,
    make_claim,
    make_open_wish,
)
from tests.factories.placement import make_placement, make_temp_branch
from tests.factories.played import END, play

pytestmark = pytest.mark.django_db
PAGES = ["reports:tables", "reports:workbook", "reports:ledger"]


@pytest.fixture(autouse=True)
def _day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: clock.at(END))


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def officer() -> Client:
    return client_of(staff_user(Role.COUNTY_OFFICER, make_county()))


def text_of(client, url) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


# ---- every number opens ----------------------------------------------------------------------


@pytest.mark.parametrize("by", ["unit", "community"])
def test_every_cell_of_the_table_opens_to_exactly_its_rows(by):
    play()
    client = officer()
    page = text_of(client, f"{reverse('reports:tables')}?by={by}")
    cells = re.findall(r'<a href="(/desk/(?:rows|ledger)/[^"]+)">([\d,.]+)</a>', page)
    assert len(cells) > 12
    for url, number in cells:
        check_cell(client, url.replace("&amp;", "&"), float(number.replace(",", "")))


def check_cell(client, url, number):
    rows = client.get(url).context["list"].table.data
    query = dict(parse_qsl(urlsplit(url).query))
    if url.startswith("/desk/ledger/"):
        hours = [sum(getattr(r, f) for r in rows) / 60 for f in ("minutes", "minutes_off")]
        assert any(abs(number - each) < 0.01 for each in hours), query
    elif "/goods/" in url:
        assert number == sum(row.goods_value_fen for row in rows) / 100
    elif "/activities_serving/" in url:
        assert number == sum(row.served for row in rows)
    else:
        assert number == len(rows), url


def test_every_figure_opens_to_exactly_its_rows():
    play()
    span, actor = facts.to_day(END), county_officer()
    for figure in figures.county_figures(END):
        assert address(figure.measure, span), figure.name
        if figure.unit in ("人", "个", "场") and figure.measure in MEASURES:
            rows = open_rows(MEASURES[figure.measure], span, actor=actor).rows
            assert rows.count() == figure.value, figure.name


def test_ledger_link_of_a_total_shows_the_sum_it_came_from():
    play()
    url = address("ledger", facts.to_day(END))
    minutes = figures.by_name(figures.county_figures(END))["service_minutes"].value
    assert f"（{minutes:.0f} 分钟）" in text_of(officer(), url)


def test_rows_of_wishes_tell_nothing_of_the_wisher():
    play()
    client = officer()
    for measure in MEASURES:
        shown = text_of(client, reverse("reports:rows", args=[measure]))
        for secret in (SECRET_NAME, SECRET_PHONE, SECRET_ADDRESS, SECRET_WORDS):
            assert secret not in shown


@pytest.mark.parametrize("measure", sorted(MEASURES))
@pytest.mark.parametrize("role", [Role.COUNTY_OFFICER, Role.LIAISON])
def test_rows_take_few_queries(measure, role, django_assert_max_num_queries):
    county = play()
    place = make_county() if role == Role.COUNTY_OFFICER else county.units[0]
    client = client_of(staff_user(role, place))
    url = reverse("reports:rows", args=[measure])
    client.get(url)
    with django_assert_max_num_queries(15):
        text_of(client, url)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("by", ["unit", "community"])
def test_table_takes_few_queries_however_many_lines(rows, by, django_assert_max_num_queries):
    for _ in range(rows):
        community = make_community()
        make_placement(make_member(), community)
        make_open_wish(community)
        make_activity(community)
    client = officer()
    url = f"{reverse('reports:tables')}?by={by}"
    client.get(url)
    with django_assert_max_num_queries(15):
        text_of(client, url)


# ---- who sees what ---------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_only_readers_reach_tables_and_ledger(role):
    client = client_of(staff_user(role, make_county()))
    readers = {
        Role.COUNTY_OFFICER,
        Role.INSPECTOR,
        Role.LIAISON,
        Role.UNIT_SECRETARY,
        Role.COMMUNITY_SECRETARY,
        Role.COMMUNITY_STAFF,
    }
    for page in PAGES:
        assert client.get(reverse(page)).status_code == (200 if role in readers else 404)
    registers = 200 if role == Role.COUNTY_OFFICER else 404
    assert client.get(reverse("reports:registers")).status_code == registers


def test_strangers_and_members_reach_none_of_it():
    member = make_member()
    member_actor(member)
    for page in [*PAGES, "reports:registers"]:
        assert Client().get(reverse(page)).status_code == 302
        assert client_of(member.user).get(reverse(page)).status_code == 404


def test_unit_sees_its_own_line_entries_and_members_only():
    county = play()
    first, second = county.units
    actor = staff_actor(Role.LIAISON, first)
    span = facts.to_day(END)
    assert [row.code for row in tables.summary_by_unit(span, actor=actor)] == [first.code]
    assert tables.summary_by_community(span, actor=actor) == []
    opened = open_rows(MEASURES["expected"], span, actor=actor).rows
    assert {member.unit_id for member in opened} == {first.pk}
    client = client_of(staff_user(Role.LIAISON, first))
    stranger = county.members[5]
    for url in (reverse("reports:ledger"), reverse("reports:rows", args=["attendances"])):
        assert stranger.member_no not in text_of(client, url)
    assert second.code not in text_of(client, reverse("reports:tables"))


def test_community_sees_its_own_line_and_who_served_there():
    county = play()
    near, far = county.communities
    actor = staff_actor(Role.COMMUNITY_STAFF, near)
    span = facts.to_day(END)
    assert [row.code for row in tables.summary_by_community(span, actor=actor)] == [near.code]
    assert tables.summary_by_unit(span, actor=actor) == []
    codes = {e.community_code for e in rows_of(client_of(staff_user(Role.COMMUNITY_STAFF, near)))}
    assert codes == {near.code}
    received = tables.reporting_rows(span, actor=actor)
    assert {row.community_code for row in received} == {near.code}
    assert far.code not in {
        sums.code for sums in tables.reporting_sums(span, received, actor=actor)
    }


def rows_of(client):
    return client.get(reverse("reports:ledger")).context["list"].table.data


def test_branch_secretary_has_no_table_of_a_whole_community():
    branch = make_temp_branch(make_community())
    client = client_of(staff_user(Role.BRANCH_SECRETARY, branch))
    assert client.get(reverse("reports:tables")).status_code == 404


def test_a_line_whose_members_moved_on_says_that_some_are_not_shown():
    """The number of the past stays; those who left the community since are no longer its to see."""
    community, elsewhere = make_community(), make_community()
    placement = make_placement(make_member(), community, state="reported")
    member = placement.member
    member.serving_community = elsewhere
    member.save(update_fields=["serving_community"])
    actor = staff_actor(Role.COMMUNITY_STAFF, community)
    span = facts.to_day(END)
    opened = open_rows(MEASURES["reported"], span, actor=actor, community=community.code)
    assert (opened.rows.count(), opened.hidden) == (0, 1)


def test_a_line_of_others_does_not_open_and_tells_no_count():
    ours, theirs = make_unit(), make_unit()
    make_member(theirs)
    client = client_of(staff_user(Role.LIAISON, ours))
    url = reverse("reports:rows", args=["expected"])
    asked = {code: client.get(url, {"unit": code}).status_code for code in (ours.code, theirs.code)}
    assert asked == {ours.code: 200, theirs.code: 404}
    assert client.get(url, {"unit": ""}).status_code == 404


def test_a_claimed_wish_leads_only_those_to_the_desk_on_whose_desk_it_stands():
    play()
    claim = make_claim()
    desk = reverse("needs:desk-wish", args=[claim.wish.code])
    readers = {
        Role.LIAISON: claim.member.unit,
        Role.COMMUNITY_STAFF: claim.wish.community,
        Role.INSPECTOR: make_county(),
    }
    leads = {
        role: desk
        in text_of(client_of(staff_user(role, place)), address("claims", facts.to_day(END)))
        for role, place in readers.items()
    }
    assert leads == {Role.LIAISON: False, Role.COMMUNITY_STAFF: True, Role.INSPECTOR: True}


# ---- registers -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(REGISTERS))
def test_register_names_no_secret_and_is_journaled_with_its_purpose(name):
    play()
    member = make_member(make_unit(), id_number="110101199003070134", phone="13512345678")
    rows = open_register(actor=county_officer(), name=name, purpose="年度核对", now=clock.now())
    text = "\n".join(str(list(row)) for row in rows)
    for secret in (SECRET_NAME, SECRET_PHONE, SECRET_ADDRESS, SECRET_WORDS):
        assert secret not in text
    assert "110101199003070134" not in text
    assert "13512345678" not in text
    assert member.unit.code in text or name != "roster"
    entry = JournalEntry.objects.get(did="register.exported")
    assert entry.subject_id == name
    assert entry.facts["purpose"] == "年度核对"


def test_register_is_refused_without_a_purpose_and_to_others():
    with pytest.raises(Refused):
        open_register(actor=county_officer(), name="roster", purpose=" ", now=clock.now())
    inspector = staff_actor(Role.INSPECTOR, make_county())
    with pytest.raises(Refused):
        open_register(actor=inspector, name="roster", purpose="看看", now=clock.now())
    assert not JournalEntry.objects.filter(did="register.exported").exists()


def test_register_page_sends_the_file():
    play()
    answer = officer().post(
        reverse("reports:registers"), {"register": "claims", "purpose": "年度核对"}
    )
    body = b"".join(answer.streaming_content).decode()
    assert body.startswith("\ufeffwish,post,")
    assert len(body.splitlines()) == 1 + 7


def test_system_actor_reads_the_whole_county():
    county = play()
    rows = tables.summary_by_community(facts.to_day(END), actor=Actor.system("test"))
    assert [row.code for row in rows[:2]] == [each.code for each in county.communities]
