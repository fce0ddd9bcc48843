"""The community's desk: a board by state with what is late, and one wish with its journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, CharField, Count, Max, Min, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Concat, NullIf
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.accounts.models import JournalEntry, User
from allhours.directory.choices import OrgKind
from allhours.directory.models import Member, Organization
from allhours.kernel import clock, paths
from allhours.needs.choices import ClaimState, SightPurpose, WishState
from allhours.needs.models import Claim, ClaimHelper, Post, Wish
from allhours.needs.models.wish import WishQuerySet, due_by
from allhours.needs.queries.limits import item_titles, wish_limits
from allhours.needs.queries.words import KINDS
from allhours.needs.rules.ageing import Hand
from allhours.needs.scope import NOTERS
from allhours.scheme.queries import calendar_around, scheme_for
from allhours.ui.parts import Event, Kind

COLUMNS: dict[str, tuple[str, ...]] = {
    "noted": (WishState.NOTED,),
    "verified": (WishState.VERIFIED, WishState.SCHEDULED),
    "open": (WishState.OPEN,),
    "claimed": (WishState.CLAIMED,),
    "delivered": (WishState.DELIVERED,),
    "confirmed": (WishState.CONFIRMED,),
    "ended": (
        WishState.DECLINED,
        WishState.WITHDRAWN,
        WishState.EXPIRED,
        WishState.MERGED,
        WishState.CONVERTED,
    ),
}


@dataclass(frozen=True)
class Row:
    """A wish on the board: the public text once there is one, never the resident's own words."""

    code: str
    title: str
    community: str
    category: str
    state: str
    state_label: str
    kind: Kind
    since: datetime
    late: str  # why it is marked, "" if it is in time
    claimers: str


@dataclass(frozen=True)
class Terms:
    """The instants before which a wish in each state counts as waiting too long."""

    noted: datetime
    checked: datetime
    opened: datetime
    contacted: datetime
    delivered: datetime
    now: datetime


def wishes_on_desk(actor: Actor) -> WishQuerySet:
    return Wish.objects.on_desk_of(actor).select_related("community")


def terms(now: datetime) -> Terms:
    limits = wish_limits(now)
    return Terms(
        noted=clock.at(_workdays_back(clock.local_date(now), limits.verify_working_days)),
        checked=clock.at(_workdays_back(clock.local_date(now), limits.review_working_days)),
        opened=now - timedelta(days=limits.unclaimed_days),
        contacted=now - timedelta(hours=limits.contact_hours),
        delivered=now - timedelta(days=limits.confirm_days),
        now=now,
    )


def _workdays_back(day: date, count: int) -> date:
    calendar = calendar_around(day, scheme_for(day))
    while count > 0:
        day -= timedelta(days=1)
        count -= calendar.is_workday(day)
    return day


def late(term: Terms) -> Q:
    """Wishes that wait longer than the scheme says, whatever for."""
    lives = Claim.objects.filter(state=ClaimState.LIVE, delivered_at=None)
    slow = lives.annotate(begun=Coalesce("named_at", "claimed_at")).filter(
        Q(contacted_at=None, begun__lt=term.contacted) | Q(due_at__lt=term.now)
    )
    return (
        Q(state=WishState.NOTED, checked_at=None, noted_at__lt=term.noted)
        | Q(state=WishState.NOTED, checked_at__lt=term.checked)
        | Q(state=WishState.OPEN, opened_at__lt=term.opened)
        | Q(state__in=(WishState.OPEN, WishState.CLAIMED), pk__in=slow.values("wish_id"))
        | Q(state=WishState.DELIVERED, delivered_at__lt=term.delivered)
    )


def in_column(name: str, now: datetime) -> Q:
    states = Q(state__in=COLUMNS[name])
    if name == "open":
        return states | due_by(now)
    return states & ~due_by(now) if name == "verified" else states


def column_label(name: str) -> str:
    return {
        "noted": _("待核实"),
        "verified": _("待发布"),
        "open": _("待认领"),
        "claimed": _("办理中"),
        "delivered": _("待确认"),
        "confirmed": _("已办结"),
        "ended": _("未办理"),
    }[name]


def _in_order(rows: WishQuerySet, name: str) -> WishQuerySet:
    if name in ("confirmed", "ended"):
        return rows.order_by("-ended_at", "-pk")
    return rows.order_by("noted_at", "pk")


def claimer_words() -> Case:
    """Who sees to a wish, of each of its claims: a member, or a unit and the one it named."""
    unit = Coalesce(NullIf("claims__unit__short_name", Value("")), "claims__unit__name")
    awaited = Concat(unit, Value(" · "), Value(_("待另派")))
    return Case(
        When(claims__unit=None, then="claims__member__name"),
        When(claims__state=ClaimState.LIVE, claims__unnamed_since__isnull=False, then=awaited),
        default=Concat(unit, Value(" · "), "claims__member__name"),
        output_field=CharField(),
    )


def _with_claims(rows: WishQuerySet) -> QuerySet[Wish, Wish]:
    live = Q(claims__state=ClaimState.LIVE)
    return rows.annotate(
        uncontacted=Min(
            Coalesce("claims__named_at", "claims__claimed_at"),
            filter=live & Q(claims__contacted_at=None),
        ),
        due=Min("claims__due_at", filter=live & Q(claims__delivered_at=None)),
        claimer=Coalesce(
            Max(claimer_words(), filter=live | Q(claims__state=ClaimState.FULFILLED)),
            Value(""),
        ),
    )


def listed(actor: Actor, name: str, now: datetime, only: Q | None = None) -> list[Row]:
    """All wishes of one column, or those that a filter leaves."""
    rows = wishes_on_desk(actor).filter(in_column(name, now), only or Q())
    rows = _in_order(rows, name)
    return _rows(list(_with_claims(rows)), terms(now))


def _rows(wishes: list[Wish], term: Terms) -> list[Row]:
    titles = item_titles(term.now)
    return [_row(wish, term, titles) for wish in wishes]


def _row(wish: Wish, term: Terms, titles: dict[str, str]) -> Row:
    state = wish.state_at(term.now)
    return Row(
        code=wish.code,
        title=wish.title or _("（待核实的心愿）"),
        community=wish.community.label,
        category=titles.get(wish.category, wish.category),
        state=state,
        state_label=str(WishState(state).label),
        kind=KINDS[state],
        since=wish.noted_at,
        late=why_late(wish, state, term, _hand(wish)),
        claimers=getattr(wish, "claimer", ""),
    )


def _hand(wish: Wish) -> Hand:
    due, uncontacted = getattr(wish, "due", None), getattr(wish, "uncontacted", None)
    return Hand(uncontacted_since=uncontacted, due_at=due)


def why_late(wish: Wish, state: str, term: Terms, hand: Hand) -> str:
    if state == WishState.NOTED and wish.checked_at is not None:
        return _("超期未审核") if wish.checked_at < term.checked else ""
    if state == WishState.NOTED and wish.noted_at < term.noted:
        return _("超期未核实")
    if state == WishState.DELIVERED and wish.delivered_at and wish.delivered_at < term.delivered:
        return _("超期未确认")
    if state in (WishState.OPEN, WishState.CLAIMED):
        if hand.due_at and hand.due_at < term.now:
            return _("超期未办结")
        if hand.uncontacted_since and hand.uncontacted_since < term.contacted:
            return _("超期未联系")
    if state == WishState.OPEN and (wish.opened_at or term.now) < term.opened:
        return _("久未认领")
    return ""


def desk_wish(actor: Actor, code: str) -> Wish | None:
    rows = wishes_on_desk(actor).select_related("merged_into", "festival__audience", "project")
    return rows.filter(code=code.upper()).first()


def claims_on_desk(actor: Actor, wish: Wish) -> list[Claim]:
    rows = Claim.objects.filter(wish=wish).select_related("member__unit", "unit")
    helpers = ClaimHelper.objects.select_related("member")
    rows = rows.prefetch_related(Prefetch("helpers", helpers))
    return list(rows.order_by("claimed_at", "pk"))


def desk_claim(actor: Actor, claim_id: int) -> Claim | None:
    """A claim of a wish or post that stands on the actor's desk."""
    on_desk = Q(wish__in=Wish.objects.on_desk_of(actor)) | Q(
        post__in=Post.objects.on_desk_of(actor)
    )
    return (
        Claim.objects.filter(on_desk, pk=claim_id)
        .select_related("wish__community", "post__community", "member")
        .first()
    )


def communities_to_note_for(actor: Actor, roles: frozenset[str] = NOTERS) -> QuerySet[Organization]:
    """Communities in whose name the actor may note a wish: below a grant, or above it."""
    rows = Organization.objects.communities().open().order_by("code")
    if actor.is_system:
        return rows
    mine = Q(pk__in=())
    for grant in actor.grants_of(roles):
        mine |= Q(path__startswith=grant.path) | Q(pk__in=paths.ids(grant.path))
    return rows.filter(mine)


def grid_of(actor: Actor, community: Organization) -> Organization | None:
    """The grid for which the actor works within the community."""
    ids = [
        grant.organization_id
        for grant in actor.grants_of(NOTERS)
        if paths.covers(community.path, grant.path)
    ]
    return Organization.objects.filter(pk__in=[i for i in ids if i], kind=OrgKind.GRID).first()


def history(wish: Wish) -> list[Event]:
    """The journal of a wish in words: who did what, and who saw what, newest first."""
    entries = list(
        JournalEntry.objects.filter(subject="wish", subject_id=str(wish.pk)).order_by("-at", "-pk")
    )
    names = _names({entry.user_id_plain for entry in entries if entry.user_id_plain})
    return [
        Event(
            text=_did(entry.did) + _what_for(entry),
            at=entry.at,
            who=_who(entry, names),
            kind=_DID_KINDS.get(entry.did, "info"),
        )
        for entry in entries
    ]


def _names(user_ids: set[int]) -> dict[int, str]:
    """Who acted, by the name on the roster, else the sign-in's own."""
    users = User.objects.filter(pk__in=user_ids).values_list("pk", "display_name", "username")
    members = dict(Member.objects.filter(user_id__in=user_ids).values_list("user_id", "name"))
    return {pk: members.get(pk) or shown or username for pk, shown, username in users}


def _who(entry: JournalEntry, names: dict[int, str]) -> str:
    if entry.user_id_plain:
        return names.get(entry.user_id_plain) or f"#{entry.user_id_plain}"
    return _("心愿人") if entry.label == "public" else _("系统")


def _what_for(entry: JournalEntry) -> str:
    """Why somebody looked at who the wisher is."""
    purpose = entry.facts.get("purpose", "") if entry.did == "wish.identity_read" else ""
    if purpose == "claim":
        return _("（认领后办理）")
    known = purpose in SightPurpose.values
    return _("（%(why)s）") % {"why": SightPurpose(purpose).label} if known else ""


_DID_KINDS: dict[str, Kind] = {
    "wish.identity_read": "warn",
    "wish.confirmed": "ok",
    "wish.declined": "danger",
    "wish.released": "danger",
}


def _unit_deeds() -> dict[str, str]:
    return {
        "wish.claimed_by_unit": _("以单位名义认领"),
        "wish.unit_asked_for_another": _("负责人请单位另派"),
        "wish.unit_renamed": _("单位另派负责人"),
        "wish.helpers_named": _("安排同志一同参加"),
        "wish.helper_removed": _("退出参加"),
    }


def _did(did: str) -> str:
    words = _unit_deeds() | {
        "wish.noted": _("登记心愿"),
        "wish.code_issued": _("重发查询码"),
        "wish.checked": _("核实公开内容"),
        "wish.approved": _("通过一级审核"),
        "wish.verified": _("核实通过"),
        "wish.scheduled": _("定时发布"),
        "wish.unscheduled": _("取消定时发布"),
        "wish.opened": _("发布"),
        "wish.claimed": _("认领"),
        "wish.queued": _("登记候补"),
        "wish.promoted": _("候补转为认领"),
        "wish.contacted": _("已联系心愿人"),
        "wish.delivered": _("登记办理完成"),
        "wish.sent_back": _("心愿人表示未办成"),
        "wish.confirmed": _("确认办结"),
        "wish.rated": _("作出评价"),
        "wish.given_back": _("退回认领"),
        "wish.released": _("社区收回认领"),
        "wish.extended": _("延长办理期限"),
        "wish.declined": _("不予受理"),
        "wish.withdrawn": _("撤回"),
        "wish.expired": _("过期下架"),
        "wish.festival_joined": _("归入集中认领"),
        "wish.festival_left": _("移出集中认领"),
        "wish.festival_scheduled": _("随集中认领定时发布"),
        "wish.follow_up_drawn": _("抽取回访"),
        "wish.followed_up": _("登记回访"),
        "wish.merged": _("与另一心愿合并"),
        "wish.merged_from": _("另一心愿并入本心愿"),
        "wish.converted": _("转为项目"),
        "wish.gathered": _("心愿纳入特色项目"),
        "wish.consent_ended": _("撤回公开同意"),
        "wish.identity_read": _("查看心愿人信息"),
        "wish.hours_not_counted": _("时长与其他记录重叠，未计时长"),
    }
    return words.get(did, did)


def late_by_community(term: Terms) -> dict[int, int]:
    """Community id → how many of its wishes wait longer than the scheme says."""
    rows = Wish.objects.filter(late(term)).values_list("community_id").annotate(n=Count("pk"))
    return dict(rows.order_by("community_id"))
