"""What is refused about posts and applications for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.accounts.models import User
from allhours.directory.models import Appointment, Member, Organization
from allhours.needs import actions as needs
from allhours.needs.actions import applications
from allhours.needs.models import Claim, Post
from allhours.needs.queries.limits import menu
from tests.api.alike import Table, Try, now, today, user_of
from tests.factories.directory import (
    make_community,
    make_county,
    make_member,
    member_actor,
    staff_user,
)
from tests.factories.needs import SYSTEM, make_post
from tests.factories.projects import make_project
from tests.factories.scheme import publish

TABLE = Table()
case = TABLE.case


def items(n: int = 1) -> list[str]:
    return [each.code for each in menu(now()).items[:n]]


def staff(place: Organization) -> User:
    return staff_user(Role.COMMUNITY_STAFF, place)


# ---- taking and leaving ----------------------------------------------------------------------


def taking(code: str, post: Post, user: User) -> Try:
    return Try(
        code, user, reverse("needs:post-take", args=[post.code]), f"/posts/{post.pk}/claims/"
    )


def taken(post: Post | None = None, member: Member | None = None) -> Claim:
    actor = member_actor(member or make_member())
    return needs.take_post(actor=actor, post=post or make_post(now=now()), now=now())


@case("posts.take_post", "post.full")
def a_post_that_is_full() -> Try:
    post = taken(make_post(now=now(), places=1)).post
    return taking("post.full", post, user_of(make_member()))


@case("posts.take_post", "post.closed")
def a_post_that_is_closed() -> Try:
    post = make_post(now=now())
    needs.close_post(actor=SYSTEM, post=post, now=now())
    return taking("post.closed", post, user_of(make_member()))


@case("posts.take_post", "post.over")
def a_post_that_is_over() -> Try:
    post = make_post(now=now())
    Post.objects.filter(pk=post.pk).update(until_on=today() - timedelta(days=1))
    return taking("post.over", post, user_of(make_member()))


@case("posts.take_post", "post.too_many")
def a_post_too_many() -> Try:
    member = make_member()
    for _ in range(3):
        taken(member=member)
    return taking("post.too_many", make_post(now=now()), user_of(member))


@case("posts.take_post", "post.not_a_member")
def a_post_taken_by_somebody_who_is_no_member() -> Try:
    post = make_post(now=now())
    return taking("post.not_a_member", post, staff(post.community))


@case("posts.release_from_post", "claim.reason_missing")
def a_post_ended_without_a_reason() -> Try:
    return of_claim("claim.reason_missing", taken(), "post-release", "claims", "release", reason="")


@case("posts.release_from_post", "claim.not_live")
def a_post_ended_twice() -> Try:
    claim = taken()
    needs.release_from_post(actor=SYSTEM, claim=claim, reason="调整", now=now())
    sent = {"reason": "调整"}
    return of_claim("claim.not_live", claim, "post-release", "claims", "release", **sent)


def of_claim(code: str, claim: Claim, page: str, what: str, step: str, **sent: Any) -> Try:
    return Try(
        code, staff(claim.post.community), reverse(f"needs:{page}", args=[claim.pk]),
        f"/desk/{what}/{claim.pk}/{step}/", sent, sent or None,
    )  # fmt: skip


# ---- published and changed ---------------------------------------------------------------------


def publishing(
    code: str, post: Post | None = None, *, user: User | None = None, **over: Any
) -> Try:
    place = post.community if post else make_community()
    sent = {"title": "陪聊", "item": items()[0], "places": 2} | over
    page = sent | {"community": place.pk}
    if post is None:
        body = sent | {"community": place.code}
        return Try(
            code, user or staff(place), reverse("needs:post-new"), "/desk/posts/", page, body
        )
    return Try(
        code, user or staff(place), reverse("needs:post-edit", args=[post.code]),
        f"/desk/posts/{post.pk}/edit/", page, sent,
    )  # fmt: skip


@case("posts.publish_post", "post.title_missing", asked=True)
def a_post_without_a_name() -> Try:
    return publishing("post.title_missing", title=" ")


@case("posts.publish_post", "post.outside")
def a_post_outside_a_closed_menu() -> Try:
    publish(menu={"outside_allowed": False})
    return publishing("post.outside", item="")


@case("posts.publish_post", "post.term_backwards")
def a_post_that_ends_before_it_begins() -> Try:
    first, last = today().isoformat(), (today() - timedelta(days=3)).isoformat()
    return publishing("post.term_backwards", from_on=first, until_on=last)


@case("posts.edit_post", "post.term_outside")
def a_post_beyond_the_year() -> Try:
    until = (today() + timedelta(days=500)).isoformat()
    return publishing("post.term_outside", make_post(now=now()), until_on=until)


@case("posts.edit_post", "actor.not_permitted")
def a_post_changed_by_an_inspector() -> Try:
    user = staff_user(Role.INSPECTOR, make_county())
    return publishing("actor.not_permitted", make_post(now=now()), user=user)


@case("posts.edit_post", "post.places_below")
def a_post_with_fewer_places_than_people() -> Try:
    post = make_post(now=now())
    for _ in range(2):
        taken(post)
    return publishing("post.places_below", post, places=1)


for _step in ("close", "reopen"):

    @case(f"posts.{_step}_post", "actor.not_permitted")
    def an_inspector_at_the_post(step: str = _step) -> Try:
        post = make_post(now=now())
        return Try(
            "actor.not_permitted", staff_user(Role.INSPECTOR, make_county()),
            reverse(f"needs:post-{step}", args=[post.code]), f"/desk/posts/{post.pk}/{step}/",
        )  # fmt: skip


@case("projects.gather_post", "actor.not_permitted")
def a_post_gathered_by_an_inspector() -> Try:
    post = make_post(now=now())
    project, sent = make_project(post.community), {"kind": "post", "item": post.code}
    return Try(
        "actor.not_permitted", staff_user(Role.INSPECTOR, make_county()),
        reverse("portal:project-gather", args=[project.code]),
        f"/desk/projects/{project.pk}/gather/", sent, sent,
    )  # fmt: skip


# ---- both sides choose -------------------------------------------------------------------------


def applied(places: int = 1) -> list[Claim]:
    publish(menu={"both_sides": True})
    post = make_post(now=now(), places=places)
    return [taken(post) for _ in range(2)]


def answering(code: str, claim: Claim, step: str, user: User | None = None, **sent: Any) -> Try:
    tried = of_claim(code, claim, f"application-{step}", "applications", step, **sent)
    tried.user = user or tried.user
    return tried


@case("applications.accept_application", "post.no_place")
def an_application_for_a_full_post() -> Try:
    first, second = applied()
    applications.accept_application(actor=SYSTEM, claim=first, now=now())
    return answering("post.no_place", second, "accept")


@case("applications.accept_application", "post.own_request")
def ones_own_application() -> Try:
    claim = applied()[0]
    user = user_of(claim.member)
    Appointment.objects.create(
        user=user, role=Role.COMMUNITY_STAFF, organization=claim.post.community, from_on=today()
    )
    return answering("post.own_request", claim, "accept", user)


@case("applications.decline_application", "claim.reason_missing")
def an_application_declined_without_a_reason() -> Try:
    return answering("claim.reason_missing", applied()[0], "decline", reason=" ")


@case("applications.decline_application", "post.not_waiting")
def an_application_declined_after_the_yes() -> Try:
    claim = applied()[0]
    applications.accept_application(actor=SYSTEM, claim=claim, now=now())
    return answering("post.not_waiting", claim, "decline", reason="晚了")
