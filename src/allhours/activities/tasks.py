from datetime import datetime

from allhours.accounts.actor import Actor
from allhours.activities.actions import settle_pending
from allhours.jobs.schedule import every


@every("activities.settle", minutes=5)
def settle(now: datetime) -> None:
    """Sheets whose hours were not all credited when the server was stopped."""
    settle_pending(actor=Actor.system("attendance"), now=now)
