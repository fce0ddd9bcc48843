"""What is refused about wishes and their claims."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import User
from allhours.directory.models import Appointment
from allhours.directory.queries.actors import actor_of
from allhours.kernel import clock
from allhours.needs import actions as needs
from allhours.needs.models import Claim, Wish
from tests.api.alike import Table, Try, now, today, user_of
from tests.factories.directory import (
    make_community,
    make_county,
    make_member,
    staff_user,
)
from tests.factories.needs import (
    SECRET_NAME,
    SECRET_PHONE,
    SYSTEM,
    make_claim,
    make_delivered,
    make_open_wish,
    note_wish,
    public_text,
)
from tests.factories.projects import make_project
from tests.factories.scheme import publish

TABLE = Table()
case = TABLE.case


def at_wall(code: str, wish: Wish, user: User, step: str = "claim") -> Try:
    api = {"claim": "claims", "queue": "queue"}[step]
    page = reverse(f"needs:wish-{step}", args=[wish.code])
    return Try(code, user, page, f"/wishes/{wish.pk}/{api}/")


def member_of_it(wish: Wish, **over: Any) -> User:
    return user_of(make_member(serving_community=wish.community, **over))


# ---- claiming and waiting ------------------------------------------------------------------


@case("claims.claim_wish", "claim.already_taken")
def a_wish_that_is_taken() -> Try:
    wish = make_claim(make_open_wish(now=now()), now=now()).wish
    return at_wall("claim.already_taken", wish, user_of(make_member()))


@case("claims.claim_wish", "claim.too_many")
def too_many_wishes_in_hand() -> Try:
    member = make_member()
    for _ in range(2):
        make_claim(make_open_wish(now=now()), member, now=now())
    return at_wall("claim.too_many", make_open_wish(now=now()), user_of(member))


@case("claims.claim_wish", "claim.not_a_member")
def a_claim_by_somebody_who_is_no_member() -> Try:
    user = staff_user(Role.COUNTY_OFFICER, make_county())
    return at_wall("claim.not_a_member", make_open_wish(now=now()), user)


@case("claims.claim_wish", "claim.opens_later")
def a_wish_before_its_hour() -> Try:
    wish = make_open_wish(now=now(), at=now() + timedelta(hours=2))
    return at_wall("claim.opens_later", wish, user_of(make_member()))


@case("claims.claim_wish", "claim.other_community")
def a_wish_of_another_community() -> Try:
    wish = make_open_wish(now=now(), own_community_only=True)
    return at_wall("claim.other_community", wish, user_of(make_member()))


@case("claims.claim_wish", "claim.own_wish")
def ones_own_wish() -> Try:
    user = user_of(make_member(phone=SECRET_PHONE))
    return at_wall("claim.own_wish", make_open_wish(now=now()), user)


@case("claims.claim_wish", "claim.ended")
def a_wish_that_has_ended() -> Try:
    claim = make_claim(make_open_wish(now=now()), now=now())
    needs.withdraw_wish(actor=SYSTEM, wish=claim.wish, reason="不再需要", now=now())
    return at_wall("claim.ended", claim.wish, user_of(claim.member))


@case("claims.join_queue", "claim.still_open")
def a_queue_for_a_wish_that_is_open() -> Try:
    return at_wall("claim.still_open", make_open_wish(now=now()), user_of(make_member()), "queue")


@case("claims.join_queue", "claim.in_queue")
def a_queue_joined_twice() -> Try:
    wish, user = make_claim(make_open_wish(now=now()), now=now()).wish, user_of(make_member())
    needs.join_queue(actor=actor(user), wish=wish, now=now())
    return at_wall("claim.in_queue", wish, user, "queue")


@case("claims.join_queue", "claim.queue_limit")
def a_queue_too_many() -> Try:
    user = user_of(make_member())
    for _ in range(3):
        wish = make_claim(make_open_wish(now=now()), now=now()).wish
        needs.join_queue(actor=actor(user), wish=wish, now=now())
    wish = make_claim(make_open_wish(now=now()), now=now()).wish
    return at_wall("claim.queue_limit", wish, user, "queue")


def actor(user: User) -> Actor:
    return actor_of(user, on=today())


# ---- in hand -------------------------------------------------------------------------------


def in_hand(code: str, claim: Claim, step: str, **sent: Any) -> Try:
    pages = {"contact": "contacted", "deliver": "deliver", "give-back": "give-back",
             "see-wisher": "wisher"}  # fmt: skip
    body = dict(sent) or None
    if step == "give-back":
        sent = {"reason": "away"}
    if "started_at" in sent:
        sent |= {"started_at": sent["started_at"].strftime("%Y-%m-%dT%H:%M")}
        body |= {"started_at": body["started_at"].isoformat()}
    return Try(
        code, user_of(claim.member), reverse(f"needs:{step}", args=[claim.wish.code]),
        f"/claims/{claim.pk}/{pages[step]}/", sent, body,
    )  # fmt: skip


def claimed(hours: int = 0, wish: Wish | None = None) -> Claim:
    before = now() - timedelta(hours=hours)
    return make_claim(wish or make_open_wish(now=before), now=before)


@case("claims.give_back", "claim.not_live")
def a_wish_given_back_twice() -> Try:
    claim = claimed()
    needs.give_back(actor=actor(user_of(claim.member)), claim=claim, reason="出差", now=now())
    return in_hand("claim.not_live", claim, "give-back", reason="出差")


@case("delivery.note_contact", "claim.already_delivered")
def a_contact_after_the_delivery() -> Try:
    claim = make_delivered(claimed(4), now=now() - timedelta(hours=4))
    return in_hand("claim.already_delivered", claim, "contact")


def delivering(code: str, hours: float, note: str = "好", minutes: int = 30) -> Try:
    begun = clock.local(now() + timedelta(hours=hours))
    return in_hand(code, claimed(3), "deliver", note=note, started_at=begun, minutes=minutes)


@case("delivery.deliver_claim", "claim.time_ahead")
def a_service_that_is_not_over() -> Try:
    return delivering("claim.time_ahead", 2)


@case("delivery.deliver_claim", "claim.time_before")
def a_service_before_the_claim() -> Try:
    return delivering("claim.time_before", -30)


@case("delivery.deliver_claim", "claim.time_missing", asked=True)
def a_service_of_no_time() -> Try:
    return delivering("claim.time_missing", -1, minutes=0)


@case("delivery.deliver_claim", "claim.note_missing", asked=True)
def a_service_without_a_word() -> Try:
    return delivering("claim.note_missing", -1, note=" ")


@case("sight.see_wisher", "claim.sight_ended")
def a_look_after_giving_back() -> Try:
    claim = claimed()
    needs.give_back(actor=actor(user_of(claim.member)), claim=claim, reason="出差", now=now())
    return in_hand("claim.sight_ended", claim, "see-wisher")


# ---- the desk ------------------------------------------------------------------------------


def at_desk(
    code: str, wish: Wish, step: str, sent: dict[str, Any] | None = None, *,
    body: dict[str, Any] | None = None, role: str = Role.COMMUNITY_STAFF, user: User | None = None,
) -> Try:  # fmt: skip
    place = make_county() if role in (Role.COUNTY_OFFICER, Role.INSPECTOR) else wish.community
    return Try(
        code, user or staff_user(role, place), reverse(f"needs:{step}", args=[wish.code]),
        f"/desk/wishes/{wish.pk}/{step}/", sent or {}, body if body is not None else sent,
    )  # fmt: skip


def checked(code: str, **over: Any) -> Try:
    text = public_text(now(), **over)
    sent = {
        name: getattr(text, name)
        for name in ("title", "category", "wisher_kind", "places", "own_community_only")
    } | {"show_community": text.show_community, "show_wisher_kind": True}
    if text.budget_yuan is not None:
        sent["budget_yuan"] = text.budget_yuan
    page = {name: value for name, value in sent.items() if value is not False}
    wish = note_wish(now=now()).wish
    return at_desk(code, wish, "check", {**page, "decide": "1"}, body=sent)


@case("publication.check_wish", "wish.title_missing", asked=True)
def a_public_text_that_says_nothing() -> Try:
    return checked("wish.title_missing", title=" ")


@case("publication.check_wish", "wish.category_missing", asked=True)
def a_public_text_of_no_category() -> Try:
    return checked("wish.category_missing", category="没有的")


@case("publication.check_wish", "wish.title_tells")
def a_public_text_that_tells_a_name() -> Try:
    return checked("wish.title_tells", title=f"{SECRET_NAME}要眼镜")


@case("publication.check_wish", "wish.over_budget")
def a_wish_too_dear() -> Try:
    return checked("wish.over_budget", budget_yuan=9999)


@case("publication.check_wish", "wish.place_hidden")
def a_hidden_place_for_its_own_members() -> Try:
    return checked("wish.place_hidden", own_community_only=True, show_community=False)


@case("publication.publish_wish", "wish.wrong_state")
def a_wish_that_is_published_already() -> Try:
    return at_desk("wish.wrong_state", make_open_wish(now=now()), "publish", body={})


@case("publication.publish_wish", "wish.hour_past")
def an_hour_that_has_passed() -> Try:
    wish = note_wish(now=now()).wish
    needs.verify_wish(actor=SYSTEM, wish=wish, text=public_text(now()), now=now())
    past = clock.local(now() - timedelta(hours=2))
    sent = {"at": past.strftime("%Y-%m-%dT%H:%M")}
    return at_desk("wish.hour_past", wish, "publish", sent, body={"at": past.isoformat()})


@case("publication.publish_wish", "actor.not_permitted")
def an_inspector_publishes() -> Try:
    wish = make_open_wish(now=now())
    return at_desk("actor.not_permitted", wish, "publish", body={}, role=Role.INSPECTOR)


@case("publication.unschedule_wish", "wish.wrong_state")
def an_hour_taken_back_that_was_not_set() -> Try:
    return at_desk("wish.wrong_state", make_open_wish(now=now()), "unschedule")


@case("publication.approve_wish", "wish.check_first")
def an_approval_of_what_nobody_checked() -> Try:
    publish(wishes={"review_levels": [Role.COUNTY_OFFICER.value]})
    wish = note_wish(now=now()).wish
    return at_desk("wish.check_first", wish, "approve", role=Role.COUNTY_OFFICER)


@case("publication.approve_wish", "wish.not_your_level")
def an_approval_of_another_level() -> Try:
    publish(wishes={"review_levels": [Role.COUNTY_OFFICER.value]})
    wish = note_wish(now=now()).wish
    needs.verify_wish(actor=SYSTEM, wish=wish, text=public_text(now()), now=now())
    return at_desk("wish.not_your_level", wish, "approve")


for _step in ("decline", "withdraw", "expire"):

    @case(f"publication.{_step}_wish", "wish.reason_missing", asked=True)
    def an_end_without_a_reason(step: str = _step) -> Try:
        return at_desk("wish.reason_missing", make_open_wish(now=now()), step, {"reason": " "})


@case("publication.decline_wish", "wish.wrong_state")
def an_open_wish_declined() -> Try:
    wish = make_open_wish(now=now())
    return at_desk("wish.wrong_state", wish, "decline", {"reason": "不便"})


@case("delivery.confirm_delivery", "claim.not_delivered")
def a_confirmation_of_what_is_not_delivered() -> Try:
    return at_desk("claim.not_delivered", claimed().wish, "confirm")


@case("delivery.confirm_delivery", "claim.not_by_claimer")
def a_confirmation_of_ones_own() -> Try:
    claim = make_delivered(claimed(4), now=now() - timedelta(hours=4))
    user = user_of(claim.member)
    Appointment.objects.create(
        user=user, role=Role.COMMUNITY_STAFF, organization=claim.wish.community, from_on=today()
    )
    return at_desk("claim.not_by_claimer", claim.wish, "confirm", user=user)


@case("delivery.send_back", "claim.not_delivered")
def something_sent_back_that_was_not_delivered() -> Try:
    wish = claimed().wish
    return at_desk("claim.not_delivered", wish, "send-back", {"reason": "缺"}, body={"note": "缺"})


@case("delivery.send_back", "wish.reason_missing", asked=True)
def something_sent_back_without_a_reason() -> Try:
    wish = make_delivered(claimed(), now=now()).wish
    return at_desk("wish.reason_missing", wish, "send-back", {"reason": ""}, body={"note": " "})


@case("projects.convert_wish", "wish.no_conversion")
def a_conversion_that_the_scheme_does_not_have() -> Try:
    publish(wishes={"convert_to_project": False})
    wish = make_open_wish(now=now())
    project = make_project(wish.community)
    sent = {"project": project.pk, "reason": "太大"}
    return at_desk("wish.no_conversion", wish, "convert", sent)


def merging(code: str, wish: Wish, into: Wish, user: User | None = None) -> Try:
    return at_desk(code, wish, "merge", {"into": into.code}, body={"into": into.pk}, user=user)


@case("merging.merge_wishes", "wish.merge_self")
def a_wish_merged_with_itself() -> Try:
    wish = make_open_wish(now=now())
    return merging("wish.merge_self", wish, wish)


@case("merging.merge_wishes", "wish.merge_elsewhere")
def two_wishes_of_two_places() -> Try:
    user = staff_user(Role.COUNTY_OFFICER, make_county())
    one, other = make_open_wish(now=now()), make_open_wish(now=now())
    return merging("wish.merge_elsewhere", one, other, user)


@case("merging.merge_wishes", "wish.merge_not_ongoing")
def an_ended_wish_merged() -> Try:
    place = make_community()
    one, other = (make_open_wish(place, now=now()) for _ in range(2))
    needs.expire_wish(actor=SYSTEM, wish=one, reason="无人", now=now())
    return merging("wish.merge_not_ongoing", one, other)


@case("merging.merge_wishes", "wish.merge_into_ended")
def a_wish_merged_into_an_ended_one() -> Try:
    place = make_community()
    one, other = (make_open_wish(place, now=now()) for _ in range(2))
    needs.expire_wish(actor=SYSTEM, wish=other, reason="无人", now=now())
    return merging("wish.merge_into_ended", one, other)


@case("merging.merge_wishes", "wish.merge_delivered")
def a_wish_merged_of_which_a_part_is_done() -> Try:
    place, before = make_community(), now() - timedelta(hours=4)
    one = make_open_wish(place, now=before, places=2)
    claim = make_claim(one, now=before)
    make_claim(one, now=before)
    make_delivered(claim, now=before)
    return merging("wish.merge_delivered", one, make_open_wish(place, now=now()))


@case("", "wish.merge_unknown")
def a_wish_merged_into_one_that_is_not_there() -> Try:
    wish = make_open_wish(now=now())
    return at_desk("wish.merge_unknown", wish, "merge", {"into": "X"}, body={"into": 10**9})


def of_claim(code: str, claim: Claim, step: str, **sent: Any) -> Try:
    user = staff_user(Role.COMMUNITY_STAFF, claim.wish.community)
    page = reverse(f"needs:{step}", args=[claim.pk])
    return Try(code, user, page, f"/desk/claims/{claim.pk}/{step}/", sent, sent)


@case("claims.release_claim", "claim.reason_missing")
def a_claim_released_without_a_reason() -> Try:
    return of_claim("claim.reason_missing", claimed(), "release", reason="")


@case("delivery.extend_claim", "claim.extended_enough")
def a_term_extended_once_too_often() -> Try:
    claim = claimed()
    needs.extend_claim(actor=SYSTEM, claim=claim, days=3, now=now())
    return of_claim("claim.extended_enough", claim, "extend", days=3)
