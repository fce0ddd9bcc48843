"""Posts: the public menu, what fits a member first, and the community's own list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, Min, OuterRef, Q, Sum
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.directory.models import Member
from allhours.kernel import clock
from allhours.kernel.errors import Refusal
from allhours.needs.choices import ClaimState, PostState
from allhours.needs.models import Claim, Post
from allhours.needs.models.claim import ClaimQuerySet
from allhours.needs.models.menu import PostQuerySet
from allhours.needs.queries.claimers import member_of, posts_held
from allhours.needs.queries.limits import free_times, menu, programme_year, skills
from allhours.needs.rules import fit
from allhours.needs.rules.posts import take_refusals
from allhours.needs.rules.renewal import at_the_same_time

OPEN = (ClaimState.LIVE, ClaimState.WAITING)


@dataclass(frozen=True)
class PostCard:
    code: str
    title: str
    item: str
    community: str
    place: str
    times: str  # in words: the weekly times of the scheme, and what is written beside them
    term: str
    places: int
    left: int
    fit: int  # how well it fits the reader; 0: nothing speaks for it
    why: tuple[str, ...]  # in words, the weightiest first
    mine: bool
    waiting: bool = False  # the reader has applied for it


def open_posts(now: datetime) -> PostQuerySet:
    rows = Post.objects.taking(programme_year(now), clock.local_date(now))
    return rows.select_related("community")


def places_by_item(now: datetime) -> dict[str, tuple[int, int]]:
    """Item → how many posts of it may be taken today, and their free places."""
    rows = open_posts(now).order_by().values_list("item")
    counts = rows.annotate(posts=Count("pk"), left=Sum(F("places") - F("taken")))
    return {item: (posts, left) for item, posts, left in counts}


def every_post() -> PostQuerySet:
    """Open, full, closed or over: what a post says is public."""
    return Post.objects.select_related("community")


def post_by_code(code: str) -> Post | None:
    return every_post().filter(code=code.upper()).first()


def cards_of(
    posts: Iterable[Post],
    member: Member | None,
    now: datetime,
    *,
    mine: Mapping[int, str] | None = None,
) -> list[PostCard]:
    """As a list shows them to a reader, in the same order; `mine`: where it is known already."""
    items, slots = menu(now), free_times(now)
    mine = _states_of(member) if mine is None else mine
    card = card_of(member) if member else None
    return [
        _card(
            post,
            card,
            items.title_of(post.item) if post.item else "",
            slots,
            mine=mine.get(post.pk, ""),
        )
        for post in posts
    ]


def _card(
    post: Post, card: fit.Card | None, item: str, slots: Mapping[str, str], *, mine: str
) -> PostCard:
    why = reasons_for(post, card) if card else ()
    return PostCard(
        code=post.code,
        title=post.title,
        item=item,
        community=post.community.label,
        place=post.place,
        times=times_of(post, slots),
        term=term_of(post),
        places=post.places,
        left=post.places_left,
        fit=fit.weight(why),
        why=tuple(str(fit.WORDS[each]) for each in why),
        mine=bool(mine),
        waiting=mine == ClaimState.WAITING,
    )


def card_of(member: Member) -> fit.Card:
    return fit.Card(
        serving=member.serving_community_id,
        residence=member.residence_id,
        wishes=member.wishes_to_serve,
        skills=member.skills,
        free_time=member.free_time,
    )


def reasons_for(post: Post, card: fit.Card) -> tuple[str, ...]:
    wanted = fit.Wanted(post.community_id, post.item, post.skills, post.weekly)
    return fit.reasons(wanted, card)


def times_of(post: Post, slots: Mapping[str, str]) -> str:
    """“双休日，每周六上午”."""
    written = [post.times] if post.times else []
    return str(_("，")).join([*(slots.get(code, code) for code in post.weekly), *written])


def term_of(post: Post) -> str:
    """“2026-03-01 至 2026-06-30”; "" for the whole year."""
    first, last = (f"{day:%Y-%m-%d}" if day else "" for day in (post.from_on, post.until_on))
    if first and last:
        return str(_("%(first)s 至 %(last)s")) % {"first": first, "last": last}
    if last:
        return str(_("至 %(last)s")) % {"last": last}
    return str(_("%(first)s 起")) % {"first": first} if first else ""


def words_of(post: Post, now: datetime) -> dict[str, str]:
    """What a page says of its times and skills."""
    titles = skills(now)
    return {
        "times": times_of(post, free_times(now)),
        "term": term_of(post),
        "skills": str(_("、")).join(titles.get(code, code) for code in post.skills),
    }


def _states_of(member: Member | None) -> dict[int, str]:
    """Post id → the state of the member's open claim of it."""
    if member is None:
        return {}
    rows = Claim.objects.filter(member=member, state__in=OPEN, post__isnull=False)
    return {post_id or 0: state for post_id, state in rows.values_list("post_id", "state")}


@dataclass(frozen=True)
class Standing:
    """What a post is to a reader: which reasons speak for it, and the state of their claim."""

    why: tuple[str, ...] = ()
    mine: str = ""


def standing_of(actor: Actor) -> Callable[[Post], Standing]:
    """For many posts at the price of two queries; for who is no member, of none."""
    member = member_of(actor)
    if member is None:
        return lambda _post: Standing()
    card, states = card_of(member), _states_of(member)
    return lambda post: Standing(reasons_for(post, card), states.get(post.pk, ""))


def my_posts(actor: Actor) -> ClaimQuerySet:
    return (
        Claim.objects.filter(member_id=actor.member_id or 0, post__isnull=False)
        .select_related("post__community")
        .order_by("state", "-claimed_at")
    )


def my_post_claim(actor: Actor, code: str) -> Claim | None:
    open_ = my_posts(actor).filter(state__in=OPEN)
    return open_.filter(post__code=code.upper()).first()


def posts_on_desk(actor: Actor) -> PostQuerySet:
    return Post.objects.on_desk_of(actor).select_related("community")


def desk_post(actor: Actor, code: str) -> Post | None:
    return posts_on_desk(actor).select_related("project").filter(code=code.upper()).first()


def takers(post: Post) -> ClaimQuerySet:
    rows = Claim.objects.filter(post=post).select_related("member__unit")
    return rows.order_by("state", "claimed_at")


@dataclass(frozen=True)
class PostPage:
    mine: bool
    takeable: bool
    sign_in: bool
    refusals: list[Refusal]
    why: tuple[str, ...] = ()  # what speaks for it, in words
    waiting: bool = False  # applied for
    clashes: tuple[str, ...] = ()  # the member's posts at the same time of the week, in words


def post_page(actor: Actor, post: Post, now: datetime) -> PostPage:
    """What this reader may do with the post."""
    member = member_of(actor)
    if member is None:
        open_ = post.state == PostState.OPEN and post.places_left > 0
        return PostPage(False, False, open_ and not actor.is_signed_in, [])
    state = _states_of(member).get(post.pk, "")
    mine = bool(state)
    refusals = take_refusals(
        post,
        on_roster=member.left_on is None,
        held=posts_held(member.pk, post.year),
        limit=menu(now).choices_per_member,
        on=clock.local_date(now),
    )
    why = tuple(str(fit.WORDS[each]) for each in reasons_for(post, card_of(member)))
    return PostPage(
        mine, not mine and not refusals, False, [] if mine else refusals, why,
        waiting=state == ClaimState.WAITING,
        clashes=() if mine else _clashes(post, member, now),
    )  # fmt: skip


def _clashes(post: Post, member: Member, now: datetime) -> tuple[str, ...]:
    """A hint, never a refusal: times of the week are wide."""
    if not post.weekly:
        return ()
    held = Claim.objects.filter(member=member, state__in=OPEN, post__year=post.year)
    others = held.exclude(post=post).values_list("post__title", "post__weekly")
    slots = free_times(now)
    return tuple(
        _("与您的岗位“%(title)s”同在%(slot)s，请确认时间错得开。")
        % {"title": title, "slot": slots.get(slot, slot)}
        for title, slot in at_the_same_time(post.weekly, [(t or "", w) for t, w in others])
    )


def last_years(actor: Actor, now: datetime) -> PostQuerySet:
    """Posts of the year before on the desk, with `renewed`: whether they are set up again."""
    twin = Post.objects.filter(renews=OuterRef("pk"))
    rows = posts_on_desk(actor).filter(year=programme_year(now) - 1).annotate(renewed=Exists(twin))
    return rows.order_by("community__code", "title", "pk")


def posts_of_year(actor: Actor, now: datetime) -> PostQuerySet:
    """This year's posts of the desk, open ones first."""
    rows = posts_on_desk(actor).filter(year=programme_year(now))
    waiting = Q(claims__state=ClaimState.WAITING)
    rows = rows.annotate(
        waiting=Count("claims", filter=waiting), oldest=Min("claims__claimed_at", filter=waiting)
    )
    return rows.order_by("-state", "title", "pk")
