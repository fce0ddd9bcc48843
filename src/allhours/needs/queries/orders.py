"""Orders, proposals, demands and offers to hand over: the member's own and the desk's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES
from allhours.needs.choices import ClaimState, DemandState, HandoverState, PostState
from allhours.needs.models import Claim, Demand, Post, PostHandover, PostOrder
from allhours.needs.models.order import DemandQuerySet, PostOrderQuerySet
from allhours.needs.queries.claimers import member_of
from allhours.needs.queries.limits import menu, programme_year, skills
from allhours.needs.scope import desk
from allhours.ui.awaiting import Counted, Waiting


def orders_of(actor: Actor, now: datetime) -> PostOrderQuerySet:
    """The member's own of this year."""
    rows = PostOrder.objects.filter(member_id=actor.member_id or 0, year=programme_year(now))
    return rows.select_related("community", "post").order_by("-asked_at", "-pk")


def on_the_menu(actor: Actor, now: datetime) -> dict[str, Any]:
    """What a member may order from the menu, and has: codes of items."""
    member = member_of(actor)
    if member is None or member.left_on is not None:
        return {"orderable": (), "ordered": (), "may_propose": False}
    items = menu(now)
    community = member.serving_community_id or member.residence_id
    if community is None:
        return {"orderable": (), "ordered": (), "may_propose": items.outside_allowed}
    ordered = set(orders_of(actor, now).open().values_list("item", flat=True))
    offered = Post.objects.filter(
        community=community, year=programme_year(now), state=PostState.OPEN, taken__lt=F("places")
    ).values_list("item", flat=True)
    codes = {item.code for item in items.items}
    return {
        "orderable": codes - ordered - set(offered),
        "ordered": ordered,
        "may_propose": items.outside_allowed,
    }


def offers_to(actor: Actor) -> QuerySet[PostHandover]:
    """Posts that others ask the member to take over."""
    rows = PostHandover.objects.filter(
        to_member_id=actor.member_id or 0, state=HandoverState.OPEN
    ).select_related("claim__post__community", "claim__member__unit")
    return rows.order_by("pk")


def offers_by(actor: Actor) -> dict[int, PostHandover]:
    """Claim id → the open offer to hand it over."""
    rows = PostHandover.objects.filter(
        claim__member_id=actor.member_id or 0, state=HandoverState.OPEN
    )
    return {row.claim_id: row for row in rows.select_related("to_member")}


def handovers_of(actor: Actor) -> QuerySet[PostHandover]:
    """Those that the member offered or was offered."""
    me = actor.member_id or 0
    rows = PostHandover.objects.filter(Q(to_member_id=me) | Q(claim__member_id=me))
    return rows.select_related("claim__post__community", "claim__member", "to_member")


def handover_of(actor: Actor, code: str) -> PostHandover | None:
    return handovers_of(actor).filter(code=code.upper()).first()


def orders_on_desk(actor: Actor) -> PostOrderQuerySet:
    rows = PostOrder.objects.on_desk_of(actor)
    return rows.select_related("community", "member__unit", "post")


def desk_orders(actor: Actor, now: datetime) -> PostOrderQuerySet:
    rows = orders_on_desk(actor).filter(year=programme_year(now))
    return rows.order_by("-state", "asked_at")


def desk_order(actor: Actor, code: str) -> PostOrder | None:
    return orders_on_desk(actor).filter(code=code.upper()).first()


def open_by_item(actor: Actor, now: datetime) -> list[tuple[str, int]]:
    """How many members wait for which item, the most wanted first."""
    rows = PostOrder.objects.on_desk_of(actor).open().filter(year=programme_year(now))
    counts = rows.exclude(item="").order_by().values_list("item").annotate(n=Count("pk"))
    titles = menu(now)
    return [(titles.title_of(item), n) for item, n in counts.order_by("-n", "item")]


def same_orders(order: PostOrder) -> int:
    """Members who ordered the same item there."""
    rows = PostOrder.objects.open().filter(community=order.community, year=order.year)
    return rows.filter(item=order.item).count() if order.item else 1


def demands_on_desk(actor: Actor) -> DemandQuerySet:
    return Demand.objects.on_desk_of(actor).select_related("community", "post")


def desk_demands(actor: Actor, now: datetime) -> DemandQuerySet:
    rows = demands_on_desk(actor).filter(year=programme_year(now))
    return rows.order_by("-state", "-placed_at", "-pk")


def desk_demand(actor: Actor, code: str) -> Demand | None:
    return demands_on_desk(actor).filter(code=code.upper()).first()


def sheet_rows(actor: Actor, now: datetime) -> dict[str, list[tuple[str, ...]]]:
    """Community's name → lines of its 志愿服务需求表 that are open, by category."""
    titles, known = menu(now), skills(now)
    order = {item.code: at for at, item in enumerate(titles.items)}
    rows = list(desk_demands(actor, now).filter(state=DemandState.OPEN))
    rows.sort(key=lambda each: (each.community.code, order.get(each.item, 99), each.pk))
    found: dict[str, list[tuple[str, ...]]] = {}
    for each in rows:
        lines = found.setdefault(each.community.name, [])
        lines.append(
            (
                str(len(lines) + 1),
                titles.title_of(each.item),
                each.text,
                str(each.heads),
                named(each.skills, known),
                each.times,
            )
        )
    return found


def named(codes: Iterable[str], titles: dict[str, str]) -> str:
    return str(_("、")).join(titles.get(code, code) for code in codes)


def posts_awaiting(actor: Actor, now: datetime) -> Waiting:
    """Orders and applications that the community has not answered."""
    if not actor.holds(*COMMUNITY_ROLES):
        return []
    orders = PostOrder.objects.on_desk_of(actor).open().filter(year=programme_year(now))
    applied = Claim.objects.filter(
        post__in=Post.objects.filter(desk(actor)), state=ClaimState.WAITING
    )
    return [
        Counted(
            rows=orders,
            title=lambda n: (
                ngettext("%(n)d 份岗位点单待答复", "%(n)d 份岗位点单待答复", n) % {"n": n}
            ),
            url=reverse("needs:orders") + "?state=open",
            oldest="asked_at",
        ),
        Counted(
            rows=applied,
            title=lambda n: (
                ngettext("%(n)d 份岗位申请待确认", "%(n)d 份岗位申请待确认", n) % {"n": n}
            ),
            url=reverse("needs:posts") + "?waiting=yes",
            oldest="claimed_at",
            kind="warn",
        ),
    ]


def handovers_awaiting(actor: Actor, now: datetime) -> Waiting:
    """The member's yes or no."""
    if actor.member_id is None:
        return []
    return [
        Counted(
            rows=PostHandover.objects.filter(
                to_member_id=actor.member_id, state=HandoverState.OPEN
            ),
            title=lambda n: (
                ngettext("有 %(n)d 个岗位请您接手", "有 %(n)d 个岗位请您接手", n) % {"n": n}
            ),
            url=reverse("needs:my-posts"),
            oldest="asked_at",
            kind="warn",
        )
    ]
