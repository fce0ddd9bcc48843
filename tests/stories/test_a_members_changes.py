"""One member's service life: moves house, is excused, changes units, pauses, retires, comes back,
is found to have two numbers, leaves. Everything on the pages; at every step nothing dangles.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from allhours.accounts.choices import Role
from allhours.directory.models import Former, Member, MemberChange, MemberMerge, Organization
from allhours.kernel import clock
from allhours.ledger import queries as ledger
from allhours.ledger.verify import verify
from allhours.placement.actions.live import begin_many
from allhours.placement.models import Placement
from allhours.placement.queries.figures import county_rate
from tests.factories.directory import (
    TODAY,
    county_officer,
    make_community,
    make_county,
    make_member,
    make_unit,
    member_actor,
    staff_user,
)
from tests.factories.ledger import make_entry
from tests.support.duties import open_rows

pytestmark = pytest.mark.django_db


class Day:
    """The clock of the story."""

    def __init__(self) -> None:
        self.now: datetime = clock.at(TODAY) + timedelta(hours=10)

    def later(self, days: int) -> str:
        self.now += timedelta(days=days)
        return self.today

    @property
    def today(self) -> str:
        return clock.local_date(self.now).isoformat()


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    day = Day()
    monkeypatch.setattr(clock, "now", lambda: day.now)
    return day


def desk_of(role: str, organization: Organization, now: datetime) -> Client:
    client = Client()
    client.force_login(staff_user(role, organization))
    return client


def test_a_service_life(day: Day) -> None:
    first, second = make_unit(name="甲局"), make_unit(name="乙局")
    here, there = make_community(name="东社区"), make_community(name="西社区")
    member = make_member(first, name="周晓", residence=here, residence_confirmed=True)
    twin = make_member(second, name="周小晓")
    placement = Placement(member=member, unit=first, community=here, assigned_at=day.now)
    begin_many(county_officer(), [placement], now=day.now)
    make_entry(member)
    make_entry(twin, started_at=clock.at(TODAY).replace(hour=7))
    minutes = ledger.totals_of_all(period=_year()).minutes
    liaison = desk_of(Role.LIAISON, first, day.now)
    other = desk_of(Role.LIAISON, second, day.now)
    officer = desk_of(Role.COUNTY_OFFICER, make_county(), day.now)
    own = Client()
    assert member_actor(member).user_id
    own.force_login(member.user)  # type: ignore[arg-type]

    def change(client: Client, kind: str, **data: Any) -> MemberChange:
        address = f"/desk/members/{member.member_no}/changes/{kind}/"
        data = {"on": day.today} | data
        assert "确认办理" in client.post(address, data).content.decode(), kind
        client.post(address, data | {"confirm": "1"})
        _sound(member)
        return MemberChange.objects.latest("pk")

    # the community hears of the move; the unit confirms it; a new placement begins there
    staff = desk_of(Role.COMMUNITY_STAFF, here, day.now)
    day.later(1)
    hint = change(staff, "move", to_community=there.pk)
    assert hint.state == "asked"
    liaison.post(f"/desk/changes/{hint.pk}/accept/")
    assert Placement.objects.live().get(member=member).community == there

    # transferred: the new unit takes the member in
    day.later(1)
    transfer = change(liaison, "transfer", to_unit=second.pk, position="主任")
    other.post(f"/desk/changes/{transfer.pk}/accept/")
    member.refresh_from_db()
    assert (member.unit, Placement.objects.live().get(member=member).unit) == (second, second)
    assert liaison.get(f"/desk/members/{member.member_no}/").status_code == 404

    # of their own will they pause, and come back
    day.later(1)
    own.post("/me/pause/")
    assert not Placement.objects.live().filter(member=member).exists()
    own.post("/me/resume/")

    # the other number of the same person is found
    day.later(1)
    address = f"/desk/members/{member.member_no}/merge/"
    other.post(address, {"other": twin.member_no})
    merge = MemberMerge.objects.get()
    officer.post(f"/desk/merges/{merge.pk}/approve/")
    assert ledger.totals_of_all(period=_year()).minutes == minutes
    assert ledger.totals(members=[member.pk], period=_year())[member.pk].minutes == minutes
    assert verify() == []

    # retires on a day to come; that day's figures change, not those before
    day.later(1)
    retired_on = (clock.local_date(day.now) + timedelta(days=3)).isoformat()
    retire = change(other, "retire", on=retired_on)
    assert retire.state == "planned"
    day.later(3)
    from allhours.directory.tasks import changes_of_today

    changes_of_today(day.now)
    retire.refresh_from_db()
    assert retire.state == "done"
    expected = [county_rate(clock.local_date(day.now) - timedelta(days=n)).expected for n in (1, 0)]
    assert expected == [1, 0]

    # comes back, and leaves the county for good
    day.later(1)
    change(officer, "return", to_unit=second.pk)
    day.later(1)
    change(other, "leave", reason="away")
    assert open_rows(member) == []
    assert own.get("/me/card/").status_code == 302  # signed out for good
    facts = set(Former.objects.filter(member=member).values_list("fact", flat=True))
    assert facts == {"unit", "community", "service"}
    page = officer.get(f"/desk/members/{member.member_no}/changes/").content.decode()
    assert page.index("离开名册") < page.index("由甲局调到乙局")


def _year() -> Any:
    from allhours.kernel.periods import Period

    return Period.year(2026)


def _sound(member: Member) -> None:
    """Never two live placements, and no rate above one."""
    assert Placement.objects.live().filter(member=member).count() <= 1
    rate = county_rate(TODAY)
    assert 0 <= rate.numerator <= rate.denominator
