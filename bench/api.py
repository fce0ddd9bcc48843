"""The API of the real server: a festival of claims sent twice, and reading a list, in ratios.

300 members, 20 wishes, one instant; every request is sent twice under one `Idempotency-Key`, as a
program does that did not hear the first answer. Each wish is given once, each pair of answers is
one answer.
"""

import http.client
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from tests.support.server import Server

from bench.claims import CALLERS, MEMBERS, WISHES, seeded, together
from bench.support import best, rate, table

READS = 200


class Program:
    """One connection with a token."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.headers = {"Content-Type": "application/json"}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body)
        self.connection.request(method, path, body=data, headers={**self.headers, **headers})
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")

    def sign_in(self, username: str, password: str) -> None:
        given = {"username": username, "password": password, "scopes": []}
        status, token = self.send("POST", "/api/v1/tokens/", given)
        assert status == 201, token
        self.headers["Authorization"] = f"Bearer {token['token']}"


def programs(server: Server, county: dict[str, Any]) -> list[Program]:
    found = [Program(server.port) for _ in county["members"]]

    def sign_in(first: int) -> None:
        for place in range(first, len(found), CALLERS):
            found[place].sign_in(county["members"][place], county["password"])
            found[place].connection.close()  # the server would, while the others sign in

    together([lambda first=first: sign_in(first) for first in range(CALLERS)])
    return found


def wishes_of(program: Program) -> dict[str, int]:
    """Code → id, page by page."""
    found, cursor = {}, ""
    while cursor is not None:
        _status, part = program.send("GET", f"/api/v1/wishes/?state=open&cursor={cursor}")
        found.update({each["code"]: each["id"] for each in part["items"]})
        cursor = part["next"]
    return found


def festival(folder: Path) -> list[object]:
    county = seeded(folder, MEMBERS, WISHES)
    told: list[list[tuple[int, Any]]] = [[] for _ in range(MEMBERS)]
    with Server(folder) as server:
        callers = programs(server, county)
        ids = list(wishes_of(callers[0]).values())

        def one(place: int) -> None:
            path = f"/api/v1/wishes/{ids[place % WISHES]}/claims/"
            key = {"Idempotency-Key": "festival"}
            told[place] = [callers[place].send("POST", path, {}, **key) for _ in range(2)]

        seconds = together([lambda place=place: one(place) for place in range(MEMBERS)])
    assert all(first == again for first, again in told)
    found = Counter(first[0] for first, _again in told)
    assert found == {201: WISHES, 409: MEMBERS - WISHES}, found
    return [f"{seconds:.2f} s", found[201], found[409]]


def reading(folder: Path) -> list[object]:
    """A page of the wall against the same wishes as a list of the API."""
    county = seeded(folder, CALLERS, 24)
    with Server(folder) as server:
        callers = programs(server, county)

        def read(path: str) -> float:
            def some(place: int) -> None:
                for _ in range(READS // CALLERS):
                    callers[place].connection.request("GET", path, headers=callers[place].headers)
                    answer = callers[place].connection.getresponse()
                    answer.read()
                    assert answer.status == 200

            return together([lambda place=place: some(place) for place in range(CALLERS)])

        by_page, by_list = read("/wishes/"), read("/api/v1/wishes/?state=open&limit=24")
    return [rate(READS, by_list), rate(READS, by_page), f"{by_page / by_list:.2f}"]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="allhours-bench-") as name:
        _, row = best(lambda: reading(Path(name) / "reading"), times=1)
        table("24 wishes", ["by the API", "by the page", "ratio"], [row])
        _, row = best(lambda: festival(Path(name) / "festival"), times=1)
        head = ["last answer after", "claimed", "told that it is taken"]
        table(f"{MEMBERS} members, {WISHES} wishes, each request sent twice", head, [row])


if __name__ == "__main__":
    main()
