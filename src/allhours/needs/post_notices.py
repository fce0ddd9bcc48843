"""Who is told what about orders, applications and handing over; texts are in `needs.notices`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.urls import reverse

from allhours.accounts.choices import COMMUNITY_ROLES
from allhours.directory.models import Appointment
from allhours.directory.queries.people import member_user_ids, users_holding
from allhours.kernel import clock
from allhours.needs.models import Claim, Post, PostHandover, PostOrder
from allhours.notifications.actions import tell_many
from allhours.scheme.models import SchemeVersion


def _member(member_id: int, key: str, now: datetime, url: str, about: str, title: str) -> None:
    users = member_user_ids([member_id]).values()
    tell_many(users, key, now=now, url=url, about=about, title=title)


def _desk(community_id: int, key: str, now: datetime, url: str, about: str, title: str) -> None:
    users = users_holding(
        roles=COMMUNITY_ROLES, organization_id=community_id, on=clock.local_date(now)
    )
    tell_many(users, key, now=now, url=url, about=about, title=title)


def _post_of(claim_id: int) -> tuple[Claim, Post] | None:
    claim = Claim.objects.select_related("post").get(pk=claim_id)
    return (claim, claim.post) if claim.post is not None else None


def menu_changed(version_id: int, *, now: datetime) -> None:
    """Every community's staff, who set up posts from it."""
    version = SchemeVersion.objects.get(pk=version_id)
    holders = Appointment.objects.in_force_on(clock.local_date(now)).filter(
        role__in=COMMUNITY_ROLES, user__is_active=True
    )
    users = sorted(set(holders.values_list("user_id", flat=True)))
    day, about = version.effective_from.isoformat(), f"menu:{version.number}"
    tell_many(users, "needs.menu_changed", now=now, url=reverse("needs:menu"), about=about, day=day)


def choose_a_post(member_ids: Collection[int], *, now: datetime) -> None:
    users = member_user_ids(member_ids).values()
    tell_many(users, "needs.choose_post", now=now, url=reverse("needs:menu") + "?fits=yes&free=yes")


def post_applied(claim_id: int, *, now: datetime) -> None:
    found = _post_of(claim_id)
    if found is not None:
        claim, post = found
        url = reverse("needs:desk-post", args=[post.code])
        about = f"application:{claim.pk}"
        _desk(post.community_id, "needs.post_applied", now, url, about, post.title)


def _answered(claim_id: int, key: str, now: datetime) -> None:
    found = _post_of(claim_id)
    if found is not None:
        claim, post = found
        _member(
            claim.member_id, key, now, reverse("needs:my-posts"), f"post:{post.code}", post.title
        )


def post_accepted(claim_id: int, *, now: datetime) -> None:
    _answered(claim_id, "needs.post_accepted", now)


def post_declined(claim_id: int, *, now: datetime) -> None:
    _answered(claim_id, "needs.post_declined", now)


def post_ended(claim_id: int, *, now: datetime) -> None:
    _answered(claim_id, "needs.post_ended", now)


def order_placed(order_id: int, *, now: datetime) -> None:
    order = PostOrder.objects.get(pk=order_id)
    key = "needs.post_ordered" if order.item else "needs.post_proposed"
    about = f"order:{order.code}"
    _desk(order.community_id, key, now, reverse("needs:orders"), about, order.title)


def order_met(order_id: int, *, now: datetime) -> None:
    """Its post is there: for an order an invitation, for a proposal the member is on it."""
    order = PostOrder.objects.select_related("post").get(pk=order_id)
    if order.post is not None:
        key = "needs.post_invited" if order.item else "needs.proposal_accepted"
        url = reverse("needs:post", args=[order.post.code])
        _member(order.member_id, key, now, url, f"order:{order.code}", order.post.title)


def order_declined(order_id: int, *, now: datetime) -> None:
    order = PostOrder.objects.get(pk=order_id)
    url, about = reverse("needs:my-posts"), f"order:{order.code}"
    _member(order.member_id, "needs.order_declined", now, url, about, order.title)


def _handover(handover_id: int) -> tuple[PostHandover, Post]:
    row = PostHandover.objects.select_related("claim__post__community").get(pk=handover_id)
    if row.claim.post is None:
        raise ValueError("only a post is handed over")
    return row, row.claim.post


def handover_offered(handover_id: int, *, now: datetime) -> None:
    row, post = _handover(handover_id)
    url, about = reverse("needs:my-posts"), f"handover:{row.code}"
    _member(row.to_member_id, "needs.handover_offered", now, url, about, post.title)


def handover_accepted(handover_id: int, *, now: datetime) -> None:
    row, post = _handover(handover_id)
    about = f"handover:{row.code}"
    url = reverse("needs:my-posts")
    _member(row.claim.member_id, "needs.handover_accepted", now, url, about, post.title)
    url = reverse("needs:desk-post", args=[post.code])
    _desk(post.community_id, "needs.post_handed_over", now, url, about, post.title)


def handover_declined(handover_id: int, *, now: datetime) -> None:
    row, post = _handover(handover_id)
    url, about = reverse("needs:my-posts"), f"handover:{row.code}"
    _member(row.claim.member_id, "needs.handover_declined", now, url, about, post.title)
