"""What the rules of needs and projects refuse is refused alike on page and API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.needs import actions as needs
from tests.api.alike import Case, Try, now, refused_alike, user_of
from tests.factories.directory import make_member, member_actor, staff_user
from tests.factories.needs import (
    make_claim,
    make_open_wish,
    make_pledge,
    make_post,
    make_suggestion,
)
from tests.factories.projects import make_project
from tests.factories.scheme import publish

pytestmark = pytest.mark.django_db
CASES: list[Case] = []


def case(make: Case) -> Case:
    CASES.append(make)
    return make


# ---- wishes and posts ----------------------------------------------------------------------


@case
def a_wish_that_is_taken() -> Try:
    wish = make_claim(make_open_wish(now=now()), now=now()).wish
    user = user_of(make_member())
    page = reverse("needs:wish-claim", args=[wish.code])
    return Try("claim.already_taken", user, page, f"/wishes/{wish.pk}/claims/")


@case
def too_many_wishes_in_hand() -> Try:
    member = make_member()
    for _ in range(2):
        make_claim(make_open_wish(now=now()), member, now=now())
    wish = make_open_wish(now=now())
    page = reverse("needs:wish-claim", args=[wish.code])
    return Try("claim.too_many", user_of(member), page, f"/wishes/{wish.pk}/claims/")


@case
def a_queue_for_a_wish_that_is_open() -> Try:
    wish, user = make_open_wish(now=now()), user_of(make_member())
    page = reverse("needs:wish-queue", args=[wish.code])
    return Try("claim.still_open", user, page, f"/wishes/{wish.pk}/queue/")


@case
def a_service_that_is_not_over() -> Try:
    claim = make_claim(make_open_wish(now=now()), now=now())
    begins = clock.local(now() + timedelta(hours=2))
    return Try(
        "claim.time_ahead",
        user_of(claim.member),
        reverse("needs:deliver", args=[claim.wish.code]),
        f"/claims/{claim.pk}/deliver/",
        {"note": "好", "started_at": begins.strftime("%Y-%m-%dT%H:%M"), "minutes": 30},
        {"note": "好", "started_at": begins.isoformat(), "minutes": 30},
    )


@case
def a_post_that_is_full() -> Try:
    post = make_post(now=now(), places=1)
    needs.take_post(actor=member_actor(make_member()), post=post, now=now())
    page = reverse("needs:post-take", args=[post.code])
    return Try("post.full", user_of(make_member()), page, f"/posts/{post.pk}/claims/")


@case
def a_wish_that_is_published_already() -> Try:
    wish = make_open_wish(now=now())
    user = staff_user(Role.COMMUNITY_STAFF, wish.community)
    page = reverse("needs:publish", args=[wish.code])
    return Try("wish.wrong_state", user, page, f"/desk/wishes/{wish.pk}/publish/", body={})


@case
def a_wish_merged_with_itself() -> Try:
    wish = make_open_wish(now=now())
    user = staff_user(Role.COMMUNITY_STAFF, wish.community)
    page, api = reverse("needs:merge", args=[wish.code]), f"/desk/wishes/{wish.pk}/merge/"
    return Try("wish.merge_self", user, page, api, {"into": wish.code}, {"into": wish.pk})


@case
def a_claim_released_without_a_reason() -> Try:
    claim = make_claim(make_open_wish(now=now()), now=now())
    user = staff_user(Role.COMMUNITY_STAFF, claim.wish.community)
    page, api = reverse("needs:release", args=[claim.pk]), f"/desk/claims/{claim.pk}/release/"
    return Try("claim.reason_missing", user, page, api, {"reason": ""}, {"reason": ""})


@case
def a_confirmation_of_what_is_not_delivered() -> Try:
    wish = make_claim(make_open_wish(now=now()), now=now()).wish
    user = staff_user(Role.COMMUNITY_STAFF, wish.community)
    page = reverse("needs:confirm", args=[wish.code])
    return Try("claim.not_delivered", user, page, f"/desk/wishes/{wish.pk}/confirm/")


# ---- suggestions, pledges, projects --------------------------------------------------------


@case
def an_answer_to_a_suggestion_not_taken_on() -> Try:
    found, sent = make_suggestion(), {"outcome": "solved", "text": "已办"}
    user = staff_user(Role.COMMUNITY_STAFF, found.community)
    page = reverse("needs:suggestion-step", args=[found.code, "answer"])
    api = f"/desk/suggestions/{found.pk}/answer/"
    return Try("suggestion.not_waiting", user, page, api, sent, sent)


@case
def a_suggestion_refused_without_a_reason() -> Try:
    found, sent = make_suggestion(), {"reason": ""}
    user = staff_user(Role.COMMUNITY_STAFF, found.community)
    page = reverse("needs:suggestion-step", args=[found.code, "refuse"])
    api = f"/desk/suggestions/{found.pk}/refuse/"
    return Try("suggestion.reason_missing", user, page, api, sent, sent)


@case
def not_solved_said_twice() -> Try:
    member = make_member()
    found = make_suggestion(member=member, state="answered", not_solved_at=now())
    page = reverse("needs:my-suggestion-say", args=[found.code])
    api = f"/me/suggestions/{found.pk}/not-solved/"
    sent = {"do": "not_done", "note": "仍未解决"}
    return Try("suggestion.said_once", user_of(member), page, api, sent, {"text": "仍未解决"})


@case
def a_pledge_submitted_twice() -> Try:
    pledge = make_pledge()
    page = reverse("needs:pledge-submit")
    return Try("pledge.not_draft", user_of(pledge.member), page, "/me/pledge/submit/")


@case
def a_pledge_received_before_it_is_approved() -> Try:
    pledge = make_pledge()
    user = staff_user(Role.COMMUNITY_SECRETARY, pledge.community)
    page = reverse("needs:pledge-step", args=[pledge.code, "receive"])
    return Try("pledge.not_waiting", user, page, f"/desk/pledges/{pledge.pk}/receive/")


@case
def a_pledge_published_without_consent() -> Try:
    publish("fengxiang")
    pledge = make_pledge(state="in_hand", received_at=now())
    user = staff_user(Role.COMMUNITY_STAFF, pledge.community)
    page = reverse("needs:pledge-step", args=[pledge.code, "publish"])
    return Try("pledge.no_consent", user, page, f"/desk/pledges/{pledge.pk}/publish/")


@case
def a_project_ended_without_a_word() -> Try:
    project = make_project()
    user = staff_user(Role.COMMUNITY_STAFF, project.owner)
    page, sent = reverse("projects:end", args=[project.code]), {"result": ""}
    api = f"/desk/projects/{project.pk}/end/"
    return Try("project.result_missing", user, page, api, sent, sent)


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_refused_alike(make: Case) -> None:
    refused_alike(make)
