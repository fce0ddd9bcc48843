from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allhours.directory.roster.match import NOBODY
from allhours.directory.roster.plan import Change, Plan, plan
from allhours.directory.roster.snapshot import Person, Scope, Snapshot

from .sheets import HEADER, codes, digest, known, parsed, person, snapshot

COUNTY = Scope()
EDUCATION = Scope(unit=11, unit_name="县教育局", path="/1/11/")


def planned(
    *rows: list[Any],
    people: tuple[Person, ...] = (),
    scope: Scope = COUNTY,
    header: list[str] | None = None,
    places: tuple[tuple[str, int], ...] = (),
    decisions: dict[int, int] | None = None,
) -> Plan:
    return plan(parsed(*rows, header=header), snapshot(*people, places=places), scope, decisions)


def counts(made: Plan) -> dict[str, int]:
    return {kind: number for kind, number in made.counts.items() if number}


def test_newcomers_join() -> None:
    assert counts(planned(person(1), person(2))) == {"rows": 2, "join": 2}


def test_the_same_roster_again_changes_nothing() -> None:
    people = (known(1, person(1)), known(2, person(2)))
    assert counts(planned(person(1), person(2), people=people)) == {"rows": 2, "unchanged": 2}


def test_every_consequence_at_once() -> None:
    people = (
        known(1, person(1)),
        known(2, person(2)),
        known(3, person(3), unit=12),
        known(4, person(4)),
        known(5, person(5), unit=12),
    )
    made = planned(
        person(1),
        person(2, phone="13900000002"),
        person(3),
        person(6),
        people=people,
    )
    assert counts(made) == {
        "rows": 4, "join": 1, "change": 1, "move": 1, "leave": 1, "unchanged": 1,
    }  # fmt: skip
    assert [item.person.pk for item in made.of("leave") if item.person] == [4]
    assert made.of("change")[0].changes == [Change("phone", "", "")]


def test_leavers_are_sought_in_named_units_only() -> None:
    people = (known(1, person(1)), known(2, person(2), unit=12))
    assert counts(planned(person(1), people=people)) == {"rows": 1, "unchanged": 1}


def test_a_person_whose_row_is_wrong_does_not_leave() -> None:
    people = (known(1, person(1)), known(2, person(2)))
    made = planned(person(1, joined="不详"), person(2, id=2.2e17, phone=None), people=people)
    assert counts(made) == {"rows": 2}


def test_the_departed_join_again_under_their_number() -> None:
    made = planned(person(1), people=(known(1, person(1), departed=True),))
    assert counts(made) == {"rows": 1, "join": 1}
    assert made.items[0].person is not None


def test_matched_by_name_and_phone_without_an_id_number() -> None:
    made = planned(person(1, id=None), people=(known(1, person(1)),))
    assert counts(made) == {"rows": 1, "unchanged": 1}


def test_a_phone_alone_never_merges() -> None:
    made = planned(person(2, id=None, phone="13800000001"), people=(known(1, person(1)),))
    assert counts(made) == {"rows": 1, "join": 1, "leave": 1}


def test_member_no_comes_first() -> None:
    row = [*person(1, id=None, phone="13911111111"), "A000001"]
    made = planned(row, people=(known(1, person(1)),), header=[*HEADER, "党员编号"])
    assert counts(made) == {"rows": 1, "change": 1}


def test_a_member_no_under_another_name_is_a_question() -> None:
    row = [*person(2), "A000001"]
    made = planned(row, people=(known(1, person(1)),), header=[*HEADER, "党员编号"])
    assert counts(made) == {"rows": 1, "conflict": 1}


def same_name_other_key() -> list[Any]:
    return person(7, name=person(1)[1])


def test_same_name_and_birth_date_under_another_key_is_a_conflict() -> None:
    made = planned(same_name_other_key(), people=(known(1, person(1)),))
    assert counts(made) == {"rows": 1, "conflict": 1}
    assert [(p.row, p.code, p.severity) for p in made.problems] == [(2, "identity_unsure", "error")]


@pytest.mark.parametrize(("decision", "kind"), [(1, "change"), (NOBODY, "join")])
def test_a_person_decides_a_conflict(decision: int, kind: str) -> None:
    made = planned(same_name_other_key(), people=(known(1, person(1)),), decisions={2: decision})
    assert made.items[0].kind == kind
    assert made.errors == []


def test_nobody_leaves_by_a_decision_that_the_preview_did_not_show() -> None:
    made = planned(same_name_other_key(), people=(known(1, person(1)),), decisions={2: NOBODY})
    assert counts(made) == {"rows": 1, "join": 1}


def test_a_decision_for_a_stranger_is_none() -> None:
    made = planned(same_name_other_key(), people=(known(1, person(1)),), decisions={2: 99})
    assert made.items[0].kind == "conflict"


def test_a_unit_cannot_take_another_units_member() -> None:
    made = planned(person(1), people=(known(1, person(1), unit=12),), scope=EDUCATION)
    assert codes(made) == [(2, "not_yours")]
    assert counts(made) == {"rows": 1}
    assert "财政" not in str(made.problems[0].as_json())


def test_a_unit_cannot_write_into_another_unit() -> None:
    made = planned(person(1, unit="县财政局"), scope=EDUCATION)
    assert codes(made) == [(2, "not_yours")]


def test_unknown_unit_is_an_error_unless_units_are_made() -> None:
    made = planned(person(1, unit="县气象局"))
    assert codes(made) == [(2, "unit_unknown")]
    assert made.problems[0].found == "县气象局"
    made = planned(person(1, unit="县气象局"), scope=Scope(create_units=True))
    assert codes(made) == []
    assert (counts(made), made.new_units) == ({"rows": 1, "join": 1}, {"县气象局": ""})


@pytest.mark.parametrize(
    "name", ["县教育局", "教育局", "JY", "jy", " 县 教育局", "县教育局机关第一党支部"]
)
def test_units_by_any_of_their_names(name: str) -> None:
    assert planned(person(1, unit=name)).items[0].unit == 11


@pytest.mark.parametrize(
    ("branch", "unit", "branch_pk"),
    [("县教育局机关第一党支部", 11, 21), ("县财政局机关党支部", 12, None), ("县教育局", 11, None)],
)
def test_a_branch_names_its_unit(branch: str, unit: int, branch_pk: int | None) -> None:
    header = ["所在党支部" if name == "单位" else name for name in HEADER]
    item = planned(person(1, unit=branch), header=header).items[0]
    assert (item.unit, item.branch) == (unit, branch_pk)


def test_a_branch_of_nobody_is_an_unknown_unit() -> None:
    header = ["所在党支部" if name == "单位" else name for name in HEADER]
    assert codes(planned(person(1, unit="第九党支部"), header=header)) == [(2, "unit_unknown")]


def test_unit_and_post_in_one_column() -> None:
    header = ["工作单位及职务" if name == "单位" else name for name in HEADER]
    made = planned(person(1, unit="县教育局办公室主任"), header=header)
    assert (made.items[0].unit, made.problems) == (11, [])


PLACES = (("阳光小区", 31), ("人民路", 32), ("阳光", 32))


@pytest.mark.parametrize(
    ("community", "address", "found"),
    [
        ("滨河社区", None, 31),
        ("滨河", None, 31),
        ("滨河社区居委会", None, 31),
        ("BH", None, 31),
        ("阳光小区", None, 31),
        (None, "古城街道人民路12号", 32),
        (None, "滨河社区人民路12号", 31),
        (None, "阳光小区3栋2单元", 31),
    ],
)
def test_residence_by_name_or_address(
    community: str | None, address: str | None, found: int
) -> None:
    made = planned(
        [*person(1), community, address], header=[*HEADER, "居住社区", "现居住地"], places=PLACES
    )
    assert (made.items[0].residence, made.problems) == (found, [])


def test_an_unknown_community_is_a_warning() -> None:
    made = planned([*person(1), "月亮社区"], header=[*HEADER, "居住社区"])
    assert [(p.row, p.column, p.code, p.severity) for p in made.problems] == [
        (2, "居住社区", "community_unknown", "warning")
    ]
    assert counts(made) == {"rows": 1, "join": 1}


def test_an_empty_cell_erases_nothing() -> None:
    made = planned(person(1, joined=None, phone=None), people=(known(1, person(1)),))
    assert counts(made) == {"rows": 1, "unchanged": 1}


def test_a_month_agrees_with_a_day_in_it() -> None:
    made = planned(
        person(1, joined="2010年7月"), people=(known(1, person(1), joined=date(2010, 7, 9)),)
    )
    assert counts(made) == {"rows": 1, "unchanged": 1}


def test_two_rows_for_one_person_are_duplicates() -> None:
    rows = [person(1, phone="13900000000"), person(1, id=None)]
    made = planned(*rows, people=(known(1, person(1)),))
    assert codes(made) == [(2, "duplicate_in_file"), (3, "duplicate_in_file")]
    assert counts(made) == {"rows": 2}


def test_digest_tells_whether_the_county_moved_on() -> None:
    rows = [person(1), person(2, joined="2011.07.01")]
    people = (known(1, person(1)), known(2, person(2)))
    assert planned(*rows, people=people).digest() == planned(*rows, people=people).digest()
    moved_on = (known(1, person(1)), known(2, person(2), joined=date(2012, 7, 1)))
    assert planned(*rows, people=people).digest() != planned(*rows, people=moved_on).digest()


def applied(rows: list[list[Any]], before: Snapshot) -> Snapshot:
    """The county after a plan, as the action would leave it."""
    made = plan(parsed(*rows), before, COUNTY)
    people = {each.pk: each for each in before.people}
    sheet = {row.row: row for row in parsed(*rows).rows}
    for item in made.items:
        if item.kind == "leave":
            continue
        pk = item.person.pk if item.person else max(people, default=0) + 1
        row = sheet[item.row]
        held = people.get(pk)
        people[pk] = Person(
            pk,
            f"A{pk:06d}",
            row["name"],
            item.unit or 0,
            (dict(held.values) if held else {}) | row.values,
            digest(row["id_number"] or "") or (held.id_hash if held else ""),
            digest(row["phone"] or "") or (held.phone_hash if held else ""),
        )
    return Snapshot(list(people.values()), before.orgs, [], digest, digest)


ROWS = st.lists(
    st.builds(
        lambda number, unit, phone, joined: person(number, unit=unit, phone=phone, joined=joined),
        st.integers(0, 40),
        st.sampled_from(["县教育局", "县财政局"]),
        st.sampled_from(["13800000001", "13800000002", None]),
        st.sampled_from(["2010.07.01", "2011年7月", None]),
    ),
    max_size=12,
    unique_by=lambda row: row[0],
)


@settings(max_examples=60, deadline=None)
@given(ROWS, ROWS)
def test_applying_twice_is_applying_once(first: list[Any], second: list[Any]) -> None:
    county = snapshot()
    for rows in (first, second):
        county = applied(rows, county)
    again = plan(parsed(*second), county, COUNTY)
    assert {item.kind for item in again.items} <= {"unchanged", "leave"}
