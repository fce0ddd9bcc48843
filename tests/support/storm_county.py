"""A storm on the real server: the county made, the limits filled, the hour set, all let go."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from allhours.kernel.crypto import new_key_file
from tests.support.seed_storm import LIMIT
from tests.support.server import Server, allhours, python
from tests.support.storm import Storm, Tally, callers, violations


def prepared(
    folder: Path, *, members: int, wishes: int, full: int = 4, **elsewhere: str
) -> dict[str, Any]:
    new_key_file(folder / "keys.json")
    made = allhours("migrate", "--skip-checks", data=folder, **elsewhere)
    assert made.returncode == 0, made.stderr
    numbers = (str(members), str(wishes), str(full))
    seeded = python("-m", "tests.support.seed_storm", *numbers, data=folder, **elsewhere)
    assert seeded.returncode == 0, seeded.stderr
    return {**json.loads(seeded.stdout), "full": full, "data": folder, "elsewhere": elsewhere}


def filled_up(server: Server, county: dict[str, Any]) -> dict[int, int]:
    """The first callers take two wishes each before the hour; caller → claims held."""
    tokens, ahead = county["tokens"][: county["full"]], county["ahead"]
    who = callers(tokens, ahead, full=0)
    for number, caller in enumerate(who):
        own = tuple(ahead[number * LIMIT : (number + 1) * LIMIT])
        who[number] = type(caller)(number, caller.token, own)
    tally = Storm(server.port, who, time.time(), seed=2).run()
    assert tally.strange == []
    assert len(tally.granted) == len(ahead)
    return dict.fromkeys(range(county["full"]), LIMIT)


def gathered(server: Server, county: dict[str, Any], *, lead: float) -> Storm:
    """All wishes set to open so many seconds from now, all callers ready."""
    opening = python(
        "-m", "tests.support.seed_storm", "open", str(lead), data=county["data"],
        **county["elsewhere"],
    )  # fmt: skip
    assert opening.returncode == 0, opening.stderr
    told = json.loads(opening.stdout)
    assert told["left"] > 1, "the hour came before everybody was ready: give more seconds"
    who = callers(county["tokens"], county["wishes"], full=county["full"])
    return Storm(server.port, who, told["opens_at"])


def wrong(county: dict[str, Any], tally: Tally, held: dict[int, int]) -> list[str]:
    """What must not be: by the callers' word, and by what the command lists afterwards."""
    found = list(violations(tally, county["wishes"], limit=LIMIT, held=held))
    listed = allhours("wishes", "--json", data=county["data"], **county["elsewhere"])
    wishes = json.loads(listed.stdout)["wishes"]
    found += [
        f"{wish['code']} is {wish['state']} with {len(wish['claims'])} claims"
        for wish in wishes
        if wish["state"] != "claimed" or len(wish["claims"]) != 1
    ]
    holders = Counter(claim["member_no"] for wish in wishes for claim in wish["claims"])
    return found + [f"{who} holds {n}" for who, n in holders.items() if n > LIMIT]
