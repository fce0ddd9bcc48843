"""The import centre through its pages."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.directory.actions import roster
from allhours.directory.models import Member, Organization, RosterImport
from tests.directory.roster.sheets import HEADER, id_number, person, xlsx
from tests.factories.directory import make_county, make_unit, staff_user

pytestmark = pytest.mark.django_db
LIST = reverse("directory:roster")
UPLOAD = reverse("directory:roster-upload")


@pytest.fixture
def education() -> Organization:
    return make_unit(name="县教育局", code="JY")


def signed_in(role: str, organization: Organization) -> Client:
    client = Client()
    client.force_login(staff_user(role, organization), "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def officer(education: Organization) -> Client:
    return signed_in(Role.COUNTY_OFFICER, make_county())


def send(client: Client, *rows: list[Any], name: str = "名册.xlsx", **data: Any) -> Any:
    content = data.pop("content", None) or xlsx([HEADER, *rows])
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content), **data}, follow=True)


def shown() -> str:
    return reverse("directory:roster-show", args=[RosterImport.objects.latest("pk").pk])


def test_a_roster_is_uploaded_looked_at_and_applied(officer: Client) -> None:
    page = send(officer, person(1), person(2)).content.decode()
    assert "可以应用" in page
    assert "测试乙1" in page
    assert Member.objects.count() == 0
    answer = officer.post(f"{shown()}apply/", follow=True).content.decode()
    assert "已应用" in answer
    assert Member.objects.count() == 2
    assert "新增 2" in officer.get(LIST).content.decode()


def test_problems_are_read_in_place_and_block_applying(officer: Client) -> None:
    page = send(officer, person(1), person(2, phone="1380000", name="<b>x</b>")).content.decode()
    assert "有 2 处错误" in page
    assert "手机号码不正确" in page
    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "应用到名册" not in page
    officer.post(f"{shown()}apply/")
    assert Member.objects.count() == 0


def test_error_file_is_the_senders_own_with_a_column_more(officer: Client) -> None:
    send(officer, person(1, phone="138"))
    answer = officer.get(f"{shown()}problems/")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert [cell.value for cell in sheet[1]] == [*HEADER, "问题"]
    assert "%EF%BC%88" in answer["Content-Disposition"]


def test_an_unreadable_file_is_told_at_the_field(officer: Client) -> None:
    page = send(officer, name="a.xls", content=b"<html><table>").content.decode()
    assert "改了扩展名的网页文件" in page
    assert RosterImport.objects.count() == 0


def test_a_conflict_is_decided_on_the_page(officer: Client) -> None:
    send(officer, person(1))
    officer.post(f"{shown()}apply/")
    page = send(officer, person(8, name=person(1)[1])).content.decode()
    assert "请先确认 1 人是谁" in page
    assert "请选择是否同一人" in officer.post(f"{shown()}apply/").content.decode()
    officer.post(f"{shown()}apply/", {"row_2": Member.objects.get().pk})
    assert Member.objects.count() == 1
    assert Member.objects.get().id_number_masked.endswith(id_number(8)[-4:])


def test_leavers_need_the_tick(officer: Client) -> None:
    send(officer, person(1), person(2))
    officer.post(f"{shown()}apply/")
    assert "一并办理离开" in send(officer, person(1)).content.decode()
    officer.post(f"{shown()}apply/", {"with_leaves": "on"})
    assert Member.objects.on_roster().count() == 1


def test_moved_on_is_said_in_the_answer(officer: Client) -> None:
    send(officer, person(1))
    first = shown()
    send(officer, person(1))
    officer.post(f"{shown()}apply/")
    answer = officer.post(f"{first}apply/", follow=True).content.decode()
    assert "请重新核对后再应用" in answer
    assert "与现有名册一致" in officer.post(f"{first}review/", follow=True).content.decode()


def test_an_import_is_given_up(officer: Client) -> None:
    send(officer, person(1))
    assert "已放弃" in officer.post(f"{shown()}discard/", follow=True).content.decode()
    assert officer.get(shown()).status_code == 200


def test_a_liaison_imports_for_the_own_unit(education: Organization) -> None:
    liaison = signed_in(Role.LIAISON, education)
    page = liaison.get(UPLOAD).content.decode()
    assert "一并新建" not in page
    assert "可以应用" in send(liaison, person(1), unit=education.pk).content.decode()
    liaison.post(f"{shown()}apply/")
    assert Member.objects.count() == 1


def test_another_units_import_is_not_there(officer: Client, education: Organization) -> None:
    send(officer, person(1), unit=education.pk)
    stranger = signed_in(Role.LIAISON, make_unit())
    for address in (shown(), f"{shown()}problems/"):
        assert stranger.get(address).status_code == 404
    for verb in ("apply", "review", "discard"):
        assert stranger.post(f"{shown()}{verb}/").status_code == 404
    assert "名册.xlsx" not in stranger.get(LIST).content.decode()


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.COMMUNITY_SECRETARY, Role.AUDIT_ADMIN])
def test_others_have_no_import_centre(role: str) -> None:
    client = signed_in(role, make_county())
    assert [client.get(address).status_code for address in (LIST, UPLOAD)] == [404, 404]


def test_the_template_is_there_to_take(officer: Client) -> None:
    answer = officer.get(reverse("directory:roster-template"))
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).active.title == "党员花名册"


def test_a_large_roster_is_applied_in_the_background(
    officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "LARGE_ROWS", 2)
    send(officer, person(1), person(2))
    answer = officer.post(f"{shown()}apply/", follow=True)
    assert "/desk/jobs/" in answer.redirect_chain[-1][0]
    from allhours.jobs.models import Job

    job = Job.objects.get()
    assert (job.state, job.result["join"], job.result["url"]) == ("done", 2, shown())
    assert Member.objects.count() == 2


def test_a_large_file_is_read_in_the_background(
    officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "LARGE_BYTES", 10)
    answer = send(officer, content=xlsx([["花名册"]]))
    assert "/desk/jobs/" in answer.redirect_chain[-1][0]
    assert "没有找到表头" in officer.get(shown()).content.decode()
    assert RosterImport.objects.get().content_sealed == ""


def test_a_large_file_is_reviewed_in_the_background(
    officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(officer, person(1))
    monkeypatch.setattr(roster, "LARGE_BYTES", 10)
    answer = officer.post(f"{shown()}review/", follow=True)
    assert "/desk/jobs/" in answer.redirect_chain[-1][0]
    assert RosterImport.objects.get().state == "staged"


@pytest.mark.parametrize("imports", [1, 3])
def test_list_takes_a_steady_number_of_queries(
    officer: Client, imports: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(imports):
        send(officer, person(1))
    with django_assert_max_num_queries(12) as queries:
        officer.get(LIST)
    assert not any("content_sealed" in query["sql"] for query in queries.captured_queries)


@pytest.mark.parametrize("rows", [1, 3])
def test_preview_takes_a_steady_number_of_queries(
    officer: Client, rows: int, django_assert_max_num_queries: Any
) -> None:
    send(officer, *[person(n) for n in range(rows)])
    with django_assert_max_num_queries(12):
        page = officer.get(shown()).content.decode()
    assert json.dumps(id_number(0)) not in page
