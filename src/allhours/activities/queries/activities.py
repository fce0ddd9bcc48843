"""Activities as the public, a member and a desk see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.activities import rules
from allhours.activities.choices import OPEN_SIGN_UPS, ActivityState, SignUpState
from allhours.activities.kinds import titles
from allhours.activities.models import Activity, SignUp
from allhours.directory.choices import OrgKind
from allhours.directory.models import Member, Organization
from allhours.kernel import clock, paths
from allhours.ui.parts import Kind


@dataclass(frozen=True)
class Shown:
    """An activity as a card or page shows it."""

    activity: Activity
    kind: str  # the scheme's title of its kind
    state: str
    tone: Kind
    mine: SignUp | None = None
    meets: str = ""  # title of another of my activities at the same time
    may_sign_up: bool = False

    @property
    def waits(self) -> bool:
        return self.mine is not None and self.mine.state == SignUpState.WAITING


def state_of(activity: Activity, now: datetime) -> tuple[str, Kind]:
    """The state in words that fit the hour."""
    if activity.state != ActivityState.PUBLISHED:
        tone: Kind = "ok" if activity.state == ActivityState.CLOSED else "neutral"
        return activity.get_state_display(), tone
    if activity.ends_at <= now:
        return _("待登记出勤"), "warn"
    if activity.starts_at <= now:
        return _("进行中"), "ok"
    if activity.places_left:
        return _("报名中"), "info"
    return (_("可候补") if activity.waiting_list else _("已满")), "warn"


def visible_publicly() -> QuerySet[Activity]:
    """All but drafts; a cancelled one is still found by those who had its address."""
    return _whole(Activity.objects.exclude(state=ActivityState.DRAFT))


def upcoming(now: datetime) -> QuerySet[Activity]:
    return _whole(Activity.objects.upcoming(now)).order_by("starts_at", "pk")


def past(now: datetime) -> QuerySet[Activity]:
    return _whole(Activity.objects.announced().filter(starts_at__lte=now)).order_by(
        "-starts_at", "-pk"
    )


def fitting(member: Member, now: datetime) -> QuerySet[Activity]:
    """Upcoming ones not signed up for: of the member's community, the county's, then others."""
    home = member.serving_community_id or member.residence_id
    mine = SignUp.objects.filter(member=member, state__in=OPEN_SIGN_UPS).values("activity")
    return (
        upcoming(now)
        .exclude(pk__in=mine)
        .annotate(
            fit=Case(
                When(community_id=home, then=Value(0)),
                When(community=None, then=Value(1)),
                default=Value(2),
                output_field=IntegerField(),
            )
        )
        .order_by("fit", "starts_at", "pk")
    )


def on_desk_of(actor: Actor) -> QuerySet[Activity]:
    return _whole(Activity.objects.on_desk_of(actor))


def signups_of(member: Member) -> list[SignUp]:
    """The member's open sign-ups of published activities, next first."""
    return list(
        SignUp.objects.filter(
            member=member,
            state__in=OPEN_SIGN_UPS,
            activity__state=ActivityState.PUBLISHED,
        )
        .select_related("activity__organizer", "activity__community")
        .order_by("activity__starts_at")
    )


def shown(
    activities: Iterable[Activity], *, now: datetime, mine: Iterable[SignUp] = ()
) -> list[Shown]:
    """Cards; `mine` are the reader's own open sign-ups, for state and warnings."""
    own = {signup.activity_id: signup for signup in mine}
    kinds: dict[date, dict[str, str]] = {}
    cards = []
    for activity in activities:
        day = clock.local_date(activity.starts_at)
        names = kinds.setdefault(day, titles(day))
        state, tone = state_of(activity, now)
        cards.append(
            Shown(
                activity=activity,
                kind=names.get(activity.kind, activity.kind),
                state=state,
                tone=tone,
                mine=own.get(activity.pk),
                meets=_meets(activity, own.values()),
                may_sign_up=not rules.sign_up_refusals(activity, now),
            )
        )
    return cards


def _meets(activity: Activity, mine: Iterable[SignUp]) -> str:
    for signup in mine:
        other = signup.activity
        if (
            other.pk != activity.pk
            and other.starts_at < activity.ends_at
            and activity.starts_at < other.ends_at
        ):
            return other.title
    return ""


def member_of(actor: Actor) -> Member | None:
    if actor.member_id is None:
        return None
    return Member.objects.select_related("unit", "serving_community").get(pk=actor.member_id)


def organizers_of(actor: Actor) -> QuerySet[Organization]:
    """Organisations in whose name the actor may plan: those of their appointments."""
    ids = [grant.organization_id for grant in actor.grants_of(rules.RUN_ROLES)]
    return Organization.objects.filter(pk__in=[pk for pk in ids if pk is not None]).open()


def communities() -> QuerySet[Organization]:
    """All communities of the county: an activity may serve any of them."""
    return Organization.objects.communities().open()


def with_state(rows: QuerySet[Activity], state: str, now: datetime) -> QuerySet[Activity]:
    """The desk's filter: draft, upcoming, awaiting, closed, cancelled."""
    if state == "upcoming":
        return rows.filter(state=ActivityState.PUBLISHED, ends_at__gt=now)
    if state == "awaiting":
        return rows.filter(state=ActivityState.PUBLISHED, ends_at__lte=now)
    return rows.filter(state=state)


def in_month(rows: QuerySet[Activity], first: date, after: date) -> list[Activity]:
    return list(
        rows.exclude(state=ActivityState.CANCELLED)
        .filter(starts_at__gte=clock.at(first), starts_at__lt=clock.at(after))
        .order_by("starts_at")
    )


def _whole(rows: QuerySet[Activity]) -> QuerySet[Activity]:
    return rows.select_related("organizer", "community")


def community_of(organization: Organization) -> Organization | None:
    """The community that an organiser stands in or under: its residents are the ones served."""
    return Organization.objects.filter(
        pk__in=paths.ids(organization.path), kind=OrgKind.COMMUNITY
    ).first()


def people_of(activity: Activity) -> list[SignUp]:
    """Open sign-ups: seats first, then the queue."""
    rows = SignUp.objects.filter(activity=activity, state__in=OPEN_SIGN_UPS)
    return list(
        rows.select_related("member__unit").order_by("state", "queue_no", "member__member_no")
    )
