"""Follow-ups on a desk: the list, its figures, one with what was noted as done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES
from allhours.kernel import clock
from allhours.needs.choices import ClaimState, FollowUpResult, RatingLevel
from allhours.needs.models import Claim, FollowUp
from allhours.needs.models.follow_up import FollowUpQuerySet
from allhours.needs.scope import HANDLERS, handles
from allhours.ui.awaiting import Counted, Waiting
from allhours.ui.parts import Fact


@dataclass(frozen=True)
class FollowUpPage:
    follow_up: FollowUp
    facts: list[Fact]
    may_note: bool


def on_desk(actor: Actor) -> FollowUpQuerySet:
    """The open ones first, the longest waiting before the others."""
    rows = FollowUp.objects.on_desk_of(actor).select_related("wish__community")
    return rows.order_by(F("done_at").asc(nulls_first=True), "drawn_at", "pk")


def desk_follow_up(actor: Actor, code: str) -> FollowUp | None:
    return on_desk(actor).filter(wish__code=code.upper()).first()


def figures(actor: Actor) -> list[Fact]:
    """Of this desk: drawn, tried, reached, satisfied, in accordance. One query."""
    reached = Q(result=FollowUpResult.REACHED)
    found = FollowUp.objects.on_desk_of(actor).aggregate(
        drawn=Count("pk"),
        tried=Count("pk", filter=~Q(result=FollowUpResult.DUE)),
        reached=Count("pk", filter=reached),
        content=Count("pk", filter=reached & Q(satisfied__gte=RatingLevel.FAIR)),
        matching=Count("pk", filter=reached & Q(matches=True)),
    )
    labels = {
        "drawn": _("抽取回访"),
        "tried": _("已回访"),
        "reached": _("联系上"),
        "content": _("满意和基本满意"),
        "matching": _("与登记一致"),
    }
    return [
        Fact(label, ngettext("%(n)d 个", "%(n)d 个", found[name]) % {"n": found[name]})
        for name, label in labels.items()
    ]


def page(actor: Actor, follow_up: FollowUp) -> FollowUpPage:
    wish = follow_up.wish
    facts = [
        Fact(_("心愿"), wish.title, reverse("needs:desk-wish", args=[wish.code])),
        Fact(_("社区"), wish.community.label),
        Fact(_("办结"), _day(wish.confirmed_at)),
    ]
    if wish.rating:
        facts.append(Fact(_("评价"), wish.get_rating_display()))
    done = Claim.objects.filter(wish=wish, state=ClaimState.FULFILLED).select_related("member")
    for claim in done.order_by("pk"):
        facts.append(Fact(_("登记的办理情况"), f"{claim.member.name} · {claim.delivery_note}"))
        if claim.goods_value_fen:
            yuan = f"{claim.goods_value_yuan:g}"
            facts.append(Fact(_("物品折合"), _("%(yuan)s 元") % {"yuan": yuan}))
    open_ = follow_up.result != FollowUpResult.REACHED
    return FollowUpPage(
        follow_up, facts, may_note=open_ and handles(actor, wish.community.path, HANDLERS)
    )


def _day(at: datetime | None) -> str:
    return clock.local_date(at).isoformat() if at else "—"


def follow_ups_on_desk(actor: Actor, now: datetime) -> Waiting:
    """Drawn wishes whose makers the community still has to call."""
    if not actor.holds(*COMMUNITY_ROLES):
        return []
    return [
        Counted(
            rows=FollowUp.objects.on_desk_of(actor).due(),
            title=lambda n: ngettext("%(n)d 个心愿待回访", "%(n)d 个心愿待回访", n) % {"n": n},
            url=reverse("needs:follow-ups") + "?result=due",
            oldest="drawn_at",
        )
    ]
