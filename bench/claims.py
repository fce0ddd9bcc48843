"""Claims through the pages of the real server against a bare conditional UPDATE.

First a rate: every claim finds a free wish. Then a festival: 300 members, 20 wishes, one instant.
"""

import json
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.support.server import Client, Server, allhours, python

from bench.support import best, rate, table

CALLERS, CLAIMS_EACH = 8, 50
MEMBERS, WISHES = 300, 20
BARE = """
import django, time, json; django.setup()
from django.db import transaction
from django.db.models import F
from allhours.needs.models import Wish
from allhours.accounts.models import User
pks = list(Wish.objects.values_list("pk", flat=True))
users = list(User.objects.values_list("pk", flat=True)[:1])
started = time.perf_counter()
for pk in pks:
    with transaction.atomic():
        Wish.objects.filter(pk=pk, queue__lt=F("queue") + 1).update(queue=F("queue") + 1)
print(json.dumps({"seconds": time.perf_counter() - started, "number": len(pks)}))
"""


def seeded(folder: Path, members: int, wishes: int) -> dict[str, Any]:
    from allhours.kernel.crypto import new_key_file

    folder.mkdir()
    new_key_file(folder / "keys.json")
    allhours("migrate", "--skip-checks", data=folder)
    made = python("-m", "tests.support.seed", str(members), str(wishes), data=folder)
    assert made.returncode == 0, made.stderr
    county: dict[str, Any] = json.loads(made.stdout)
    return county


def signed_in(server: Server, county: dict[str, Any]) -> list[Client]:
    clients = [Client(server.port) for _ in county["members"]]

    def sign_in(first: int) -> None:
        for place in range(first, len(clients), CALLERS):
            clients[place].sign_in(county["members"][place], county["password"])
            clients[place].close()  # the server would, while the others sign in

    together([lambda first=first: sign_in(first) for first in range(CALLERS)])
    return clients


def together(work: list[Any]) -> float:
    """Seconds until all threads, let go at once, have ended."""
    gate = threading.Barrier(len(work) + 1)

    def run(each: Any) -> None:
        gate.wait()
        each()

    threads = [threading.Thread(target=run, args=(each,)) for each in work]
    for thread in threads:
        thread.start()
    gate.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started


def claim(client: Client, code: str) -> str:
    fields = {"csrfmiddlewaretoken": client.cookies["csrftoken"]}
    answer = client.post(f"/wishes/{code}/claim/", fields, follow=False)
    return "claimed" if answer.status == 302 else str(answer.status)


def throughput(folder: Path) -> list[object]:
    county = seeded(folder, CALLERS, CALLERS * CLAIMS_EACH)
    bare = json.loads(python("-c", BARE, data=folder).stdout)
    answers: Counter[str] = Counter()

    def all_of(place: int) -> None:
        for code in county["wishes"][place::CALLERS]:
            answers[claim(clients[place], code)] += 1

    with Server(folder) as server:
        clients = signed_in(server, county)
        seconds = together([lambda place=place: all_of(place) for place in range(CALLERS)])
    number = answers["claimed"]
    assert set(answers) == {"claimed"}, answers
    plain = bare["number"] / bare["seconds"]
    return [
        rate(number, seconds),
        rate(bare["number"], bare["seconds"]),
        f"{number / seconds / plain:.3f}",
    ]


def festival(folder: Path) -> list[object]:
    county = seeded(folder, MEMBERS, WISHES)
    answers: list[str] = [""] * MEMBERS

    def one(place: int) -> None:
        answers[place] = claim(clients[place], county["wishes"][place % WISHES])

    with Server(folder) as server:
        clients = signed_in(server, county)
        seconds = together([lambda place=place: one(place) for place in range(MEMBERS)])
    found = Counter(answers)
    assert found == {"claimed": WISHES, "200": MEMBERS - WISHES}, found
    return [f"{seconds:.2f} s", found["claimed"], found["200"]]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="allhours-bench-") as name:
        _, row = best(lambda: throughput(Path(name) / "rate"), times=1)
        table("Claims", ["through the page", "bare UPDATE", "ratio"], [row])
        _, row = best(lambda: festival(Path(name) / "festival"), times=1)
        head = ["last answer after", "claimed", "told that it is taken"]
        table(f"{MEMBERS} members claim {WISHES} wishes at one instant", head, [row])


if __name__ == "__main__":
    main()
