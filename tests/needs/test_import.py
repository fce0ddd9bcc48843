"""Wishes from spreadsheets: all or nothing, with row numbers."""

import csv
import json
from datetime import timedelta

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from allhours.kernel import clock
from allhours.needs.models import Wish
from tests.factories.directory import make_community
from tests.factories.needs import SECRET_NAME, SECRET_PHONE, public_text

pytestmark = pytest.mark.django_db
HEADER = ["心愿内容", "社区", "姓名", "联系电话", "公开内容", "类别", "心愿人类别", "同意公开"]


def sound(community, n: int = 1) -> list[str]:
    return [
        f"想要第{n}副老花镜",
        community.name,
        SECRET_NAME,
        SECRET_PHONE,
        "想要一副老花镜",
        public_text(clock.now()).category,
        "老人",
        "是",
    ]


def write(path, rows, *, title: bool = False):
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    shown = ([["2026年微心愿登记表"]] if title else []) + [HEADER, *rows]
    for number, row in enumerate(shown):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def run(capsys, *arguments: str) -> dict:
    capsys.readouterr()
    call_command("import_wishes", *map(str, arguments), "--json")
    out = capsys.readouterr()
    assert SECRET_NAME not in out.out + out.err
    return json.loads(out.out)


def test_import_previews_applies_and_repeats_as_a_no_op(tmp_path, capsys) -> None:
    community = make_community(name="宝塔社区")
    path = write(tmp_path / "w.xlsx", [sound(community, n) for n in range(3)], title=True)
    assert run(capsys, path) == {"rows": 3, "accepted": 3, "problems": []}
    assert Wish.objects.count() == 0
    at = clock.local(clock.now() + timedelta(days=1)).replace(tzinfo=None)
    done = run(capsys, path, "--apply", "--publish-at", at.isoformat(timespec="minutes"))
    assert done["accepted"] == 3
    assert set(Wish.objects.values_list("state", "origin")) == {("scheduled", "import")}
    again = run(capsys, path, "--apply")
    assert again["accepted"] == 0
    assert {p["code"] for p in again["problems"]} == {"already_noted"}
    assert Wish.objects.count() == 3


def test_import_takes_nothing_when_one_row_is_wrong(tmp_path, capsys) -> None:
    community = make_community(name="宝塔社区")
    rows = [sound(community, n) for n in range(7)]
    rows[1][0] = ""
    rows[2][1] = "没有的社区"
    rows[3][3] = "123"
    rows[4][4] = f"{SECRET_NAME}要眼镜"
    rows[5][5] = "乱写"
    rows[6] = list(rows[0])
    told = run(capsys, write(tmp_path / "w.xlsx", rows), "--apply")
    assert [(p["row"], p["column"], p["code"]) for p in told["problems"]] == [
        (3, "心愿内容", "words_missing"),
        (4, "社区", "community_unknown"),
        (5, "联系电话", "phone_invalid"),
        (6, "公开内容", "title_tells"),
        (7, "类别", "category_unknown"),
        (8, "心愿内容", "duplicate_in_file"),
    ]
    assert (told["rows"], told["accepted"], Wish.objects.count()) == (7, 0, 0)


def test_import_whose_codes_cannot_be_written_down_takes_nothing(tmp_path, capsys) -> None:
    path = write(tmp_path / "w.xlsx", [sound(make_community(name="宝塔社区"))])
    with pytest.raises(CommandError, match="Nothing was written"):
        run(capsys, path, "--apply", "--codes", tmp_path / "none" / "codes.pdf")
    assert Wish.objects.count() == 0
    assert run(capsys, path, "--apply", "--codes", tmp_path / "codes.pdf")["accepted"] == 1
    assert (tmp_path / "codes.pdf").read_bytes().startswith(b"%PDF")


def test_import_reads_gb18030_text(tmp_path, capsys) -> None:
    community = make_community(name="宝塔社区")
    path = tmp_path / "w.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([HEADER, sound(community)])
    assert run(capsys, path, "--apply")["accepted"] == 1
    assert Wish.objects.get().state == "verified"


def test_wishes_lists_in_the_contracts_shape(capsys) -> None:
    from tests.factories.needs import make_claim, make_open_wish

    now = clock.now()
    claim = make_claim(now=now)
    due = make_open_wish(now=now - timedelta(hours=2), at=now - timedelta(hours=1))
    call_command("wishes", "--json")
    told = json.loads(capsys.readouterr().out)["wishes"]
    assert {wish["code"]: wish["state"] for wish in told} == {
        claim.wish.code: "claimed",
        due.code: "open",
    }
    mine = next(wish for wish in told if wish["code"] == claim.wish.code)
    assert mine["places"] == 1
    assert mine["community"] == claim.wish.community.code
    (held,) = mine["claims"]
    assert (held["member_no"], held["state"]) == (claim.member.member_no, "live")
    assert set(held) == {"member_no", "state", "at", "unit"}
    assert held["unit"] == ""
    call_command("wishes", "--json", "--state", "open")
    told = json.loads(capsys.readouterr().out)["wishes"]
    assert [wish["code"] for wish in told] == [due.code]
