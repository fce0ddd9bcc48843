"""Posts of a community that has sent a member back to the unit do not stay theirs."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q

from allhours.accounts.actor import Actor
from allhours.needs import reasons
from allhours.needs.actions import nightly
from allhours.needs.actions.posts import leave_for_good
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim
from allhours.placement.choices import EndReason
from allhours.placement.models import Placement


def release_returned(*, actor: Actor, now: datetime) -> int:
    """Nightly: such posts are free again; how many. Who lives there may keep them."""
    sent_back = Placement.objects.filter(
        member=OuterRef("member"),
        community=OuterRef("post__community"),
        end_reason=EndReason.RETURNED,
        ended_at__gte=OuterRef("claimed_at"),
    )
    rows = (
        Claim.objects.filter(
            Exists(sent_back),
            post__isnull=False,
            state__in=(ClaimState.LIVE, ClaimState.WAITING),
        )
        .filter(_elsewhere("member__serving_community"), _elsewhere("member__residence"))
        .select_related("post__community", "member")
    )
    reason = reasons.stored(reasons.SENT_BACK)
    return nightly.each(rows, lambda claim: leave_for_good(actor, claim, reason, now, quiet=False))


def _elsewhere(field: str) -> Q:
    """The community there is another than the post's, or none."""
    return Q(**{field: None}) | ~Q(**{field: F("post__community")})
