"""Placement: the solver against a bare network of one arc for each member's option."""

import random
from typing import Any

from bench.support import best, table

SIZES = [(5_700, 14, 14, 378), (100_000, 300, 8, 2_000)]


def problem(members: int, communities: int, options: int, units: int, seed: int = 1) -> Any:
    """Members by unit and home; the cost of a place grows with the distance from home."""
    from allhours.placement.solver import Cap, MemberOptions, Problem

    draw = random.Random(seed)
    codes = [f"C{number:03d}" for number in range(communities)]
    room = members // communities
    people = []
    for number in range(members):
        home = draw.randrange(communities)
        near = [(home + step) % communities for step in range(options)]
        costs = tuple((codes[place], 10 * step) for step, place in enumerate(near))
        people.append(MemberOptions(f"{number:06d}", costs, group=f"U{draw.randrange(units)}"))
    caps = [Cap(code, min=room // 2, max=room + max(1, room // 20)) for code in codes]
    return Problem(people, caps, unplaced_cost=1000)


def bare(problem: Any) -> int:
    """One arc for each option of each member, solved by the same library; the total cost."""
    from ortools.graph.python import min_cost_flow

    flow = min_cost_flow.SimpleMinCostFlow()
    index = {cap.code: place for place, cap in enumerate(problem.communities)}
    first, sink = len(index) + 1, len(index)
    short = problem.shortage
    for number, member in enumerate(problem.members):
        node = first + number
        flow.set_node_supply(node, 1)
        for code, cost in member.options:
            flow.add_arc_with_capacity_and_unit_cost(node, index[code], 1, cost)
        flow.add_arc_with_capacity_and_unit_cost(node, sink, 1, problem.unplaced_cost)
    wanted = 0
    for cap in problem.communities:
        place = index[cap.code]
        flow.add_arc_with_capacity_and_unit_cost(place, sink, cap.min, -short)
        flow.add_arc_with_capacity_and_unit_cost(place, sink, cap.max - cap.min, 0)
        wanted += cap.min
    flow.set_node_supply(sink, -len(problem.members))
    assert flow.solve() == flow.OPTIMAL
    return int(flow.optimal_cost()) + wanted * short


def main() -> None:
    from allhours.placement.solver import solve

    rows = []
    for size in SIZES:
        made = problem(*size)
        times = 3 if size[0] < 10_000 else 1
        ours, answer = best(lambda made=made: solve(made), times)
        theirs, cost = best(lambda made=made: bare(made), times)
        rows.append(
            [
                f"{size[0]:,} x {size[1]}",
                f"{ours:.2f} s",
                f"{theirs:.2f} s",
                f"{ours / theirs:.2f}",
                answer.gap,
                "same" if answer.objective == cost else f"{answer.objective} / {cost}",
            ]
        )
    head = ["members x communities", "solve", "bare network", "ratio", "gap", "objective"]
    table("Placement", head, rows)


if __name__ == "__main__":
    main()
