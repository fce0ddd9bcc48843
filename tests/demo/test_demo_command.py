"""A smoke run of the whole demo: a small county plays a year and its figures hold together."""

import csv
import json
import os
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]


ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE") and "ALLHOURS" not in name
}


def allhours(folder, *words):
    answer = subprocess.run(
        [sys.executable, "-m", "allhours", *words, "--data", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env=ENVIRONMENT,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    made = json.loads(
        allhours(
            folder, "demo", "--members", "90", "--until", "2026-06-30", "--no-serve", "--json",
            "--signins", str(folder / "signins.csv"),
        )
    )  # fmt: skip
    return folder, made


def test_demo_has_the_scheme_and_its_sizes(county):
    _folder, made = county
    assert made["scheme"] == "nongan"
    assert made["sizes"]["units"] == 72
    assert made["sizes"]["communities"] == 14
    assert made["sizes"]["members"] == 90
    assert made["sizes"]["entries"] > 0


def test_demo_gives_one_signin_per_role_and_writes_all_of_them(county):
    folder, made = county
    roles = {each["role"] for each in made["signins"]}
    assert {"county_officer", "liaison", "community_secretary", "member"} <= roles
    with (folder / "signins.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sum(row["role"] == "member" for row in rows) == 90
    assert all(row["member_no"] for row in rows if row["role"] == "member")


def test_demo_ledger_verifies_and_agrees_with_the_figures(county):
    folder, _made = county
    allhours(folder, "ledger", "verify")
    out = folder / "ledger.csv"
    allhours(folder, "ledger", "export", "--out", str(out))
    with out.open(encoding="utf-8") as file:
        minutes = sum(int(row["minutes"]) for row in csv.DictReader(file))
    figures = json.loads(allhours(folder, "figures", "--json"))["figures"]
    (told,) = [each["value"] for each in figures if each["name"] == "service_minutes"]
    assert told == minutes


def test_demo_plays_claims_of_members_and_of_units(county):
    folder, _made = county
    wishes = json.loads(allhours(folder, "wishes", "--json"))["wishes"]
    claims = [claim for wish in wishes for claim in wish["claims"]]
    assert any(claim["unit"] for claim in claims)
    assert any(not claim["unit"] for claim in claims)


def test_demo_started_again_keeps_what_is_there(county):
    folder, made = county
    again = json.loads(allhours(folder, "demo", "--no-serve", "--json"))
    assert again["sizes"] == made["sizes"]
