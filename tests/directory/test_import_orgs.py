"""Organisations from a spreadsheet: counts, problems by row and column, and twice is once."""

import io
import json

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from allhours.accounts.models import JournalEntry
from allhours.directory.actions.import_orgs import import_organizations, plan_organizations
from allhours.directory.models import Neighbour, Organization, PlaceName
from allhours.directory.orgfile import parse_file
from allhours.kernel.errors import Refused
from tests.factories.directory import (
    county_officer,
    make_community,
    make_county,
    make_unit,
    staff_actor,
)

HEADER = [
    "编码", "名称", "类别", "上级", "最少", "最多",
    "相邻社区", "小区", "街路", "结对社区", "单位类别",
]  # fmt: skip
ROWS = [
    ["T1", "城东街道", "街道", "", None, None, "", "", "", "", ""],
    ["C1", "向阳社区", "社区", "城东街道", 20, 200.0,
     "幸福社区、C3", "阳光花园，锦绣家园", "东大街", "", ""],
    ["C2", "幸福社区", "社区", "T1", None, None, "", "", "", "", ""],
    ["C3", "和平社区", "社区", "T1", None, None, "C2", "", "", "", ""],
    ["U1", "测试农业局", "单位", "", None, None, "", "", "", "向阳社区", "机关"],
    ["B1", "测试农业局第一党支部", "党支部", "U1", None, None, "", "", "", "", ""],
]  # fmt: skip


def workbook(*rows: list, header: list = HEADER, title: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    if title:
        sheet.append([title])
    for row in [header, *rows]:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parsed(*rows: list, **over):
    return parse_file(workbook(*rows, **over), "orgs.xlsx")


@pytest.fixture
def roots(db):
    make_county()
    unused = make_community()  # brings the territory's root and a town
    root = Organization.objects.get(kind="territory")
    town = unused.parent
    unused.delete()
    town.delete()
    return root


def counts(plan) -> tuple[int, int, int, list]:
    return len(plan.new), len(plan.changes), plan.unchanged, [p.code for p in plan.problems]


def test_a_new_tree_is_taken_over_whole(roots, now) -> None:
    plan = import_organizations(
        actor=county_officer(), file=parsed(*ROWS, title="某县组织一览表"), now=now
    )
    assert counts(plan) == (6, 0, 0, [])
    sun = Organization.objects.get(code="C1")
    town = Organization.objects.get(code="T1")
    assert (sun.parent, sun.path, sun.min_members, sun.max_members) == (
        town, f"{town.path}{sun.pk}/", 20, 200,
    )  # fmt: skip
    assert Neighbour.objects.count() == 3
    assert set(PlaceName.objects.values_list("kind", "name")) == {
        ("estate", "阳光花园"), ("estate", "锦绣家园"), ("street", "东大街"),
    }  # fmt: skip
    unit = Organization.objects.get(code="U1")
    assert (unit.paired_community, unit.unit_class, unit.parent.kind) == (sun, "organ", "county")
    assert Organization.objects.get(code="B1").path.startswith(unit.path)


def test_twice_is_once(roots, now) -> None:
    actor = county_officer()
    import_organizations(actor=actor, file=parsed(*ROWS), now=now)
    lines = JournalEntry.objects.count()
    again = import_organizations(actor=actor, file=parsed(*ROWS), now=now)
    assert counts(again) == (0, 0, 6, [])
    assert JournalEntry.objects.count() == lines


def test_without_codes_names_match(roots, now) -> None:
    rows = [["", *row[1:]] for row in ROWS]
    rows[1][6], rows[2][3], rows[3][3], rows[3][6], rows[5][3] = (
        "幸福社区", "城东街道", "城东街道", "幸福社区", "测试农业局",
    )  # fmt: skip
    actor = county_officer()
    import_organizations(actor=actor, file=parsed(*rows), now=now)
    assert counts(plan_organizations(actor=actor, file=parsed(*rows))) == (0, 0, 6, [])


def test_changes_are_named_and_written(roots, now) -> None:
    actor = county_officer()
    import_organizations(actor=actor, file=parsed(*ROWS), now=now)
    later = [
        ["T2", "城西街道", "街道", "", None, None, "", "", "", "", ""],
        ["C1", "向阳社区", "社区", "T2", 30, None, "C2", "阳光花园", "", "", ""],
        ["C9", "新华社区", "社区", "C1的街道", None, None, "", "", "", "", ""],
    ]
    plan = plan_organizations(actor=actor, file=parsed(*later))
    assert plan.changes == {3: ["min_members", "parent", "neighbours", "estates"]}
    later[2][3] = "T2"
    import_organizations(actor=actor, file=parsed(*later), now=now)
    sun = Organization.objects.get(code="C1")
    assert (sun.parent.code, sun.min_members, sun.max_members) == ("T2", 30, 200)
    assert Neighbour.objects.count() == 2
    assert counts(plan_organizations(actor=actor, file=parsed(*later))) == (0, 0, 3, [])


def test_a_moved_node_takes_all_below_along(roots, now) -> None:
    actor = county_officer()
    import_organizations(actor=actor, file=parsed(*ROWS), now=now)
    later = [
        ["U2", "测试农牧局", "单位", "", None, None, "", "", "", "", ""],
        ["U1", "测试农业局", "单位", "U2", None, None, "", "", "", "", ""],
        ["B2", "测试农业局第二党支部", "党支部", "U1", None, None, "", "", "", "", ""],
    ]
    import_organizations(actor=actor, file=parsed(*later), now=now)
    above = Organization.objects.get(code="U2").path
    for code in ("U1", "B1", "B2"):
        assert Organization.objects.get(code=code).path.startswith(above)


@pytest.mark.parametrize(
    ("row", "column", "found"),
    [
        (["X1", "", "社区", "T1"], "名称", ("name_missing", "")),
        (["X1", "某处", "", "T1"], "类别", ("kind_missing", "")),
        (["X1", "某处", "星球", "T1"], "类别", ("kind_unknown", "星球")),
        (["X1", "某处", "社区", "没有街道"], "上级", ("parent_unknown", "没有街道")),
        (["X1", "某处", "社区", "U1"], "上级", ("parent_wrong", "U1")),
        (["X1", "某处", "社区", "T1", "许多"], "最少", ("number_invalid", "许多")),
        (["X1", "某处", "社区", "T1", 9, 3], "最少", ("min_above_max", "9 > 3")),
        (["X1", "某处", "社区", "T1", 9, 30, "桃源"], "相邻社区", ("neighbour_unknown", "桃源")),
        (["X1", "某局", "单位", "", None, None, "", "", "", "桃源"], "结对社区",
         ("community_unknown", "桃源")),
        (["X1", "某局", "单位", "", None, None, "", "花园", "", ""], "小区",
         ("only_communities", "花园")),
        (["C1", "向阳社区", "社区", "T1"], "编码", ("duplicate_in_file", "C1")),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_told_by_row_and_column(roots, now, row, column, found) -> None:
    actor = county_officer()
    file = parsed(*ROWS, row)
    [problem] = plan_organizations(actor=actor, file=file).problems
    assert (problem.row, problem.column) == (8, column)
    assert (problem.code, problem.found) == found
    with pytest.raises(Refused):
        import_organizations(actor=actor, file=file, now=now)
    assert Organization.objects.filter(code__in=["T1", "X1"]).count() == 0
    import_organizations(actor=actor, file=parsed(*ROWS), now=now)


def test_an_unknown_column_is_a_warning(roots, now) -> None:
    file = parsed([*ROWS[0], "红色"], header=[*HEADER, "颜色"])
    plan = import_organizations(actor=county_officer(), file=file, now=now)
    assert [(p.column, p.is_error) for p in plan.problems] == [("颜色", False)]


def test_a_kind_never_changes(roots, now) -> None:
    actor = county_officer()
    import_organizations(actor=actor, file=parsed(*ROWS), now=now)
    plan = plan_organizations(actor=actor, file=parsed(["C1", "向阳", "街道", ""]))
    assert [problem.code for problem in plan.problems] == ["kind_differs"]


def test_only_the_county_imports(roots, now) -> None:
    file = parsed(*ROWS)
    with pytest.raises(Refused):
        import_organizations(actor=staff_actor("liaison", make_unit()), file=file, now=now)
    import_organizations(actor=county_officer(), file=file, now=now)


def test_the_command_previews_applies_and_complains(roots, tmp_path, capsys) -> None:
    path = tmp_path / "orgs.xlsx"
    path.write_bytes(workbook(*ROWS))
    call_command("import_orgs", path, json=True)
    answer = json.loads(capsys.readouterr().out)
    assert answer == {"rows": 6, "new": 6, "change": 0, "unchanged": 0, "problems": []}
    assert not Organization.objects.filter(code="C1").exists()
    call_command("import_orgs", path, apply=True, json=True)
    call_command("import_orgs", path, json=True)
    assert json.loads(capsys.readouterr().out.split("}\n")[-2] + "}")["unchanged"] == 6
    path.write_text("")
    with pytest.raises(CommandError, match="空"):
        call_command("import_orgs", path)


def test_the_command_says_what_a_wrong_cell_may_hold(roots, tmp_path, capsys) -> None:
    path = tmp_path / "orgs.xlsx"
    path.write_bytes(workbook(["U1", "测试农业局", "单位", *[""] * 7, "行政"]))
    call_command("import_orgs", path)
    assert "单位类别无法识别：行政（机关、事业单位、" in capsys.readouterr().out
