from datetime import date

import pytest

from allhours.appraisal.trial import moved
from allhours.scheme import trials
from allhours.scheme.trials import Moved
from tests.factories.directory import TODAY, make_member
from tests.factories.ledger import make_entry
from tests.factories.scheme import make_document, make_scheme

pytestmark = pytest.mark.django_db


def with_post_duty(times, hours):
    duties = make_document("fengxiang")["duties"]
    duties[0] = duties[0] | {"times": times, "hours": hours}
    return make_scheme("fengxiang", duties=duties)


def test_try_knows_this_judge():
    assert moved in trials.trials


@pytest.mark.parametrize("members", [1, 3])
def test_moved_names_those_whose_duty_changes(members, django_assert_num_queries):
    people = [make_member() for _ in range(members)]
    for member in people:
        make_entry(member)  # one time, one hour
    before, draft = with_post_duty(2, 8), with_post_duty(1, 8)
    with django_assert_num_queries(3):
        found = moved(before, draft, 2026, TODAY)
    expected = [
        Moved(member.member_no, "认领一个服务岗位", "未完成", "已完成") for member in people
    ]
    assert found == expected
    assert moved(before, before, 2026, TODAY) == []


def test_moved_tells_a_duty_that_is_new():
    make_member()
    found = moved(make_scheme("base"), with_post_duty(2, 8), 2026, date(2026, 6, 10))
    assert {(each.what, each.before, each.after) for each in found} >= {
        ("认领一个服务岗位", "无此任务", "未完成")
    }
