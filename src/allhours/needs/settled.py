"""Which notices of this room are done, whoever did it: asked by notifications every few minutes."""

from __future__ import annotations

from collections.abc import Collection

from allhours.needs.choices import (
    ClaimState,
    FestivalState,
    HandoverState,
    PledgeState,
    SuggestionState,
    WishState,
)
from allhours.needs.models import Claim, Festival, Pledge, PostHandover, PostOrder, Suggestion, Wish
from allhours.notifications.settling import when_settled


def _not_in(codes: Collection[str], *states: str) -> Collection[str]:
    """The wishes that are no longer in one of the states."""
    still = Wish.objects.filter(code__in=codes, state__in=states).values_list("code", flat=True)
    return set(codes) - set(still)


@when_settled("needs.wish_noted")
def verified(codes: Collection[str]) -> Collection[str]:
    return _not_in(codes, WishState.NOTED)


@when_settled("needs.wishes_imported")
def all_verified(codes: Collection[str]) -> Collection[str]:
    """Communities in which nothing waits to be verified."""
    open_ = Wish.objects.filter(community__code__in=codes, state=WishState.NOTED)
    return set(codes) - set(open_.values_list("community__code", flat=True))


@when_settled("needs.wish_to_review")
def reviewed(codes: Collection[str]) -> Collection[str]:
    return _not_in(codes, WishState.NOTED, WishState.VERIFIED)


@when_settled("needs.wish_unclaimed")
def arranged(codes: Collection[str]) -> Collection[str]:
    return _not_in(codes, WishState.OPEN)


@when_settled("needs.wish_claimed")
def handed_in(codes: Collection[str]) -> Collection[str]:
    """What came of the claim is told by a notice of its own."""
    return _not_in(codes, WishState.OPEN, WishState.CLAIMED)


@when_settled("needs.wish_delivered")
def confirmed(codes: Collection[str]) -> Collection[str]:
    return _not_in(codes, WishState.DELIVERED)


@when_settled("needs.festival_planned")
def announced(codes: Collection[str]) -> Collection[str]:
    open_ = Festival.objects.filter(code__in=codes, state=FestivalState.PLANNED)
    return set(codes) - set(open_.values_list("code", flat=True))


@when_settled("needs.contact_overdue", "needs.claim_promoted", "needs.claim_moved")
def contacted(codes: Collection[str]) -> Collection[str]:
    live = Claim.objects.live().named().filter(wish__code__in=codes)
    open_ = live.filter(contacted_at=None, delivered_at=None)
    return set(codes) - set(open_.values_list("wish__code", flat=True))


@when_settled("needs.delivery_soon", "needs.delivery_overdue", "needs.wish_sent_back")
def delivered(codes: Collection[str]) -> Collection[str]:
    live = Claim.objects.live().named().filter(wish__code__in=codes, delivered_at=None)
    return set(codes) - set(live.values_list("wish__code", flat=True))


@when_settled("needs.unit_named")
def taken_up(codes: Collection[str]) -> Collection[str]:
    """`<claim>.<member>`: spoken with the wisher, or no longer theirs."""
    ids = [int(code.split(".")[0]) for code in codes if code.replace(".", "").isdecimal()]
    open_ = Claim.objects.live().named().filter(pk__in=ids, contacted_at=None, delivered_at=None)
    return set(codes) - {f"{pk}.{member}" for pk, member in open_.values_list("pk", "member_id")}


@when_settled("needs.unit_to_rename")
def renamed(codes: Collection[str]) -> Collection[str]:
    rows = Claim.objects.live().filter(pk__in=_ids(codes), unnamed_since__isnull=False)
    return set(codes) - {str(pk) for pk in rows.values_list("pk", flat=True)}


@when_settled("needs.unit_overdue")
def seen_to(codes: Collection[str]) -> Collection[str]:
    rows = Claim.objects.live().filter(pk__in=_ids(codes), delivered_at=None)
    return set(codes) - {str(pk) for pk in rows.values_list("pk", flat=True)}


def _ids(codes: Collection[str]) -> list[int]:
    return [int(code) for code in codes if code.isdecimal()]


@when_settled("needs.suggestion_noted")
def taken_on(codes: Collection[str]) -> Collection[str]:
    open_ = Suggestion.objects.filter(code__in=codes, state=SuggestionState.NOTED)
    return set(codes) - set(open_.values_list("code", flat=True))


@when_settled("needs.suggestion_due_soon", "needs.suggestion_overdue", "needs.suggestion_escalated")
def handled(codes: Collection[str]) -> Collection[str]:
    waiting = (SuggestionState.NOTED, SuggestionState.IN_HAND)
    open_ = Suggestion.objects.filter(code__in=codes, state__in=waiting)
    return set(codes) - set(open_.values_list("code", flat=True))


@when_settled("needs.suggestion_moved")
def answered(codes: Collection[str]) -> Collection[str]:
    open_ = Suggestion.objects.filter(code__in=codes, state=SuggestionState.IN_HAND)
    return set(codes) - set(open_.values_list("code", flat=True))


def _no_longer(codes: Collection[str], state: str) -> Collection[str]:
    open_ = Pledge.objects.filter(code__in=codes, state=state)
    return set(codes) - set(open_.values_list("code", flat=True))


@when_settled("needs.pledge_submitted")
def decided(codes: Collection[str]) -> Collection[str]:
    return _no_longer(codes, PledgeState.SUBMITTED)


@when_settled("needs.pledge_approved")
def received(codes: Collection[str]) -> Collection[str]:
    return _no_longer(codes, PledgeState.APPROVED)


@when_settled("needs.pledge_returned")
def sent_again(codes: Collection[str]) -> Collection[str]:
    return _no_longer(codes, PledgeState.DRAFT)


@when_settled("needs.pledge_check_due")
def said(codes: Collection[str]) -> Collection[str]:
    """The pledge is kept no longer; what the member says settles it at once (`note_progress`)."""
    return _no_longer(codes, PledgeState.IN_HAND)


@when_settled("needs.post_applied")
def applied(codes: Collection[str]) -> Collection[str]:
    waiting = Claim.objects.filter(pk__in=_ids(codes), state=ClaimState.WAITING)
    return set(codes) - {str(pk) for pk in waiting.values_list("pk", flat=True)}


@when_settled("needs.post_ordered", "needs.post_proposed")
def ordered(codes: Collection[str]) -> Collection[str]:
    open_ = PostOrder.objects.open().filter(code__in=codes)
    return set(codes) - set(open_.values_list("code", flat=True))


@when_settled("needs.handover_offered")
def offered(codes: Collection[str]) -> Collection[str]:
    open_ = PostHandover.objects.filter(code__in=codes, state=HandoverState.OPEN)
    return set(codes) - set(open_.values_list("code", flat=True))
