"""Pledges over the year: reminders in each period, and a community's 年终评诺 in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from allhours.accounts.actor import Actor
from allhours.kernel import clock
from allhours.kernel.errors import Refusal, Refused
from allhours.needs import notices
from allhours.needs.actions.pledges import assess_pledge
from allhours.needs.models import Pledge
from allhours.needs.queries.limits import pledge_rules
from allhours.needs.queries.pledge_checks import current_check, unsaid
from allhours.needs.rules.pledge_checks import remind_on
from allhours.needs.rules.pledges import NOTHING_CHOSEN, OF_ROW


@dataclass(frozen=True)
class Assessment:
    """What the community says of one pledge."""

    pledge: Pledge
    result: str
    text: str = ""


@transaction.atomic
def assess_pledges(*, actor: Actor, made: Sequence[Assessment], now: datetime) -> int:
    """All of them or none; every row that cannot be assessed is named with its reason."""
    if not made:
        raise Refused(NOTHING_CHOSEN)
    reasons: list[Refusal] = []
    for each in sorted(made, key=lambda one: one.pledge.pk):
        try:
            with transaction.atomic():
                assess_pledge(
                    actor=actor, pledge=each.pledge, result=each.result, text=each.text, now=now
                )
        except Refused as refused:
            who = each.pledge.member.name
            reasons += [
                Refusal(reason.code, OF_ROW.text, {"who": who, "why": str(reason)})
                for reason in refused.reasons
            ]
    if reasons:
        raise Refused(*reasons)
    return len(made)


def remind_of_pledges(*, now: datetime) -> int:
    """Ten days before a period is over, whoever has said nothing; how many were told."""
    if not pledge_rules(now).enabled:
        return 0
    period = current_check(now)
    if clock.local_date(now) != remind_on(period):
        return 0
    waiting = list(unsaid(Pledge.objects.filter(member__left_on=None), now))
    for pledge in waiting:
        notices.pledge_check_due(pledge, period.last, now=now)
    return len(waiting)
