"""The server is killed in the midst of claims: what it acknowledged is there, nothing is half-done.

`ALLHOURS_KILL_ROUNDS` says how often (3; the promise was tried with 20).
"""

import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from allhours.kernel.crypto import new_key_file
from tests.support.server import Client, Server, allhours, python

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]

ROUNDS = int(os.environ.get("ALLHOURS_KILL_ROUNDS", "3"))
CALLERS, WISHES_A_ROUND = 6, 40
LOOK = """
import django, json; django.setup()
from allhours.needs.models import Claim, Wish
rows = Claim.objects.filter(state="live").values_list("member__member_no", "wish__code", "seat")
taken = dict(Wish.objects.values_list("code", "taken"))
print(json.dumps({"claims": [list(row) for row in rows], "taken": taken}))
"""


class Caller(threading.Thread):
    """One member's browser, claiming wish after wish until the server is gone."""

    def __init__(self, client: Client, member: str, codes: list[str]) -> None:
        super().__init__(daemon=True)
        self.client, self.member, self.codes = client, member, codes
        self.acknowledged: list[tuple[str, str]] = []
        self.strange: list[str] = []

    def run(self) -> None:
        try:
            for code in self.codes:
                self.claim(code)
        except ConnectionError:
            return

    def claim(self, code: str) -> None:
        path = f"/wishes/{code}/claim/"
        token = self.client.cookies["csrftoken"]
        answer = self.client.post(path, {"csrfmiddlewaretoken": token}, follow=False)
        if answer.status == 302 and answer.headers["location"].startswith("/me/wishes/"):
            self.acknowledged.append((self.member, code))
        elif answer.status != 200:
            self.strange.append(f"{path}: {answer.status}")


@pytest.fixture
def county(tmp_path: Path) -> dict[str, Any]:
    new_key_file(tmp_path / "keys.json")
    made = allhours("migrate", "--skip-checks", data=tmp_path)
    assert made.returncode == 0, made.stderr
    seeded = python(
        "-m", "tests.support.seed", str(CALLERS), str(ROUNDS * WISHES_A_ROUND), data=tmp_path
    )
    assert seeded.returncode == 0, seeded.stderr
    return {**json.loads(seeded.stdout), "data": tmp_path}


def test_killed_server_keeps_what_it_acknowledged(
    county: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    server = Server(county["data"])
    request.addfinalizer(server.kill)
    acknowledged: list[tuple[str, str]] = []
    clients = None
    for round_ in range(ROUNDS):
        server.start()
        clients = clients or sign_everyone_in(server, county)
        codes = county["wishes"][round_ * WISHES_A_ROUND : (round_ + 1) * WISHES_A_ROUND]
        acknowledged += claim_until_killed(server, clients, codes, after=5 + 6 * round_ % 30)
        check(county["data"], acknowledged)
    verified = allhours("ledger", "verify", data=county["data"])
    assert verified.returncode == 0, verified.stderr
    for client in (clients or {}).values():
        client.close()


def sign_everyone_in(server: Server, county: dict[str, Any]) -> dict[str, Client]:
    clients = {member: Client(server.port) for member in county["members"]}
    for member, client in clients.items():
        assert client.sign_in(member, county["password"]).status == 200
    return clients


def claim_until_killed(
    server: Server, clients: dict[str, Client], codes: list[str], *, after: int
) -> list[tuple[str, str]]:
    """Kill the server once so many claims were acknowledged, with others under way."""
    callers = [Caller(client, member, codes) for member, client in clients.items()]
    for caller in callers:
        caller.start()
    until = time.monotonic() + 60
    while sum(len(each.acknowledged) for each in callers) < after and time.monotonic() < until:
        time.sleep(0.002)
    server.kill()
    for caller in callers:
        caller.join(timeout=60)
    assert [each for caller in callers for each in caller.strange] == []
    acknowledged = [each for caller in callers for each in caller.acknowledged]
    assert len(acknowledged) >= after
    return acknowledged


def check(data: Path, acknowledged: list[tuple[str, str]]) -> None:
    """Every acknowledged claim is there, once, and the counters agree with the claims."""
    read = python("-c", LOOK, data=data)
    assert read.returncode == 0, read.stderr
    stored = json.loads(read.stdout)
    there = {(member, code) for member, code, _seat in stored["claims"]}
    assert set(acknowledged) - there == set()
    seats = [(code, seat) for _member, code, seat in stored["claims"]]
    assert len(seats) == len(set(seats))
    claimed = [code for code, _seat in seats]
    assert all(taken == claimed.count(code) for code, taken in stored["taken"].items())
