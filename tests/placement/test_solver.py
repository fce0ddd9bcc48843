"""The solver against brute force, against CP-SAT, and on the sizes it must hold."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allhours.placement.solver import (
    Cap,
    MemberOptions,
    Problem,
    from_json,
    solve,
    to_json,
)


def cost_of(problem, places):
    """Objective of one assignment (tuple of codes or None), or None where a max is broken."""
    total = 0
    for member, code in zip(problem.members, places, strict=True):
        if member.locked:
            total += dict(member.options).get(member.locked, 0)
        else:
            total += problem.unplaced_cost if code is None else dict(member.options)[code]
    for cap in problem.communities:
        load = places.count(cap.code)
        locks = sum(m.locked == cap.code for m in problem.members)
        if cap.max is not None and load > max(cap.max, locks):
            return None
        total += max(0, cap.min - load) * problem.shortage
    return total


def brute_force(problem):
    choices = [
        [m.locked] if m.locked else [None, *(code for code, _ in m.options)]
        for m in problem.members
    ]
    costs = [cost_of(problem, places) for places in itertools.product(*choices)]
    return min(cost for cost in costs if cost is not None)


@st.composite
def problems(draw, members=5, communities=3, short=True):
    codes = [f"C{n}" for n in range(draw(st.integers(1, communities)))]
    caps = []
    for code in codes:
        low = draw(st.integers(0, 2))
        top = draw(st.one_of(st.none(), st.integers(low, 4)))
        caps.append(Cap(code, low, top))
    people = []
    for n in range(draw(st.integers(0, members))):
        named = draw(st.lists(st.sampled_from(codes), unique=True))
        options = tuple((code, draw(st.integers(0, 6))) for code in named)
        locked = draw(st.one_of(st.none(), st.none(), st.sampled_from(codes)))
        people.append(MemberOptions(f"M{n}", options, locked, group=draw(st.sampled_from("uvw"))))
    return Problem(
        people,
        caps,
        unplaced_cost=draw(st.integers(0, 12)),
        short_cost=draw(st.one_of(st.none(), st.integers(0, 20))) if short else None,
    )


@settings(max_examples=300, deadline=None)
@given(problems())
def test_objective_equals_brute_force_and_bound(problem):
    answer = solve(problem)
    places = tuple(answer.placed[m.member_no] for m in problem.members)

    assert answer.objective == brute_force(problem)
    assert answer.objective == cost_of(problem, places)
    assert answer.gap == 0
    assert answer.short == {
        cap.code: cap.min - places.count(cap.code)
        for cap in problem.communities
        if places.count(cap.code) < cap.min
    }


@settings(max_examples=40, deadline=None)
@given(problems(members=40, communities=6))
def test_objective_equals_an_independent_formulation(problem):
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    terms, load = [], {cap.code: [] for cap in problem.communities}
    fixed = dict.fromkeys(load, 0)
    constant = 0
    for member in problem.members:
        if member.locked:
            fixed[member.locked] += 1
            constant += dict(member.options).get(member.locked, 0)
            continue
        free = model.new_bool_var("")
        row = [free]
        terms.append(problem.unplaced_cost * free)
        for code, cost in member.options:
            x = model.new_bool_var("")
            row.append(x)
            load[code].append(x)
            terms.append(cost * x)
        model.add_exactly_one(row)
    for cap in problem.communities:
        if cap.max is not None:
            model.add(sum(load[cap.code]) <= max(0, cap.max - fixed[cap.code]))
        missing = model.new_int_var(0, cap.min, "")
        model.add(sum(load[cap.code]) + fixed[cap.code] + missing >= cap.min)
        terms.append(problem.shortage * missing)
    model.minimize(sum(terms) + constant)
    solver = cp_model.CpSolver()
    assert solver.solve(model) == cp_model.OPTIMAL

    answer = solve(problem)

    assert (answer.objective, answer.gap) == (round(solver.objective_value), 0)


@given(problems(short=False))
@settings(max_examples=50, deadline=None)
def test_problem_survives_the_file(problem):
    back = from_json(to_json(problem))

    assert solve(back).objective == solve(problem).objective


@pytest.mark.parametrize(("size", "unplaced"), [(3, 0), (2, 1)])
def test_max_is_hard(size, unplaced):
    members = [MemberOptions(f"M{n}", (("A", 1),)) for n in range(3)]

    answer = solve(Problem(members, [Cap("A", 0, size)], unplaced_cost=9))

    assert len(answer.unplaced) == unplaced
    assert answer.objective == size + 9 * unplaced


def test_a_closed_community_leaves_no_gap_even_without_a_shortage_cost():
    members = [MemberOptions("1", (("A", 0),)), MemberOptions("2", ())]

    answer = solve(Problem(members, [Cap("A", 0, 0)], unplaced_cost=50, short_cost=0))

    assert (answer.objective, answer.bound) == (100, 100)


def test_min_outweighs_cost_and_shortage_is_reported():
    members = [MemberOptions(f"M{n}", (("A", 0), ("B", 5))) for n in range(3)]
    caps = [Cap("A"), Cap("B", 2, 4), Cap("C", 1, 1)]

    answer = solve(Problem(members, caps, unplaced_cost=100))

    assert sorted(map(str, answer.placed.values())) == ["A", "B", "B"]
    assert answer.short == {"C": 1}


def test_locks_are_honoured_beyond_max_and_outside_options():
    members = [
        MemberOptions("1", (("A", 3),), locked="A"),
        MemberOptions("2", (), locked="A"),
        MemberOptions("3", (("A", 0), ("B", 7))),
    ]

    answer = solve(Problem(members, [Cap("A", 0, 1), Cap("B")], unplaced_cost=50))

    assert answer.placed == {"1": "A", "2": "A", "3": "B"}
    assert (answer.over, answer.outside) == ({"A": 1}, ("2",))
    assert (answer.objective, answer.bound) == (10, 10)


def test_nobody_is_alone_where_it_costs_nothing():
    caps = [Cap("A", 0, 2), Cap("B", 0, 2)]
    both = (("A", 1), ("B", 1))
    members = [MemberOptions(str(n), both, group="uv"[n % 2]) for n in range(4)]

    placed = solve(Problem(members, caps, unplaced_cost=9)).placed

    assert placed["0"] == placed["2"] != placed["1"] == placed["3"]


def test_company_is_found_across_classes_at_equal_cost():
    caps = [Cap("A", 0, 2), Cap("B", 0, 2)]
    members = [
        MemberOptions("1", (("A", 1),), group="u"),
        MemberOptions("2", (("A", 1), ("B", 1)), group="v"),
        MemberOptions("3", (("A", 2), ("B", 2)), group="u"),
        MemberOptions("4", (("B", 1),), group="v"),
    ]

    answer = solve(Problem(members, caps, unplaced_cost=9))

    assert answer.placed == {"1": "A", "2": "B", "3": "A", "4": "B"}
    assert answer.objective == 5


def test_same_problem_gives_same_places():
    members = [
        MemberOptions(f"M{n}", (("A", n % 3), ("B", 1), ("C", 2)), group=str(n % 5))
        for n in range(60)
    ]
    problem = Problem(members, [Cap("A", 5, 20), Cap("B", 0, 30), Cap("C", 10, 40)], 50)

    assert solve(problem).placed == solve(problem).placed


@pytest.mark.parametrize(
    "problem",
    [
        Problem([MemberOptions("1", (("X", 1),))], [Cap("A")], 5),
        Problem([MemberOptions("1", (("A", -1),))], [Cap("A")], 5),
        Problem([], [Cap("A", 3, 2)], 5),
        Problem([], [Cap("A"), Cap("A")], 5),
        Problem([MemberOptions("1", ()), MemberOptions("1", ())], [Cap("A")], 5),
        Problem([], [], -1),
    ],
)
def test_contradicting_problem_is_refused(problem):
    with pytest.raises(ValueError, match=r"\w+"):
        solve(problem)


def test_a_large_city_is_solved_with_proof_in_seconds():
    size, places = 20_000, 100
    members = [
        MemberOptions(
            f"M{n}",
            tuple(((f"C{(n * 7 + k * k) % places}"), 10 * k + n % 3) for k in range(8)),
            group=f"U{n % 700}",
        )
        for n in range(size)
    ]
    caps = [Cap(f"C{n}", 150, 230) for n in range(places)]

    answer = solve(Problem(members, caps, unplaced_cost=10_000))

    assert (answer.gap, answer.unplaced, answer.short) == (0, [], {})
    assert answer.seconds < 20
