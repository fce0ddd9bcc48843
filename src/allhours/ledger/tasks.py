from datetime import datetime, time

from allhours.accounts.actor import Actor
from allhours.jobs.schedule import nightly
from allhours.ledger.actions import seal_night


@nightly("ledger.seal", at=time(1, 30))
def seal(now: datetime) -> None:
    seal_night(actor=Actor.system("nightly seal"), now=now)
