"""What a resident does without an account, counted against flooding."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allhours.accounts.actor import Actor
from allhours.directory.models import Organization
from allhours.kernel.errors import Refusal, Refused
from allhours.needs.actions import flood
from allhours.needs.actions.delivery import confirm_by_resident, rate_wish, report_not_done
from allhours.needs.actions.intake import Noted, note_wish, noted_before
from allhours.needs.actions.publication import end_consent, withdraw_by_resident
from allhours.needs.actions.suggestions import author_says
from allhours.needs.choices import RatingLevel, WishState
from allhours.needs.models import Wish
from allhours.needs.queries.follow import led_on, wish_followed
from allhours.needs.queries.suggestions import by_follow_code
from allhours.needs.rules.wishes import Voice, normal_phone

UNKNOWN_CODE = Refusal(
    "follow.unknown", gettext_lazy("没有查到这个查询码，请核对后再试；遗失的可以向社区询问。")
)
RATING_MISSING = Refusal("follow.rating_missing", gettext_lazy("请选择一项评价。"))


def submit_wish(
    *,
    actor: Actor,
    community: Organization,
    voice: Voice,
    consent: bool,
    intake_key: str,
    address: str,
    quick: bool = False,
    follow_code: str | None = None,
    now: datetime,
) -> Noted:
    """A wish from the public, if not too many came from this address or phone.

    With a `follow_code` of the caller's making, a repeated request gives what was noted before.
    """
    before = noted_before(intake_key, follow_code)
    if before is not None:
        return before
    weight = flood.QUICK if quick else 1
    phone, same = normal_phone(voice.phone), intake_key if follow_code else ""
    flood.pass_or_refuse(
        limit=flood.WISH_BY_ADDRESS, value=address, weight=weight, request=same, now=now
    )
    flood.pass_or_refuse(limit=flood.WISH_BY_PHONE, value=phone, request=same, now=now)
    try:
        return note_wish(
            actor=actor,
            community=community,
            voice=voice,
            consent=consent,
            intake_key=intake_key,
            follow_code=follow_code,
            now=now,
        )
    except Refused:
        before = noted_before(intake_key, follow_code)  # by the same request, a moment ago
        if before is None:
            raise
        return before


def follow_wish(
    *,
    actor: Actor,
    code: str,
    do: str = "",
    rating: str = "",
    note: str = "",
    address: str,
    now: datetime,
) -> str:
    """Look a wish (or a suggestion) up by its follow code and do what its maker asks.

    Gives a sentence about it. `do`: "" only looks, `rate` confirms and rates, `not_done`,
    `withdraw`, `hide` ends consent.
    """
    flood.pass_or_refuse(limit=flood.FOLLOW_BY_ADDRESS, value=address, now=now)
    wish = wish_followed(code)
    if wish is None:
        return _of_suggestion(actor, code, do, rating, note, now)
    wish = led_on(wish)
    if do == "rate":
        return _rate(actor, wish, rating, now)
    if do == "not_done":
        report_not_done(actor=actor, wish=wish, note=note, now=now)
        return _("已转告认领人和社区，会再与您联系。")
    if do == "withdraw":
        withdraw_by_resident(actor=actor, wish=wish, now=now)
        return _("心愿已撤回，不再公开。")
    if do == "hide":
        end_consent(actor=actor, wish=wish, now=now)
        return _("已撤回公开同意，心愿墙不再显示。")
    return ""


def _of_suggestion(actor: Actor, code: str, do: str, rating: str, note: str, now: datetime) -> str:
    suggestion = by_follow_code(code)
    if suggestion is None:
        raise Refused(UNKNOWN_CODE)
    return author_says(actor=actor, suggestion=suggestion, do=do, rating=rating, note=note, now=now)


def _rate(actor: Actor, wish: Wish, rating: str, now: datetime) -> str:
    level = int(rating) if rating.isdecimal() else 0
    if level not in RatingLevel.values:
        raise Refused(RATING_MISSING)
    if wish.state == WishState.CONFIRMED:
        rate_wish(actor=actor, wish=wish, rating=level, now=now)
    else:
        confirm_by_resident(actor=actor, wish=wish, rating=level, now=now)
    return _("谢谢您的评价。")
