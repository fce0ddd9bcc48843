"""志愿服务需求表: what a community needs, line by line, and the post that comes of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.directory.models import Organization
from allhours.kernel import codes
from allhours.kernel.errors import Refused, refuse_if
from allhours.needs.actions.desk import require_handler
from allhours.needs.actions.posts import PostText, publish_post
from allhours.needs.choices import DemandState
from allhours.needs.models import Demand, Post
from allhours.needs.queries.limits import menu, programme_year
from allhours.needs.rules import orders as rules


@transaction.atomic
def place_demand(
    *,
    actor: Actor,
    community: Organization,
    item: str,
    text: str,
    heads: int,
    now: datetime,
    skills: tuple[str, ...] = (),
    times: str = "",
) -> Demand:
    require_handler(actor, community)
    refuse_if(rules.demand_refusals(item=item, text=text, heads=heads, menu=menu(now)))
    demand = Demand.objects.create(
        code=codes.public_code(), community=community, year=programme_year(now), item=item,
        text=text.strip()[:200], heads=heads, skills=list(skills), times=times.strip()[:80],
        placed_at=now,
    )  # fmt: skip
    journal.note(actor=actor, did="demand.placed", to=demand, now=now, item=item, heads=heads)
    return demand


@transaction.atomic
def close_demand(*, actor: Actor, demand: Demand, now: datetime) -> None:
    require_handler(actor, demand.community)
    _end(demand, DemandState.CLOSED)
    journal.note(actor=actor, did="demand.closed", to=demand, now=now)


@transaction.atomic
def meet_demand(*, actor: Actor, demand: Demand, text: PostText, now: datetime) -> Post:
    """Publish a post for the demand."""
    require_handler(actor, demand.community)
    _end(demand, DemandState.MET)
    post = publish_post(actor=actor, community=demand.community, text=text, now=now)
    Demand.objects.filter(pk=demand.pk).update(post=post)
    journal.note(actor=actor, did="demand.met", to=demand, now=now, post=post.pk)
    return post


def _end(demand: Demand, to: DemandState) -> None:
    if not Demand.objects.filter(pk=demand.pk, state=DemandState.OPEN).update(state=to):
        demand.refresh_from_db()
        raise Refused(rules.DEMAND_NOT_OPEN.having(state=demand.get_state_display()))
