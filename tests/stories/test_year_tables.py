"""The year's tables: an officer looks at the county, follows a number to its rows, sends 附6 up.

What was sent up in June is the same in December, though much was entered and corrected since.
"""

import io
import re
from datetime import date, timedelta

import openpyxl
import pytest
from django.test import Client

from allhours.accounts.choices import Role
from allhours.activities import actions as activities
from allhours.kernel import clock
from tests.factories import scheme
from tests.factories.activities import SYSTEM, make_note
from tests.factories.directory import make_county, member_actor, staff_user
from tests.factories.played import END, play

pytestmark = pytest.mark.django_db
LATER = date(2026, 12, 1)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def get(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer


def table(client, on) -> dict[str, list[object]]:
    """附6 by unit as in the file, by code."""
    content = get(client, f"/desk/tables/summary.xlsx?on={on}").content
    page = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["附6 按单位"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=4)]
    return {row[0]: row for row in rows if row[0] and row[1]}


def test_from_the_county_page_to_the_table_that_stays_the_same(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: clock.at(END))
    scheme.publish("fengxiang")
    county = play()
    officer = signed_in(staff_user(Role.COUNTY_OFFICER, make_county()))

    # the county at a glance, and a number followed to its rows
    page = get(officer, "/desk/county/").content.decode()
    hours = re.search(r'href="(/desk/ledger/[^"]+)">服务时长', page)
    assert hours is not None
    rows = get(officer, hours.group(1).replace("&amp;", "&")).context["list"].table.data
    minutes = sum(row.minutes for row in rows)
    assert f"{minutes // 60}<span" in page

    # the file that goes up on 30 June
    sent = table(officer, END)
    unit, other = county.units
    assert set(sent) == {unit.code, other.code}
    assert sum(row[10] for row in sent.values()) == pytest.approx(minutes / 60)

    # a member is shown how far they are, and which records counted
    member = county.members[0]
    member_actor(member)
    phone = signed_in(member.user)
    assert "今年的任务" in get(phone, "/me/").content.decode()
    duty = get(phone, "/me/duties/post/").content.decode()
    assert "已计入" in duty
    assert "不是这一项要求的服务" in duty  # the wish is another kind of service

    # half a year later a note for spring is handed in and confirmed
    autumn = clock.at(LATER)
    note = make_note(member, started_at=clock.at(END) - timedelta(days=9), now=autumn)
    activities.confirm_note(actor=SYSTEM, note=note, now=autumn)
    monkeypatch.setattr(clock, "now", lambda: autumn)
    assert table(officer, END) == sent
    assert table(officer, LATER)[unit.code][10] == pytest.approx(sent[unit.code][10] + 1)


def test_inspector_reads_everything_and_changes_nothing(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: clock.at(END))
    play()
    inspector = signed_in(staff_user(Role.INSPECTOR, make_county()))
    for url in ("/desk/county/", "/desk/tables/", "/desk/ledger/", "/desk/rows/claims/"):
        get(inspector, url)
    answer = inspector.post("/desk/registers/", {"register": "roster", "purpose": "看看"})
    assert answer.status_code == 404
