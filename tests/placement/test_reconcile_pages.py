"""Pages of 数据反查, the unreported list, the rate: who sees them, what they do and cost."""

import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.factories.directory import (
    TODAY,
    make_community,
    make_county,
    make_member,
    make_unit,
    make_user,
    staff_user,
)
from tests.factories.placement import NOON, make_letter, make_placement
from tests.placement.test_reconciliation import sheet

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.kernel import clock
from allhours.notifications.models import Notice
from allhours.placement.choices import DifferenceState, PlacementState
from allhours.placement.models import Difference, Excusal, ReconcileRun

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


def client_of(role, organization) -> Client:
    client = Client()
    client.force_login(staff_user(role, organization))
    return client


def officer() -> Client:
    return client_of(Role.COUNTY_OFFICER, make_county())


def page(client, name, *args, **query):
    response = client.get(reverse(f"placement:{name}", args=args), query)
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()


def test_a_run_is_made_and_its_differences_are_closed_by_form():
    member = make_member(name="待报")
    client = officer()
    assert "下一次全县反查" in page(client, "reconcile")

    answer = client.post(
        reverse("placement:run-start"), {"over": make_county().pk, "on": str(TODAY)}
    )
    run = ReconcileRun.objects.get()
    assert answer["Location"] == reverse("placement:run", args=[run.pk])
    assert "待报" in page(client, "run", run.pk)
    difference = Difference.objects.get(member=member)
    assert "指定社区" in page(client, "difference", difference.pk)
    url = reverse("placement:difference-close", args=[difference.pk])
    refused = client.post(url, {"reason": "other", "words": ""})
    assert "请写明情况" in refused.content.decode()
    client.post(url, {"reason": "explained", "words": "借调在外"})
    difference.refresh_from_db()
    assert difference.state == DifferenceState.CLOSED
    assert "待报" not in page(client, "differences")
    assert "待报" in page(client, "differences", state="closed")
    assert "借调在外" in page(client, "difference", difference.pk)
    client.post(reverse("placement:difference-reopen", args=[difference.pk]))
    difference.refresh_from_db()
    assert difference.state == DifferenceState.OPEN


def test_a_register_is_sent_by_its_community():
    here = make_community()
    placed = make_placement(make_member(name="甲"), here, state=PlacementState.REPORTED)
    client = client_of(Role.COMMUNITY_SECRETARY, here)
    page(client, "run-file")
    sent = {
        "source": "register",
        "over": here.pk,
        "on": str(TODAY),
        "file": SimpleUploadedFile("登记册.xlsx", sheet([["生人", "", "", "13900000000", "", ""]])),
    }

    answer = client.post(reverse("placement:run-file"), sent, follow=True).content.decode()

    assert "文件没有保存" in answer
    assert "生人" in answer
    assert placed.member.name in answer
    bad = sent | {"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04")}
    answer = client.post(reverse("placement:run-file"), bad).content.decode()
    assert "文件已损坏" in answer


def test_desks_out_of_sight_are_404():
    unit = make_unit()
    make_member(unit)
    client = officer()
    client.post(reverse("placement:run-start"), {"over": unit.pk, "on": str(TODAY)})
    run, difference = ReconcileRun.objects.get(), Difference.objects.get()
    for stranger in (
        client_of(Role.LIAISON, make_unit()),
        client_of(Role.COMMUNITY_SECRETARY, make_community()),
    ):
        for name, pk in (("run", run.pk), ("difference", difference.pk)):
            assert stranger.get(reverse(f"placement:{name}", args=[pk])).status_code == 404
        url = reverse("placement:difference-close", args=[difference.pk])
        assert stranger.post(url, {"reason": "explained"}).status_code == 404
    member = Client()
    member.force_login(make_user())
    for name in ("reconcile", "differences", "unreported", "rates"):
        assert member.get(reverse(f"placement:{name}")).status_code == 404
    inspector = client_of(Role.INSPECTOR, make_county())
    page(inspector, "difference", difference.pk)
    answer = inspector.post(url, {"reason": "explained", "words": ""})
    assert "您的职务不能办理此事" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_reminders_reach_the_member_once_within_the_days():
    unit = make_unit()
    ready = make_letter(make_placement(make_member(unit), state=PlacementState.LETTER_ISSUED))
    without_letter = make_placement(make_member(unit))
    member = ready.placement.member
    member.user = make_user()
    member.save(update_fields=["user"])
    client = client_of(Role.LIAISON, unit)
    url = reverse("placement:remind")
    community = client_of(Role.COMMUNITY_SECRETARY, ready.placement.community)
    assert community.post(url, {"whom": "all"}).status_code == 404

    nobody = client.post(url, {"whom": "chosen"}, follow=True).content.decode()
    assert "请先在名单中勾选" in nobody
    chosen = {"whom": "chosen", "chosen": [member.pk, without_letter.member_id]}
    told = client.post(url, chosen, follow=True).content.decode()
    assert "已提醒 1 人" in told
    again = client.post(url, {"whom": "all"}, follow=True).content.decode()
    assert "没有需要提醒的同志" in again
    assert Notice.objects.filter(user=member.user, key="placement.member_awaited").count() == 1
    assert JournalEntry.objects.filter(did="placement.member_reminded").count() == 1


def test_the_list_is_exported_for_a_purpose_only():
    unit = make_unit()
    member = make_member(unit)
    client = client_of(Role.LIAISON, unit)
    assert member.name in page(client, "unreported")

    url = reverse("placement:unreported")
    answer = client.get(url, {"export": "xlsx"}, follow=True).content.decode()
    assert "请先选择用途" in answer
    assert not JournalEntry.objects.filter(did="list.exported").exists()
    sent = client.get(url, {"export": "xlsx", "purpose": "contact"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(sent.streaming_content)))
    assert member.name in [cell.value for row in book.active for cell in row]
    assert JournalEntry.objects.get(did="list.exported").subject_id == "unreported:contact"


def test_every_number_of_the_rate_opens_to_its_people():
    unit, here = make_unit(), make_community()
    make_placement(make_member(unit, name="已到"), here, state=PlacementState.REPORTED)
    make_placement(make_member(unit, name="窗口"), here, state=PlacementState.PRESENTED)
    make_placement(make_member(unit, name="未来"), here)
    make_member(unit, name="无处")
    client = client_of(Role.LIAISON, unit)

    shown = page(client, "rates")
    assert "25.00" in shown
    assert "未达到" in shown
    code = {"unit": unit.code, "on": str(TODAY)}
    assert "已到" in page(client, "rate-rows", "reported", **code)
    missing = page(client, "rate-rows", "missing", **code)
    assert all(name in missing for name in ("窗口", "未来", "无处"))
    community = client_of(Role.COMMUNITY_SECRETARY, here)
    here_code = {"community": here.code, "on": str(TODAY)}
    assert "33.33" in page(community, "rates")
    seen = page(community, "rate-rows", "missing", **here_code)
    assert "窗口" in seen
    assert "未来" not in seen
    assert "另有 1 人" in seen
    foreign = reverse("placement:rate-rows", args=["missing"])
    assert community.get(foreign, {"community": make_community().code}).status_code == 404
    assert community.get(foreign, {"unit": unit.code}).status_code == 404
    assert community.get(reverse("placement:rate-rows", args=["secrets"])).status_code == 404


def test_the_numbers_above_the_rate_are_those_that_they_open_to():
    unit = make_unit()
    make_placement(make_member(unit), state=PlacementState.REPORTED)
    Excusal.objects.create(
        member=make_member(unit), klass="personal", from_on=TODAY, granted_at=NOON
    )
    client = client_of(Role.LIAISON, unit)
    for name in ("rates", "unreported"):
        stat = r"(应报到|其中免报|已报到)</a></p>\s*<p class=.stat-value.>(\d+)"
        figures = dict(re.findall(stat, page(client, name)))
        assert figures == {"已报到": "1", "应报到": "2", "其中免报": "1"}, name
    assert "共 2 条" in page(client, "rate-rows", "expected")


def test_the_rate_sheet_has_working_totals():
    for _ in range(2):
        unit = make_unit()
        make_placement(make_member(unit), state=PlacementState.REPORTED)
        make_member(unit)
    sent = officer().get(reverse("placement:rates"), {"export": "xlsx"})

    page_ = openpyxl.load_workbook(io.BytesIO(sent.content)).active
    values = openpyxl.load_workbook(io.BytesIO(sent.content), data_only=True).active
    last = page_.max_row
    assert page_.cell(last, 3).value == f"=SUM(C3:C{last - 1})"
    assert [values.cell(last, column).value for column in range(3, 8)] == [4, 0, 2, 2, 50]


def test_pages_cost_the_same_with_more_rows(django_assert_max_num_queries):
    unit = make_unit()
    clients = {
        "officer": officer(),
        "liaison": client_of(Role.LIAISON, unit),
    }
    for count in (1, 3):
        for _ in range(count):
            make_placement(make_member(unit), state=PlacementState.LETTER_ISSUED)
        clients["officer"].post(reverse("placement:run-start"), {"over": unit.pk, "on": str(TODAY)})
        run, difference = ReconcileRun.objects.last(), Difference.objects.last()
        for client in clients.values():
            for name, args in (
                ("reconcile", ()),
                ("run", (run.pk,)),
                ("differences", ()),
                ("difference", (difference.pk,)),
                ("unreported", ()),
                ("rates", ()),
                ("rate-rows", ("missing",)),
            ):
                with django_assert_max_num_queries(15):
                    page(client, name, *args)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("changed_name", "更正姓名"),
        ("other_unit", "办理调动"),
        ("other_community", "办理迁居"),
        ("two_numbers", "合并两个编号"),
    ],
)
def test_each_kind_leads_to_the_deed_that_removes_it(kind, words):
    placement = make_placement(state=PlacementState.REPORTED)
    difference = Difference.objects.create(
        key=kind, kind=kind, member=placement.member, unit=placement.unit,
        community=placement.community, responsible="unit", found_at=NOON,
    )  # fmt: skip
    client = client_of(Role.LIAISON, placement.unit)
    shown = page(client, "difference", difference.pk)
    assert words in shown
    url = shown.split(words)[0].rsplit('href="', 1)[1].split('"')[0]
    assert client.get(url).status_code == 200
