"""Printed sheets: what stands in the data stands in the PDF, rare names whole."""

import io
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader
from tests.factories.directory import TODAY, make_community, make_member, make_unit, staff_user
from tests.factories.placement import (
    NOON,
    community_secretary,
    liaison,
    make_letter,
    make_placement,
    make_temp_branch,
)

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.directory.models import Member
from allhours.jobs.actions import run_job
from allhours.jobs.models import Job
from allhours.kernel import clock
from allhours.placement import sheets
from allhours.placement.actions import letters, reporting
from allhours.placement.choices import PlacementState
from allhours.placement.models import Placement
from allhours.placement.queries import papers
from allhours.scheme.queries import scheme_for
from allhours.ui import sheets as ui_sheets

pytestmark = pytest.mark.django_db
RARE = ["李喆堃", "王玥骉", "张翀昇", "陈㛃𬭎", "赵䶮", "孙𬍛", "阿依古丽·买买提", "欧阳㼆"]


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


def text_of(content: bytes) -> str:
    """All words of a PDF without the spaces that the line breaks brought."""
    reader = PdfReader(io.BytesIO(content))
    return "".join("".join(page.extract_text() for page in reader.pages).split())


def fonts_of(content: bytes) -> list[bool]:
    """Whether each font of the file is embedded."""
    found = []
    for page in PdfReader(io.BytesIO(content)).pages:
        for font in page["/Resources"]["/Font"].values():
            below = font.get_object()["/DescendantFonts"][0].get_object()
            keys = below["/FontDescriptor"].get_object().keys()
            found.append(bool({"/FontFile", "/FontFile2", "/FontFile3"} & set(keys)))
    return found


def a_unit_with(names, **over):
    unit = make_unit(name="测试县水利局", short_name="水利局")
    community = make_community(name="测试县城关镇东湖社区", short_name="东湖社区", phone="0431-1")
    for name in names:
        member = make_member(
            unit, name=name, sex="1", nation=1, birth_date=date(1985, 3, 9),
            position="工程师", joined_party_on=date(2010, 7, 1), residence=community,
            address="东湖花园3幢2单元501室", phone="13812345678", id_number="11010519491231002X"
            if name == names[0] else "", own_post="教老人用手机", **over,
        )  # fmt: skip
        make_placement(member, community)
    return unit, community


def printed(code, unit, on=TODAY):
    rows = papers.printable(liaison(unit), code)
    return ui_sheets.pdf(sheets.pages_of(code, rows, on=on, base_url="https://a.example"))


def test_text_pulled_from_the_letters_equals_the_data_rare_names_included():
    unit, _community = a_unit_with(RARE)
    made = letters.issue_letters(actor=liaison(unit), unit=unit, now=NOON)

    content = printed("report_letter", unit)

    text = text_of(content)
    assert len(PdfReader(io.BytesIO(content)).pages) == len(RARE)
    assert all(fonts_of(content))
    for letter in made:
        assert text.count(letter.number) == 5  # stub, two seams, letter, receipt
        assert letter.code in text
    for name in RARE:
        assert text.count(name) == 4, name
    for words in (
        "男", "汉族", "1985年3月", "测试县水利局", "工程师", "2010年7月1日", "正式党员",
        "东湖花园3幢2单元501室", "138****5678", "110***********002X", "30天",
        "测试县城关镇东湖社区党组织", "2026年6月10日", "经办人",
    ):  # fmt: skip
        assert words in text, words
    assert "13812345678" not in text
    assert "11010519491231002X" not in text


def test_a_letter_made_anew_names_the_one_it_replaces():
    unit, _community = a_unit_with(["李明"])
    [first] = letters.issue_letters(actor=liaison(unit), unit=unit, now=NOON)
    letters.reissue_letter(actor=liaison(unit), letter=first, reason="遗失", now=NOON)

    text = text_of(printed("report_letter", unit))

    assert f"接替：{first.number}" in text
    assert "第0002号" in text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("contact_card", ["教老人用手机", "回执", "138****5678"]),
        ("member_card", ["教老人用手机", "转正时间", "110***********002X", "党员签字"]),
        ("activity_roster", ["应到：测试县城关镇东湖社区", "共8人", "已报到"]),
    ],
)
def test_the_other_sheets_hold_what_they_are_for(code, words):
    unit, _community = a_unit_with(RARE)
    letters.issue_letters(actor=liaison(unit), unit=unit, now=NOON)

    text = text_of(printed(code, unit))

    for each in (*RARE, *words):
        assert each in text, each


def test_receipts_stand_two_on_a_page_with_what_the_community_decided():
    unit, community = a_unit_with(RARE[:3])
    make_temp_branch(community, name="东湖第一临时党支部")
    letters.issue_letters(actor=liaison(unit), unit=unit, now=NOON)
    rows = Placement.objects.select_related("unit", "community", "member")
    reporting.present_collectively(actor=liaison(unit), placements=rows, now=NOON)
    reporting.receive_members(actor=community_secretary(community), placements=rows.all(), now=NOON)

    content = printed("report_receipt", unit)

    text = text_of(content)
    assert len(PdfReader(io.BytesIO(content)).pages) == 2
    for words in (*RARE[:3], "同意接收", "东湖第一临时党支部", "2026年6月10日", "签收人"):
        assert words in text
    together = text_of(printed("collective_letter", unit))
    assert "下列3名在职党员" in together
    assert "第0004号" in together


@pytest.mark.parametrize("count", [1, 3])
def test_sheets_cost_the_same_for_any_stack(count, django_assert_num_queries):
    unit, _community = a_unit_with([f"李{n}" for n in range(count)])
    letters.issue_letters(actor=liaison(unit), unit=unit, now=NOON)
    rows = list(papers.printable(liaison(unit), "report_letter"))
    scheme_for(TODAY)

    with django_assert_num_queries(3):  # the scheme's versions, letters, members
        sheets.pages_of("report_letter", rows, on=TODAY)


def test_thousands_are_made_in_the_background_and_taken_once(settings, tmp_path, monkeypatch):
    from allhours.placement.views import printing

    monkeypatch.setattr(printing, "AT_ONCE", 2)
    settings.DATA = tmp_path
    unit, _community = a_unit_with(RARE[:3])
    letters.issue_letters(actor=liaison(unit), unit=unit, now=NOON)
    client = Client()
    client.force_login(staff_user(Role.LIAISON, unit))

    url = reverse("placement:sheet", args=["report_letter"])
    assert "排成一个文件" in client.get(url).content.decode()
    client.post(reverse("placement:make-sheet", args=["report_letter"]))
    job = Job.objects.get(kind="placement.print")
    run_job(code=job.code, now=NOON)
    answer = client.post(reverse("jobs:file", args=[job.code]))

    assert text_of(answer.content).count(RARE[2]) == 4
    assert client.post(reverse("jobs:file", args=[job.code])).status_code == 302
    assert JournalEntry.objects.get(did="sheet.printed").facts == {"count": 3}


def test_nobody_prints_what_is_not_theirs():
    unit, community = a_unit_with(["李明"])
    letters.issue_letters(actor=liaison(unit), unit=unit, now=NOON)
    foreign = make_letter().placement

    def asked(user, code, **query):
        client = Client()
        client.force_login(user)
        answer = client.get(reverse("placement:sheet", args=[code]), query)
        return answer.status_code, answer.content.decode()

    mine = staff_user(Role.LIAISON, unit)
    assert foreign.member.name not in asked(mine, "report_letter", only=foreign.pk)[1]
    assert asked(staff_user(Role.COMMUNITY_STAFF, community), "report_letter")[0] == 404
    assert "李明" in asked(staff_user(Role.COMMUNITY_STAFF, community), "member_card")[1]
    assert asked(staff_user(Role.GRID_WORKER, community), "member_card")[0] == 404
    assert asked(mine, "no_such_sheet")[0] == 404
    assert Member.objects.count() == 2
    assert foreign.state == PlacementState.LETTER_ISSUED
