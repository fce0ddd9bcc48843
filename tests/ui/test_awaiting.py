"""What awaits somebody: one order, one word for a deadline, one query for all that is counted."""

from datetime import date, timedelta

import pytest

from allhours.accounts.models import SignInRecord, User
from allhours.kernel import clock
from allhours.ui.awaiting import Awaiting, Counted, as_task, due_phrase, in_order, worked_out
from tests.factories.directory import make_user

ON = date(2026, 6, 10)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-11, "超期 11 天"), (-1, "超期 1 天"), (0, "今天到期"), (1, "还有 1 天"),
        (14, "还有 14 天"), (15, "6月25日"),
    ],
)  # fmt: skip
def test_a_deadline_is_said_in_words(days, words) -> None:
    assert due_phrase(ON + timedelta(days=days), ON) == words


def test_rows_stand_by_deadline_then_age_and_those_without_a_deadline_last() -> None:
    rows = [
        Awaiting("没有期限，新", "/", since=ON),
        Awaiting("没有期限，旧", "/", since=ON - timedelta(days=9)),
        Awaiting("后天，新", "/", due_on=ON + timedelta(days=2), since=ON),
        Awaiting("后天，旧", "/", due_on=ON + timedelta(days=2), since=ON - timedelta(days=3)),
        Awaiting("昨天", "/", due_on=ON - timedelta(days=1)),
    ]
    assert [each.title for each in in_order(rows)] == [
        "昨天", "后天，旧", "后天，新", "没有期限，旧", "没有期限，新",
    ]  # fmt: skip


def test_a_late_row_is_red_and_says_so() -> None:
    late = as_task(Awaiting("某事", "/", due_on=ON - timedelta(days=2)), ON)
    assert (late.kind, late.urgent, late.due) == ("danger", True, "超期 2 天")
    today = as_task(Awaiting("某事", "/", due_on=ON, kind="neutral"), ON)
    assert (today.kind, today.urgent, today.due) == ("warn", False, "今天到期")
    assert as_task(Awaiting("某事", "/"), ON).due == ""


def counted(rows, title: str, **over) -> Counted:
    return Counted(rows, lambda n: f"{title} {n}", "/", **over)


@pytest.mark.django_db
def test_all_that_is_counted_costs_one_query(django_assert_num_queries) -> None:
    user = make_user()
    for days in (3, 1):
        SignInRecord.objects.create(
            user=user, at=clock.at(ON - timedelta(days=days)), succeeded=True
        )
    records = SignInRecord.objects.filter(user=user).order_by("-at")
    with django_assert_num_queries(1):
        found = worked_out(
            [
                counted(records, "登录", oldest="at", due=lambda day: day + timedelta(days=5)),
                counted(records.filter(succeeded=False), "未成功", oldest="at"),
                counted(User.objects.filter(pk=user.pk), "账号"),
                Awaiting("算好的", "/"),
            ]
        )
    assert {each.title: (each.count, each.since, each.due_on) for each in found} == {
        "登录 2": (2, date(2026, 6, 7), date(2026, 6, 12)),
        "账号 1": (1, None, None),
        "算好的": (1, None, None),
    }


def test_nothing_counted_asks_nothing() -> None:
    assert worked_out([Awaiting("算好的", "/")])[0].title == "算好的"
