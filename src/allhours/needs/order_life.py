"""What a change of a person means for orders and for posts being handed over (`needs.life`)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from allhours.directory.consequences import (
    Consequence,
    Departure,
    Event,
    Lines,
    Merge,
    Undo,
    Withdrawal,
)
from allhours.needs.choices import HandoverState, OrderState
from allhours.needs.models import PostHandover, PostOrder


def foresee(event: Event) -> Lines:
    return [
        Consequence(order.member_id, "order", order.code, order.title) for order in _orders(event)
    ]


def end(event: Event, now: datetime) -> None:
    """What is open ends; of a merge, that of the number that goes."""
    _orders(event).update(state=OrderState.WITHDRAWN, ended_at=now)
    _handovers(event).update(state=HandoverState.WITHDRAWN, ended_at=now)


def _members(event: Event) -> list[int]:
    if isinstance(event, Merge):
        return [event.gone]
    return list(event.members) if isinstance(event, Departure | Withdrawal) else []


def _orders(event: Event) -> QuerySet[PostOrder]:
    return PostOrder.objects.open().filter(member__in=_members(event)).order_by("pk")


def _handovers(event: Event) -> QuerySet[PostHandover]:
    mine = Q(to_member__in=_members(event)) | Q(claim__member__in=_members(event))
    return PostHandover.objects.filter(mine, state=HandoverState.OPEN)


def move(event: Merge) -> Undo:
    """After `end`, so that no slot is held twice."""
    orders = PostOrder.objects.filter(member=event.gone)
    offers = PostHandover.objects.filter(to_member=event.gone)
    undo: Undo = {
        "orders": list(orders.values_list("pk", flat=True)),
        "handovers": list(offers.values_list("pk", flat=True)),
    }
    orders.update(member=event.kept)
    offers.update(to_member=event.kept)
    return undo


def back(event: Merge, undo: Undo) -> None:
    PostOrder.objects.filter(pk__in=undo.get("orders", []), member=event.kept).update(
        member=event.gone
    )
    PostHandover.objects.filter(pk__in=undo.get("handovers", []), to_member=event.kept).update(
        to_member=event.gone
    )
