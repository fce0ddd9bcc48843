"""What happens to wishes by itself: due ones open, slow ones are reminded of."""

from __future__ import annotations

from datetime import datetime, time

from allhours.accounts.actor import Actor
from allhours.jobs.schedule import every, nightly
from allhours.needs import actions
from allhours.needs.actions import flood
from allhours.needs.actions.expiry import expire_unclaimed, remind_of_unclaimed
from allhours.needs.actions.follow_ups import draw_follow_ups
from allhours.needs.actions.returned import release_returned
from allhours.needs.actions.terms import end_terms


@every("needs.open_due_wishes", minutes=1)
def open_due(now: datetime) -> None:
    actions.open_due_wishes(actor=Actor.system("open due wishes"), now=now)


@nightly("needs.remind", at=time(7, 30))
def remind(now: datetime) -> None:
    """In the morning, so that nobody's phone rings at night."""
    actions.remind_of_terms(now=now)
    remind_of_unclaimed(now=now)


@nightly("needs.tidy", at=time(2, 20))
def tidy(now: datetime) -> None:
    actions.release_departed(actor=Actor.system("nightly tidy"), now=now)
    release_returned(actor=Actor.system("nightly tidy"), now=now)
    expire_unclaimed(actor=Actor.system("nightly tidy"), now=now)
    draw_follow_ups(actor=Actor.system("nightly tidy"), now=now)
    flood.forget_counts(now=now)


@nightly("needs.end_terms", at=time(2, 30))
def end_terms_of_posts(now: datetime) -> None:
    end_terms(actor=Actor.system("end of terms"), now=now)
