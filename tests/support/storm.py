"""Thousands of programs that want the same few wishes at one instant, through the API.

What a program does that is in a hurry and on a bad line: it asks before the hour, sends a request
twice at once, asks again after the answer, hangs up before the answer and asks again. Plain
sockets and JSON; nothing of the program under test is used here.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

LINES = 400  # connections at a time
EARLY = 0.05  # share of those who do not wait for the hour
WAYS = ("once", "together", "again", "keyless", "hung up")
PATIENCE = 120.0  # seconds for one answer
Answer = tuple[int, Any]


@dataclass(frozen=True)
class Caller:
    """A member's program: its token, the wishes it wants in this order, and its own dice."""

    number: int
    token: str
    wants: tuple[int, ...]
    early: bool = False


@dataclass
class Tally:
    """What all of them were told."""

    granted: dict[tuple[int, int], int] = field(default_factory=dict)  # (caller, wish) → claim
    keys: dict[tuple[int, int], str] = field(default_factory=dict)  # under which it was granted
    refused: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)  # of every answer
    grants_at: list[float] = field(default_factory=list)
    last_at: float = 0.0
    strange: list[str] = field(default_factory=list)

    def note(self, caller: Caller, wish: int, answer: Answer, key: str) -> None:
        """One answer of the last word; anything but a grant or a reasoned refusal is strange."""
        status, body = answer
        self.last_at = time.time()
        if status == 201 and body["state"] == "live":
            place = (caller.number, wish)
            if place not in self.granted:
                self.granted[place] = body["id"]
                self.keys[place] = key
                self.grants_at.append(time.time())
            elif self.granted[place] != body["id"]:
                self.strange.append(f"{place}: claims {self.granted[place]} and {body['id']}")
        elif status == 409 and all(each["code"] and each["text"] for each in body["refusals"]):
            self.refused[body["refusals"][0]["code"]] += 1
        else:
            self.strange.append(f"{caller.number} {wish}: {status} {str(body)[:120]}")

    def percentile(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def callers(tokens: list[str], wishes: list[int], *, seed: int = 1, full: int = 0) -> list[Caller]:
    """Each wants one to three of the wishes; the first `full` of them, all three, and early."""
    dice = random.Random(seed)
    return [
        Caller(
            number,
            token,
            tuple(dice.sample(wishes, min(len(wishes), 3 if number < full else 1 + number % 3))),
            early=number < full or dice.random() < EARLY,
        )
        for number, token in enumerate(tokens)
    ]


class Line:
    """One connection, kept open between requests."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def write(self, path: str, token: str, key: str, body: str = "{}") -> None:
        if self.writer is None or self.writer.is_closing():
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        keyed = f"Idempotency-Key: {key}\r\n" if key else ""
        self.writer.write(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {token}\r\n{keyed}Content-Length: {len(body)}\r\n\r\n"
            f"{body}".encode()
        )
        await self.writer.drain()

    async def read(self) -> Answer:
        if self.reader is None:
            raise ConnectionError("nothing was asked")
        head = await self.reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        found = {
            name.lower(): value.strip()
            for name, _, value in (each.partition(":") for each in lines)
        }
        body = await self.reader.readexactly(int(found["content-length"]))
        return int(first.split(" ")[1]), json.loads(body)

    def hang_up(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


def _run_apart(work: Coroutine[Any, Any, Any]) -> Any:
    """In a thread of its own: the browser's event loop may be running in this one."""
    with ThreadPoolExecutor(max_workers=1) as apart:
        return apart.submit(asyncio.run, work).result()


class Storm:
    """All callers at once; `tally` grows while it runs, and may hold what an earlier one was told.

    When the server goes away each caller ends with the answer that fails.
    """

    def __init__(
        self,
        port: int,
        who: list[Caller],
        opens_at: float,
        *,
        seed: int = 1,
        tally: Tally | None = None,
    ) -> None:
        self.port, self.who, self.opens_at = port, who, opens_at
        self.tally = tally or Tally()
        self.seed = seed
        self._lines: asyncio.Queue[Line]

    def run(self) -> Tally:
        _run_apart(self._run())
        return self.tally

    def send_again(self) -> list[str]:
        """Every grant's request once more under its key; what was answered otherwise."""
        return _run_apart(self._send_again())

    async def _send_again(self) -> list[str]:
        self._lines = asyncio.Queue()
        line = Line(self.port)
        self._lines.put_nowait(line)
        found = []
        for (number, wish), key in self.tally.keys.items():
            if key:
                path = f"/api/v1/wishes/{wish}/claims/"
                status, body = await self._answer(path, self.who[number].token, key)
                if (status, body.get("id")) != (201, self.tally.granted[number, wish]):
                    found.append(f"{key}: {status} {str(body)[:120]}")
        line.hang_up()
        return found

    async def _run(self) -> None:
        self._lines = asyncio.Queue()
        lines = [Line(self.port) for _ in range(LINES)]
        for line in lines:
            self._lines.put_nowait(line)
        try:
            await asyncio.gather(*(self._caller(each) for each in self.who))
        finally:
            for line in lines:
                line.hang_up()

    async def _caller(self, caller: Caller) -> None:
        dice = random.Random(self.seed * 100_003 + caller.number)
        ahead = dice.uniform(0.5, 3) if caller.early else 0.0
        await asyncio.sleep(max(0.0, self.opens_at - ahead - time.time()))
        try:
            for wish in caller.wants:
                await self._want(caller, wish, dice)
        except (OSError, asyncio.IncompleteReadError):
            return  # the server is gone; what was told before stands in the tally

    async def _want(self, caller: Caller, wish: int, dice: random.Random) -> None:
        """Ask until it is decided: an early one comes back, under a new key."""
        for turn in range(100):
            key = f"{caller.number}-{wish}-{turn}"
            way = dice.choice(WAYS)
            answers = await self._ask(caller, wish, way, "" if way == "keyless" else key)
            first = answers[0]
            if way != "keyless" and any(each != first for each in answers):
                self.tally.strange.append(f"{key}: one key, two answers {answers}")
            for answer in answers:
                self.tally.note(caller, wish, answer, "" if way == "keyless" else key)
            if not (first[0] == 409 and first[1]["refusals"][0]["code"] == "claim.opens_later"):
                return
            await asyncio.sleep(dice.uniform(0.3, 0.9))

    async def _ask(self, caller: Caller, wish: int, way: str, key: str) -> list[Answer]:
        path = f"/api/v1/wishes/{wish}/claims/"
        if way == "together":
            both = (self._answer(path, caller.token, key) for _ in range(2))
            return list(await asyncio.gather(*both))
        if way == "hung up":
            async with self._line() as line:
                await line.write(path, caller.token, key)
                line.hang_up()
        answers = [await self._answer(path, caller.token, key)]
        if way in ("again", "keyless"):
            answers.append(await self._answer(path, caller.token, key))
        return answers

    async def _answer(self, path: str, token: str, key: str) -> Answer:
        """The server's word; asked to come back (503), the same request goes out again."""
        while True:
            async with self._line() as line:
                started = time.perf_counter()
                await line.write(path, token, key)
                answer = await asyncio.wait_for(line.read(), PATIENCE)
            self.tally.seconds.append(time.perf_counter() - started)
            self.tally.statuses[answer[0]] += 1
            if answer[0] != 503:
                return answer
            await asyncio.sleep(1)

    @asynccontextmanager
    async def _line(self) -> Any:
        line = await self._lines.get()
        try:
            yield line
        except BaseException:
            line.hang_up()
            raise
        finally:
            self._lines.put_nowait(line)


def violations(
    tally: Tally, wishes: list[int], *, limit: int, held: dict[int, int]
) -> Iterator[str]:
    """What must not be, as far as the callers themselves can tell. `held`: caller → claims they
    had before."""
    yield from tally.strange
    by_wish = Counter(wish for _caller, wish in tally.granted)
    by_caller = Counter(caller for caller, _wish in tally.granted)
    yield from (f"wish {wish} went out {n} times" for wish, n in by_wish.items() if n > 1)
    yield from (f"wish {wish} went to nobody" for wish in wishes if wish not in by_wish)
    for caller, number in by_caller.items():
        if number + held.get(caller, 0) > limit:
            yield f"caller {caller} holds {number + held.get(caller, 0)} of {limit}"
