import dataclasses
from typing import get_args

import pytest

from allhours.accounts.choices import Role
from allhours.scheme.schema import Scheme, TimesOrHours, inconsistencies, kind_name, parse, values

POST = {"kind": "times_or_hours", "code": "post", "title": "岗位", "times": 2, "hours": 8}


def problems(document):
    return [(p.path, p.code, p.found) for p in parse(document).problems]


def test_parse_of_nothing_gives_the_defaults():
    parsed = parse({})
    assert (parsed.problems, parsed.scheme) == ([], Scheme())


def test_parse_reads_a_rule_by_its_kind():
    (rule,) = parse({"duties": [POST]}).scheme.duties
    assert rule == TimesOrHours(code="post", title="岗位", times=2, hours=8)
    assert kind_name(rule) == "times_or_hours"


def test_parse_lists_values_to_be_set_and_uses_their_defaults():
    document = {
        "reporting": {"letter_valid_days": {"to_set": True, "default": 45}},
        "duties": [POST | {"times": {"to_set": True, "default": 3}}],
    }
    scheme = parse(document).scheme
    assert scheme.to_set == ("reporting.letter_valid_days", "duties[0].times")
    assert (scheme.reporting.letter_valid_days, scheme.duties[0].times) == (45, 3)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"wishes": {"open_claim": 1}}, ("wishes.open_claim", "unknown_key", "open_claim")),
        ({"wishes": {"open_claims": "2"}}, ("wishes.open_claims", "wrong_type", "2")),
        ({"wishes": {"open_claims": True}}, ("wishes.open_claims", "wrong_type", "True")),
        ({"wishes": {"open_claims": 0}}, ("wishes.open_claims", "out_of_range", "0")),
        ({"wishes": {"open_claims": 1.5}}, ("wishes.open_claims", "wrong_type", "1.5")),
        ({"wishes": 3}, ("wishes", "wrong_type", "3")),
        ({"title": " "}, ("title", "out_of_range", " ")),
        ({"code": "Nong An"}, ("code", "out_of_range", "Nong An")),
        ({"reporting": {"deadline": "02-30"}}, ("reporting.deadline", "wrong_type", "02-30")),
        ({"reporting": {"deadline": "5月15日"}}, ("reporting.deadline", "wrong_type", "5月15日")),
        ({"placement": {"target": "home"}}, ("placement.target", "out_of_range", "home")),
        ({"duties": [{"kind": "ranking"}]}, ("duties[0].kind", "unknown_kind", "ranking")),
        ({"duties": [{}]}, ("duties[0].kind", "unknown_kind", "")),
        ({"duties": [3]}, ("duties[0]", "wrong_type", "3")),
        ({"duties": POST}, ("duties", "wrong_type", str(POST)[:57] + "…")),
        ({"duties": [{**POST, "hours": -1}]}, ("duties[0].hours", "out_of_range", "-1")),
        ({"duties": [POST, POST]}, ("duties[1].code", "inconsistent", "post")),
        ({"roster": {"aliases": {"姓名": "名字"}}}, ("roster.aliases.姓名", "wrong_type", "名字")),
        ({"wishes": {"open_claims": {"to_set": True}}}, ("wishes.open_claims", "missing", "")),
        (
            {"working_hours": {"seasons": [{"name": "a", "starts": "01-01"}]}},
            ("working_hours.seasons[0].ends", "missing", ""),
        ),
    ],
)
def test_parse_tells_the_path_and_what_stands_there(document, expected):
    assert expected in problems(document)


def test_parse_of_an_unknown_key_says_which_was_meant():
    (problem,) = parse({"placement": {"per_hop_costs": 1}}).problems
    assert problem.expected == "did you mean per_hop_cost?"


def test_parse_goes_on_after_a_problem():
    document = {"wishes": {"open_claims": "x", "confirm_days": 9}, "year": {"starts": "x"}}
    parsed = parse(document)
    assert len(parsed.problems) == 2
    assert (parsed.scheme.wishes.confirm_days, parsed.scheme.wishes.open_claims) == (9, 2)


def test_a_scheme_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Scheme().wishes.open_claims = 5


def test_wish_categories_default_to_the_whole_menu():
    items = [{"code": "law", "title": "法律"}, {"code": "health", "title": "医疗"}]
    assert parse({"menu": {"items": items}}).scheme.wishes.categories == ("law", "health")


def test_roles_of_the_scheme_are_roles_of_the_program():
    outside = {"member", "resident", "town_officer", "organisation_department"}
    assert set(get_args(values.Role)) - outside <= set(Role.values)


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"wishes": {"categories": ["cooking"]}}, "wishes.categories"),
        ({"placement": {"default_min": 9, "default_max": 8}}, "placement.default_min"),
        ({"placement": {"unplaced_cost": 5}}, "placement.unplaced_cost"),
        ({"scoring": {"enabled": True}}, "scoring.rules"),
        ({"stars": {"enabled": True}}, "stars.bands"),
        ({"identity": {"dual_pass": True}}, "identity.pass_opinions"),
        ({"duties": [{"kind": "all_of", "code": "a", "title": "A", "of": ["b"]}]}, "duties[0].of"),
        (
            {
                "feedback": {
                    "cycles": [
                        {
                            "code": "q",
                            "title": "季度",
                            "every": "quarter",
                            "written_by": "community_staff",
                            "goes_to": "unit",
                            "sheet": "card",
                        }
                    ]
                }
            },
            "feedback.cycles[0].sheet",
        ),
    ],
)
def test_sections_that_contradict_each_other_are_told(document, path):
    parsed = parse(document)
    assert parsed.problems == []
    assert [problem.path for problem in inconsistencies(parsed.scheme)] == [path]


def season(starts, ends, *daily):
    return {"name": "季", "starts": starts, "ends": ends, "daily": list(daily)}


@pytest.mark.parametrize(
    ("seasons", "paths"),
    [
        ([season("01-01", "12-31", "08:00-12:00")], []),
        ([season("05-01", "09-30"), season("10-01", "04-30")], []),
        ([season("05-01", "09-30"), season("10-01", "04-29")], ["working_hours.seasons"]),
        ([season("05-01", "10-01"), season("10-01", "04-30")], ["working_hours.seasons"]),
        (
            [season("01-01", "12-31", "08:00-12:00", "11:00-13:00")],
            ["working_hours.seasons[0].daily"],
        ),
    ],
)
def test_working_hours_cover_each_day_once(seasons, paths):
    scheme = parse({"working_hours": {"seasons": seasons}}).scheme
    assert [problem.path for problem in inconsistencies(scheme)] == paths
