"""免报: granted, extended, ended early; never two at once, never the past rewritten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.factories.directory import TODAY, make_member, make_unit, staff_actor

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.placement.actions import excusals
from allhours.placement.choices import ExcusalClass
from allhours.placement.models import Excusal

pytestmark = pytest.mark.django_db
NOW = clock.at(TODAY) + timedelta(hours=10)


def granted(from_on: date = TODAY, until_on: date | None = None, **over: object) -> Excusal:
    member = over.pop("member", None) or make_member()
    return excusals.grant_excusal(
        actor=staff_actor(Role.LIAISON, member.unit), member=member, klass=ExcusalClass.AWAY,
        from_on=from_on, until_on=until_on, now=NOW,
    )  # fmt: skip


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def test_excusal_is_extended_by_its_unit_and_not_by_another() -> None:
    row = granted(until_on=day(5))
    with pytest.raises(Refused) as refused:
        excusals.extend_excusal(
            actor=staff_actor(Role.LIAISON, make_unit()), excusal=row, until_on=day(9), now=NOW
        )
    assert refused.value.codes == ("actor.not_permitted",)
    actor = staff_actor(Role.LIAISON, row.member.unit)
    row = excusals.extend_excusal(actor=actor, excusal=row, until_on=day(9), now=NOW)
    assert row.until_on == day(9)


@pytest.mark.parametrize(
    ("until", "wanted", "later", "code"),
    [
        (5, 5, 0, "excusal.not_later"),
        (5, 3, 0, "excusal.not_later"),
        (5, 12, 6, "excusal.over"),
        (5, 12, 0, "excusal.overlaps"),
        (5, None, 0, "excusal.overlaps"),
    ],
)
def test_extension_is_refused_with_its_reason(
    until: int, wanted: int | None, later: int, code: str
) -> None:
    row = granted(until_on=day(until))
    granted(from_on=day(10), until_on=day(20), member=row.member)
    actor = staff_actor(Role.LIAISON, row.member.unit)
    with pytest.raises(Refused) as refused:
        excusals.extend_excusal(
            actor=actor,
            excusal=row,
            until_on=None if wanted is None else day(wanted),
            now=NOW + timedelta(days=later),
        )
    assert refused.value.codes == (code,)
    assert excusals.extend_excusal(actor=actor, excusal=row, until_on=day(9), now=NOW)


def test_excusal_ends_early_but_not_in_the_past() -> None:
    row = granted(from_on=day(-10))
    actor = staff_actor(Role.LIAISON, row.member.unit)
    with pytest.raises(Refused) as refused:
        excusals.end_excusal(actor=actor, excusal=row, last_day=day(-5), now=NOW)
    assert refused.value.codes == ("excusal.past",)
    excusals.end_excusal(actor=actor, excusal=row, last_day=day(-1), now=NOW)
    row.refresh_from_db()
    assert row.until_on == day(-1)
