"""PURE: who serves where, at the least total cost (contract.md §3, placement problem file).

The problem is a transport problem. Members whose options and costs are identical form one
class, so the network has classes × communities arcs however many members there are. It is
solved exactly by min-cost flow; then, independently of the solver, prices of the communities
are derived from the residual network and give a lower bound by weak duality. The answer is
optimal exactly when that bound equals the objective.

Definitions where the contract leaves room:
- A locked member keeps the locked place always: if locks alone exceed `max`, the community is
  reported in `over` and receives nobody else; a locked place that is not among the member's
  options costs 0 and is reported in `outside`.
- `min` counts locked members. A missing member costs `short_cost`; when a problem names none,
  it is made so large that `min` holds wherever it can.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ortools.graph.python import min_cost_flow

from allhours.placement import company

Option = tuple[str, int]  # a community's code, its cost


@dataclass(frozen=True, slots=True)
class MemberOptions:
    """One member and the places that are open to them, with the cost of each.

    `group` (the unit) and `skills` never change the cost: they only choose among
    solutions of equal cost.
    """

    member_no: str
    options: tuple[Option, ...]
    locked: str | None = None
    group: str = ""
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cap:
    """How many members a community takes; `max` None means without limit."""

    code: str
    min: int = 0
    max: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    members: Sequence[MemberOptions]
    communities: Sequence[Cap]
    unplaced_cost: int
    short_cost: int | None = None

    @property
    def shortage(self) -> int:
        """Cost of one missing member; the default outweighs any chain of moves."""
        if self.short_cost is not None:
            return self.short_cost
        dearest = max((cost for m in self.members for _, cost in m.options), default=0)
        return (len(self.communities) + 2) * (max(dearest, self.unplaced_cost) + 1)


@dataclass(frozen=True, slots=True)
class Assignment:
    """`placed` maps every member_no to a community's code or None.

    `bound` is proved from prices, not taken from the solver; `gap` 0 is a proof of optimality.
    """

    objective: int
    bound: int
    placed: Mapping[str, str | None]
    short: Mapping[str, int] = field(default_factory=dict)
    over: Mapping[str, int] = field(default_factory=dict)
    outside: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def gap(self) -> int:
        return self.objective - self.bound

    @property
    def unplaced(self) -> list[str]:
        return [no for no, code in self.placed.items() if code is None]


@dataclass(slots=True)
class _Net:
    """The problem in numbers: communities 0…J-1, J stands for “unplaced”."""

    options: list[tuple[tuple[int, int], ...]]  # by class: (community, cost) …, ends with unplaced
    members: list[list[int]]  # by class: positions in problem.members
    low: list[int]  # by community: members still wanted
    room: list[int]  # by community: places still free
    shortage: int

    @property
    def unplaced(self) -> int:
        return len(self.low)


def solve(problem: Problem) -> Assignment:
    """The cheapest assignment, with the proof that it is.

    Raises ValueError, in one sentence, for a problem that contradicts itself.
    """
    started = time.perf_counter()
    check(problem)
    index = {cap.code: at for at, cap in enumerate(problem.communities)}
    fixed, over, outside = _locks(problem, index)
    net = _network(problem, index, fixed)
    flows = _flow(net)
    load = _loads(net, flows)
    prices = _prices(net, flows, load)
    chosen = _members(problem, net, flows, prices)
    codes = [cap.code for cap in problem.communities]
    placed: dict[str, str | None] = {}
    for at, member in enumerate(problem.members):
        to = chosen.get(at)
        placed[member.member_no] = (
            member.locked if to is None else codes[to] if to < len(codes) else None
        )
    lock_cost = sum(dict(m.options).get(m.locked, 0) for m in problem.members if m.locked)
    missing = {codes[at]: low - load[at] for at, low in enumerate(net.low) if load[at] < low}
    return Assignment(
        objective=lock_cost + _cost(net, flows) + net.shortage * sum(missing.values()),
        bound=lock_cost + _bound(net, prices),
        placed=placed,
        short=missing,
        over=over,
        outside=outside,
        seconds=time.perf_counter() - started,
    )


def check(problem: Problem) -> None:
    """Refuse contradictions: repeated names, min above max, negative or unknown values."""
    codes = {cap.code for cap in problem.communities}
    if len(codes) != len(problem.communities):
        raise ValueError("A community is listed twice.")
    if len({m.member_no for m in problem.members}) != len(problem.members):
        raise ValueError("A member is listed twice.")
    for cap in problem.communities:
        if cap.min < 0 or (cap.max is not None and cap.max < cap.min):
            raise ValueError(f"Community {cap.code}: min {cap.min} and max {cap.max} contradict.")
    if problem.unplaced_cost < 0 or (problem.short_cost or 0) < 0:
        raise ValueError("unplaced_cost and short_cost must not be negative.")
    for member in problem.members:
        _check_options(member, codes)


def _check_options(member: MemberOptions, codes: set[str]) -> None:
    costs = dict(member.options)
    if len(costs) != len(member.options) or not codes.issuperset(costs):
        raise ValueError(f"Member {member.member_no}: an option is repeated or unknown.")
    if min(costs.values(), default=0) < 0:
        raise ValueError(f"Member {member.member_no}: a cost is negative.")


def _locks(
    problem: Problem, index: Mapping[str, int]
) -> tuple[list[int], dict[str, int], tuple[str, ...]]:
    fixed = [0] * len(problem.communities)
    outside = []
    for member in problem.members:
        if member.locked is None:
            continue
        if member.locked not in dict(member.options):
            outside.append(member.member_no)
        if member.locked in index:
            fixed[index[member.locked]] += 1
    over = {
        cap.code: fixed[at] - cap.max
        for at, cap in enumerate(problem.communities)
        if cap.max is not None and fixed[at] > cap.max
    }
    return fixed, over, tuple(outside)


def _network(problem: Problem, index: Mapping[str, int], fixed: Sequence[int]) -> _Net:
    free = [at for at, member in enumerate(problem.members) if member.locked is None]
    last = (len(problem.communities), problem.unplaced_cost)
    classes: dict[tuple[Option, ...], list[int]] = {}
    for at in free:
        classes.setdefault(tuple(sorted(problem.members[at].options)), []).append(at)
    return _Net(
        options=[(*((index[code], cost) for code, cost in key), last) for key in classes],
        members=list(classes.values()),
        low=[max(0, cap.min - fixed[at]) for at, cap in enumerate(problem.communities)],
        room=[
            len(free) + cap.min + 1 if cap.max is None else max(0, cap.max - fixed[at])
            for at, cap in enumerate(problem.communities)
        ],
        shortage=problem.shortage,
    )


def _flow(net: _Net) -> list[list[tuple[int, int, int]]]:
    """By class: (community, members, cost each) of the cheapest flow.

    Every member passes exactly one arc into the sink, so adding `shortage` to each of them
    changes nothing but keeps all costs non-negative: a wanted place then costs 0.
    """
    smcf = min_cost_flow.SimpleMinCostFlow()
    places, sink = len(net.low), len(net.low)
    for at, low in enumerate(net.low):
        wanted = min(low, net.room[at])
        smcf.add_arc_with_capacity_and_unit_cost(at, sink, wanted, 0)
        smcf.add_arc_with_capacity_and_unit_cost(at, sink, net.room[at] - wanted, net.shortage)
    arcs: list[list[tuple[int, int, int]]] = []
    for number, options in enumerate(net.options):
        node, size = places + 1 + number, len(net.members[number])
        smcf.set_node_supply(node, size)
        arcs.append(
            [
                (
                    smcf.add_arc_with_capacity_and_unit_cost(
                        node, to, size, cost + (net.shortage if to == net.unplaced else 0)
                    ),
                    to,
                    cost,
                )
                for to, cost in options
            ]
        )
    smcf.set_node_supply(sink, -sum(map(len, net.members)))
    status = smcf.solve()
    if status != smcf.OPTIMAL:  # every class may stay unplaced, so only a cost overflow leads here
        raise ValueError(f"The costs are too large to be added exactly ({status}).")
    return [
        [(to, count, cost) for arc, to, cost in row if (count := smcf.flow(arc))] for row in arcs
    ]


def _loads(net: _Net, flows: Iterable[Iterable[tuple[int, int, int]]]) -> list[int]:
    load = [0] * (len(net.low) + 1)
    for row in flows:
        for to, count, _ in row:
            load[to] += count
    return load


def _cost(net: _Net, flows: Iterable[Iterable[tuple[int, int, int]]]) -> int:
    return sum(count * cost for row in flows for _, count, cost in row)


def _prices(
    net: _Net, flows: Sequence[Sequence[tuple[int, int, int]]], load: Sequence[int]
) -> list[int]:
    """What one more member in each community would cost: shortest residual path to the sink.

    Classes are contracted: moving a member from a to b weighs cost(b) - cost(a). The walk ends,
    because at an optimum no cycle is negative; a cap on its rounds guards against anything else
    (the bound would then simply stay below the objective).
    """
    moves = _moves(net, flows)
    dearest = max((cost for options in net.options for _, cost in options), default=0)
    far = (len(net.low) + 2) * (dearest + 1) + net.shortage  # a closed community: above any path
    price = [
        (-net.shortage if load[at] < net.low[at] else 0) if load[at] < net.room[at] else far
        for at in range(len(net.low))
    ]
    price.append(0)  # staying unplaced has no limit
    for _ in range(len(price) + 1):
        changed = False
        for (a, b), gain in moves.items():
            if gain + price[b] < price[a]:
                price[a], changed = gain + price[b], True
        if not changed:
            break
    return [max(p, -net.shortage) for p in price[:-1]] + [0]


def _moves(
    net: _Net, flows: Sequence[Sequence[tuple[int, int, int]]]
) -> dict[tuple[int, int], int]:
    """What it costs at least to move some member from a to b: {(a, b): difference}."""
    moves: dict[tuple[int, int], int] = {}
    for options, row in zip(net.options, flows, strict=True):
        for a, _, paid in row:
            for b, cost in options:
                gain = cost - paid
                if a != b and gain < moves.get((a, b), gain + 1):
                    moves[a, b] = gain
    return moves


def _bound(net: _Net, price: Sequence[int]) -> int:
    """Weak duality: for any prices ≥ -shortage this is at most the cost of any assignment."""
    total = sum(
        len(members) * min(cost + price[to] for to, cost in options)
        for members, options in zip(net.members, net.options, strict=True)
    )
    for at, low in enumerate(net.low):
        total += -net.room[at] * price[at] if price[at] > 0 else -low * price[at]
    return total


def _members(
    problem: Problem,
    net: _Net,
    flows: Sequence[Sequence[tuple[int, int, int]]],
    price: Sequence[int],
) -> dict[int, int]:
    """Which member of each class goes where: position in problem.members → community.

    A place is *tight* for a class when it is as cheap as the best under the prices; two members
    may change places at no cost exactly when each one's new place is tight.
    """
    people: list[company.Person] = []
    chosen: dict[int, int] = {}
    for number, members in enumerate(net.members):
        best = min(cost + price[to] for to, cost in net.options[number])
        tight = frozenset(to for to, cost in net.options[number] if cost + price[to] == best)
        order = company.in_blocks(members, lambda at: problem.members[at].group)
        start = 0
        for to, count, _ in sorted(flows[number], key=lambda part: (-part[1], part[0])):
            for at in order[start : start + count]:
                chosen[at] = to
            start += count
        if len(tight) > 1:
            people.extend(
                company.Person(at, problem.members[at].group, problem.members[at].skills, tight)
                for at in members
            )
    fixed = {cap.code: at for at, cap in enumerate(problem.communities)}
    seated = company.Seats(net.unplaced)
    for at, member in enumerate(problem.members):
        seat = chosen.get(at, fixed.get(member.locked or ""))
        if seat is not None:
            seated.add(member.group, member.skills, seat)
    company.improve(people, chosen, seated)
    return chosen


def to_json(problem: Problem) -> dict[str, Any]:
    """The contract's shape; a missing `max` is null."""
    return {
        "members": [
            {
                "member_no": m.member_no,
                "locked": m.locked,
                "options": [{"community": code, "cost": cost} for code, cost in m.options],
            }
            for m in problem.members
        ],
        "communities": [
            {"code": cap.code, "min": cap.min, "max": cap.max} for cap in problem.communities
        ],
        "unplaced_cost": problem.unplaced_cost,
        "short_cost": problem.shortage,
    }


def from_json(document: Mapping[str, Any]) -> Problem:
    """Read the contract's shape; raises ValueError or KeyError for anything else."""
    return Problem(
        members=[
            MemberOptions(
                member_no=str(m["member_no"]),
                locked=m.get("locked"),
                options=tuple((str(o["community"]), int(o["cost"])) for o in m["options"]),
            )
            for m in document["members"]
        ],
        communities=[
            Cap(
                code=str(c["code"]),
                min=int(c.get("min") or 0),
                max=None if c.get("max") is None else int(c["max"]),
            )
            for c in document["communities"]
        ],
        unplaced_cost=int(document["unplaced_cost"]),
        short_cost=None if document.get("short_cost") is None else int(document["short_cost"]),
    )
