"""Many posts in one action: last year's set up again, and open demands made into posts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from allhours.accounts.actor import Actor
from allhours.kernel.errors import Refusal, Refused, refuse_if
from allhours.needs.actions.demands import meet_demand
from allhours.needs.actions.posts import PostText, publish_post
from allhours.needs.models import Demand, Post
from allhours.needs.queries.limits import menu, programme_year, year_period
from allhours.needs.rules import renewal as rules

Done = tuple[list[Post], list[Refusal]]


def renew_posts(*, actor: Actor, posts: Iterable[Post], now: datetime) -> Done:
    """This year's twins of last year's posts, each once, and why the others are not."""
    made: list[Post] = []
    refused: list[Refusal] = []
    for post in posts:
        try:
            made.append(renew_post(actor=actor, post=post, now=now))
        except Refused as refusal:
            refused += refusal.reasons
    return _something(made, refused)


@transaction.atomic
def renew_post(*, actor: Actor, post: Post, now: datetime) -> Post:
    """Nobody is on it: members choose anew each year."""
    year = year_period(now)
    renewed = Post.objects.filter(renews=post).exists()
    refuse_if(
        rules.renewal_refusals(post, renewed=renewed, year=programme_year(now), menu=menu(now))
    )
    text = PostText(
        title=post.title, item=post.item, text=post.text, place=post.place, times=post.times,
        skills=tuple(post.skills), places=post.places, weekly=tuple(post.weekly),
        from_on=rules.a_year_on(post.from_on, year), until_on=rules.a_year_on(post.until_on, year),
    )  # fmt: skip
    made = publish_post(actor=actor, community=post.community, text=text, now=now)
    try:
        with transaction.atomic():
            Post.objects.filter(pk=made.pk).update(renews=post)
    except IntegrityError:  # somebody else at the same instant
        raise Refused(rules.RENEWED.having(title=post.title)) from None
    return made


def meet_demands(*, actor: Actor, demands: Iterable[Demand], now: datetime) -> Done:
    """A post for each, as the demand says it; each by itself."""
    made: list[Post] = []
    refused: list[Refusal] = []
    for demand in demands:
        text = PostText(
            title=demand.text[:60], item=demand.item, text=demand.text, times=demand.times,
            skills=tuple(demand.skills), places=demand.heads,
        )  # fmt: skip
        try:
            made.append(meet_demand(actor=actor, demand=demand, text=text, now=now))
        except Refused as refusal:
            refused += refusal.reasons
    return _something(made, refused)


def _something(made: list[Post], refused: list[Refusal]) -> Done:
    if not made:
        raise Refused(*(refused or [rules.NONE_CHOSEN]))
    return made, refused
