"""Wishes of the fictional year: noted, verified, published, claimed, delivered, confirmed."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from random import Random

from allhours.accounts.actor import Actor
from allhours.demo import names
from allhours.demo.cast import Cast, Community
from allhours.demo.player import Player
from allhours.directory.models import Member
from allhours.kernel import clock
from allhours.needs.actions import claims, delivery, intake, publication
from allhours.needs.actions.unit_claims import claim_for_unit
from allhours.needs.choices import Origin, RatingLevel, WisherKind
from allhours.needs.models import Claim, Wish
from allhours.needs.rules.claims import Delivery
from allhours.needs.rules.wishes import PublicText, Voice
from allhours.scheme.schema import Scheme

BY_TITLE = {
    "学": WisherKind.ELDER,
    "年级": WisherKind.PUPIL,
    "书包": WisherKind.PUPIL,
    "辅导": WisherKind.PUPIL,
    "孩子": WisherKind.FAMILY,
    "老": WisherKind.ELDER,
    "轮椅": WisherKind.DISABLED,
    "血压": WisherKind.ELDER,
}
BY_UNIT = 8  # one wish of so many, where the scheme lets units claim
HELPERS = 2
GOODS = {"被", "书", "书包", "棋", "鞋", "衣", "米", "壶", "锅", "血压计", "老花镜"}


class WishTeller:
    """Plays `count` wishes between two instants; goods add up to about `goods_yuan`."""

    def __init__(
        self, player: Player, cast: Cast, scheme: Scheme, *, count: int, goods_yuan: int
    ) -> None:
        self.player, self.cast, self.scheme = player, cast, scheme
        self.rng: Random = player.rng
        self.words = names.data("words")
        self.items = {item.title: item.code for item in scheme.menu.items}
        self.origins = [str(each.code) for each in scheme.wishes.channels] or [Origin.PAGE]
        self.goods_left = goods_yuan * 100  # fen, still to be given
        self.count = self.wishes_left = count

    def schedule(self, first: datetime, last: datetime) -> None:
        span = (last - first).total_seconds()
        for _ in range(self.count):
            # more before the summer and before winter than between
            share = self.rng.betavariate(1.5, 1.1)
            day = clock.local(first + timedelta(seconds=span * share))
            when = day.replace(hour=self.rng.randint(8, 20), minute=self.rng.randint(0, 59))
            self.player.at(when, partial(self._note, self.rng.choice(self.cast.communities)))

    def _words(self) -> tuple[str, str]:
        """(category code, what is wished)."""
        title, code = self.rng.choice(list(self.items.items()))
        text = self.rng.choice(self.words["wishes"].get(title) or self.words["any"])
        return code, text.format(n=self.rng.randint(36, 44), when="周五")

    def _note(self, place: Community, now: datetime) -> None:
        pk, facts = self.note(place, now)
        self.player.after(now, partial(self._verify, place, pk, facts), days=(0.2, 3.5))

    def note(self, place: Community, now: datetime) -> tuple[int, PublicText]:
        """A wish noted somewhere, and what the community will make public of it."""
        category, text = self._words()
        kind = next((k for word, k in BY_TITLE.items() if word in text), WisherKind.RESIDENT)
        is_child = kind == WisherKind.PUPIL
        person, _sex = names.person(self.rng)
        origin = self.rng.choice(self.origins)
        actor = Actor.public() if origin == Origin.PAGE else place.grid_worker
        noted = intake.note_wish(
            actor=actor,
            community=place.organization,
            voice=Voice(
                words=f"我是{person}，{text}。",
                name=person,
                phone=f"1991{self.rng.randint(0, 9999999):07d}",
                address=f"{self.rng.randint(1, 20)}栋{self.rng.randint(1, 4)}单元",
                is_minor=is_child,
                guardian_name=person[:1] + "家长" if is_child else "",
                guardian_relation="父母" if is_child else "",
                guardian_consents=is_child,
            ),
            origin=origin,
            consent=self.rng.random() < 0.95,
            wisher_kind=kind,
            grid=place.grid if actor is place.grid_worker else None,
            now=now,
        )
        return noted.wish.pk, PublicText(text, category, kind)

    def _verify(self, place: Community, pk: int, facts: PublicText, now: datetime) -> None:
        wish = _wish(pk)
        if self.rng.random() < 0.015:
            publication.decline_wish(
                actor=place.secretary, wish=wish, reason="与社区已有安排重复", now=now
            )
            return
        wish = self.check(place, pk, facts, now)
        publication.publish_wish(actor=place.secretary, wish=wish, now=now)
        self.player.after(now, partial(self._claim, place, pk), days=(0.1, 7))

    def check(self, place: Community, pk: int, facts: PublicText, now: datetime) -> Wish:
        """Verified by its community and whoever else reviews."""
        wish = publication.verify_wish(actor=place.secretary, wish=_wish(pk), text=facts, now=now)
        while wish.state == "noted":  # the scheme's review levels
            wish = publication.approve_wish(actor=self.cast.officer, wish=wish, now=now)
        return wish

    def _claim(self, place: Community, pk: int, now: datetime) -> None:
        if not place.serving:
            self.player.after(now, partial(self._claim, place, pk), days=(7, 14))
            return
        member = self.rng.choice(place.serving)
        wish = _wish(pk)
        if not wish.may_publish and wish.community_id != place.organization.pk:
            return
        if self.scheme.wishes.unit_open_claims and pk % BY_UNIT == 3:
            self._take_for_unit(place, member, wish, now)
        else:
            self.take(place, member, wish, now)

    def _take_for_unit(self, place: Community, actor: Actor, wish: Wish, now: datetime) -> None:
        """Claimed by the member's unit, which sends them and a colleague or two."""
        member = Member.objects.select_related("unit").get(pk=actor.member_id or 0)
        colleagues = Member.objects.on_roster().filter(unit=member.unit).exclude(pk=member.pk)
        claim = claim_for_unit(
            actor=self.cast.liaisons[member.unit_id],
            wish=wish,
            unit=member.unit,
            responsible=member,
            helpers=list(colleagues.order_by("member_no")[:HELPERS]),
            now=now,
        )
        self.player.after(now, partial(self._contact, actor, claim.pk), days=(0.1, 1.2))
        self.player.after(now, partial(self._deliver, place, actor, claim.pk), days=(2, 16))

    def take(self, place: Community, member: Actor, wish: Wish, now: datetime) -> None:
        """Claimed, and seen through by this member."""
        claim = claims.claim_wish(actor=member, wish=wish, now=now)
        self.player.after(now, partial(self._contact, member, claim.pk), days=(0.1, 1.2))
        if self.rng.random() < 0.03:
            self.player.after(now, partial(self._give_back, place, member, claim.pk), days=(1, 4))
        else:
            self.player.after(now, partial(self._deliver, place, member, claim.pk), days=(2, 16))

    def _contact(self, member: Actor, pk: int, now: datetime) -> None:
        delivery.note_contact(actor=member, claim=_claim(pk), now=now)

    def _give_back(self, place: Community, member: Actor, pk: int, now: datetime) -> None:
        claim = _claim(pk)
        claims.give_back(actor=member, claim=claim, reason="临时出差，办不了", now=now)
        assert claim.wish_id is not None  # noqa: S101 - a wish's claim
        self.player.after(now, partial(self._claim, place, claim.wish_id), days=(0.5, 4))

    def _deliver(self, place: Community, member: Actor, pk: int, now: datetime) -> None:
        claim = _claim(pk)
        assert claim.wish is not None  # noqa: S101 - a wish's claim
        minutes = self.rng.choice((30, 40, 60, 60, 90, 120))
        fen = self._goods(claim.wish.title)
        delivery.deliver_claim(
            actor=member,
            claim=claim,
            delivery=Delivery(
                note=self.rng.choice(self.words["delivered"]),
                started_at=now - timedelta(minutes=minutes + 10),
                minutes=minutes,
                goods_value_fen=fen or None,
            ),
            now=now,
        )
        self.player.after(now, partial(self._confirm, place, claim.wish_id or 0), days=(0.3, 6))

    def _goods(self, title: str) -> int:
        """The value of what was given, in fen: the year's goods over the wishes still to come."""
        mean = self.goods_left / max(1, self.wishes_left)
        weight = 1.5 if any(word in title for word in GOODS) else 0.8
        fen = int(mean * weight * self.rng.uniform(0.5, 1.5)) // 100 * 100
        self.goods_left -= fen
        self.wishes_left -= 1
        return fen

    def _confirm(self, place: Community, pk: int, now: datetime) -> None:
        wish = _wish(pk)
        if self.rng.random() < 0.6:
            rating = RatingLevel.FAIR if self.rng.random() < 0.06 else RatingLevel.SATISFIED
            delivery.confirm_by_resident(actor=Actor.public(), wish=wish, rating=rating, now=now)
        else:
            delivery.confirm_delivery(actor=place.secretary, wish=wish, now=now)


def _wish(pk: int) -> Wish:
    return Wish.objects.select_related("community").get(pk=pk)


def _claim(pk: int) -> Claim:
    return Claim.objects.select_related("wish__community", "member").get(pk=pk)
