"""A wish as its maker follows it: nothing personal beyond what they wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from allhours.kernel import codes, crypto
from allhours.needs import reasons
from allhours.needs.choices import NEXT, RatingLevel, WishState
from allhours.needs.models import Wish
from allhours.needs.models.wish import WISHER_WORDS
from allhours.needs.queries.words import KINDS, pill, progress
from allhours.projects.progress import steps
from allhours.ui.parts import Event, Kind

FOLLOW = "wish.follow"  # purpose of the follow code's look-up hash


@dataclass(frozen=True)
class Followed:
    code: str
    words: str
    title: str
    community: str
    community_phone: str
    state: str
    pill: str
    kind: Kind
    events: list[Event]
    may_confirm: bool
    may_rate: bool
    may_withdraw: bool
    may_hide: bool
    note: str
    ratings: list[tuple[int, str]]
    project: str
    project_url: str


def follow_hash(code: str) -> str:
    return crypto.lookup_hash(codes.normal_code(code), FOLLOW)


def wish_followed(code: str) -> Wish | None:
    """The wish that was made with this code, also where it goes on as another."""
    wanted = follow_hash(code)
    if not wanted:
        return None
    rows = Wish.objects.select_related(
        "community", "project", "merged_into__community", "merged_into__project"
    )
    return rows.filter(follow_hash=wanted).first()


def led_on(wish: Wish) -> Wish:
    """The wish that the code's holder acts on: a merged one's successor, if it is theirs as well.

    Who made another wish that was only alike may read how it goes on, and no more.
    """
    into = wish.merged_into
    if into is None or not wish.wisher_phone_hash:
        return wish
    return into if into.wisher_phone_hash == wish.wisher_phone_hash else wish


def followed(code: str, now: datetime) -> Followed | None:
    wish = wish_followed(code)
    if wish is None:
        return None
    shown, acting = wish.merged_into or wish, led_on(wish)
    state, may = shown.state_at(now), acting.state_at(now)
    project = shown.project if state == WishState.CONVERTED else None
    public = project is not None and project.published_at is not None
    return Followed(
        code=wish.code,
        words=crypto.unseal(wish.words_sealed, WISHER_WORDS),
        title=shown.title,
        community=shown.community.label,
        community_phone=shown.community.phone,
        state=state,
        pill=pill(shown, state),
        kind=KINDS[state],
        events=_events(wish, now),
        may_confirm=may == WishState.DELIVERED,
        may_rate=may == WishState.CONFIRMED and acting.rating is None,
        may_withdraw=WishState.WITHDRAWN in NEXT.get(WishState(acting.state), set()),
        may_hide=acting.may_publish and acting.state != WishState.MERGED,
        note=acting.note,
        ratings=[(level.value, str(level.label)) for level in RatingLevel],
        project=project.name if project else "",
        project_url=reverse("portal:public-project", args=[project.code])
        if project and public
        else "",
    )


def _events(wish: Wish, now: datetime) -> list[Event]:
    """Its own way, and from the merging on that of the wish it became part of."""
    into = wish.merged_into
    if into is None or wish.ended_at is None:
        return _way(wish, now)
    merged = Event(_("与心愿 %(code)s 合并办理") % {"code": into.code}, wish.ended_at, kind="info")
    own = [each for each in progress(wish, now) if each.at and each.at < wish.ended_at]
    return [
        *(each for each in _way(into, now) if each.at and each.at >= wish.ended_at),
        merged,
        *own,
    ]


def _way(wish: Wish, now: datetime) -> list[Event]:
    """Its progress, and that of the project which sees to it now."""
    project, at = wish.project, wish.ended_at
    if wish.state != WishState.CONVERTED or project is None or at is None:
        return progress(wish, now)
    text = _("转由特色项目“%(name)s”办理") % {"name": project.name}
    turned = Event(text, at, note=reasons.shown(wish.end_reason), kind="info")
    return [*steps(project, at), turned, *progress(wish, now)]
