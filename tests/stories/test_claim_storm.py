"""A festival: many members claim the same few wishes at one instant, through the real server.

Each wish goes out once, nobody meets an error page, and each is told in the answer to their own
request: through the pages, and through the API with repeats, duplicates and broken lines.
`ALLHOURS_STORM` says how many members and wishes the API's storm has (`200x20`; `./run bench storm`
is `5000x500`).
"""

import json
import os
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from allhours.kernel.crypto import new_key_file
from tests.support.server import Answer, Client, Server, allhours, python
from tests.support.storm_county import filled_up, gathered, prepared, wrong

pytestmark = pytest.mark.slow

MEMBERS, WISHES = 60, 6
API_MEMBERS, API_WISHES = map(int, os.environ.get("ALLHOURS_STORM", "200x20").split("x"))
TOLD = {"granted": "认领成功", "taken": "刚刚已被其他同志认领"}


@pytest.fixture
def storm_county(tmp_path: Path, elsewhere: dict[str, str]) -> dict[str, Any]:
    return prepared(tmp_path, members=API_MEMBERS, wishes=API_WISHES, **elsewhere)


@pytest.fixture
def county(tmp_path: Path, elsewhere: dict[str, str]) -> dict[str, Any]:
    new_key_file(tmp_path / "keys.json")
    made = allhours("migrate", "--skip-checks", data=tmp_path, **elsewhere)
    assert made.returncode == 0, made.stderr
    seeded = python(
        "-m", "tests.support.seed", str(MEMBERS), str(WISHES), data=tmp_path, **elsewhere
    )
    assert seeded.returncode == 0, seeded.stderr
    return {**json.loads(seeded.stdout), "data": tmp_path, "elsewhere": elsewhere}


def claim_at_once(server: Server, county: dict[str, Any]) -> list[tuple[str, Answer]]:
    """Everybody signs in and opens a wish's page; at the barrier all of them claim."""
    barrier = threading.Barrier(MEMBERS)
    answers: list[tuple[str, Answer]] = []

    def one(number: int, member: str) -> None:
        code = county["wishes"][number % WISHES]
        with Client(server.port) as client:
            client.sign_in(member, county["password"])
            page = client.get(f"/wishes/{code}/")
            barrier.wait(timeout=120)
            answers.append((code, client.submit(page, "/claim/")))

    callers = [
        threading.Thread(target=one, args=each, daemon=True)
        for each in enumerate(county["members"])
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(timeout=120)
    return answers


def test_claim_storm_grants_each_wish_once_and_tells_everybody(county: dict[str, Any]) -> None:
    with Server(county["data"], **county["elsewhere"]) as server:
        answers = claim_at_once(server, county)
    assert Counter(answer.status for _code, answer in answers) == {200: MEMBERS}
    granted = [code for code, answer in answers if TOLD["granted"] in answer.text]
    refused = [code for code, answer in answers if TOLD["taken"] in answer.text]
    assert sorted(granted) == sorted(county["wishes"])
    assert len(refused) == MEMBERS - WISHES
    listed = allhours("wishes", "--json", data=county["data"], **county["elsewhere"])
    wishes = json.loads(listed.stdout)["wishes"]
    assert {wish["state"] for wish in wishes} == {"claimed"}
    assert all(len(wish["claims"]) == 1 for wish in wishes)


def test_api_storm_at_an_hour_grants_each_wish_once_whatever_is_repeated(
    storm_county: dict[str, Any],
) -> None:
    county = storm_county
    with Server(county["data"], **county["elsewhere"]) as server:
        held = filled_up(server, county)
        storm = gathered(server, county, lead=6 + API_WISHES / 10)
        told = storm.run()
    assert wrong(county, told, held) == []
    assert len(told.granted) == API_WISHES
    assert set(told.statuses) <= {201, 409, 503}
    assert told.refused["claim.opens_later"] > 0  # the early ones
    assert min(told.grants_at) >= storm.opens_at
    assert set(told.refused) <= {"claim.opens_later", "claim.already_taken", "claim.too_many"}
    assert "ERROR" not in (county["data"] / "server.log").read_text()
