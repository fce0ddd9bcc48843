"""What people say and promise in the fictional county: suggestions, pledges, named projects."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

from allhours.accounts.actor import Actor
from allhours.accounts.models import User
from allhours.activities.actions.projects import gather_activity
from allhours.activities.models import Activity
from allhours.demo.cast import Cast, Community
from allhours.demo.player import Player
from allhours.directory.models import Organization
from allhours.directory.queries.actors import actor_of
from allhours.kernel import clock
from allhours.needs.actions import pledges, suggestions, voicing
from allhours.needs.actions.projects import gather_post, gather_wish
from allhours.needs.choices import Origin, PledgeResult, SuggestionKind
from allhours.needs.models import Pledge, Post, Suggestion, Wish
from allhours.needs.rules.pledges import Promise
from allhours.needs.rules.suggestions import Accepted
from allhours.needs.rules.wishes import Voice
from allhours.projects import actions as projects
from allhours.projects.choices import Span
from allhours.projects.models import Project
from allhours.scheme.schema import Scheme

SAID = (
    ("problem", "楼道照明损坏", "三号楼的楼道灯晚上不亮，上下楼不方便", "已更换灯泡并检查了线路。"),
    ("problem", "健身器材松动", "小广场的健身器材有几处松动", "已联系维修，加固完毕。"),
    ("problem", "雨天积水", "小区东门口一下雨就积水", "已列入雨污改造，先行疏通。"),
    ("suggestion", "加装扶手", "建议在单元门口台阶加装扶手", "已列入今年为民办实事项目。"),
    ("suggestion", "延长活动室开放时间", "活动室可以晚上多开一个小时", "自下月起延长至晚上九点。"),
    ("suggestion", "办理事项上墙", "建议把常办的事项和所需材料贴出来", "已在服务大厅张贴。"),
    ("suggestion", "增设充电位", "电动车充电位不够，建议再加一些", "已与物业商定增设位置。"),
)
PROMISED = (
    ("每月参加一次社区环境清扫", "每月第一个周六上午到岗", "社区居民"),
    ("教老人使用智能手机", "每季度办一次小课堂", "社区老人"),
    ("每月看望一次独居老人", "提前联系，带去所需物品", "独居老人"),
    ("为孩子辅导功课", "假期每周两次", "社区学生"),
)
NAMED = ("银龄陪伴", "金色课堂", "邻里守望", "绿色家园", "银发手机课堂", "周末课堂")
JOINED_SHARE = 0.15
OPEN_AT_END = 0.1


class Voices:
    def __init__(self, player: Player, cast: Cast, scheme: Scheme) -> None:
        self.player, self.cast, self.scheme = player, cast, scheme
        self.rng = player.rng

    def schedule(self, first: datetime, last: datetime) -> None:
        if self.scheme.suggestions.enabled:
            self._spread(len(self.cast.members) // 20, first, last, self._member_says)
            self._spread(2 * len(self.cast.communities), first, last, self._noted)
        if self.scheme.pledges.enabled:
            june = first + timedelta(days=60)
            self._spread(len(self.cast.members) // 8, june, june + timedelta(days=40), self._pledge)
        for place in self.cast.communities[:6]:
            self.player.at(first + timedelta(days=30), partial(self._project, place))

    def _spread(self, count: int, first: datetime, last: datetime, act: object) -> None:
        assert callable(act)  # noqa: S101 - one of the methods below
        seconds = (last - first).total_seconds()
        for _each in range(count):
            when = clock.local(first + timedelta(seconds=seconds * self.rng.random()))
            place = self.rng.choice(self.cast.communities)
            self.player.at(when.replace(hour=self.rng.randint(9, 20)), partial(act, place))

    # ---- suggestions

    def _member_says(self, place: Community, now: datetime) -> None:
        if not place.serving:
            return
        kind, title, words, answer = self.rng.choice(SAID)
        made = voicing.suggest(
            actor=self.rng.choice(place.serving), words=words, kind=kind, now=now
        )
        self._then(place, made, title, answer, now)

    def _noted(self, place: Community, now: datetime) -> None:
        """Taken down at the door."""
        kind, title, words, answer = self.rng.choice(SAID)
        voiced = voicing.note_suggestion(
            actor=place.grid_worker, community=place.organization, voice=Voice(words=words),
            kind=SuggestionKind(kind), origin=Origin.VISIT, now=now,
        )  # fmt: skip
        self._then(place, voiced.suggestion, title, answer, now)

    def _then(
        self, place: Community, made: Suggestion, title: str, answer: str, now: datetime
    ) -> None:
        self.player.after(now, partial(self._accept, place, made.pk, title, answer), days=(0.2, 3))

    def _accept(self, place: Community, pk: int, title: str, answer: str, now: datetime) -> None:
        found = _suggestion(pk)
        categories = self.scheme.suggestions.categories
        made = Accepted(found.kind, title, categories[0].code if categories else "")
        same = Suggestion.objects.filter(
            community=found.community, title=title, state="in_hand"
        ).first()
        if same is not None and self.rng.random() < 0.5 + JOINED_SHARE:
            suggestions.join_suggestions(
                actor=place.secretary, suggestion=found, main=same, now=now
            )
            return
        suggestions.accept_suggestion(actor=place.secretary, suggestion=found, made=made, now=now)
        if self.rng.random() > OPEN_AT_END:
            self.player.after(now, partial(self._answer, place, pk, answer), days=(1, 14))

    def _answer(self, place: Community, pk: int, answer: str, now: datetime) -> None:
        found = _suggestion(pk)
        outcome = "adopted" if found.kind == SuggestionKind.SUGGESTION else "solved"
        suggestions.answer_suggestion(
            actor=place.secretary, suggestion=found, outcome=outcome, text=answer, now=now
        )

    # ---- pledges

    def _pledge(self, place: Community, now: datetime) -> None:
        if not place.serving:
            return
        actor = self.rng.choice(place.serving)
        last = date(clock.local_date(now).year, 12, 20)
        promises = [
            Promise(text, last - timedelta(days=self.rng.randint(0, 40)), measures, whom)
            for text, measures, whom in self.rng.sample(PROMISED, self.rng.randint(1, 2))
        ]
        made = pledges.draft_pledge(
            actor=actor,
            promises=promises,
            submit=True,
            now=now,
            may_publish=self.scheme.pledges.public and self.rng.random() < 0.7,
        )
        self.player.after(now, partial(self._approve, place, made.pk, actor), days=(0.5, 5))

    def _approve(self, place: Community, pk: int, actor: Actor, now: datetime) -> None:
        found = _pledge(pk)
        pledges.approve_pledge(actor=secretary_of(found.unit, now), pledge=found, now=now)
        self.player.after(now, partial(self._receive, place, pk, actor), days=(0.5, 4))

    def _receive(self, place: Community, pk: int, actor: Actor, now: datetime) -> None:
        found = _pledge(pk)
        pledges.receive_pledge(actor=place.secretary, pledge=found, now=now)
        if found.public_consent_at is not None:
            pledges.publish_pledge(actor=place.secretary, pledge=found, now=now)
        self.player.after(now, partial(self._progress, pk, actor), days=(30, 120))
        self.player.at(
            clock.at(date(clock.local_date(now).year, 12, 22)) + timedelta(hours=10),
            partial(self._assess, place, pk),
        )

    def _progress(self, pk: int, actor: Actor, now: datetime) -> None:
        item = _pledge(pk).items.select_related("pledge").first()
        if item is not None:
            done = clock.local_date(now) if self.rng.random() < 0.5 else None
            pledges.note_progress(actor=actor, item=item, text="按计划进行", done_on=done, now=now)

    def _assess(self, place: Community, pk: int, now: datetime) -> None:
        result = PledgeResult.KEPT if self.rng.random() < 0.85 else PledgeResult.PARTLY
        pledges.assess_pledge(actor=place.secretary, pledge=_pledge(pk), result=result, now=now)

    # ---- projects

    def _project(self, place: Community, now: datetime) -> None:
        names = NAMED[self.cast.communities.index(place) % len(NAMED)]
        outline = projects.Outline(
            name=names, from_on=clock.local_date(now), span=Span.LONG,
            community=place.organization, aim="由本社区党员接力开展，常年进行。",
        )  # fmt: skip
        made = projects.open_project(
            actor=place.secretary, owner=place.organization, outline=outline, now=now
        )
        projects.show_project(actor=place.secretary, project=made, shown=True, now=now)
        for days in (60, 150, 240):
            self.player.at(now + timedelta(days=days), partial(self._gather, place, made.pk))

    def _gather(self, place: Community, pk: int, now: datetime) -> None:
        project = Project.objects.get(pk=pk)
        desk = {"actor": place.secretary, "project": project, "now": now}
        for post in Post.objects.filter(community=place.organization, project=None)[:1]:
            gather_post(post=post, **desk)  # type: ignore[arg-type]  # one dict for three calls
        wishes = Wish.objects.filter(community=place.organization, project=None)
        for wish in wishes.exclude(title="").order_by("-noted_at")[:3]:
            gather_wish(wish=wish, **desk)  # type: ignore[arg-type]  # as above
        rows = Activity.objects.filter(organizer=place.organization, project=None)
        for activity in rows.order_by("-starts_at")[:2]:
            gather_activity(activity=activity, **desk)  # type: ignore[arg-type]  # as above


def secretary_of(unit: Organization, now: datetime) -> Actor:
    """The unit's secretary, who approves pledges."""
    user = User.objects.get(username=f"{unit.code.lower()}-sj")
    return actor_of(user, on=clock.local_date(now))


def _suggestion(pk: int) -> Suggestion:
    rows = Suggestion.objects.select_related("community", "handler", "member__unit")
    return rows.get(pk=pk)


def _pledge(pk: int) -> Pledge:
    return Pledge.objects.select_related("unit", "community").get(pk=pk)
