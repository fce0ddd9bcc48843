"""`allhours place` and `allhours reconcile`."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from tests.factories.directory import make_member, make_unit
from tests.factories.placement import NOON, make_county_with_members, make_placement

from allhours.kernel import clock
from allhours.placement.choices import PlacementState
from allhours.placement.models import Placement
from allhours.placement.solver import from_json, solve

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


def run(capsys, *args, **options):
    call_command(*args, json=True, **options)
    return json.loads(capsys.readouterr().out)


def test_place_proposes_and_the_problem_file_has_the_same_optimum(capsys, tmp_path):
    row, people, _ = make_county_with_members(members=7)
    row[0].max_members = 1
    row[0].save(update_fields=["max_members"])
    file = tmp_path / "problem.json"

    found = run(capsys, "place", round="2026-1", problem=file)

    document = json.loads(file.read_text())
    costs = {
        m["member_no"]: {o["community"]: o["cost"] for o in m["options"]}
        for m in document["members"]
    }
    total = sum(costs[row["member_no"]][row["community"]] for row in found["assignment"])
    assert (found["members"], found["placed"], found["unplaced"]) == (len(people), 7, 0)
    assert total == found["objective"] == found["bound"] == solve(from_json(document)).objective
    assert {c["code"]: c["placed"] for c in found["communities"]}[row[0].code] == 1
    assert Placement.objects.count() == 0


def test_place_apply_adopts_what_was_proposed(capsys):
    _row, people, _ = make_county_with_members()
    first = run(capsys, "place")

    second = run(capsys, "place", apply=True)

    assert second["assignment"] == first["assignment"]
    assert Placement.objects.live().count() == len(people)


def test_place_without_communities_is_one_sentence():
    make_member()
    with pytest.raises(CommandError, match="还没有社区"):
        call_command("place")


def test_reconcile_lists_the_differences_both_ways(capsys, tmp_path):
    missing = make_member()
    stranger = make_placement(make_member(category="applicant"), state=PlacementState.REPORTED)
    moved = make_placement(state=PlacementState.REPORTED)
    moved.member.unit = make_unit()
    moved.member.save(update_fields=["unit"])
    out = tmp_path / "differences.xlsx"

    found = run(capsys, "reconcile", on=None, xlsx=out)

    assert (found["expected"], found["reported"], found["rate"]) == (2, 1, 50.0)
    assert [line["member_no"] for line in found["missing"]] == [missing.member_no]
    assert [line["member_no"] for line in found["unknown"]] == [stranger.member.member_no]
    assert [line["member_no"] for line in found["differing"]] == [moved.member.member_no]
    assert out.stat().st_size > 1000
