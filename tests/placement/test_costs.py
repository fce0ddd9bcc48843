"""What a place costs a member."""

import itertools

import pytest

from allhours.placement.costs import DENSE, NEAREST, Distances, Facts, Rates, options

RATES = Rates(residence=0, per_hop=10, max_hops=2, paired=5, unlinked=60, move=15)
ROW = Distances("ABCDX", [("A", "B"), ("B", "C"), ("C", "D")])


def costs(rates=RATES, distances=ROW, **facts):
    known = {"residence": None, "paired": None, "last": None} | facts
    return dict(options(Facts("1", "U", **known), rates, distances).options)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"residence": "A"}, {"A": 0, "B": 10, "C": 20, "D": 60, "X": 60}),
        ({"paired": "B"}, {"A": 15, "B": 5, "C": 15, "D": 25, "X": 60}),
        ({"residence": "A", "paired": "B"}, {"A": 0, "B": 10, "C": 20, "D": 60, "X": 60}),
        ({"residence": "A", "last": "C"}, {"A": 15, "B": 25, "C": 20, "D": 75, "X": 75}),
        ({}, dict.fromkeys("ABCDX", 60)),
    ],
)
def test_cost_is_residence_then_distance_then_change(facts, expected):
    assert costs(**facts) == expected


def test_an_assigning_scheme_measures_from_the_paired_community():
    rates = Rates(
        residence=0, per_hop=10, max_hops=2, paired=5, unlinked=60, move=15, residence_first=False
    )

    assert costs(rates, residence="A", paired="C")["C"] == 5


def test_a_large_city_offers_the_nearest_and_the_linked():
    codes = [f"C{n:03}" for n in range(DENSE * 3)]
    city = Distances(codes, itertools.pairwise(codes))
    rates = Rates(residence=0, per_hop=1, max_hops=50, paired=5, unlinked=60, move=15)

    found = costs(rates, city, residence="C000", paired="C100", last="C090")

    assert len(found) == NEAREST + 2
    assert {"C000", "C100", "C090"} <= set(found)
