"""Every process of the server is killed in the middle of a storm through the API.

What it acknowledged stands when it is up again, the same key has the same answer, and the rest of
the storm goes on as if nothing had been: `ALLHOURS_KILL_ROUNDS` says how often (1) it is killed.
"""

import json
import os
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.support.seed_storm import LIMIT
from tests.support.server import Server, python
from tests.support.storm import Storm, Tally, callers
from tests.support.storm_county import prepared, wrong

pytestmark = pytest.mark.slow

MEMBERS, WISHES = 40, 16
ROUNDS = min(int(os.environ.get("ALLHOURS_KILL_ROUNDS", "1")), WISHES - 1)
LOOK = """
import django, json; django.setup()
from allhours.accounts.models import JournalEntry
from allhours.jobs.models import IdempotencyKey
from allhours.needs.models import Claim, ClaimAllowance, Wish
lines = JournalEntry.objects.filter(did="wish.claimed").values_list("facts__claim", flat=True)
live = Claim.objects.filter(state="live")
print(json.dumps({
    "claims": [list(row) for row in live.values_list("pk", "wish_id", "member_id")],
    "wishes": [list(row) for row in Wish.objects.values_list("pk", "taken", "places")],
    "allowances": [list(row) for row in ClaimAllowance.objects.values_list("member_id", "live")],
    "journal": list(lines), "keys": IdempotencyKey.objects.count(),
}))
"""


@pytest.fixture
def county(tmp_path: Path, elsewhere: dict[str, str]) -> dict[str, Any]:
    return prepared(tmp_path, members=MEMBERS, wishes=WISHES, full=0, **elsewhere)


def test_killed_storm_keeps_every_grant_and_goes_on(
    county: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    server = Server(county["data"], **county["elsewhere"])
    request.addfinalizer(server.kill_all)
    server.start()
    publish_all(county)
    who = callers(county["tokens"], county["wishes"])
    tally = Tally()
    for round_ in range(ROUNDS):
        storm = Storm(server.port, who, time.time() + 0.2, seed=round_, tally=tally)
        rage_until_killed(server, storm, grants=(round_ + 1) * WISHES // (ROUNDS + 1))
        assert 0 < len(tally.granted) < WISHES, "killed before or after the storm"
        check(county, tally)
        server.start()
        assert storm.send_again() == []
    Storm(server.port, who, time.time(), seed=ROUNDS, tally=tally).run()
    assert wrong(county, tally, {}) == []
    check(county, tally)
    assert len(tally.granted) == WISHES


def publish_all(county: dict[str, Any]) -> None:
    opened = python(
        "-m", "tests.support.seed_storm", "open", "0.5", data=county["data"], **county["elsewhere"]
    )
    assert opened.returncode == 0, opened.stderr


def rage_until_killed(server: Server, storm: Storm, *, grants: int) -> None:
    raging = threading.Thread(target=storm.run, daemon=True)
    raging.start()
    until = time.monotonic() + 60
    while len(storm.tally.granted) < grants and time.monotonic() < until:
        time.sleep(0.001)
    server.kill_all()
    raging.join(timeout=60)
    assert not raging.is_alive()


def check(county: dict[str, Any], tally: Tally) -> None:
    """The rows themselves: each grant is there, counters and journal say what the claims say."""
    read = python("-c", LOOK, data=county["data"], **county["elsewhere"])
    assert read.returncode == 0, read.stderr
    stored = json.loads(read.stdout)
    claims = {claim: wish for claim, wish, _member in stored["claims"]}
    told = {claim: wish for (_caller, wish), claim in tally.granted.items()}
    assert told.items() <= claims.items()
    held = Counter(claims.values())
    assert all(held[wish] == taken <= places for wish, taken, places in stored["wishes"])
    by_member = Counter(member for _claim, _wish, member in stored["claims"])
    assert all(live == by_member[member] <= LIMIT for member, live in stored["allowances"])
    assert by_member.keys() <= {member for member, _live in stored["allowances"]}
    assert sorted(stored["journal"]) == sorted(claims)
    assert stored["keys"] >= sum(bool(key) for key in tally.keys.values())
