"""The registers of wishes and suggestions: what is shown goes out, and never who asked."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.kernel import clock
from allhours.needs.models import Claim, SuggestionStep
from allhours.needs.views import desk, suggestions
from tests.factories.directory import make_community, make_county, make_unit, staff_user
from tests.factories.needs import (
    SECRET_ADDRESS,
    SECRET_NAME,
    SECRET_PHONE,
    SECRET_WORDS,
    make_claim,
    make_open_wish,
    make_suggestion,
    note_wish,
)
from tests.factories.projects import make_project

pytestmark = pytest.mark.django_db
WISHES = reverse("needs:wish-register")
SUGGESTIONS = reverse("needs:desk-suggestions")
PLANTED = (SECRET_NAME, SECRET_PHONE, SECRET_ADDRESS, SECRET_WORDS)


@pytest.fixture
def community():
    return make_community(name="宝塔社区")


@pytest.fixture
def staff(client, community):
    client.force_login(
        staff_user(Role.COMMUNITY_STAFF, community), "django.contrib.auth.backends.ModelBackend"
    )
    return client


def lines(answer) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert not any(secret in text for secret in PLANTED)
    return list(csv.DictReader(io.StringIO(text)))


def test_wishes_go_out_with_every_column_and_without_their_wishers(staff, community) -> None:
    now = clock.now()
    claim = make_claim(make_open_wish(community, now=now), now=now)
    Claim.objects.update(state="fulfilled", goods_value_fen=12345)
    note_wish(community, now=now)
    make_open_wish(make_community(), now=now)
    page = staff.get(WISHES)
    assert not any(secret in page.content.decode() for secret in PLANTED)
    full = page.context["list"].full_url_xlsx
    book = openpyxl.load_workbook(io.BytesIO(b"".join(staff.get(f"{WISHES}{full}"))))
    head, *rows = [[cell.value for cell in row] for row in book.active]
    assert len(head) == 19
    assert len(rows) == 2
    row = dict(zip(head, rows[1], strict=True))
    assert (row["编号"], row["捐物价值（元）"]) == (claim.wish.code, 123.45)
    assert (row["认领人编号"], row["来源"]) == (claim.member.member_no, "网上提交")
    note = JournalEntry.objects.get(did="list.exported")
    assert (note.subject_id, note.facts["rows"]) == ("wishes", 2)


def test_the_export_holds_what_is_filtered(staff, community) -> None:
    now = clock.now()
    wish = make_open_wish(community, now=now)
    make_open_wish(community, now=now - timedelta(days=40))
    since = clock.local_date(now - timedelta(days=1)).isoformat()
    rows = lines(staff.get(f"{WISHES}?since={since}&state=open&export=csv"))
    assert [row["编号"] for row in rows] == [wish.code]
    assert lines(staff.get(f"{WISHES}?state=confirmed&export=csv")) == []


def test_the_register_of_suggestions_tells_the_whole_way(staff, community) -> None:
    now = clock.now()
    unit, begun = make_unit(name="县住建局"), clock.at(clock.local_date(now)) - timedelta(days=14)
    main = make_suggestion(
        community, noted_at=begun, accepted_at=begun, answered_at=now, outcome="adopted",
        due_on=clock.local_date(now) - timedelta(days=1), state="answered", rating=3,
        title="路灯不亮", answer="已装",
    )  # fmt: skip
    SuggestionStep.objects.create(suggestion=main, handler=unit, at=begun)
    other = make_suggestion(community, joined_to=main, state="joined", noted_at=now)
    full = staff.get(SUGGESTIONS).context["list"].full_url_xlsx.replace("xlsx", "csv")
    rows = {row["编号"]: row for row in lines(staff.get(f"{SUGGESTIONS}{full}"))}
    told = rows[main.code]
    assert told["流转"] == "宝塔社区 → 县住建局"
    assert (told["办理结果"], told["评价"], told["按期"]) == ("采纳", "满意", "逾期")
    assert (told["提出人数"], rows[other.code]["并入"]) == ("2", main.code)
    assert 8 <= int(told["用时（工作日）"]) <= 12
    assert (rows[other.code]["用时（工作日）"], rows[other.code]["按期"]) == ("", "")


@pytest.mark.parametrize("rows", [1, 3])
def test_registers_take_a_steady_number_of_queries(
    staff, community, rows: int, django_assert_num_queries
) -> None:
    for _ in range(rows):
        make_claim(make_open_wish(community, now=clock.now(), places=2), now=clock.now())
        main = make_suggestion(community)
        SuggestionStep.objects.create(suggestion=main, handler=community, at=clock.now())
        make_suggestion(community, joined_to=main, state="joined")
    for address, most in ((WISHES, 12), (SUGGESTIONS, 13)):
        query = staff.get(address).context["list"].full_url_xlsx.replace("export", "x")
        with django_assert_num_queries(most):
            staff.get(f"{address}{query}")


@pytest.mark.parametrize(("address", "view"), [(WISHES, desk), (SUGGESTIONS, suggestions)])
def test_too_many_rows_are_refused_not_cut(staff, community, monkeypatch, address, view) -> None:
    for _ in range(2):
        note_wish(community, now=clock.now())
        make_suggestion(community)
    monkeypatch.setattr(view, "MOST_ROWS", 1)
    answer = staff.get(f"{address}?export=csv&sort=code", follow=True)
    assert "有 2 行，超过一次导出的 1 行" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == f"{address}?sort=code"
    assert not JournalEntry.objects.filter(did="list.exported").exists()


def test_a_wish_taken_into_a_project_names_it(staff, community) -> None:
    project = make_project(community, name="暖冬行动")
    wish = make_open_wish(community, now=clock.now())
    type(wish).objects.filter(pk=wish.pk).update(project=project)
    page = staff.get(WISHES)
    full = page.context["list"].full_url_xlsx
    book = openpyxl.load_workbook(io.BytesIO(b"".join(staff.get(f"{WISHES}{full}"))))
    head, row = [[cell.value for cell in line] for line in book.active]
    assert dict(zip(head, row, strict=True))["特色项目"] == "暖冬行动"


def test_a_grid_worker_and_a_unit_have_no_register_of_wishes(client, community) -> None:
    for user in (staff_user(Role.GRID_WORKER, community), staff_user(Role.LIAISON, make_unit())):
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        assert client.get(WISHES).status_code == 404
    client.force_login(
        staff_user(Role.INSPECTOR, make_county()), "django.contrib.auth.backends.ModelBackend"
    )
    assert client.get(WISHES).status_code == 200
