"""The server is killed amid claims and attendance: what it acknowledged stands, all of it whole.

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
CALLERS, WISHES_A_ROUND, SHEETS_A_ROUND = 6, 40, 6
LOOK = """
import django, json; django.setup()
from django.db.models import Count
from allhours.activities.models import Attendance
from allhours.ledger.models import Entry
from allhours.needs.models import Claim, Wish
rows = Claim.objects.filter(state="live").values_list("member__member_no", "wish__code", "seat")
taken = dict(Wish.objects.values_list("code", "taken"))
sheets = dict(Attendance.objects.values_list("activity__code").annotate(n=Count("pk")))
hours = dict(Entry.objects.values_list("source_key").annotate(n=Count("pk")))
claims = [list(row) for row in rows]
print(json.dumps({"claims": claims, "taken": taken, "sheets": sheets, "hours": hours}))
"""


class Caller(threading.Thread):
    """One person's browser, doing one thing after another until the server is gone."""

    path, done = "/wishes/{}/claim/", "/me/wishes/"

    def __init__(self, client: Client, name: str, codes: list[str]) -> None:
        super().__init__(daemon=True)
        self.client, self.name_, self.codes = client, name, codes
        self.acknowledged: list[tuple[str, str]] = []
        self.strange: list[str] = []

    def run(self) -> None:
        try:
            for code in self.codes:
                self.send(code)
        except ConnectionError:
            return

    def send(self, code: str) -> None:
        path = self.path.format(code)
        answer = self.client.post(path, self.fields(path), follow=False)
        if answer.status == 302 and answer.headers["location"].startswith(self.done):
            self.acknowledged.append((self.name_, code))
        elif answer.status != 200:
            self.strange.append(f"{path}: {answer.status}")

    def fields(self, path: str) -> dict[str, str]:
        return {"csrfmiddlewaretoken": self.client.cookies["csrftoken"]}


class Organiser(Caller):
    """The community's desk, saving one attendance sheet after another."""

    path, done = "/desk/activities/{}/attendance/", "/desk/activities/"

    def fields(self, path: str) -> dict[str, str]:
        return self.client.form(self.client.get(path), path).fields


@pytest.fixture
def county(tmp_path: Path) -> dict[str, Any]:
    new_key_file(tmp_path / "keys.json")
    made = allhours("migrate", "--skip-checks", data=tmp_path)
    assert made.returncode == 0, made.stderr
    seeded = python(
        "-m",
        "tests.support.seed",
        str(CALLERS),
        str(ROUNDS * WISHES_A_ROUND),
        str(ROUNDS * SHEETS_A_ROUND),
        data=tmp_path,
    )
    assert seeded.returncode == 0, seeded.stderr
    return {**json.loads(seeded.stdout), "data": tmp_path}


def test_killed_server_keeps_what_it_acknowledged(
    county: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    server = Server(county["data"])
    request.addfinalizer(server.kill)
    claims: list[tuple[str, str]] = []
    sheets: list[tuple[str, str]] = []
    clients: dict[str, Client] = {}
    for round_ in range(ROUNDS):
        server.start()
        clients = clients or sign_everyone_in(server, county)
        callers, organiser = browsers(county, clients, round_)
        act_until_killed(server, [*callers, organiser], after=5 + 6 * round_ % 30)
        claims += [each for caller in callers for each in caller.acknowledged]
        sheets += organiser.acknowledged
        check(county, claims, sheets)
    assert claims
    assert sheets
    verified = allhours("ledger", "verify", data=county["data"])
    assert verified.returncode == 0, verified.stderr
    for client in clients.values():
        client.close()


def sign_everyone_in(server: Server, county: dict[str, Any]) -> dict[str, Client]:
    names = [*county["members"], county["secretary"]]
    clients = {name: Client(server.port) for name in names}
    for name, client in clients.items():
        assert client.sign_in(name, county["password"]).status == 200
    return clients


def browsers(
    county: dict[str, Any], clients: dict[str, Client], round_: int
) -> tuple[list[Caller], Organiser]:
    """Everybody wants the same wishes of this round; the desk saves this round's sheets."""
    wishes = county["wishes"][round_ * WISHES_A_ROUND :][:WISHES_A_ROUND]
    sheets = county["activities"][round_ * SHEETS_A_ROUND :][:SHEETS_A_ROUND]
    callers = [Caller(clients[name], name, wishes) for name in county["members"]]
    return callers, Organiser(clients[county["secretary"]], county["secretary"], sheets)


def act_until_killed(server: Server, callers: list[Caller], *, after: int) -> None:
    """Kill the server once so many acts were acknowledged, with others under way."""
    for caller in callers:
        caller.start()
    until = time.monotonic() + 60
    while sum(len(each.acknowledged) for each in callers) < after and time.monotonic() < until:
        time.sleep(0.002)
    server.kill()
    for caller in callers:
        caller.join(timeout=60)
    assert [each for caller in callers for each in caller.strange] == []


def check(
    county: dict[str, Any], claims: list[tuple[str, str]], sheets: list[tuple[str, str]]
) -> None:
    """Each acknowledged act is there, once; no sheet is half-saved; counters agree."""
    read = python("-c", LOOK, data=county["data"])
    assert read.returncode == 0, read.stderr
    stored = json.loads(read.stdout)
    assert set(claims) - {(member, code) for member, code, _ in stored["claims"]} == set()
    seats = [(code, seat) for _, code, seat in stored["claims"]]
    assert len(seats) == len(set(seats))
    claimed = [code for code, _ in seats]
    assert all(taken == claimed.count(code) for code, taken in stored["taken"].items())
    assert set(stored["sheets"].values()) <= {CALLERS}
    for _, code in sheets:
        assert (stored["sheets"].get(code), stored["hours"].get(code)) == (CALLERS, CALLERS)
