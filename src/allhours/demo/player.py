"""The year as a queue of events, each one an action somebody takes at an instant.

An event may put later events into the queue (a claim leads to a delivery). A day is one
transaction: nothing of it can be seen half done, and the disk is asked once.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from random import Random

from django.db import transaction

from allhours.kernel import clock
from allhours.kernel.errors import Refused

Act = Callable[[datetime], None]


class Player:
    def __init__(self, rng: Random, until: datetime) -> None:
        self.rng = rng
        self.until = until
        self.refused: dict[str, int] = {}
        self.played = 0
        self._queue: list[tuple[datetime, int, Act]] = []
        self._order = count()

    def at(self, instant: datetime, act: Act) -> None:
        """Play `act` at an instant; what lies beyond the end is never played."""
        if instant <= self.until:
            heapq.heappush(self._queue, (instant, next(self._order), act))

    def after(self, instant: datetime, act: Act, *, days: tuple[float, float]) -> None:
        """Play `act` some time within a range of days after an instant, in waking hours."""
        low, high = days
        later = clock.local(instant + timedelta(days=self.rng.uniform(low, high)))
        self.at(later.replace(hour=self.rng.randint(8, 19), minute=self.rng.randint(0, 59)), act)

    def run(self, on_day: Callable[[datetime], None]) -> None:
        """Play everything in order; `on_day` is called after each played day with its last hour."""
        while self._queue:
            day = clock.local_date(self._queue[0][0])
            with transaction.atomic():
                while self._queue and clock.local_date(self._queue[0][0]) == day:
                    instant, _turn, act = heapq.heappop(self._queue)
                    self._play(instant, act)
            night = clock.end_of(day) - timedelta(minutes=1)
            if night <= self.until:
                on_day(night)

    def _play(self, instant: datetime, act: Act) -> None:
        try:
            with transaction.atomic():
                act(instant)
            self.played += 1
        except Refused as refused:
            # people are refused too: the year goes on, and the demo says how often
            for code in refused.codes:
                self.refused[code] = self.refused.get(code, 0) + 1
