"""What came of an activity: served, tonnes, trees … by the scheme's kinds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.activities import rules
from allhours.activities.actions.planning import under
from allhours.activities.models import Activity, Outcome
from allhours.kernel.errors import Refused, refuse_if

SERVED = "served"  # the scheme's outcome that stands on the activity itself


@transaction.atomic
def record_outcomes(
    *, actor: Actor, activity: Activity, quantities: Mapping[str, Decimal | None], now: datetime
) -> None:
    """Set the quantities by kind; None takes one away. The same again changes nothing."""
    refuse_if(rules.run_refusals(actor, activity))
    refuse_if(rules.sheet_refusals(activity, now))
    if any(quantity is not None and quantity < 0 for quantity in quantities.values()):
        raise Refused(rules.OUTCOME_NEGATIVE)
    for kind, quantity in quantities.items():
        if quantity is None:
            Outcome.objects.filter(activity=activity, kind=kind).delete()
        else:
            Outcome.objects.update_or_create(
                activity=activity, kind=kind, defaults={"quantity": quantity}
            )
    if SERVED in quantities:
        served = quantities[SERVED]
        activity.served = None if served is None else int(served)
        activity.save(update_fields=["served"])
    journal.note(
        actor=actor,
        did="activity.outcomes",
        to=activity,
        now=now,
        under=under(actor, activity),
        quantities={kind: str(q) for kind, q in quantities.items() if q is not None},
    )
