from datetime import datetime, timedelta
from random import Random

import pytest

from allhours.demo.player import Player
from allhours.kernel import clock
from allhours.kernel.errors import Refusal, Refused

START = datetime(2026, 3, 2, 9, 0, tzinfo=clock.LOCAL)


@pytest.fixture
def player():
    return Player(Random(1), START + timedelta(days=10))


@pytest.mark.django_db
def test_player_plays_in_order_of_time_and_closes_each_day(player):
    played, nights = [], []
    player.at(START + timedelta(days=1), lambda now: played.append("second"))
    player.at(START, lambda now: played.append("first"))
    player.run(lambda night: nights.append(clock.local_date(night).day))
    assert played == ["first", "second"]
    assert nights == [2, 3]


@pytest.mark.django_db
def test_player_never_plays_what_lies_beyond_the_end(player):
    player.at(START + timedelta(days=11), lambda now: pytest.fail("too late"))
    player.run(lambda night: None)
    assert player.played == 0


@pytest.mark.django_db
def test_player_counts_refusals_and_goes_on(player):
    def refuse(now):
        raise Refused(Refusal("wish.taken", "…"))

    player.at(START, refuse)
    player.at(START, lambda now: None)
    player.run(lambda night: None)
    assert player.refused == {"wish.taken": 1}
    assert player.played == 1
