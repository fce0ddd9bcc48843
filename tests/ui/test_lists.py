import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import RequestFactory
from django_filters import CharFilter, FilterSet

from allhours.accounts.models import User
from allhours.ui.gallery import Row, SampleTable, rows
from allhours.ui.lists import ListPage, list_response
from allhours.ui.templatetags.ui import in_one_piece


def make_page(query: str = "", **options: Any) -> ListPage:
    return ListPage(RequestFactory().get(f"/?{query}"), rows=rows(), table=SampleTable, **options)


def shown(page: ListPage) -> list[Row]:
    return [row.record for row in page.table.paginated_rows]


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ("", 25),
        ("per_page=50", 50),
        ("per_page=100", 60),
        ("per_page=7", 25),
        ("page=3", 10),
        ("per_page=-1", 25),
        ("per_page=-1&page=-1&sort=-1", 10),
        ("per_page=0", 25),
    ],
)
def test_list_page_pages_by_25_50_or_100(query: str, size: int) -> None:
    assert len(shown(make_page(query))) == size


def test_list_page_shows_a_page_for_a_number_out_of_range() -> None:
    assert [len(shown(make_page(f"page={n}"))) for n in ("99", "x", "-1")] == [10, 25, 10]


def test_list_page_sorts_by_the_address() -> None:
    assert [row.pk for row in shown(make_page("sort=-hours"))[:2]] == [60, 59]


def test_list_page_hides_columns_until_asked() -> None:
    def visible(page: ListPage) -> list[str]:
        return [choice.name for choice in page.columns if choice.shown]

    assert visible(make_page(hide=("place", "on"))) == ["title", "state", "hours"]
    assert visible(make_page("columns=title&columns=place", hide=("place",))) == ["title", "place"]
    assert visible(make_page("columns=nonsense")) == ["title", "place", "state", "hours", "on"]


def test_empty_list_speaks_of_filters_only_where_one_is_set() -> None:
    class ByName(FilterSet):
        username = CharFilter()

    def empty_text(query: str) -> str | None:
        request = RequestFactory().get(f"/?{query}")
        return ListPage(
            request, rows=User.objects.none(), table=SampleTable, filters=ByName
        ).table.empty_text

    assert [empty_text(""), empty_text("username=x")] == ["还没有记录。", None]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (date(2026, 3, 9), '<span class="whole">2026-03-09</span>'),
        (datetime(2026, 3, 9, 1, 5, tzinfo=UTC), '<span class="whole">2026-03-09 09:05</span>'),
        ("2026-03-09", '<span class="whole">2026-03-09</span>'),
        ("自 2026-03-09 起", "自 2026-03-09 起"),
        (7, 7),
    ],
)
def test_date_of_a_list_stands_in_one_form_and_in_one_piece(cell: object, text: object) -> None:
    assert in_one_piece(cell) == text


def test_list_page_keeps_the_rest_of_the_address() -> None:
    page = make_page("q=灯&sort=title&columns=title&page=2&per_page=50")

    assert page.kept_params == [("q", "灯")]
    assert page.kept_for_filters == [("sort", "title"), ("columns", "title"), ("per_page", "50")]
    assert page.export_url_csv == "?q=%E7%81%AF&sort=title&columns=title&export=csv"


def test_export_holds_all_rows_in_the_columns_shown() -> None:
    told: list[tuple[str, int]] = []
    request = RequestFactory().get("/?export=csv&columns=title&columns=state&sort=hours")

    response = list_response(
        request,
        "unused.html",
        rows=rows(),
        table=SampleTable,
        name="心愿",
        on_export=lambda kind, count: told.append((kind, count)),
    )

    text = b"".join(response).decode("utf-8-sig")  # type: ignore[call-overload]
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[:4] == [
        ["心愿", "状态"],
        ["楼道灯坏了两个月", "办理中"],
        ["过冬想要一床厚被子", "已办结"],
        ["'=1+1", "待认领"],
    ]
    assert len(lines) == 61
    assert told == [("csv", 60)]
    assert response["Content-Disposition"] == (
        "attachment; filename*=UTF-8''%E5%BF%83%E6%84%BF.csv"
    )


def test_export_is_ignored_where_it_is_not_offered() -> None:
    assert make_page("export=csv", can_export=False).export_kind == ""
