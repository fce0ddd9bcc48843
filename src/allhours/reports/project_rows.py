"""What a project's totals are the sums of: one row for each post, wish and activity in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allhours.accounts.actor import Actor
from allhours.activities.choices import AttendanceState
from allhours.activities.queries.activities import on_desk_of
from allhours.kernel import clock
from allhours.ledger import queries as ledger
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim, Post, Wish
from allhours.needs.models.wish import PUBLIC
from allhours.needs.queries.desk import wishes_on_desk
from allhours.needs.queries.posts import posts_on_desk
from allhours.projects.models import Project
from allhours.reports.projects import counted_activities

KINDS: dict[str, Any] = {
    "activity": gettext_lazy("活动"),
    "wish": gettext_lazy("心愿"),
    "post": gettext_lazy("岗位"),
}


@dataclass(frozen=True)
class Row:
    """`people`: members on a post or present at an activity, or who fulfilled a wish."""

    kind: str
    code: str
    title: str
    community: str
    on: date
    state: str
    people: int = 0
    served: int = 0
    minutes: int = 0
    goods_fen: int = 0
    url: str = ""

    @property
    def kind_title(self) -> str:
        return str(KINDS[self.kind])

    @property
    def hours(self) -> float:
        return _short(round(self.minutes / 60, 2))

    @property
    def goods_yuan(self) -> float:
        return _short(self.goods_fen / 100)


def rows(project: Project, actor: Actor, kind: str = "") -> list[Row]:
    """All that counts, also from other desks: there without a way in, and wishes without words."""
    makers = {"activity": _activities, "wish": _wishes, "post": _posts}
    wanted = [kind] if kind in makers else list(makers)
    return [row for each in wanted for row in makers[each](project, actor)]


def _short(number: float) -> float:
    """12, not 12.0, as people write it."""
    return int(number) if number == int(number) else number


def _activities(project: Project, actor: Actor) -> list[Row]:
    here = set(on_desk_of(actor).filter(project=project).order_by().values_list("pk", flat=True))
    present = Q(attendances__state=AttendanceState.PRESENT)
    held = list(
        counted_activities(project)
        .select_related("community")
        .annotate(present=Count("attendances", filter=present))
        .order_by("-starts_at", "-pk")
    )
    minutes = ledger.minutes_by_source("activity", [each.code for each in held])
    return [
        Row(
            "activity", each.code, each.title, _place(each),
            clock.local_date(each.starts_at), each.get_state_display(),
            people=each.present, served=each.served or 0, minutes=minutes.get(each.code, 0),
            url=reverse("activities:manage", args=[each.code]) if each.pk in here else "",
        )
        for each in held
    ]  # fmt: skip


def _wishes(project: Project, actor: Actor) -> list[Row]:
    here = set(wishes_on_desk(actor).filter(project=project).values_list("pk", flat=True))
    wishes = list(
        Wish.objects.filter(project=project)
        .select_related("community__parent")
        .order_by("-noted_at", "-pk")
    )
    done = Claim.objects.filter(wish__project=project, state=ClaimState.FULFILLED)
    claims = list(done.values_list("pk", "wish_id", "goods_value_fen"))
    minutes = ledger.minutes_by_source("wish", [str(pk) for pk, _wish, _fen in claims])
    people: dict[int, list[tuple[int, int]]] = {}
    for pk, wish_id, fen in claims:
        people.setdefault(wish_id or 0, []).append((minutes.get(str(pk), 0), fen or 0))
    return [
        Row(
            "wish", each.code, _words(each, known=each.pk in here),
            (each.community if each.pk in here else each.public_place).label,
            clock.local_date(each.noted_at), each.get_state_display(),
            people=len(people.get(each.pk, [])),
            minutes=sum(spent for spent, _fen in people.get(each.pk, [])),
            goods_fen=sum(fen for _spent, fen in people.get(each.pk, [])),
            url=reverse("needs:desk-wish", args=[each.code]) if each.pk in here else "",
        )
        for each in wishes
    ]  # fmt: skip


def _posts(project: Project, actor: Actor) -> list[Row]:
    here = set(posts_on_desk(actor).filter(project=project).values_list("pk", flat=True))
    posts = Post.objects.filter(project=project).select_related("community").order_by("-pk")
    return [
        Row(
            "post", each.code, each.title, _place(each),
            clock.local_date(each.created_at), each.get_state_display(), people=each.taken,
            url=reverse("needs:desk-post", args=[each.code]) if each.pk in here else "",
        )
        for each in posts
    ]  # fmt: skip


def _place(each: Any) -> str:
    return each.community.label if each.community else _("全县")


def _words(wish: Wish, *, known: bool) -> str:
    """The masked title, for those whose desk it is or where everybody may read it."""
    if known or (wish.may_publish and wish.state in PUBLIC):
        return wish.title or _("（还没有核实）")
    return _("（不公开的心愿）")


def of_desk(actor: Actor, kind: str, codes: list[str]) -> list[Any]:
    """The desk's own with these codes."""
    finds = {"wish": wishes_on_desk, "post": posts_on_desk, "activity": on_desk_of}
    if kind not in finds:
        return []
    return list(finds[kind](actor).filter(code__in={code.upper() for code in codes}))
