"""A wish on its way to the wall: checked, approved, published, or ended."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.accounts.choices import Role
from allhours.kernel import crypto
from allhours.kernel.errors import Refusal, Refused, refuse_if
from allhours.needs import notices, reasons
from allhours.needs.actions import claims
from allhours.needs.choices import NEXT, WishState
from allhours.needs.models import Wish
from allhours.needs.models.wish import WISHER_ADDRESS, WISHER_NAME, WISHER_PHONE, due_by
from allhours.needs.queries.limits import categories, wish_limits
from allhours.needs.rules import wishes as rules
from allhours.needs.scope import HANDLERS, handles


def require_handler(actor: Actor, wish: Wish) -> None:
    if not handles(actor, wish.community.path, HANDLERS):
        raise Refused(NOT_YOURS_TO_DO)


def text_refusals(wish: Wish, text: rules.PublicText, now: datetime) -> list[Refusal]:
    """What is wrong with a public text, the wisher's own facts compared."""
    tells = rules.telling(
        text.title,
        name=crypto.unseal(wish.wisher_name_sealed, WISHER_NAME),
        phone=crypto.unseal(wish.wisher_phone_sealed, WISHER_PHONE),
        address=crypto.unseal(wish.wisher_address_sealed, WISHER_ADDRESS),
    )
    return rules.public_text_refusals(
        text,
        categories=categories(now),
        tells=tells,
        cap_yuan=wish_limits(now).money_cap_yuan,
    )


@transaction.atomic
def verify_wish(*, actor: Actor, wish: Wish, text: rules.PublicText, now: datetime) -> Wish:
    """The community decides what the public will see; without review levels this verifies it.

    Checked again before publication, the text replaces the former one and approvals begin anew.
    """
    require_handler(actor, wish)
    refuse_if(rules.state_refusals(wish, WishState.VERIFIED) or text_refusals(wish, text, now))
    levels = wish_limits(now).review_levels
    state = WishState.NOTED if levels else WishState.VERIFIED
    won = Wish.objects.filter(pk=wish.pk, state=WishState.NOTED).update(
        title=text.title.strip(),
        category=text.category,
        wisher_kind=text.wisher_kind,
        places=text.places,
        budget_yuan=text.budget_yuan,
        own_community_only=text.own_community_only,
        show_wisher_kind=text.show_wisher_kind,
        show_community=text.show_community,
        checked_at=now,
        approvals=0,
        state=state,
        verified_at=None if levels else now,
    )
    _lost_unless(won, wish, WishState.VERIFIED)
    did = "wish.checked" if levels else "wish.verified"
    journal.note(actor=actor, did=did, to=wish, now=now, category=text.category)
    if levels:
        notices.after_commit(notices.wish_to_review, wish.pk, now=now)
    wish.refresh_from_db()
    return wish


def check_wish(
    *, actor: Actor, wish: Wish, text: rules.PublicText, decided: bool, now: datetime
) -> Wish:
    """Refuse a public text that may not stand; once its preview was seen, decide it."""
    require_handler(actor, wish)
    refuse_if(rules.state_refusals(wish, WishState.VERIFIED) or text_refusals(wish, text, now))
    return verify_wish(actor=actor, wish=wish, text=text, now=now) if decided else wish


@transaction.atomic
def approve_wish(*, actor: Actor, wish: Wish, now: datetime) -> Wish:
    """Pass one review level of the scheme; the last one verifies the wish."""
    levels = wish_limits(now).review_levels
    refuse_if(rules.state_refusals(wish, WishState.VERIFIED))
    if wish.checked_at is None:
        raise Refused(rules.CHECK_FIRST)
    if wish.approvals < len(levels):
        role = levels[wish.approvals]
        if not handles(actor, wish.community.path, _review_roles(role)):
            label = Role(role).label if role in Role.values else role
            raise Refused(rules.NOT_YOUR_LEVEL.having(role=label))
    last = wish.approvals + 1 >= len(levels)
    won = Wish.objects.filter(
        pk=wish.pk, state=WishState.NOTED, approvals=wish.approvals, checked_at=wish.checked_at
    ).update(
        approvals=F("approvals") + 1,
        state=WishState.VERIFIED if last else WishState.NOTED,
        verified_at=now if last else None,
    )
    _lost_unless(won, wish, WishState.VERIFIED)
    did = "wish.verified" if last else "wish.approved"
    journal.note(actor=actor, did=did, to=wish, now=now, level=wish.approvals + 1)
    wish.refresh_from_db()
    return wish


def _review_roles(role: str) -> frozenset[str]:
    """A level's role; levels without a sign-in of their own are the county's to pass."""
    return frozenset({role, Role.COUNTY_OFFICER})


@transaction.atomic
def publish_wish(*, actor: Actor, wish: Wish, at: datetime | None = None, now: datetime) -> Wish:
    """Open the wish now, or at an hour; without consent only to members of its community."""
    require_handler(actor, wish)
    refuse_if(rules.publish_refusals(wish, at=at, now=now))
    rows = Wish.objects.filter(pk=wish.pk, state=wish.state, festival=wish.festival_id)
    if at is None:
        won = rows.update(state=WishState.OPEN, opened_at=now, publish_at=None)
    else:
        won = rows.update(state=WishState.SCHEDULED, publish_at=at)
    if not won:
        wish.refresh_from_db()
        refuse_if(rules.festival_refusals(wish))
    _lost_unless(won, wish, WishState.OPEN)
    did = "wish.opened" if at is None else "wish.scheduled"
    journal.note(actor=actor, did=did, to=wish, now=now, at=at.isoformat() if at else None)
    wish.refresh_from_db()
    return wish


@transaction.atomic
def unschedule_wish(*, actor: Actor, wish: Wish, now: datetime) -> Wish:
    """Take a wish back from its hour, as long as that has not come."""
    require_handler(actor, wish)
    refuse_if(rules.festival_refusals(wish))
    alone = Wish.objects.filter(pk=wish.pk, state=WishState.SCHEDULED, festival=None)
    won = alone.filter(publish_at__gt=now).update(state=WishState.VERIFIED, publish_at=None)
    _lost_unless(won, wish, WishState.VERIFIED)
    journal.note(actor=actor, did="wish.unscheduled", to=wish, now=now)
    wish.refresh_from_db()
    return wish


@transaction.atomic
def open_due_wishes(*, actor: Actor, now: datetime) -> int:
    """Write down as open what has been open since its hour; how many."""
    due = list(Wish.objects.filter(due_by(now)).values_list("pk", flat=True))
    if not due:
        return 0
    opened = Wish.objects.filter(due_by(now), pk__in=due).update(
        state=WishState.OPEN, opened_at=F("publish_at")
    )
    journal.note_many(
        journal.line(actor=actor, did="wish.opened", to=("wish", pk), now=now) for pk in due
    )
    return opened


def decline_wish(*, actor: Actor, wish: Wish, reason: str, now: datetime) -> Wish:
    """Not taken up, with the reason that the resident reads."""
    require_handler(actor, wish)
    return _end(actor, wish, WishState.DECLINED, reason, now)


def withdraw_wish(*, actor: Actor, wish: Wish, reason: str, now: datetime) -> Wish:
    """Taken back at the resident's word; live claims end with it."""
    require_handler(actor, wish)
    return _end(actor, wish, WishState.WITHDRAWN, reason, now)


@transaction.atomic
def withdraw_by_resident(*, actor: Actor, wish: Wish, now: datetime) -> Wish:
    """By the holder of the follow code, who gives no reason; consent ends with it."""
    ended = _end(actor, wish, WishState.WITHDRAWN, reasons.stored(reasons.TAKEN_BACK), now)
    end_consent(actor=actor, wish=ended, now=now)
    return ended


@transaction.atomic
def end_consent(*, actor: Actor, wish: Wish, now: datetime) -> None:
    """The resident's word at any time: from now on not shown to the public."""
    if Wish.objects.filter(pk=wish.pk, may_publish=True).update(may_publish=False):
        journal.note(actor=actor, did="wish.consent_ended", to=wish, now=now)


def expire_wish(*, actor: Actor, wish: Wish, reason: str, now: datetime) -> Wish:
    """Off the wall because nobody could take it up."""
    require_handler(actor, wish)
    return _end(actor, wish, WishState.EXPIRED, reason, now)


@transaction.atomic
def _end(actor: Actor, wish: Wish, to: WishState, reason: str, now: datetime) -> Wish:
    if not reason.strip():
        raise Refused(rules.REASON_MISSING)
    refuse_if(rules.state_refusals(wish, to))
    before = [state for state, following in NEXT.items() if to in following]
    won = Wish.objects.filter(pk=wish.pk, state__in=before).update(
        state=to, taken=0, ended_at=now, end_reason=reason.strip()[:200]
    )
    _lost_unless(won, wish, to)
    claims.end_all(actor=actor, wish=wish, now=now)
    journal.note(actor=actor, did=f"wish.{to.value}", to=wish, now=now, before=str(wish.state))
    wish.refresh_from_db()
    return wish


def _lost_unless(won: int, wish: Wish, to: WishState) -> None:
    """Somebody else was quicker: refuse by the state that holds now."""
    if not won:
        wish.refresh_from_db()
        raise Refused(
            *(
                rules.state_refusals(wish, to)
                or [rules.NOT_IN_STATE.having(state=wish.get_state_display())]
            )
        )
