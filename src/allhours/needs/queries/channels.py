"""The ways in that the scheme offers, in the county's own words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from allhours.needs.choices import Origin
from allhours.needs.queries.limits import suggestion_rules, wish_limits
from allhours.scheme.schema import Channel

ALWAYS = frozenset({Origin.IMPORT, Origin.MEMBER})  # the system's own, no county's to close


def wish_channels(now: datetime) -> dict[str, str]:
    """Code → title of the ways in which a wish may come."""
    return _offered(wish_limits(now).channels)


def every_channel(now: datetime) -> dict[str, str]:
    """The same, and the ways that are the system's own: by what a wish may be found."""
    own = {each.value: str(each.label) for each in Origin if each in ALWAYS}
    return wish_channels(now) | own


def suggestion_channels(now: datetime) -> dict[str, str]:
    """Code → title of the ways in which a suggestion may come."""
    return _offered(suggestion_rules(now).channels)


def offered_at_desk(channels: dict[str, str]) -> list[tuple[str, str]]:
    """Those that somebody on duty takes down."""
    return [(code, title) for code, title in channels.items() if code != Origin.PAGE]


def origin_title(origin: str, channels: dict[str, str]) -> str:
    """The county's word for a way in, the program's where an earlier scheme offered it."""
    return channels.get(origin) or str(dict(Origin.choices).get(origin, origin))


def _offered(named: Iterable[Channel]) -> dict[str, str]:
    """All kinds where the scheme names none."""
    found: dict[str, str] = {channel.code: channel.title for channel in named}
    return found or {each.value: str(each.label) for each in Origin if each not in ALWAYS}
