"""The parser of a wish sheet: any cell becomes a row or a problem of that row, never a crash."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allhours.directory.models import Organization
from allhours.directory.roster.grid import Grid
from allhours.directory.roster.problems import Unreadable
from allhours.needs.sheet import Known, WishSheet, parse
from allhours.needs.sheet_columns import COLUMNS, EXPECTED, TEXTS, WARNINGS

HERE = Organization(pk=1, code="C1", name="宝塔社区", short_name="宝塔")
THERE = Organization(pk=2, code="C2", name="河东社区", short_name="河东")
TWIN = Organization(pk=3, code="C3", name="河东社区", short_name="河东")
KNOWN = Known(
    communities={"宝塔社区": [HERE], "C1": [HERE], "河东社区": [THERE, TWIN], "C2": [THERE]},
    categories={"生活照料": "care", "care": "care"},
    channels={"心愿箱": "box"},
    cap_yuan=300,
)
FIELDS = [name for name in COLUMNS if name != "own"]
HEADER = [COLUMNS[name][0] for name in FIELDS]
SOUND = {"words": "想要一副老花镜", "community": "宝塔社区", "phone": "13800138000"}


def read(*rows: dict, known: Known = KNOWN, **options) -> WishSheet:
    lines = [[row.get(name) for name in FIELDS] for row in rows]
    return parse(Grid([HEADER, *lines], **options), known)


def told(*rows: dict, **options) -> list[tuple[int, str, str]]:
    return [(p.row, p.column, p.code) for p in read(*rows, **options).problems]


@pytest.mark.parametrize(
    ("cell", "column", "code"),
    [
        ({"words": " "}, "心愿内容", "words_missing"),
        ({"words": "长" * 301}, "心愿内容", "too_long"),
        ({"community": None}, "社区", "community_missing"),
        ({"community": "没有的"}, "社区", "community_unknown"),
        ({"community": "河东社区"}, "社区", "community_unclear"),
        ({"phone": 123.0}, "联系电话", "phone_invalid"),
        ({"name": "名" * 21}, "姓名", "too_long"),
        ({"address": "址" * 81}, "住址", "too_long"),
        ({"title": "眼镜"}, "类别", "category_missing"),
        ({"title": "请打13800138000", "category": "care"}, "公开内容", "title_tells"),
        ({"title": "镜" * 61, "category": "care"}, "公开内容", "too_long"),
        ({"category": "乱写"}, "类别", "category_unknown"),
        ({"category": "care"}, "类别", "category_unused"),
        ({"wisher_kind": "外星人"}, "心愿人类别", "kind_unknown"),
        ({"channel": "飞鸽"}, "来源", "channel_unknown"),
        ({"consent": "也许"}, "同意公开", "consent_unknown"),
        ({"places": "0"}, "名额", "places_invalid"),
        ({"places": "9" * 5000}, "名额", "places_invalid"),
        ({"budget": 301.0}, "预算", "over_budget"),
        ({"budget": "-1"}, "预算", "budget_invalid"),
        ({"wisher_kind": "儿童", "consent": "是"}, "监护人", "guardian_missing"),
        ({"relation": "祖父", "consent": "是"}, "监护人", "guardian_missing"),
        ({"guardian": "测试丙", "relation": "祖父"}, "监护人", "guardian_missing"),
    ],
)
def test_sheet_names_row_column_and_problem(cell: dict, column: str, code: str) -> None:
    sheet = read(SOUND | cell, SOUND | {"words": "第二个"})
    assert [(p.row, p.column, p.code) for p in sheet.problems] == [(2, column, code)]
    assert len(sheet.taken) == (2 if code in WARNINGS else 1)


def test_sheet_reads_every_column_of_a_sound_row() -> None:
    row = SOUND | {
        "name": "测试甲", "address": "1栋2室", "title": "一副老花镜", "category": "生活照料",
        "wisher_kind": "一位老人", "places": 2.0, "budget": "80元", "channel": "心愿箱",
        "consent": "同意",
    }  # fmt: skip
    (taken,) = read(row).taken
    assert (taken.community, taken.category, taken.wisher_kind) == (HERE, "care", "elder")
    assert (taken.places, taken.budget_yuan, taken.origin, taken.consent) == (2, 80, "box", True)
    assert taken.voice.words == "想要一副老花镜"
    assert not taken.voice.is_minor
    assert taken.public is not None


def test_sheet_takes_a_named_guardian_for_a_childs_wish() -> None:
    row = SOUND | {
        "wisher_kind": "学生", "guardian": "测试乙", "relation": "外婆", "consent": "是",
    }  # fmt: skip
    voice = read(row).taken[0].voice
    assert voice.is_minor
    assert (voice.guardian_name, voice.guardian_relation) == ("测试乙", "grandparent")


def test_a_communitys_sheet_holds_its_own_rows_only() -> None:
    own = Known(**(vars(KNOWN) | {"mine": {1}, "usual": HERE}))
    rows = [SOUND, SOUND | {"community": "C2"}, SOUND | {"community": "", "words": "另一个"}]
    assert told(*rows, known=own) == [(3, "社区", "not_yours")]
    assert read(rows[0], rows[2], known=own).taken[1].community is HERE


def test_a_community_merged_over_its_rows_holds_for_all_of_them() -> None:
    rows = [SOUND, SOUND | {"community": None, "words": "另一个"}]
    assert read(*rows, merges=[(1, 1, 2, 1)]).problems == []
    assert told(*rows) == [(3, "社区", "community_missing")]


def test_sheet_knows_its_rows_by_words_and_community_alone() -> None:
    grid = Grid([["微心愿登记表"], ["心愿内容", "社区"], ["想要花镜", "宝塔社区"]])
    assert len(parse(grid, KNOWN).taken) == 1


def test_sheet_marks_what_it_leaves_aside() -> None:
    grid = Grid([["心愿", "心愿内容", "社区", "星座"], ["x", "要花镜", "宝塔社区", "双鱼"]])
    sheet = parse(grid, KNOWN)
    assert [(p.column, p.code) for p in sheet.problems] == [
        ("心愿内容", "column_unknown"),
        ("星座", "column_unknown"),
    ]


def test_a_thousand_rows_and_one_are_refused_as_a_whole() -> None:
    rows = [[f"第{n}个心愿", "宝塔社区", ""] for n in range(1001)]
    head = ["心愿内容", "社区", "姓名"]
    assert len(parse(Grid([head, *rows[:1000]]), KNOWN).taken) == 1000
    with pytest.raises(Unreadable) as refused:
        parse(Grid([head, *rows]), KNOWN)
    assert refused.value.code == "too_many_rows"


def test_every_problem_has_its_sentence() -> None:
    assert set(EXPECTED) <= set(TEXTS)
    assert set(TEXTS) >= WARNINGS


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=40),
    st.text(alphabet="9８²٣.eE-元%", max_size=30),
    st.sampled_from(
        ["是", "否", "宝塔社区", "河东社区", "care", "儿童", "祖父", "心愿箱", "心愿内容"]
    ),
    st.floats(),
    st.integers(),
    st.dates(min_value=date(1900, 1, 1)),
    st.datetimes(),
    st.times(),
    st.timedeltas(max_value=timedelta(days=9999)),
    st.just(time(1)),
)
ROWS = st.lists(st.lists(CELLS, max_size=len(HEADER) + 2), max_size=6)


@given(rows=ROWS, publish=st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_garbage_becomes_rows_or_problems(rows: list[list], publish: bool) -> None:
    known = Known(**(vars(KNOWN) | {"to_publish": publish}))
    sheet = parse(Grid([HEADER, *rows]), known)
    wrong = {problem.row for problem in sheet.errors}
    good = {row.number for row in sheet.taken}
    assert not wrong & good
    assert sheet.rows == len(wrong | good)
    for row in sheet.taken:
        assert 1 <= row.places <= 50
        assert row.voice.words.strip()
        assert not publish or row.public
        assert not row.voice.is_minor or (row.consent and row.voice.guardian_name)


@given(rows=ROWS)
@settings(max_examples=150, deadline=None)
def test_a_sheet_that_is_all_garbage_is_refused_or_read(rows: list[list]) -> None:
    try:
        sheet = parse(Grid(rows or [[None]]), KNOWN)
    except Unreadable:
        return
    assert sheet.rows >= len(sheet.taken)
