"""Facts of service in a test's ledger."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from allhours.accounts.actor import Actor
from allhours.directory.models import Member
from allhours.kernel import clock
from allhours.ledger import actions
from allhours.ledger.choices import EntryKind
from allhours.ledger.models import Entry
from allhours.ledger.values import Draft, Source

from .directory import TODAY, make_member

_keys = itertools.count(1)
CLERK = Actor.system("tests")
NOON = clock.at(TODAY).replace(hour=12)


def make_draft(member: Member | None = None, **over: Any) -> Draft:
    """An hour of post service on the morning of TODAY (a workday), unless told otherwise."""
    member = member or make_member()
    started_at: datetime | None = over.pop("started_at", clock.at(TODAY).replace(hour=9))
    values: dict[str, Any] = {
        "member": member,
        "kind": EntryKind.POST_SERVICE,
        "source": Source("test", str(next(_keys))),
        "on": clock.local_date(started_at) if started_at else TODAY,
        "unit_code": member.unit.code,
        "community_code": "C1",
        "started_at": started_at,
        "minutes": 60,
        "minutes_off": 0,
        "quantity": 1,
    } | over
    return Draft(**values)


def make_entry(member: Member | None = None, *, now: datetime = NOON, **over: Any) -> Entry:
    draft = make_draft(member, **over)
    values = {name: getattr(draft, name) for name in draft.__dataclass_fields__}
    del values["reverses"]
    return actions.post(**values, actor=CLERK, now=now)
