"""Wishes that units claimed, as the unit's desk reads them: masked, whoever reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES, UNIT_ROLES
from allhours.accounts.scope import within
from allhours.directory.models import Member, Organization
from allhours.directory.models.member import MemberQuerySet
from allhours.kernel import clock
from allhours.kernel.errors import Refusal
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim, ClaimHelper, Wish
from allhours.needs.models.claim import ClaimQuerySet
from allhours.needs.queries.claimers import unit_claim, unit_claims_held
from allhours.needs.queries.limits import item_titles, wish_limits
from allhours.needs.rules.unit_claims import in_unit_hand_refusals, unit_refusals
from allhours.ui.awaiting import Counted, Waiting
from allhours.ui.parts import Fact, Kind

LOOKERS = COUNTY_ROLES | UNIT_ROLES
STANDINGS = {
    "rename": gettext_lazy("待另派"),
    "working": gettext_lazy("办理中"),
    "delivered": gettext_lazy("待确认"),
    "done": gettext_lazy("已办结"),
    "ended": gettext_lazy("已退回或停止"),
}
TONES: dict[str, Kind] = {
    "rename": "danger",
    "working": "info",
    "delivered": "warn",
    "done": "ok",
    "ended": "neutral",
}


def units_of(actor: Actor) -> QuerySet[Organization]:
    """The open units in whose name the actor may act."""
    rows = Organization.objects.units().open()
    return rows.filter(within(actor, "path", roles=UNIT_ROLES)).order_by("code")


def people_of(unit: Organization) -> MemberQuerySet:
    """Whom the unit may name."""
    return Member.objects.on_roster().filter(unit=unit).order_by("name", "member_no")


def refusals_for(wish: Wish, unit: Organization, now: datetime) -> list[Refusal]:
    """Why the unit may not claim it, before anybody is named."""
    return unit_refusals(
        wish,
        unit,
        held=unit_claims_held(unit.pk),
        holds_it=unit_claim(wish, unit.pk) is not None,
        limits=wish_limits(now),
        now=now,
    )


def unit_claims(actor: Actor) -> ClaimQuerySet:
    """All of the units in the actor's sight, what asks for something first."""
    live = Q(state=ClaimState.LIVE)
    standing = Case(
        When(live & Q(unnamed_since__isnull=False), then=Value("rename")),
        When(live & Q(delivered_at=None), then=Value("working")),
        When(live, then=Value("delivered")),
        When(state=ClaimState.FULFILLED, then=Value("done")),
        default=Value("ended"),
        output_field=CharField(),
    )
    urgency = Case(
        *(When(standing=name, then=Value(at)) for at, name in enumerate(STANDINGS)),
        default=Value(len(STANDINGS)),
    )
    seen = within(actor, "unit__path", roles=LOOKERS)
    return (
        Claim.objects.filter(seen, unit__isnull=False)
        .select_related("wish__community__parent", "unit", "member")
        .annotate(standing=standing)
        .annotate(urgency=urgency, helping=Count("helpers"))
        .order_by("urgency", "due_at", "-pk")
    )


def desk_unit_claim(actor: Actor, pk: int) -> Claim | None:
    return unit_claims(actor).filter(pk=pk).first()


@dataclass(frozen=True)
class UnitClaimPage:
    """One of them with what this reader may do."""

    title: str
    pill: str
    kind: Kind
    facts: list[Fact]
    helpers: list[ClaimHelper]
    may_rename: bool
    may_help: bool
    may_give_back: bool
    is_unnamed: bool


def unit_claim_page(actor: Actor, claim: Claim, now: datetime) -> UnitClaimPage:
    wish, unit = claim.wish, claim.unit
    if wish is None or unit is None:
        raise ValueError("not a unit's claim of a wish")
    acts = actor.holds(*UNIT_ROLES, over=unit.path) and not in_unit_hand_refusals(claim)
    standing = standing_of(claim)
    return UnitClaimPage(
        title=wish.title,
        pill=str(STANDINGS[standing]),
        kind=TONES[standing],
        facts=_facts(claim, wish, unit, now),
        helpers=helpers_of(claim),
        may_rename=acts,
        may_help=acts,
        may_give_back=acts,
        is_unnamed=claim.is_unnamed,
    )


def standing_of(claim: Claim) -> str:
    if claim.state != ClaimState.LIVE:
        return "done" if claim.state == ClaimState.FULFILLED else "ended"
    if claim.unnamed_since is not None:
        return "rename"
    return "working" if claim.delivered_at is None else "delivered"


def helpers_of(claim: Claim) -> list[ClaimHelper]:
    return list(claim.helpers.select_related("member").order_by("added_at", "pk"))


def helper_of(claim: Claim, pk: int) -> ClaimHelper | None:
    return claim.helpers.select_related("member").filter(pk=pk).first()


def _facts(claim: Claim, wish: Wish, unit: Organization, now: datetime) -> list[Fact]:
    named = _("待另派") if claim.is_unnamed else claim.member.name
    facts = [
        Fact(_("编号"), wish.code, reverse("needs:wish", args=[wish.code])),
        Fact(_("单位"), unit.label),
        Fact(_("负责人"), named),
        Fact(_("类别"), item_titles(now).get(wish.category, wish.category)),
        Fact(_("社区"), wish.public_place.label),
        Fact(_("认领日期"), _day(claim.claimed_at)),
    ]
    if claim.state == ClaimState.LIVE and claim.due_at is not None:
        facts.append(Fact(_("办理期限"), _day(claim.due_at)))
    if claim.contacted_at is not None:
        facts.append(Fact(_("首次联系"), _day(claim.contacted_at)))
    if claim.delivered_at is not None:
        facts.append(Fact(_("登记完成"), _day(claim.delivered_at)))
    if claim.ended_at is not None:
        facts.append(Fact(_("结束日期"), _day(claim.ended_at)))
    if claim.end_reason:
        facts.append(Fact(_("原因"), claim.reason_shown))
    return facts


def _day(at: datetime) -> str:
    return clock.local_date(at).isoformat()


def unit_claims_awaiting(actor: Actor, now: datetime) -> Waiting:
    """Where nobody answers, and what is past its term."""
    if not actor.holds(*UNIT_ROLES):
        return []
    mine = Claim.objects.live().filter(
        within(actor, "unit__path", roles=UNIT_ROLES), unit__isnull=False, delivered_at=None
    )
    url = reverse("needs:desk-unit-wishes")

    def on_day(day: date) -> date:
        return day

    return [
        Counted(
            rows=mine.filter(unnamed_since__isnull=False),
            title=lambda n: (
                ngettext(
                    "%(n)d 个单位认领的心愿待另派负责人", "%(n)d 个单位认领的心愿待另派负责人", n
                )
                % {"n": n}
            ),
            url=f"{url}?standing=rename",
            oldest="unnamed_since",
            due=on_day,
            kind="warn",
        ),
        Counted(
            rows=mine.filter(unnamed_since=None, due_at__lt=now),
            title=lambda n: (
                ngettext("%(n)d 个单位认领的心愿超期未办结", "%(n)d 个单位认领的心愿超期未办结", n)
                % {"n": n}
            ),
            url=f"{url}?standing=working",
            oldest="due_at",
            due=on_day,
            kind="warn",
        ),
    ]
