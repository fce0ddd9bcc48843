"""What each seed states must stand in its scheme: numbers, deadlines, sets and lists."""

import pytest

from allhours.scheme import loader
from allhours.scheme.schema import MonthDay, kind_name


@pytest.fixture(scope="module")
def schemes():
    return {name: loader.load(name)[0] for name in loader.shipped()}


def titles(items):
    return [item.title for item in items]


def test_the_form_sets_have_the_sizes_their_seeds_name(schemes):
    sizes = {name: len(scheme.sheets.items) for name, scheme in schemes.items()}
    assert sizes == {"base": 0, "fengxiang": 9, "nongan": 3, "quantianhou": 2, "zutuan": 1}


def test_fengxiang_states_dates_rate_and_hours(schemes):
    s2 = schemes["fengxiang"]
    assert s2.reporting.deadline == MonthDay(5, 15)
    assert s2.reporting.check_on == MonthDay(5, 19)
    assert s2.reporting.target_rate_percent == 100
    assert {submission.due for submission in s2.season.submissions} == {MonthDay(11, 30)}
    assert s2.activities.service_day == "last_weekend_of_quarter"
    categories = "政策宣传 法律援助 医疗保健 扶贫帮困 便民利民 文化娱乐 治安调解 环境保护"
    assert titles(s2.menu.items) == categories.split()
    assert titles(s2.households.aids) == ["助贫", "助困", "助残", "助学", "助老"]
    assert [cycle.every for cycle in s2.feedback.cycles] == ["quarter", "year"]


def test_fengxiang_states_the_five_ones(schemes):
    duties = [duty for duty in schemes["fengxiang"].duties if duty.who == "member"]
    assert [(duty.code, kind_name(duty)) for duty in duties] == [
        ("post", "times_or_hours"),
        ("suggestion", "count"),
        ("public_activity", "count"),
        ("household", "monthly_visit"),
        ("model", "all_of"),
    ]
    assert (duties[0].times, duties[0].hours, duties[0].every) == (2, 8, "year")
    assert (duties[1].times, duties[2].times, duties[3].times) == (1, 1, 1)
    assert not any(path.startswith("duties") for path in schemes["fengxiang"].to_set)


def test_nongan_states_branches_projects_and_sizes(schemes):
    s3 = schemes["nongan"]
    branch = s3.organisations.temporary_branch
    assert (branch.secretaries, branch.deputies_from_units, branch.deputies_from_community) == (
        1,
        1,
        1,
    )
    assert len(s3.menu.items) == 18
    assert s3.menu.outside_allowed
    fields = "理论同学 组织同建 品牌同筑 服务同行 成效同享"
    assert titles(s3.organisations.cobuilding.fields) == fields.split()
    assert (len(s3.feedback.shown), len(s3.feedback.rated)) == (4, 4)
    assert [cycle.every for cycle in s3.feedback.cycles] == ["activity"]
    assert s3.activities.kind("themed").every == "quarter"
    demo = s3.demo
    assert (demo.units, demo.members, demo.wishes, demo.themed_activities) == (72, 2400, 572, 3)
    assert (len(demo.towns), sum(town.communities for town in demo.towns)) == (4, 14)


def test_quantianhou_marks_what_the_seed_leaves_blank(schemes):
    s0 = schemes["quantianhou"]
    blanks = {"scoring.target", "duties[0].times", "duties[1].times", "stars.bands"}
    assert blanks <= set(s0.to_set)
    assert s0.identity.pass_opinions == ("temporary_branch", "unit_branch")
    assert len(s0.organisations.stations) == 3
    assert s0.learning.test.around == MonthDay(7, 1)
    assert s0.learning.test.contestants_per_branch == 1
    assert s0.activities.street_every == "quarter"


def test_zutuan_states_teams_services_and_ways(schemes):
    s4 = schemes["zutuan"]
    demo = s4.demo
    assert (demo.teams, demo.youth_teams, demo.members) == (54, 13, 5700)
    assert demo.units + demo.unit_branches == 378
    assert (demo.group_outings, demo.outing_units, demo.outing_attendances) == (10, 16, 300)
    assert (len(s4.menu.items), len(s4.orders.ways)) == (9, 3)
    assert {"season.unit_bonus[0].points", "season.unit_bonus[1].points"} <= set(s4.to_set)


def test_every_scheme_keeps_to_the_principles(schemes):
    for scheme in schemes.values():
        assert not scheme.season.ranking
        assert not scheme.activities.self_check_in
        assert scheme.wishes.sight_days_after_confirmation == 14
        assert scheme.wishes.guardian_under_age == 14
        assert scheme.privacy.publish_members_by_consent_only
