"""The year's posts: what counts for a member, and who of a desk has none yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from allhours.accounts.actor import Actor
from allhours.directory.models import Member, MemberQuerySet
from allhours.kernel import clock
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim
from allhours.needs.queries.limits import menu, programme_year
from allhours.needs.rules import year as rules


@dataclass(frozen=True)
class YearPosts:
    """`wanted` 0: the scheme asks for none; `why`: claim id → whether it counts, in words."""

    year: int
    wanted: int
    counted: int
    days: int  # that one given back has to be held
    why: dict[int, str]

    @property
    def short(self) -> int:
        return max(0, self.wanted - self.counted)


def held(claim: Claim) -> rules.Held:
    return rules.Held(
        claim.state, claim.seat is not None, since=claim.claimed_at, until=claim.ended_at
    )


def counting(after_days: int) -> Q:
    """The claims that `rules.counts`."""
    long = Q(ended_at__gte=F("claimed_at") + timedelta(days=after_days), seat__isnull=False)
    return Q(state__in=rules.WHOLE) | (Q(state__in=rules.BROKEN) & long)


def year_posts(mine: Iterable[Claim], now: datetime) -> YearPosts:
    """Of one member's claims with their posts."""
    year, asked = programme_year(now), menu(now)
    claims = [claim for claim in mine if claim.post is not None and claim.post.year == year]
    days = asked.counts_after_days
    return YearPosts(
        year=year,
        wanted=asked.posts_per_year,
        counted=sum(rules.counts(held(claim), days) for claim in claims),
        days=days,
        why={claim.pk: rules.because(held(claim), days) for claim in claims},
    )


def with_posts(actor: Actor, now: datetime) -> MemberQuerySet:
    """The desk's members who are expected, with `posts_held` and `applied` of the year."""
    year, asked = programme_year(now), menu(now)
    claims = Claim.objects.filter(member=OuterRef("pk"), post__year=year).order_by()
    counted = claims.filter(counting(asked.counts_after_days)).values("member")
    rows = Member.objects.expected_on(clock.local_date(now)).visible_to(actor)
    return rows.select_related("unit", "serving_community").annotate(
        posts_held=Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0),
        applied=Exists(claims.filter(state=ClaimState.WAITING)),
    )


def wanted(now: datetime) -> int:
    """How many posts a member is looked for to have; one where the scheme says nothing."""
    return menu(now).posts_per_year or 1


def without_post(actor: Actor, now: datetime) -> MemberQuerySet:
    rows = with_posts(actor, now).filter(Q(("posts_held__lt", wanted(now))))
    return rows.order_by("unit__code", "member_no")


@dataclass(frozen=True)
class Choosing:
    """How far a desk's members are with choosing."""

    expected: int
    chosen: int
    applied: int

    @property
    def missing(self) -> int:
        return self.expected - self.chosen


def choosing(actor: Actor, now: datetime) -> Choosing:
    enough = Q(("posts_held__gte", wanted(now)))
    found = with_posts(actor, now).aggregate(
        expected=Count("pk"), chosen=Count("pk", filter=enough)
    )  # fmt: skip
    # asked by itself: Django counts no row by an `Exists` within an aggregate
    applied = without_post(actor, now).filter(Q(("applied", True))).count()
    return Choosing(found["expected"], found["chosen"], applied)
