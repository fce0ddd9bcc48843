"""Posts: the public menu, what fits a member first, and the community's own list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allhours.accounts.actor import Actor
from allhours.directory.models import Member
from allhours.kernel.errors import Refusal
from allhours.needs.choices import ClaimState, PostState
from allhours.needs.models import Claim, Post
from allhours.needs.models.claim import ClaimQuerySet
from allhours.needs.models.menu import PostQuerySet
from allhours.needs.queries.claimers import communities_of, member_of, posts_held
from allhours.needs.queries.limits import menu, programme_year
from allhours.needs.rules.posts import take_refusals


@dataclass(frozen=True)
class PostCard:
    code: str
    title: str
    item: str
    community: str
    place: str
    times: str
    places: int
    left: int
    fit: int  # how well it fits the reader: 4 own community, 2 a wish to serve, 1 a skill
    mine: bool

    @property
    def own(self) -> bool:
        return self.fit >= 4


@dataclass(frozen=True)
class MenuSection:
    """An item of the scheme's menu with its open posts; code "" is outside the menu."""

    code: str
    title: str
    description: str
    posts: list[PostCard]


def open_posts(now: datetime) -> PostQuerySet:
    return Post.objects.taking(programme_year(now)).select_related("community")


def post_by_code(code: str) -> Post | None:
    return Post.objects.select_related("community").filter(code=code.upper()).first()


def menu_page(
    actor: Actor, now: datetime, *, community: int | None = None
) -> tuple[list[MenuSection], list[PostCard]]:
    """The menu by item, and for a member the posts that fit them best."""
    member = member_of(actor)
    rows = open_posts(now)
    if community:
        rows = rows.filter(community_id=community)
    items = menu(now)
    mine = _post_ids_of(member)
    cards: list[PostCard] = []
    by_item: dict[str, list[PostCard]] = {}
    for post in rows.order_by("community__code", "title"):
        shown = _card(post, member, items.title_of(post.item) if post.item else "", mine)
        cards.append(shown)
        by_item.setdefault(post.item, []).append(shown)
    sections = [
        MenuSection(item.code, item.title, item.description, by_item.get(item.code, []))
        for item in items.items
    ]
    known = {item.code for item in items.items}
    outside = [each for code, posts in by_item.items() if code not in known for each in posts]
    if outside:
        sections.append(MenuSection("", "", "", outside))
    fitting = sorted((each for each in cards if each.fit and each.left), key=lambda c: -c.fit)
    return sections, fitting[:6] if member else []


def _card(post: Post, member: Member | None, item: str, mine: set[int]) -> PostCard:
    return PostCard(
        code=post.code,
        title=post.title,
        item=item,
        community=post.community.label,
        place=post.place,
        times=post.times,
        places=post.places,
        left=post.places_left,
        fit=_fit(post, member) if member else 0,
        mine=post.pk in mine,
    )


def _fit(post: Post, member: Member) -> int:
    own = post.community_id in communities_of(member)
    wished = post.item in member.wishes_to_serve
    skilled = bool({post.item, *post.skills} & set(member.skills))
    return 4 * own + 2 * wished + skilled


def _post_ids_of(member: Member | None) -> set[int]:
    if member is None:
        return set()
    rows = Claim.objects.filter(member=member, state=ClaimState.LIVE, post__isnull=False)
    return set(rows.values_list("post_id", flat=True))


def my_posts(actor: Actor) -> ClaimQuerySet:
    return (
        Claim.objects.filter(member_id=actor.member_id or 0, post__isnull=False)
        .select_related("post__community")
        .order_by("state", "-claimed_at")
    )


def my_post_claim(actor: Actor, code: str) -> Claim | None:
    return my_posts(actor).filter(post__code=code.upper(), state=ClaimState.LIVE).first()


def posts_on_desk(actor: Actor) -> PostQuerySet:
    return Post.objects.on_desk_of(actor).select_related("community")


def desk_post(actor: Actor, code: str) -> Post | None:
    return posts_on_desk(actor).filter(code=code.upper()).first()


def takers(post: Post) -> ClaimQuerySet:
    rows = Claim.objects.filter(post=post).select_related("member__unit")
    return rows.order_by("state", "claimed_at")


@dataclass(frozen=True)
class PostPage:
    mine: bool
    takeable: bool
    sign_in: bool
    refusals: list[Refusal]


def post_page(actor: Actor, post: Post, now: datetime) -> PostPage:
    """What this reader may do with the post."""
    member = member_of(actor)
    if member is None:
        open_ = post.state == PostState.OPEN and post.places_left > 0
        return PostPage(False, False, open_ and not actor.is_signed_in, [])
    mine = post.pk in _post_ids_of(member)
    refusals = take_refusals(
        post,
        on_roster=member.left_on is None,
        held=posts_held(member.pk, post.year),
        limit=menu(now).choices_per_member,
    )
    return PostPage(mine, not mine and not refusals, False, [] if mine else refusals)


def posts_of_year(actor: Actor, now: datetime) -> PostQuerySet:
    """This year's posts of the desk, open ones first."""
    rows = posts_on_desk(actor).filter(year=programme_year(now))
    return rows.order_by("-state", "title", "pk")
