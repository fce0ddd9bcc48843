"""Spring: two units send their rosters, one badly; autumn: a later roster, and a question."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.directory.models import Member, Organization, RosterImport
from tests.directory.roster.sheets import id_number, xlsx
from tests.factories.directory import make_community, make_county, make_unit, staff_user

pytestmark = pytest.mark.django_db

# As the education bureau keeps it: a merged title, two header rows, its own names for columns.
TITLE = ["县教育局在职党员花名册（2026年3月）"]
HEADER = [
    ["序号", "姓 名", "性别", "身份证号码", "工作单位", "联系方式", None, "入党时间", "家庭住址"],
    [None, None, None, None, None, "手机号", "办公电话", None, None],
]


def row(number: int, name: str, **over: Any) -> list[Any]:
    values = {
        "seq": number, "name": name, "sex": "男", "id": id_number(number), "unit": "县教育局",
        "phone": f"138 0000 {number:04d}", "office": None, "joined": "2011.7.1",
        "address": "滨河街道阳光小区3栋",
    } | over  # fmt: skip
    return list(values.values())


def roster(*rows: list[Any]) -> bytes:
    return xlsx([TITLE, [], *HEADER, *rows, ["合计", f"{len(rows)}人"]], merge=("A1:I1",))


class Person:
    """Somebody at a desk who sends rosters."""

    def __init__(self, role: str, organization: Organization) -> None:
        self.client = Client()
        user = staff_user(role, organization)
        self.client.force_login(user, "django.contrib.auth.backends.ModelBackend")

    def sends(self, content: bytes, **data: Any) -> str:
        file = SimpleUploadedFile("花名册.xlsx", content)
        address = reverse("directory:roster-upload")
        return self.client.post(address, {"file": file, **data}, follow=True).content.decode()

    def applies(self, **answers: Any) -> str:
        page = reverse("directory:roster-show", args=[RosterImport.objects.latest("pk").pk])
        return self.client.post(f"{page}apply/", answers, follow=True).content.decode()

    def takes_the_error_file(self) -> Any:
        page = reverse("directory:roster-show", args=[RosterImport.objects.latest("pk").pk])
        answer = self.client.get(f"{page}problems/")
        return openpyxl.load_workbook(io.BytesIO(answer.content))


def test_a_year_of_rosters() -> None:
    education = make_unit(name="县教育局")
    make_unit(name="县财政局")
    riverside = make_community(name="滨河社区")
    riverside.places.create(kind="estate", name="阳光小区")
    liaison = Person(Role.LIAISON, education)

    # The liaison's first try has an ID number that a spreadsheet has rounded.
    bad = row(2, "李 明", id=float(id_number(2)[:17] + "0"))
    page = liaison.sends(roster(row(1, "张伟"), bad), unit=education.pk)
    assert "有 1 处错误" in page
    assert "末几位丢失" in page

    # The error file is the roster itself with the cell marked; mended there, it is sent back.
    book = liaison.takes_the_error_file()
    sheet = book.active
    assert (sheet["A1"].value, sheet["D6"].value[:4]) == (TITLE[0], "2.20")
    assert "末几位丢失" in sheet["J6"].value
    sheet["D6"] = id_number(2)
    mended = io.BytesIO()
    book.save(mended)
    assert "可以应用" in liaison.sends(mended.getvalue(), unit=education.pk)
    assert "新增 2 人" in liaison.applies()
    zhang, li = Member.objects.order_by("member_no")
    assert (li.name, li.residence, li.unit) == ("李明", riverside, education)

    # The officer's roster of the whole county in autumn: 张伟 has moved to finance, 李明 is not
    # in it, and there is a second 李明 of the same birthday.
    officer = Person(Role.COUNTY_OFFICER, make_county())
    autumn = roster(
        row(1, "张伟", unit="县财政局"), row(7, "李明", unit="县财政局"), row(8, "王芳")
    )
    page = officer.sends(autumn)
    assert "请先确认 1 人是谁" in page
    assert "请选择是否同一人" in officer.applies()
    assert "已应用" in officer.applies(row_6="0", with_leaves="on")

    zhang.refresh_from_db()
    li.refresh_from_db()
    assert zhang.unit.name == "县财政局"
    assert li.left_on is None, "he might be the other one: nobody leaves while in question"
    assert Member.objects.on_roster().count() == 4

    # The same file again: all are known now, so the first 李明 is the one who is missing in it.
    assert "名册中有而文件中没有的 1 人" in officer.sends(autumn)
    again = RosterImport.objects.latest("pk")
    assert again.counts == {
        "rows": 3, "join": 0, "change": 0, "move": 0, "leave": 1, "unchanged": 3, "conflict": 0,
    }  # fmt: skip
    officer.applies(with_leaves="on")
    li.refresh_from_db()
    assert li.left_on is not None

    # All of it stands in the journal, without a name.
    facts = " ".join(str(entry.facts) for entry in JournalEntry.objects.all())
    assert "张伟" not in facts
