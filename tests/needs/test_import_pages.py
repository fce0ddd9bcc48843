"""Wishes by spreadsheet through its pages: looked at, taken over whole, codes handed over once."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.directory.models import Organization
from allhours.jobs.models import Job
from allhours.kernel import clock
from allhours.needs import actions
from allhours.needs.actions import import_codes, imports
from allhours.needs.models import Wish, WishImport
from allhours.needs.queries.follow import follow_hash
from allhours.notifications.models import Notice
from tests.directory.roster.sheets import xlsx
from tests.factories.directory import make_community, make_county, staff_actor, staff_user
from tests.factories.needs import SECRET_ADDRESS, SECRET_NAME, SECRET_PHONE, public_text

pytestmark = pytest.mark.django_db
PAGE = reverse("needs:wish-imports")
HEADER = ["心愿内容", "社区", "姓名", "联系电话", "住址", "公开内容", "类别", "同意公开"]


def sound(number: int, community: str = "", **over: Any) -> list[Any]:
    values = {
        "words": f"{SECRET_NAME}想要第{number}副老花镜",
        "community": community,
        "name": SECRET_NAME,
        "phone": SECRET_PHONE,
        "address": SECRET_ADDRESS,
        "title": "想要一副老花镜",
        "category": public_text(clock.now()).category,
        "consent": "是",
    } | over
    return list(values.values())


@pytest.fixture
def community() -> Organization:
    return make_community(name="宝塔社区")


def signed_in(role: str, organization: Organization) -> Client:
    client = Client()
    client.force_login(staff_user(role, organization), "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def staff(community: Organization) -> Client:
    return signed_in(Role.COMMUNITY_STAFF, community)


def send(client: Client, *rows: list[Any], name: str = "心愿.xlsx", **data: Any) -> Any:
    content = data.pop("content", None) or xlsx([HEADER, *rows])
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content), **data}, follow=True)


def shown() -> str:
    return reverse("needs:wish-import", args=[WishImport.objects.latest("pk").pk])


def text(answer: Any) -> str:
    return answer.content.decode()


def test_a_sheet_is_sent_looked_at_and_taken_over(staff: Client, community: Organization) -> None:
    page = text(send(staff, sound(1), sound(2, title="", category="")))
    assert "可以导入" in page
    assert "登记这 2 个心愿" in page
    assert Wish.objects.count() == 0
    assert SECRET_NAME not in page + str(WishImport.objects.get().plan)
    answer = text(staff.post(f"{shown()}apply/", follow=True))
    assert "心愿已登记" in answer
    rows = Wish.objects.order_by("pk").values_list("state", "origin", "community", "consent_by")
    assert list(rows) == [
        ("verified", "import", community.pk, "spoken"),
        ("noted", "import", community.pk, "spoken"),
    ]
    assert WishImport.objects.get().content_sealed == ""
    assert "已登记 2 个心愿" in text(staff.get(PAGE))


def test_errors_are_read_in_place_and_nothing_is_taken_over(staff: Client) -> None:
    other = make_community(name="河东社区")
    page = text(send(staff, sound(1), sound(2, phone="<b>1</b>"), sound(3, other.name)))
    assert "有 2 处错误" in page
    assert "不是本社区的心愿" in page
    assert "<b>1</b>" not in page
    assert "登记这" not in page
    answer = text(staff.post(f"{shown()}apply/", follow=True))
    assert "还有 2 处错误" in answer
    assert Wish.objects.count() == 0


def test_the_problem_file_is_the_senders_own_and_reads_again(staff: Client) -> None:
    send(staff, sound(1, phone="138"))
    answer = staff.get(f"{shown()}problems/")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert [cell.value for cell in sheet[1]] == [*HEADER, "问题"]
    assert "联系电话：联系电话不正确（11 位手机号" in sheet.cell(2, 9).value
    assert answer["Cache-Control"] == "no-store"
    assert "有 1 处错误" in text(send(staff, content=answer.content))
    assert "1 处提醒" not in text(staff.get(shown()))


def test_the_same_sheet_again_brings_nothing(staff: Client) -> None:
    send(staff, sound(1))
    staff.post(f"{shown()}apply/")
    staff.post(f"{shown()}apply/")
    page = text(send(staff, sound(1)))
    assert "没有新的心愿" in page
    assert "第 2 行" in page
    assert Wish.objects.count() == 1
    assert JournalEntry.objects.filter(did="wishimport.applied").count() == 1


def test_what_changed_since_the_preview_is_looked_at_again(staff: Client) -> None:
    send(staff, sound(1), sound(2))
    first = shown()
    send(staff, sound(1))
    staff.post(f"{shown()}apply/")
    assert "请重新核对" in text(staff.post(f"{first}apply/", follow=True))
    assert "登记这 1 个心愿" in text(staff.post(f"{first}review/", follow=True))
    staff.post(f"{first}apply/")
    assert Wish.objects.count() == 2


def test_all_open_at_the_hour_that_was_given(staff: Client) -> None:
    at = clock.local(clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert "须填写公开内容和类别" in text(send(staff, sound(1, title=""), publish_at=at))
    assert "同时开放认领" in text(send(staff, sound(1), sound(2), publish_at=at))
    staff.post(f"{shown()}apply/")
    assert set(Wish.objects.values_list("state")) == {("scheduled",)}
    past = clock.local(clock.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert "发布的时间已过" in text(send(staff, sound(3), publish_at=past))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.xls", b"<html><table>", "改了扩展名的网页文件"),
        ("a.csv", "甲,乙\n1,2".encode(), "应有“心愿内容”和“社区”"),
        ("a.pdf", b"%PDF-", "只接受"),
        ("a.csv", b"x" * (5 * 1024 * 1024 + 1), "超过 5 MB"),
        ("a.csv", ("心愿内容,社区\n" + "要眼镜,宝塔社区\n" * 1001).encode(), "最多导入 1000 个"),
    ],
)
def test_an_unreadable_file_is_told_on_the_form(
    staff: Client, name: str, content: bytes, sentence: str
) -> None:
    assert sentence in text(send(staff, name=name, content=content))
    assert WishImport.objects.count() == 0


def test_an_import_is_given_up_by_hand_or_after_a_month(staff: Client) -> None:
    send(staff, sound(1))
    assert "已放弃" in text(staff.post(f"{shown()}discard/", follow=True))
    send(staff, sound(1))
    system, later = staff_actor(Role.COUNTY_OFFICER, make_county()), timedelta(days=31)
    assert imports.discard_old_imports(actor=system, now=clock.now() + later) == 1
    assert set(WishImport.objects.values_list("state", "content_sealed")) == {("discarded", "")}


def test_another_communitys_import_is_not_there(staff: Client) -> None:
    send(staff, sound(1))
    stranger = signed_in(Role.COMMUNITY_SECRETARY, make_community())
    for address in (shown(), f"{shown()}problems/"):
        assert stranger.get(address).status_code == 404
    for name in ("apply", "review", "discard", "codes", "other"):
        assert stranger.post(f"{shown()}{name}/").status_code == 404
    assert "心愿.xlsx" not in text(stranger.get(PAGE))
    assert signed_in(Role.COUNTY_OFFICER, make_county()).get(shown()).status_code == 200


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.LIAISON, Role.GRID_WORKER])
def test_others_import_no_wishes(role: str, community: Organization) -> None:
    client = signed_in(role, community if role == Role.GRID_WORKER else make_county())
    assert [client.get(address).status_code for address in (PAGE, f"{PAGE}template/")] == [404, 404]


def test_a_county_officer_sends_any_communitys_wishes(community: Organization) -> None:
    officer, other = signed_in(Role.COUNTY_OFFICER, make_county()), make_community(name="河东社区")
    worker = staff_user(Role.COMMUNITY_STAFF, other)
    send(officer, sound(1, community.name), sound(2, other.code, title="", category=""))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda tell, robust=False: tell())
        officer.post(f"{shown()}apply/")
    assert set(Wish.objects.values_list("community", flat=True)) == {community.pk, other.pk}
    (notice,) = Notice.objects.filter(key="needs.wishes_imported")
    assert (notice.user_id, notice.params) == (worker.pk, {"count": 1})
    assert not Notice.objects.filter(key="needs.wish_noted").exists()
    assert "没有填写社区" in text(send(officer, sound(3)))


def test_the_template_is_empty_and_its_example_stays_out(
    staff: Client, community: Organization
) -> None:
    content = staff.get(f"{PAGE}template/").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book["下拉列表"]["A2"].value == community.label
    assert "没有新的心愿" in text(send(staff, content=content))
    sheet = book["微心愿"]
    for place, cell in enumerate([*sound(1)[:1], community.label], 1):
        sheet.cell(3, place, cell)
    out = io.BytesIO()
    book.save(out)
    assert "登记这 1 个心愿" in text(send(staff, content=out.getvalue()))


def codes_of(client: Client, **data: str) -> Job:
    client.post(f"{shown()}codes/", data)
    return Job.objects.filter(kind="needs.print_codes").latest("pk")


def test_codes_are_printed_once_and_lead_to_their_wishes(
    staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[import_codes.CodeSlip] = []
    pdf = import_codes.codes_pdf
    monkeypatch.setattr(
        import_codes, "codes_pdf", lambda slips, url: told.extend(slips) or pdf(slips, url=url)
    )
    send(staff, sound(1), sound(2))
    staff.post(f"{shown()}codes/")
    assert not told, "before they are noted"
    staff.post(f"{shown()}apply/")
    job = codes_of(staff)
    assert (job.state, job.result["wishes"]) == ("done", 2)
    assert [slip.row for slip in told] == [2, 3]
    assert {slip.name for slip in told} == {"欧***"}
    for slip in told:
        assert Wish.objects.get(follow_hash=follow_hash(slip.follow_code)).code == slip.code
    file = staff.post(reverse("jobs:file", args=[job.code]))
    assert file.content.startswith(b"%PDF")
    assert staff.post(reverse("jobs:file", args=[job.code]), follow=True).status_code == 200


def test_codes_printed_again_void_the_former_on_purpose_only(staff: Client) -> None:
    send(staff, sound(1))
    staff.post(f"{shown()}apply/")
    first = codes_of(staff)
    held = Wish.objects.get().follow_hash
    assert "以前交出去的查询码全部作废" in text(staff.post(f"{shown()}codes/", follow=True))
    assert Wish.objects.get().follow_hash == held
    assert codes_of(staff, again="1") != first
    assert Wish.objects.get().follow_hash != held


def test_a_wish_reported_done_keeps_its_code(staff: Client) -> None:
    send(staff, sound(1))
    staff.post(f"{shown()}apply/")
    Wish.objects.update(state="delivered")
    assert "不能重发" in text(staff.post(f"{shown()}codes/", follow=True))
    assert Job.objects.count() == 0


def test_a_long_sheet_runs_in_the_background(
    staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "LARGE_ROWS", 2)
    monkeypatch.setattr(imports, "LARGE_BYTES", 10)
    assert "/desk/jobs/" in send(staff, sound(1), sound(2)).redirect_chain[-1][0]
    assert WishImport.objects.get().state == "staged"
    assert "/desk/jobs/" in staff.post(f"{shown()}apply/", follow=True).redirect_chain[-1][0]
    job = Job.objects.get(kind="needs.apply_wishes")
    assert (job.state, job.result) == ("done", {"wishes": 2, "url": shown()})
    assert "/desk/jobs/" in send(staff, content=xlsx([["心愿"]])).redirect_chain[-1][0]
    assert "没有找到表头" in text(staff.get(shown()))


@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_a_steady_number_of_queries(
    staff: Client, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        send(staff, *[sound(number * 10 + n) for n in range(count)])
    with django_assert_num_queries(10):
        assert "心愿.xlsx" in text(staff.get(PAGE))
    with django_assert_num_queries(10):
        assert "可以导入" in text(staff.get(shown()))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_apply_at_once_one_takes_over(threads: Any) -> None:
    community = make_community(name="宝塔社区")
    actor = staff_actor(Role.COMMUNITY_STAFF, community, on=clock.local_date(clock.now()))
    now = clock.now()
    content = xlsx([HEADER, sound(1), sound(2)])
    one, other = (
        imports.stage_wishes(
            actor=actor, filename="a.xlsx", content=content, publish_at=None, now=now
        )
        for _ in range(2)
    )

    def take_over(caller: int) -> str:
        mine = WishImport.objects.get(pk=(one if caller < 2 else other).pk)
        try:
            return imports.apply_wishes(actor=actor, import_=mine, now=now).state
        except imports.Refused as refused:
            return refused.reasons[0].code

    answers = threads(4, take_over)
    assert Wish.objects.count() == 2
    assert WishImport.objects.filter(state="applied").count() == 1
    assert answers.count("applied") == 2
    assert answers.count("wishes.moved_on") == 2


def test_import_takes_over_nothing_when_the_last_row_fails(
    community: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor, now = staff_actor(Role.COMMUNITY_STAFF, community), clock.now()
    import_ = imports.stage_wishes(
        actor=actor, filename="a.xlsx", content=xlsx([HEADER, sound(1), sound(2)]),
        publish_at=None, now=now,
    )  # fmt: skip
    noted = actions.note_wish

    def fails(**given: Any) -> Any:
        if given["voice"].words.endswith("第2副老花镜"):
            raise RuntimeError
        return noted(**given)

    monkeypatch.setattr(imports, "note_wish", fails)
    with pytest.raises(RuntimeError):
        imports.apply_wishes(actor=actor, import_=import_, now=now)
    assert Wish.objects.count() == 0
    assert WishImport.objects.get().state == "staged"
    assert WishImport.objects.get().content
