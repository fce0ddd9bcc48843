"""Posts, activities and members' own notes of the fictional year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from allhours.accounts.actor import Actor
from allhours.activities.actions import attendance, notes, outcomes, planning, signups
from allhours.activities.models import Activity, ServiceNote, SignUp
from allhours.demo import names
from allhours.demo.cast import Cast, Community
from allhours.demo.player import Player
from allhours.demo.posts import Wanted
from allhours.directory.models import Organization
from allhours.kernel import clock
from allhours.ledger.choices import EntryKind
from allhours.needs.actions import posts
from allhours.needs.models import Post
from allhours.scheme.schema import Scheme

POST_PLACES = 30
# Codes of kinds of activity, in the order of preference; the first that the scheme knows is used.
THEMED = ("themed", "service_day", "street", "key_task")
COMMON = ("special", "public", "short", "branch", "post_service")


class Posts:
    """Every community publishes posts from the menu; most members take one that suits them."""

    def __init__(self, player: Player, cast: Cast, scheme: Scheme) -> None:
        self.player, self.cast, self.scheme = player, cast, scheme
        self.wanted = Wanted(player, cast, scheme)

    def schedule(self, first: datetime) -> None:
        self.wanted.schedule(first)
        for place in self.cast.communities:
            self.player.after(first, partial(self._publish, place), days=(0, 6))

    def _publish(self, place: Community, now: datetime) -> None:
        words = names.data("words")["posts"]
        items = [item for item in self.scheme.menu.items if item.title in words]
        for item in self.player.rng.sample(items, min(8, len(items))):
            title, text = words[item.title]
            posts.publish_post(
                actor=place.secretary,
                community=place.organization,
                text=posts.PostText(
                    title=title,
                    item=item.code,
                    text=text,
                    place="党群服务中心",
                    times="每次两小时",
                    weekly=tuple(each.code for each in self.scheme.roster.free_times[:2]),
                    places=POST_PLACES,
                ),
                now=now,
            )

    def join(self, place: Community, members: list[Actor], now: datetime) -> None:
        """Some time after reporting in, most choose a post."""
        for member in members:
            if self.player.rng.random() < 0.7:
                self.player.after(now, partial(self._take, place, member), days=(0.5, 20))

    def _take(self, place: Community, member: Actor, now: datetime) -> None:
        free = [
            post
            for post in Post.objects.filter(community=place.organization).order_by("pk")
            if post.places_left > 0
        ]
        if free:
            claim = posts.take_post(actor=member, post=self.player.rng.choice(free), now=now)
            self.wanted.answer(place, claim, now)
        self.wanted.ask(place, member, now)


class Activities:
    """Themed activities of the county, and those of the communities, with their attendance."""

    def __init__(self, player: Player, cast: Cast, scheme: Scheme) -> None:
        self.player, self.cast, self.scheme = player, cast, scheme
        self.rng: Random = player.rng
        self.words = names.data("words")
        self.items = {item.title: item.code for item in scheme.menu.items}
        self.codes = [kind.code for kind in scheme.activities.kinds]
        self.themed = self._kind(THEMED)

    def _kind(self, wanted: Iterable[str]) -> str:
        """The first kind wanted that the scheme has, else one that any community plans."""
        return next((c for c in (*wanted, *COMMON) if c in self.codes), self.codes[0])

    def themes(self, days: list[date]) -> None:
        """County-wide, one a quarter, with places for about four members in ten."""
        for number, day in enumerate(days):
            theme = self.words["themes"][number % len(self.words["themes"])]
            places = max(20, len(self.cast.members) * 42 // 100)
            begins = clock.at(day, time(8, 30))
            announce = begins - timedelta(days=12)
            plan = self._plan(theme, self.themed, "各社区分片", begins, 150, places)
            self.player.at(announce, partial(self._announce, None, plan))

    def new_year(self, day: date) -> None:
        """One that is announced and still to come, so that the county has something ahead."""
        begins = clock.at(day, time(9))
        plan = self._plan(
            self.words["new_year"],
            self._kind(("cleanup", "environment", "key_task")),
            "各社区分片",
            begins,
            120,
            max(20, len(self.cast.members) // 4),
        )
        self.player.at(begins - timedelta(days=19), partial(self._announce, None, plan))

    def by_communities(self, count: int, first: datetime, last: datetime) -> None:
        """Weekend activities, in turn by the communities."""
        span = (last - first).days
        for number in range(count):
            day = clock.local_date(first + timedelta(days=self.rng.randint(0, span)))
            day += timedelta(days=(5 - day.weekday()) % 7 + self.rng.randint(0, 1))
            self._of_community(self.cast.communities[number % len(self.cast.communities)], day)

    def on_day(self, day: date) -> None:
        """One in every second community on the same day."""
        for place in self.cast.communities[::2]:
            self._of_community(place, day)

    def _of_community(self, place: Community, day: date) -> None:
        words = self.rng.choice(self.words["activities"])
        label = place.organization.label
        begins = clock.at(day, time(self.rng.choice((8, 9, 14)), self.rng.choice((0, 30))))
        plan = self._plan(
            words | {"title": words["title"].format(place=label)},
            self._kind(words["kinds"]),
            f"{label}广场",
            begins,
            self.rng.choice((60, 90, 120)),
            self.rng.choice((20, 25, 30, 40)),
        )
        self.player.at(begins - timedelta(days=7), partial(self._announce, place, plan))

    def _plan(
        self,
        words: dict[str, Any],
        kind: str,
        where: str,
        begins: datetime,
        minutes: int,
        places: int,
    ) -> planning.Plan:
        return planning.Plan(
            title=words["title"],
            kind=kind,
            place=where,
            starts_at=begins,
            ends_at=begins + timedelta(minutes=minutes),
            places=places,
            text=words["text"],
            item=self.items.get(words["item"], ""),
        )

    def _announce(self, place: Community | None, plan: planning.Plan, now: datetime) -> None:
        actor = place.secretary if place else self.cast.officer
        organizer: Organization = place.organization if place else self.cast.committee
        activity = planning.plan_activity(actor=actor, organizer=organizer, plan=plan, now=now)
        planning.publish_activity(actor=actor, activity=activity, now=now)
        pool = place.serving if place else [m for c in self.cast.communities for m in c.serving]
        wanted = min(len(pool), int(plan.places * self.rng.uniform(0.8, 1.05)))
        room = (plan.starts_at - now).total_seconds() / 86400 - 0.6
        for member in self.rng.sample(pool, wanted):
            self.player.after(
                now, partial(self._sign_up, member, activity.pk), days=(0.1, max(0.2, room))
            )
        self.player.after(
            plan.ends_at, partial(self._attendance, actor, activity.pk), days=(0.1, 3)
        )

    def _sign_up(self, member: Actor, pk: int, now: datetime) -> None:
        signups.sign_up(actor=member, activity=Activity.objects.get(pk=pk), now=now)

    def _attendance(self, actor: Actor, pk: int, now: datetime) -> None:
        """All present but a few: by exception, as an organiser marks it."""
        activity = Activity.objects.select_related("organizer", "community").get(pk=pk)
        rows = SignUp.objects.filter(activity=activity, state="live").order_by("member_id")
        people = list(rows.values_list("member_id", flat=True))
        missing = self.rng.sample(people, round(len(people) * self.rng.uniform(0.02, 0.08)))
        half = len(missing) // 2
        attendance.enter_attendance(
            actor=actor,
            activity=activity,
            sheet=attendance.Sheet(
                revision=activity.revision,
                absent=frozenset(missing[:half]),
                excused=frozenset(missing[half:]),
            ),
            now=now,
        )
        self._outcomes(actor, activity, len(people), now)

    def _outcomes(self, actor: Actor, activity: Activity, people: int, now: datetime) -> None:
        known = {kind.code for kind in self.scheme.activities.outcomes}
        made: dict[str, Decimal | None] = {}
        if "served" in known:
            made["served"] = Decimal(people * self.rng.randint(3, 12))
        if "tonnes" in known and "清" in activity.title + activity.text:
            made["tonnes"] = Decimal(people) / 100
        if "leaflets" in known and "宣" in activity.title + activity.text:
            made["leaflets"] = Decimal(people * 8)
        outcomes.record_outcomes(actor=actor, activity=activity, quantities=made, now=now)


class Notes:
    """Members write down service of their own; the community confirms it in the same week."""

    def __init__(self, player: Player, cast: Cast) -> None:
        self.player, self.cast = player, cast
        self.rng = player.rng

    def schedule(self, count: int, first: datetime, last: datetime) -> None:
        span = (last - first).total_seconds()
        for _ in range(count):
            when = clock.local(first + timedelta(seconds=span * self.rng.random()))
            evening = when.replace(hour=20, minute=self.rng.randint(0, 59))
            self.player.at(evening, partial(self._write, self.rng.choice(self.cast.communities)))

    def _write(self, place: Community, now: datetime) -> None:
        if not place.serving:
            return
        member = self.rng.choice(place.serving)
        minutes = self.rng.choice((60, 90, 120, 120, 180))
        note = notes.note_service(
            actor=member,
            facts=notes.NoteFacts(
                kind=EntryKind.POST_SERVICE,
                started_at=now - timedelta(minutes=minutes + self.rng.randint(5, 60)),
                minutes=minutes,
                text=self.rng.choice(names.data("words")["notes"]),
                place=place.organization.label,
            ),
            now=now,
        )
        self.player.after(now, partial(self._confirm, place, note.pk), days=(0.5, 5))

    def _confirm(self, place: Community, pk: int, now: datetime) -> None:
        note = ServiceNote.objects.select_related("member", "community").get(pk=pk)
        if self.rng.random() < 0.01:
            notes.return_note(actor=place.secretary, note=note, reason="请写清时间", now=now)
        else:
            notes.confirm_note(actor=place.secretary, note=note, now=now)
