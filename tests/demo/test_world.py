"""The invented county: the same for the same seed, of the sizes asked for, and nobody real."""

from allhours.demo import names
from allhours.demo.world import make_world
from allhours.scheme.schema import Demo, DemoTown

SIZES = Demo(towns=(DemoTown(communities=4), DemoTown(communities=3)), units=9, members=80)
MENU = ["医疗保健", "环境卫生"]


def world(seed=1):
    return make_world(SIZES, seed=seed, year=2026, menu=MENU, members=80)


def test_world_is_the_same_for_the_same_seed():
    assert world() == world()
    assert world() != world(seed=2)


def test_world_has_the_sizes_of_the_scheme():
    made = world()
    assert (len(made.towns), len(made.communities)) == (2, 7)
    assert (len(made.units), len(made.people)) == (9, 80)


def test_every_unit_has_somebody():
    made = world()
    assert {person.unit.code for person in made.people} == {unit.code for unit in made.units}


def test_people_bear_numbers_that_nobody_else_can():
    made = world()
    assert all(person.id_number.startswith(names.REGION) for person in made.people)
    assert len({person.id_number for person in made.people}) == 80
    assert len({person.phone for person in made.people}) == 80


def test_unit_branches_add_up_to_what_the_scheme_says():
    sizes = Demo(towns=(DemoTown(communities=2),), units=5, unit_branches=13, members=20)
    made = make_world(sizes, seed=1, year=2026, menu=MENU, members=20)
    assert sum(len(unit.branches) for unit in made.units) == 13
