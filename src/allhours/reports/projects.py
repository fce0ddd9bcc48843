"""What a named project has gathered, and what came of it: worked out, never typed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from allhours.accounts.actor import Actor
from allhours.activities.choices import ActivityState, AttendanceState
from allhours.activities.models import Activity, Outcome
from allhours.activities.queries.activities import on_desk_of
from allhours.ledger import queries as ledger
from allhours.ledger.values import Sums
from allhours.needs.choices import ClaimState, WishState
from allhours.needs.models import Claim, Post, Wish
from allhours.needs.queries.desk import wishes_on_desk
from allhours.needs.queries.posts import open_posts, posts_on_desk
from allhours.projects.models import Project
from allhours.scheme.queries import scheme_for

SHOWN = 200
GONE = (WishState.DECLINED, WishState.WITHDRAWN, WishState.MERGED, WishState.EXPIRED)


@dataclass(frozen=True)
class Result:
    """A quantity that the project's activities brought, in the scheme's words."""

    title: str
    quantity: Decimal
    unit: str


@dataclass(frozen=True)
class Totals:
    posts: int
    members_on_posts: int
    wishes: int
    wishes_done: int
    goods_fen: int
    activities: int
    activities_done: int
    attendances: int
    served: int
    service: Sums
    results: list[Result]

    @property
    def goods_yuan(self) -> float:
        return self.goods_fen / 100


def totals(project: Project) -> Totals:
    """The same number of queries, whatever the size."""
    posts = Post.objects.filter(project=project).aggregate(n=Count("pk"), taken=Sum("taken"))
    done = Q(state=WishState.CONFIRMED)
    wishes = Wish.objects.filter(project=project).aggregate(
        n=Count("pk"), done=Count("pk", filter=done)
    )
    fulfilled = list(
        Claim.objects.filter(wish__project=project, state=ClaimState.FULFILLED).values_list(
            "pk", "goods_value_fen"
        )
    )
    present = Q(attendances__state=AttendanceState.PRESENT)
    held = list(
        counted_activities(project)
        .values_list("code", "state", "served")
        .annotate(present=Count("attendances", filter=present))
    )
    return Totals(
        posts=posts["n"],
        members_on_posts=posts["taken"] or 0,
        wishes=wishes["n"],
        wishes_done=wishes["done"],
        goods_fen=sum(fen or 0 for _pk, fen in fulfilled),
        activities=len(held),
        activities_done=sum(state == ActivityState.CLOSED for _code, state, _n, _p in held),
        attendances=sum(people for _code, _state, _n, people in held),
        served=sum(served or 0 for _code, _state, served, _p in held),
        service=_service([str(pk) for pk, _fen in fulfilled], [row[0] for row in held]),
        results=_results(project),
    )


def counted_activities(project: Project) -> QuerySet[Activity]:
    """Neither drafts nor what was called off."""
    rows = Activity.objects.filter(project=project)
    return rows.exclude(state__in=(ActivityState.DRAFT, ActivityState.CANCELLED))


def _service(claims: list[str], activities: list[str]) -> Sums:
    of_wishes = ledger.entries_of_source("wish", claims)
    return ledger.sums_of(of_wishes | ledger.entries_of_source("activity", activities))


def _results(project: Project) -> list[Result]:
    known = {each.code: each for each in scheme_for(project.from_on).activities.outcomes}
    rows = (
        Outcome.objects.filter(activity__project=project)
        .values_list("kind")
        .annotate(total=Sum("quantity"))
        .order_by("kind")
    )
    return [
        Result(known[kind].title, total, known[kind].unit) for kind, total in rows if kind in known
    ]


@dataclass(frozen=True)
class Part:
    """What of one kind stands in the project, and what of this desk could join it."""

    inside: list[Any]
    more: list[Any]


def gathered(project: Project, actor: Actor) -> dict[str, Part]:
    """One query for each kind; what could join is of the community that the project serves."""
    served = Q(community=project.community_id) if project.community_id else Q()
    open_to = served & ~Q(state__in=GONE)
    held = served | Q(organizer=project.owner_id) if project.community_id else Q()
    held &= ~Q(state=ActivityState.CANCELLED)
    return {
        "posts": _part(posts_on_desk(actor), project, served),
        "wishes": _part(wishes_on_desk(actor).exclude(title=""), project, open_to),
        "activities": _part(on_desk_of(actor), project, held),
    }


def _part(rows: QuerySet[Any], project: Project, could: Q) -> Part:
    mine = rows.filter(Q(project=project) | (Q(project=None) & could))
    newest = list(mine.order_by(F("project").asc(nulls_last=True), "-pk")[:SHOWN])
    inside = [each for each in newest if each.project_id]
    return Part(inside, [each for each in newest if not each.project_id])


def public_parts(project: Project, now: datetime) -> dict[str, Any]:
    """What the public page lists: announced activities, open posts, wishes that may be shown."""
    activities = Activity.objects.announced().filter(project=project)
    wishes = Wish.objects.published(now).filter(project=project, may_publish=True)
    posts = open_posts(now).filter(project=project)
    return {
        "posts": posts.order_by("title", "pk")[:50],
        "activities": activities.order_by("-starts_at")[:50],
        "wishes": wishes.order_by("-opened_at")[:50],
    }
