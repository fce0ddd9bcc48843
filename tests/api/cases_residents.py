"""What is refused to residents without an account, and of calls to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.directory.models import Appointment
from allhours.needs import actions as needs
from allhours.needs.forms.public import stamp
from allhours.needs.models import FollowUp, Wish
from tests.api.alike import Table, Try, now, today, user_of
from tests.api.cases_wishes import claimed
from tests.factories.directory import (
    make_community,
    make_user,
)
from tests.factories.needs import (
    SECRET_PHONE,
    SYSTEM,
    make_delivered,
    note_wish,
)

TABLE = Table()
case = TABLE.case

# ---- follow-ups ----------------------------------------------------------------------------


def called(code: str, said: str, *, own: bool = False, **row: Any) -> Try:
    claim = make_delivered(claimed(4), now=now() - timedelta(hours=4))
    needs.confirm_delivery(actor=SYSTEM, wish=claim.wish, now=now())
    follow_up = FollowUp.objects.create(wish=claim.wish, drawn_at=now(), **row)
    user = user_of(claim.member) if own else make_user()
    Appointment.objects.create(
        user=user, role=Role.COMMUNITY_STAFF, organization=claim.wish.community, from_on=today()
    )
    return Try(
        code, user, reverse("needs:follow-up", args=[claim.wish.code]),
        f"/desk/follow-ups/{follow_up.pk}/", {"result": said}, {"result": said},
    )  # fmt: skip


@case("follow_ups.note_follow_up", "follow_up.done")
def a_call_made_twice() -> Try:
    done = {"satisfied": 3, "matches": True, "done_at": now()}
    return called("follow_up.done", "not_reached", result="reached", **done)


@case("follow_ups.note_follow_up", "follow_up.result_missing", asked=True)
def a_call_without_a_result() -> Try:
    return called("follow_up.result_missing", "due")


@case("follow_ups.note_follow_up", "follow_up.answers_missing")
def a_call_without_answers() -> Try:
    return called("follow_up.answers_missing", "reached")


@case("follow_ups.note_follow_up", "follow_up.not_by_claimer")
def a_call_about_ones_own() -> Try:
    return called("follow_up.not_by_claimer", "not_reached", own=True)


# ---- without an account, and noted at the desk -----------------------------------------------


def wished(**over: Any) -> dict[str, Any]:
    return {"words": "想要一副老花镜", "name": "张", "phone": SECRET_PHONE} | over


def by_resident(code: str, **over: Any) -> Try:
    place, sent = make_community(), wished(**over)
    page = {name: value for name, value in sent.items() if value is not False}
    page |= {"community": place.pk, "stamp": stamp(now() - timedelta(minutes=2))}
    body = sent | {"community": place.code}
    return Try(code, None, reverse("needs:wish-new"), "/wishes/", page, body)


@case("resident.submit_wish", "wish.words_missing", asked=True)
def a_wish_without_words() -> Try:
    return by_resident("wish.words_missing", words=" ")


@case("intake.note_wish", "wish.phone_invalid", asked=True)
def a_wish_with_half_a_telephone() -> Try:
    return by_resident("wish.phone_invalid", phone="123")


@case("resident.submit_wish", "wish.guardian_missing", asked=True)
def a_childs_wish_without_the_guardians_consent() -> Try:
    child = {"is_minor": True, "guardian_name": "张父", "guardian_relation": "parent"}
    return by_resident("wish.guardian_missing", **child, guardian_consents=False)


def by_code(code: str, step: str, follow_code: str, **sent: Any) -> Try:
    page = {"code": follow_code, "do": step.replace("-", "_"), **sent}
    api = f"/follow/{step}/" if step else "/follow/"
    return Try(code, None, reverse("needs:follow"), api, page, {"follow_code": follow_code, **sent})


@case("resident.follow_wish", "follow.unknown")
def a_code_that_nobody_was_told() -> Try:
    return by_code("follow.unknown", "", "2345-6789-ABCD")


@case("delivery.report_not_done", "claim.not_delivered")
def not_done_what_nobody_said_was() -> Try:
    return by_code("claim.not_delivered", "not-done", note_wish(now=now()).follow_code, note="没")


@case("delivery.confirm_by_resident", "claim.not_delivered")
def a_rating_of_what_is_not_done() -> Try:
    return by_code("claim.not_delivered", "rate", note_wish(now=now()).follow_code, rating=3)


@case("delivery.rate_wish", "wish.already_rated")
def a_second_rating() -> Try:
    noted = note_wish(now=now())
    Wish.objects.filter(pk=noted.wish.pk).update(state="confirmed", rating=2)
    return by_code("wish.already_rated", "rate", noted.follow_code, rating=3)


@case("publication.withdraw_by_resident", "wish.wrong_state")
def a_wish_withdrawn_twice() -> Try:
    noted = note_wish(now=now())
    Wish.objects.filter(pk=noted.wish.pk).update(state="withdrawn")
    return by_code("wish.wrong_state", "withdraw", noted.follow_code)
