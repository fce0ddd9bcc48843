"""What is refused about wishes that units claim."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.accounts.models import User
from allhours.directory.models import Member
from allhours.kernel import clock
from allhours.needs.actions.unit_claims import ask_for_another
from allhours.needs.models import Claim, Wish
from tests.api.alike import Table, Try, now, user_of
from tests.factories.directory import make_member, make_unit, member_actor, staff_user
from tests.factories.needs import SECRET_PHONE, make_claim, make_open_wish, make_unit_claim
from tests.factories.scheme import publish

TABLE = Table()
case = TABLE.case
CLAIM = "unit_claims.claim_for_unit"


def a_claim(**over: Any) -> tuple[Claim, User]:
    claim = make_unit_claim(now=now(), **over)
    assert claim.unit is not None
    return claim, staff_user(Role.LIAISON, claim.unit)


def claiming(code: str, wish: Wish, user: User, responsible: Member) -> Try:
    words = {"responsible": responsible.member_no}
    page = reverse("needs:wish-unit", args=[wish.code])
    return Try(code, user, page, f"/wishes/{wish.pk}/unit-claims/", words, words)


def asked_for_another() -> tuple[Claim, User]:
    claim, user = a_claim()
    ask_for_another(actor=member_actor(claim.member), claim=claim, now=now())
    return claim, user


@case(CLAIM, "claim.unit_holds_it")
def a_unit_that_holds_the_wish() -> Try:
    claim, user = a_claim(wish=make_open_wish(now=now(), places=2))
    return claiming("claim.unit_holds_it", claim.wish, user, make_member(claim.unit))


@case(CLAIM, "claim.unit_too_many")
def a_unit_at_its_limit() -> Try:
    publish(wishes={"unit_open_claims": 1})
    claim, user = a_claim()
    return claiming("claim.unit_too_many", make_open_wish(now=now()), user, claim.member)


@case(CLAIM, "claim.units_do_not")
def a_scheme_without_unit_claims() -> Try:
    publish(wishes={"unit_open_claims": 0})
    unit = make_unit()
    user = staff_user(Role.LIAISON, unit)
    return claiming("claim.units_do_not", make_open_wish(now=now()), user, make_member(unit))


@case(CLAIM, "claim.already_taken")
def a_unit_that_is_too_late() -> Try:
    wish = make_claim(make_open_wish(now=now()), now=now()).wish
    unit = make_unit()
    user = staff_user(Role.LIAISON, unit)
    return claiming("claim.already_taken", wish, user, make_member(unit))


@case(CLAIM, "claim.holds_it")
def a_member_who_holds_the_wish_themself() -> Try:
    own = make_claim(make_open_wish(now=now(), places=2), now=now())
    user = staff_user(Role.LIAISON, own.member.unit)
    return claiming("claim.holds_it", own.wish, user, own.member)


@case("unit_claims.reassign_unit_claim", "claim.wants_another")
def a_member_who_asked_for_another_is_named_again() -> Try:
    claim, user = asked_for_another()
    words = {"responsible": claim.member.member_no}
    page, api = reverse("needs:unit-rename", args=[claim.pk]), f"/unit-claims/{claim.pk}/reassign/"
    return Try("claim.wants_another", user, page, api, words, words)


@case("unit_claims.name_helpers", "claim.answers_already")
def a_helper_who_answers_for_it() -> Try:
    claim, user = a_claim()
    number = claim.member.member_no
    page, api = reverse("needs:unit-help", args=[claim.pk]), f"/unit-claims/{claim.pk}/helpers/"
    return Try("claim.answers_already", user, page, api, {"helper": number}, {"helpers": [number]})


@case("unit_claims.give_back_for_unit", "claim.reason_missing")
def a_units_wish_given_back_without_a_reason() -> Try:
    claim, user = a_claim()
    page = reverse("needs:unit-give-back", args=[claim.pk])
    api = f"/unit-claims/{claim.pk}/give-back/"
    return Try("claim.reason_missing", user, page, api, {"reason": ""}, {"reason": ""})


@case("claims.give_back", "claim.of_a_unit")
def a_units_wish_given_back_by_the_one_named() -> Try:
    claim, _user = a_claim()
    page, api = reverse("needs:give-back", args=[claim.wish.code]), f"/claims/{claim.pk}/give-back/"
    sent = {"reason": "personal"}
    return Try("claim.of_a_unit", user_of(claim.member), page, api, sent, {"reason": "出差"})


@case("unit_claims.ask_for_another", "claim.asked_for_another")
def another_asked_for_twice() -> Try:
    claim, _user = asked_for_another()
    page = reverse("needs:ask-for-another", args=[claim.wish.code])
    user = user_of(claim.member)
    return Try("claim.asked_for_another", user, page, f"/claims/{claim.pk}/another/")


@case("unit_claims.remove_helper", "claim.unit_delivered")
def a_helper_who_leaves_after_the_delivery() -> Try:
    claim, _user = a_claim(helpers=1)
    Claim.objects.filter(pk=claim.pk).update(delivered_at=now())
    row = claim.helpers.get()
    page = reverse("needs:leave-help", args=[row.pk])
    return Try("claim.unit_delivered", user_of(row.member), page, f"/helping/{row.pk}/leave/")


@case("delivery.deliver_claim", "claim.helpers_own_wish")
def a_helper_whose_own_wish_it_is() -> Try:
    unit = make_unit()
    wisher = make_member(unit, phone=SECRET_PHONE)
    begun = now() - timedelta(hours=2)
    claim = make_unit_claim(unit=unit, now=begun)
    claim.helpers.create(member=wisher, added_at=begun)
    at = clock.local(begun + timedelta(minutes=5)).replace(second=0, microsecond=0)
    common = {"note": "好", "minutes": 30}
    return Try(
        "claim.helpers_own_wish",
        user_of(claim.member),
        reverse("needs:deliver", args=[claim.wish.code]),
        f"/claims/{claim.pk}/deliver/",
        {**common, "started_at": at.strftime("%Y-%m-%dT%H:%M"), "helpers": [wisher.pk]},
        {**common, "started_at": at.isoformat(), "helpers": [wisher.member_no]},
    )
