"""Planted differences between a roster and a register are all found, and no others."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from allhours.placement.compare import Entry, Found, compare, doubles

HERE, THERE = 100, 200
PLANTS = (
    "nothing",
    "missing",
    "two_numbers",
    "changed_name",
    "other_unit",
    "other_community",
    "not_received",
    "departed",
)


def person(n: int, **over: object) -> Entry:
    values: dict[str, object] = {
        "ref": f"m{n}",
        "name": f"姓名{n}",
        "member_no": f"M{n:04d}",
        "id_digest": f"id{n}",
        "phone_digest": f"phone{n}",
        "born": date(1980, 1, 1) + timedelta(days=31 * n),
        "unit": n % 3,
        "place": HERE,
        "letter": f"letter{n}",
        "due": True,
        "received": True,
    } | over
    return Entry(**values)  # type: ignore[arg-type]


def row_of(each: Entry, **over: object) -> Entry:
    said: dict[str, object] = {
        "ref": f"r{each.ref}",
        "place": HERE,
        "due": False,
        "received": False,
        "standing": "",
    } | over
    return replace(each, **said)


def planted(kind: str, n: int) -> tuple[Entry, Entry | None]:
    """What the roster knows of somebody, and the register's row of them."""
    each = person(n)
    if kind == "missing":
        return each, None
    if kind == "two_numbers":
        return each, row_of(each, member_no=f"X{n:04d}")
    if kind == "changed_name":
        return each, row_of(each, name=f"改名{n}")
    if kind == "other_unit":
        return each, row_of(each, unit=99)
    if kind == "other_community":
        return replace(each, place=THERE, due=False), row_of(each)
    if kind == "not_received":
        return replace(each, received=False), row_of(each)
    if kind == "departed":
        return replace(each, standing="departed", due=False), row_of(each)
    return each, row_of(each)


KEYS = {
    "all": {},
    "without_number": {"member_no": ""},
    "without_id": {"id_digest": ""},
    "number_only": {"id_digest": "", "phone_digest": "", "letter": ""},
    "phone_only": {"id_digest": "", "member_no": "", "letter": ""},
    "letter_only": {"id_digest": "", "member_no": "", "phone_digest": ""},
}


@settings(max_examples=300, deadline=None)
@given(
    plants=st.lists(st.tuples(st.sampled_from(PLANTS), st.sampled_from(sorted(KEYS))), max_size=25),
    strangers=st.integers(0, 4),
    twins=st.integers(0, 3),
    shuffle=st.randoms(use_true_random=False),
)
def test_planted_differences_are_all_found_and_no_others(plants, strangers, twins, shuffle):
    people, rows, expected = [], [], set()
    for n, (kind, keys) in enumerate(plants):
        known, row = planted(kind, n)
        people.append(known)
        if row is not None:
            needs_number = kind == "two_numbers" and keys in (
                "without_number", "number_only", "phone_only", "letter_only"
            )  # fmt: skip
            by_name = kind == "changed_name" and keys == "phone_only"
            rows.append(row if needs_number or by_name else replace(row, **KEYS[keys]))
        if kind != "nothing":
            expected.add(("unknown" if kind == "departed" else kind, f"m{n}"))
    for n in range(strangers):
        stranger = row_of(person(1000 + n))
        rows.append(stranger)
        expected.add(("unknown", stranger.ref))
    for n in range(2000, 2000 + twins):  # one person twice on the rosters, once in the register
        first = person(n)
        people += [first, replace(first, ref=f"t{n}", member_no=f"Z{n}", unit=77, letter="")]
        rows.append(row_of(first))
        expected.add(("two_numbers", f"m{n}"))
    shuffle.shuffle(people)
    shuffle.shuffle(rows)

    outcome = compare(people, rows)

    def who(each: Found) -> str:
        if each.person is None:
            return each.row.ref if each.row else ""
        return f"m{each.person.ref[1:]}"

    assert {(each.kind, who(each)) for each in outcome.found} == expected
    assert len(outcome.found) == len(expected)


def test_the_same_name_unit_and_birth_alone_are_left_to_judge():
    known = person(1, received=False)
    row = row_of(known, id_digest="", phone_digest="", member_no="", letter="")

    [found] = compare([known], [row]).found

    assert (found.kind, found.detail, found.person) == ("to_judge", "name_unit_birth", known)


def test_a_register_of_names_and_units_alone_is_left_to_judge_and_nobody_is_missing():
    known = person(1)
    row = row_of(known, id_digest="", phone_digest="", member_no="", letter="", born=None)

    [found] = compare([known], [row]).found

    assert (found.kind, found.detail, found.person) == ("to_judge", "name_unit", known)


def test_a_row_with_another_id_number_is_another_person():
    known = person(1)
    row = row_of(known, id_digest="other", phone_digest="", member_no="", letter="")
    kinds = sorted(each.kind for each in compare([known], [row]).found)

    assert kinds == ["missing", "unknown"]


def test_a_number_whose_row_says_nothing_else_of_its_bearer_is_left_to_judge():
    known = person(1)
    row = Entry(ref="r", name="别人", member_no=known.member_no, place=HERE)

    [found] = compare([known], [row]).found

    assert (found.kind, found.detail) == ("to_judge", "keys_differ")


def test_a_person_listed_twice_is_one_question():
    known = person(1)
    rows = [row_of(known), row_of(known, ref="again")]

    [found] = compare([known], rows).found

    assert (found.kind, found.detail) == ("to_judge", "listed_twice")


def test_an_unknown_person_listed_twice_is_one_difference():
    stranger = row_of(person(9))

    assert len(compare([], [stranger, replace(stranger, ref="again")]).found) == 1


def test_a_twin_both_of_whose_records_are_due_and_absent_is_missing_once():
    first = person(1)
    twin = replace(first, ref="t1", member_no="Z1")
    kinds = sorted(each.kind for each in compare([first, twin], []).found)

    assert kinds == ["missing", "two_numbers"]


def test_doubles_pair_records_with_the_same_name_and_phone_only():
    first = person(1, id_digest="")
    twin = replace(first, ref="t1", member_no="Z1")
    namesake = person(2, name=first.name)
    other_id = replace(person(3, id_digest="a"), ref="t3", member_no="Z3", id_digest="b")

    assert doubles([first, twin, namesake, person(3, id_digest="a"), other_id]) == [(first, twin)]


def test_a_month_agrees_with_a_day_in_it():
    known = person(1)
    row = row_of(
        known,
        id_digest="",
        phone_digest="",
        letter="",
        name="改名",
        born=known.born.replace(day=1),
        month_only=True,
    )

    assert [each.kind for each in compare([known], [row]).found] == ["changed_name"]
