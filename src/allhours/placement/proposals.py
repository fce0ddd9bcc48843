"""Load → solve → store: from the roster and the scheme's costs to a round's proposals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from allhours.directory.models import Member, Neighbour, Organization
from allhours.kernel import paths
from allhours.kernel.errors import Refusal, Refused
from allhours.placement.choices import LIVE, EndReason
from allhours.placement.costs import Distances, Facts, Rates, anchor, options
from allhours.placement.models import Placement, Proposal, Round
from allhours.placement.solver import Assignment, Cap, Problem, check
from allhours.scheme.schema import Placement as Rules

BATCH = 1000
KEPT = ("locked_by_plain", "contested_at", "contest_text", "answered_at", "answer_text")
NO_COMMUNITY = Refusal("placement.no_community", _("还没有社区，请先导入组织。"))
CONTRADICTION = Refusal(
    "placement.min_above_max", _("%(community)s的最少编入人数大于最多编入人数，请先改正。")
)


@dataclass(frozen=True)
class Loaded:
    """The problem with everything needed to explain and store its answer."""

    problem: Problem
    facts: Mapping[str, Facts]
    rates: Rates
    distances: Distances
    communities: Mapping[str, Organization]
    caps: Mapping[str, Cap]
    member_ids: Mapping[str, int]
    unconfirmed: frozenset[str]  # members whose residence was read from a free-text address


def rates_of(rules: Rules) -> Rates:
    return Rates(
        residence=rules.residence_cost,
        per_hop=rules.per_hop_cost,
        max_hops=rules.max_hops,
        paired=rules.paired_cost,
        unlinked=rules.unlinked_cost,
        move=rules.move_cost,
        residence_first=rules.residence_first,
    )


def locks_of(round_: Round) -> dict[int, int | None]:
    """Member → community that stays: the round's own locks or, when it is first solved, where
    members were placed by hand after a community had returned them, who else went back to it."""
    if round_.solved_at is not None:
        fixed = Proposal.objects.filter(round=round_, locked=True)
        return dict(fixed.values_list("member_id", "community_id"))
    returned = Placement.objects.filter(
        end_reason=EndReason.RETURNED, member=OuterRef("member_id")
    ).exclude(community=OuterRef("community_id"))
    by_hand = Placement.objects.live().filter(
        Exists(returned), round=None, community__closed_on=None
    )
    return dict(by_hand.values_list("member_id", "community_id"))


def load(*, rules: Rules, on: date, locks: Mapping[int, int | None]) -> Loaded:
    """Everyone expected to report on a day, over the communities open then.

    `locks` maps a member's id to the community an officer fixed. `short_cost` is raised until
    `min` holds wherever it can: the contract calls it hard.
    """
    places = {
        org.code: org
        for org in Organization.objects.communities()
        .filter(closed_on=None)
        .only("code", "name", "short_name", "path", "min_members", "max_members")
    }
    if not places:
        raise Refused(NO_COMMUNITY)
    codes = {org.pk: code for code, org in places.items()}
    distances = Distances(places, _neighbours(codes))
    rates = rates_of(rules)
    facts, ids, unconfirmed = _facts(codes, on=on, locks=locks, company=rules.never_alone)
    caps = [_cap(org, rules) for _code, org in sorted(places.items())]
    members = [options(fact, rates, distances) for fact in facts.values()]
    soft = Problem(members, caps, rules.unplaced_cost)
    problem = Problem(members, caps, rules.unplaced_cost, max(rules.short_cost, soft.shortage))
    check(problem)
    return Loaded(
        problem, facts, rates, distances, places, {c.code: c for c in caps}, ids, unconfirmed
    )


def _neighbours(codes: Mapping[int, str]) -> list[tuple[str, str]]:
    pairs = Neighbour.objects.values_list("one_id", "other_id")
    return [(codes[a], codes[b]) for a, b in pairs if a in codes and b in codes]


def _cap(org: Organization, rules: Rules) -> Cap:
    low = rules.default_min if org.min_members is None else org.min_members
    top = rules.default_max if org.max_members is None else org.max_members
    if low > top:
        raise Refused(CONTRADICTION.having(community=org.label))
    return Cap(org.code, low, top)


def _facts(
    codes: Mapping[int, str], *, on: date, locks: Mapping[int, int | None], company: bool
) -> tuple[dict[str, Facts], dict[str, int], frozenset[str]]:
    last = dict(Placement.objects.filter(state__in=LIVE).values_list("member_id", "community_id"))
    inside = _communities_by_place(codes)
    paired = _paired_by_unit(codes)  # `company`: whether units are kept together at equal cost
    facts: dict[str, Facts] = {}
    ids: dict[str, int] = {}
    unconfirmed = set()
    rows = (
        Member.objects.expected_on(on)
        .filter(left_on=None, paused_on=None)
        .order_by("member_no")
        .values_list(
            "pk",
            "member_no",
            "unit__code",
            "unit_id",
            "residence_id",
            "residence_confirmed",
            "skills",
        )
    )
    for pk, number, unit, unit_id, residence_id, confirmed, skills in rows.iterator(BATCH):
        ids[number] = pk
        if not confirmed:
            unconfirmed.add(number)
        facts[number] = Facts(
            member_no=number,
            unit=unit if company else "",
            residence=inside.get(residence_id),
            paired=paired.get(unit_id),
            last=codes.get(last.get(pk, 0)),
            locked=codes.get(locks.get(pk) or 0),
            skills=frozenset(skills),
        )
    return facts, ids, frozenset(unconfirmed)


def _communities_by_place(codes: Mapping[int, str]) -> dict[int, str]:
    """Every community, grid, estate and building → its community's code."""
    found = {}
    for pk, path in Organization.objects.exclude(path="").values_list("pk", "path"):
        for above in paths.ids(path):
            if above in codes:
                found[pk] = codes[above]
    return found


def _paired_by_unit(codes: Mapping[int, str]) -> dict[int, str]:
    """A unit's paired community; a branch has that of the unit above it."""
    own = dict(
        Organization.objects.exclude(paired_community=None).values_list("pk", "paired_community_id")
    )
    found = {}
    for pk, path in Organization.objects.units().values_list("pk", "path"):
        for above in [*paths.ids(path), pk]:
            place = codes.get(own.get(above) or 0)
            if place:
                found[pk] = place
    return found


def explain(
    loaded: Loaded, answer: Assignment, number: str, load_of: Mapping[str, int]
) -> tuple[str, dict[str, Any]]:
    """(code, params) of why one member stands where they do; see `reasons`."""
    fact, place = loaded.facts[number], answer.placed[number]
    start, _cost = anchor(fact, loaded.rates)
    params = {
        "community": loaded.communities[place].label if place else "",
        "home": loaded.communities[start].label if start else "",
        "hops": loaded.distances.from_(start).get(place, 0) if start and place else 0,
    }
    return _reason(loaded, fact, place, start, load_of), params


def _reason(
    loaded: Loaded,
    fact: Facts,
    place: str | None,
    start: str | None,
    load_of: Mapping[str, int],
) -> str:
    if fact.locked:
        return "locked"
    if place is None:
        return "full"
    if place == fact.residence:
        return "residence_unconfirmed" if fact.member_no in loaded.unconfirmed else "residence"
    if place == fact.last:
        return "kept"
    if place == fact.paired:
        return "paired" if fact.residence is None else "paired_near"
    if start is None:
        return "room"
    if load_of[start] >= (loaded.caps[start].max or 0):
        return "nearby"
    return "minimum" if load_of[place] <= loaded.caps[place].min else "near"


def store(round_: Round, loaded: Loaded, answer: Assignment, *, now: datetime) -> None:
    """Replace the round's proposals; what a member contested stays on record."""
    kept = {
        row.pop("member_id"): row
        for row in Proposal.objects.filter(round=round_).values("member_id", *KEPT)
    }
    load_of = Counter(code for code in answer.placed.values() if code)
    rows = []
    for line in loaded.problem.members:
        place = answer.placed[line.member_no]
        pk = loaded.member_ids[line.member_no]
        code, params = explain(loaded, answer, line.member_no, load_of)
        rows.append(
            Proposal(
                round=round_,
                member_id=pk,
                community=loaded.communities[place] if place else None,
                cost=dict(line.options)[place] if place else loaded.problem.unplaced_cost,
                reason=code,
                params=params,
                locked=line.locked is not None,
                **kept.get(pk, {}),
            )
        )
    Proposal.objects.filter(round=round_).delete()
    Proposal.objects.bulk_create(rows, batch_size=BATCH)
    round_.objective, round_.bound, round_.seconds = answer.objective, answer.bound, answer.seconds
    round_.report = {
        "unplaced": len(answer.unplaced),
        "communities": _communities(loaded, answer, load_of),
    }
    round_.solved_at = now
    round_.save(update_fields=["objective", "bound", "seconds", "report", "solved_at"])


def _communities(
    loaded: Loaded, answer: Assignment, load_of: Mapping[str, int]
) -> Sequence[dict[str, Any]]:
    before = Counter(fact.last for fact in loaded.facts.values())
    return [
        {
            "code": cap.code,
            "name": loaded.communities[cap.code].name,
            "min": cap.min,
            "max": cap.max,
            "before": before[cap.code],
            "placed": load_of[cap.code],
            "short": answer.short.get(cap.code, 0),
            "over": answer.over.get(cap.code, 0),
        }
        for cap in loaded.problem.communities
    ]
