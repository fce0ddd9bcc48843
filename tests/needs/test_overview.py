"""What waits where: counts of each community, each number leading to its rows."""

import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.kernel import clock
from allhours.needs import actions
from allhours.needs.queries.overview import Asked, overview, stages
from tests.factories.directory import (
    make_community,
    make_county,
    make_org,
    staff_actor,
    staff_user,
)
from tests.factories.needs import (
    SECRET_NAME,
    SYSTEM,
    make_claim,
    make_delivered,
    make_open_wish,
    make_pledge,
    make_suggestion,
    note_wish,
)

ADDRESS = "/desk/wishes/overview/"
MONTHS = [(2026, month) for month in range(1, 13)]


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def some_needs(community, now) -> None:
    note_wish(community, now=now - timedelta(days=14))
    make_open_wish(community, now=now)
    make_claim(make_open_wish(community, now=now - timedelta(days=2)), now=now)
    claim = make_claim(
        make_open_wish(community, now=now - timedelta(days=3)), now=now - timedelta(days=1)
    )
    done = make_delivered(claim, now=now - timedelta(days=1)).wish
    actions.confirm_delivery(actor=SYSTEM, wish=done, now=now)
    make_suggestion(community, state="noted", due_on=clock.local_date(now) - timedelta(days=1))
    make_suggestion(community, state="in_hand")
    make_pledge(community=community, state="approved")


def county_rows(now, **asked):
    return overview(staff_actor(Role.COUNTY_OFFICER, make_county()), Asked(**asked), now)


@pytest.mark.django_db
def test_each_community_has_its_counts_in_the_order_of_codes() -> None:
    now = clock.now()
    later, first = make_community(code="S902"), make_community(code="S901")
    some_needs(later, now)
    rows = [row for row in county_rows(now, period="all") if row.code in ("S901", "S902")]
    assert [row.code for row in rows] == ["S901", "S902"]
    none, some = rows
    assert (none.waiting, none.share, none.oldest, none.suggestions) == (0, None, 0, 0)
    assert (some.noted, some.verified, some.open, some.claimed, some.delivered) == (1, 0, 1, 1, 0)
    assert (some.late, some.oldest) == (1, 15)
    assert (some.received, some.done, some.share, some.taken_days) == (4, 1, 25, 2.0)
    assert (some.suggestions, some.suggestions_late, some.pledges) == (2, 1, 1)
    assert first.code == none.code


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_overview_asks_the_same_questions_however_many_communities(rows) -> None:
    now = clock.now()
    for _ in range(rows):
        some_needs(make_community(), now)
    client = client_of(staff_user(Role.COUNTY_OFFICER, make_county()))
    client.get(ADDRESS)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(ADDRESS)
    assert len(page.context["list"].table.rows) == rows
    assert len(asked) == 13


@pytest.mark.django_db
def test_every_number_of_wishes_leads_to_as_many_rows() -> None:
    now, community = clock.now(), make_community()
    some_needs(community, now)
    some_needs(make_community(), now)
    client = client_of(staff_user(Role.COUNTY_OFFICER, make_county()))
    (row,) = [each for each in county_rows(now) if each.place == community.pk]
    for name in ("noted", "open", "claimed", "done"):
        listed = client.get(row.url_of(name)).context["list"]
        assert len(listed.table.rows) == getattr(row, name) == 1, name
    columns = client.get(row.url_of("late")).context["columns"]
    assert sum(column.count for column in columns) == row.late == 1
    for name in ("suggestions", "pledges"):
        listed = client.get(row.url_of(name)).context["list"]
        assert len(listed.table.rows) == getattr(row, name), name


@pytest.mark.django_db
def test_filters_by_town_category_and_period() -> None:
    now = clock.now()
    town, other = make_org("town", name="城关镇"), make_org("town", name="河东镇")
    inside, outside = make_community(parent=town), make_community(parent=other)
    old = note_wish(inside, now=now - timedelta(days=800)).wish
    make_open_wish(inside, now=now)
    make_open_wish(outside, now=now)
    codes = [row.place for row in county_rows(now, town=town)]
    assert codes == [inside.pk]
    (row,) = county_rows(now, town=town, period="month")
    assert (row.received, row.noted, row.open) == (1, 1, 1)  # what waits, waits in any period
    assert county_rows(now, town=town, period="all")[0].received == 2
    assert county_rows(now, town=town, category="no-such")[0].open == 0
    assert old.state == "noted"
    client = client_of(staff_user(Role.COUNTY_OFFICER, make_county()))
    page = client.get(f"{ADDRESS}?town={town.pk}&period=month&category=nonsense")
    assert [row.record.place for row in page.context["list"].table.rows] == [inside.pk]


@pytest.mark.django_db
def test_a_community_reads_its_own_line_only_and_a_grid_worker_none() -> None:
    now, community = clock.now(), make_community()
    some_needs(make_community(), now)
    rows = overview(staff_actor(Role.COMMUNITY_SECRETARY, community), Asked(), now)
    assert [row.place for row in rows] == [community.pk]
    grid_worker = client_of(staff_user(Role.GRID_WORKER, community))
    assert grid_worker.get(ADDRESS).status_code == 404


@pytest.mark.django_db
def test_an_inspector_reads_counts_and_no_person() -> None:
    now, community = clock.now(), make_community()
    claim = make_claim(make_open_wish(community, now=now), now=now)
    page = client_of(staff_user(Role.INSPECTOR, make_county())).get(ADDRESS).content.decode()
    assert community.label in page
    assert [each in page for each in (claim.member.name, SECRET_NAME, claim.wish.title)] == [
        False,
        False,
        False,
    ]


@pytest.mark.django_db
def test_export_holds_numbers_and_stands_in_the_journal() -> None:
    now, community = clock.now(), make_community()
    some_needs(community, now)
    client = client_of(staff_user(Role.COUNTY_OFFICER, make_county()))
    answer = client.get(f"{ADDRESS}?export=xlsx")
    sheet = load_workbook(
        io.BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    ).active
    head, *rows = sheet.iter_rows(values_only=True)
    line = dict(zip(head, next(row for row in rows if row[0] == community.label), strict=True))
    assert (line["待核实"], line["超期"], line["办结率"]) == (1, 1, 25)
    assert JournalEntry.objects.filter(did="list.exported", subject_id="needs-overview").exists()


@pytest.mark.django_db
def test_chart_has_its_table() -> None:
    now = clock.now()
    some_needs(make_community(), now)
    client = client_of(staff_user(Role.COUNTY_OFFICER, make_county()))
    page = client.get(ADDRESS).content.decode()
    table = re.search(r'<details class="chart-table">.*?</details>', page, re.DOTALL)
    assert table is not None
    assert "办理中、待确认" in table.group()
    chart = client.get(ADDRESS).context["chart"]
    assert [series.values[-1] for series in chart.series] == [1, 1, 1, 1]


month = st.one_of(st.none(), st.sampled_from(MONTHS))
passed = st.tuples(st.sampled_from(MONTHS), month, month, month, month)


@given(rows=st.lists(st.tuples(passed, st.integers(1, 5))), at=st.sampled_from(MONTHS))
def test_who_waited_at_a_months_end_is_whoever_came_and_had_not_gone(rows, at) -> None:
    stood = stages(rows, at)
    waiting = sum(
        count
        for (noted, _opened, _claimed, confirmed, ended), count in rows
        if noted <= at and not any(gone and gone <= at for gone in (confirmed, ended))
    )
    assert stood["noted"] + stood["open"] + stood["working"] == waiting
    assert stood["done"] == sum(count for months, count in rows if months[3] == at)
