"""From a service that took place to drafts: day, unit, working hours and lateness worked out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from allhours.accounts.actor import Actor
from allhours.directory.models import Member, Organization
from allhours.kernel import clock
from allhours.ledger.actions.posting import one, post_many
from allhours.ledger.models import Entry
from allhours.ledger.values import Draft, Source
from allhours.scheme import queries as scheme_queries
from allhours.scheme.schema import Scheme
from allhours.scheme.worktime import WorkCalendar, add_working_days, split_minutes


@dataclass(frozen=True)
class Service:
    """Service of one member: net minutes, without the way there and back."""

    member: Member  # with `unit` (and `serving_community`) loaded where many are drafted
    kind: str
    source: Source
    started_at: datetime
    minutes: int
    quantity: int = 1
    community: Organization | None = None  # None: where the member serves
    unit_code: str = ""  # "": the member's unit of today
    community_code: str | None = None  # None: of `community`


def post_service(
    *,
    member: Member,
    kind: str,
    source: Source,
    started_at: datetime,
    minutes: int,
    quantity: int = 1,
    community: Organization | None = None,
    actor: Actor,
    now: datetime,
) -> Entry:
    """Post a timed service; see `post` for repeats and refusals."""
    service = Service(member, kind, source, started_at, minutes, quantity, community)
    drafts = draft_services(services=[service], now=now)
    return one(post_many(drafts=drafts, actor=actor, now=now))


def draft_services(*, services: Iterable[Service], now: datetime) -> list[Draft]:
    """Drafts in the order given. The law of each day of service is read once."""
    laws: dict[date, _Law] = {}
    drafts = []
    for service in services:
        on = clock.local_date(service.started_at)
        if on not in laws:
            laws[on] = _Law.of(on)
        drafts.append(_draft(service, on, laws[on], now))
    return drafts


@dataclass(frozen=True)
class _Law:
    """What the scheme and the calendar say about a day of service."""

    scheme: Scheme
    calendar: WorkCalendar
    last_on_time: date

    @classmethod
    def of(cls, on: date) -> _Law:
        scheme = scheme_queries.scheme_for(on)
        calendar = scheme_queries.calendar_around(on, scheme)
        allowed = scheme.activities.late_after_working_days
        return cls(scheme, calendar, add_working_days(on, allowed, calendar))


def _draft(service: Service, on: date, law: _Law, now: datetime) -> Draft:
    split = split_minutes(
        clock.local(service.started_at), service.minutes, law.scheme.working_hours, law.calendar
    )
    return Draft(
        member=service.member,
        kind=service.kind,
        source=service.source,
        on=on,
        unit_code=service.unit_code or service.member.unit.code,
        community_code=_community_code(service),
        started_at=service.started_at,
        minutes=service.minutes,
        minutes_off=split.outside,
        quantity=service.quantity,
        late=clock.local_date(now) > law.last_on_time,
    )


def _community_code(service: Service) -> str:
    if service.community_code is not None:
        return service.community_code
    community = service.community or service.member.serving_community
    return community.code if community else ""
