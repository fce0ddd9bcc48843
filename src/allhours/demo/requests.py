"""A year's few requests about data: corrections, answered and waiting, and consents."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from allhours.demo.cast import Cast
from allhours.demo.player import Act, Player
from allhours.directory.models import Member
from allhours.directory.queries.actors import actor_of
from allhours.kernel import clock
from allhours.rights.actions import consents, corrections

CONSENTING = 12


def schedule(player: Player, cast: Cast) -> None:
    """Three corrections of one unit, the last still waiting; a dozen consents, one withdrawn."""
    year = clock.local_date(player.until).year
    unit_id = next(iter(cast.liaisons))
    asked = clock.at(date(year, 6, 8), time(9))
    player.at(asked, _correction(cast, unit_id, 0, "accept"))
    player.at(asked + timedelta(days=2), _correction(cast, unit_id, 1, "decline"))
    last = min(clock.at(date(year, 12, 28), time(9)), player.until)
    player.at(last, _correction(cast, unit_id, 0, ""))
    player.at(asked + timedelta(days=30), _consent)


def _signed_in() -> list[Member]:
    rows = Member.objects.on_roster().filter(user__isnull=False).select_related("user", "unit")
    return list(rows.order_by("member_no")[:CONSENTING])


def _correction(cast: Cast, unit_id: int, nth: int, answer: str) -> Act:
    def act(now: datetime) -> None:
        of_unit = Member.objects.on_roster().filter(unit=unit_id, user__isnull=False)
        members = list(of_unit.select_related("user").order_by("member_no")[: nth + 1])
        if len(members) <= nth or members[nth].user is None:
            return
        user = members[nth].user
        assert user is not None  # noqa: S101 - filtered
        actor = actor_of(user, on=clock.local_date(now))
        made = corrections.ask_correction(
            actor=actor, fact="position", wanted="四级主任科员", note="今年职级有变", now=now
        )
        keeper = cast.liaisons[unit_id]
        if answer == "accept":
            corrections.accept_correction(actor=keeper, correction=made, now=now)
        elif answer == "decline":
            corrections.decline_correction(
                actor=keeper, correction=made, reason="任职文件尚未下达，下达后再更正", now=now
            )

    return act


def _consent(now: datetime) -> None:
    for number, member in enumerate(_signed_in()):
        assert member.user is not None  # noqa: S101 - filtered
        actor = actor_of(member.user, on=clock.local_date(now))
        consents.give_consent(actor=actor, member=member, kind="public_member", now=now)
        if number == 0:
            consents.withdraw_consent(actor=actor, member=member, kind="public_member", now=now)
