"""Runs and differences as the desks see them, each with what can be done about it."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES, Role
from allhours.accounts.scope import within
from allhours.directory.choices import OrgKind, Side
from allhours.directory.models import Member, Organization
from allhours.kernel import clock
from allhours.placement.choices import (
    LIVE,
    DifferenceKind,
    PlacementState,
    RunSource,
)
from allhours.placement.models import Difference, Placement, ReconcileRun
from allhours.placement.models.reconcile import DifferenceQuerySet
from allhours.scheme.queries import scheme_for
from allhours.ui.awaiting import Awaiting, Counted, Waiting
from allhours.ui.parts import Fact, NavItem

SIDES = COUNTY_ROLES | UNIT_ROLES | COMMUNITY_ROLES
MONTHS = {"month": 1, "quarter": 3, "year": 12}
NOTICE_DAYS = 7  # a run is on the county's list so long before it is due

DETAILS = {
    "unplaced": gettext_lazy("还没有编入社区"),
    "assigned": gettext_lazy("已编入，待开证明信"),
    "letter_issued": gettext_lazy("已开证明信，尚未到社区"),
    "presented": gettext_lazy("已到社区，社区尚未接收"),
    "reported": gettext_lazy("已由社区接收"),
    "not_in_register": gettext_lazy("系统已接收，登记册没有"),
    "not_expected": gettext_lazy("不在应报到范围"),
    "departed": gettext_lazy("已离开花名册"),
    "not_on_roster": gettext_lazy("花名册没有此人"),
    "not_on_list": gettext_lazy("已接收，单位名单没有"),
    "receipt": gettext_lazy("回执与花名册的单位不同"),
    "register": gettext_lazy("文件与花名册的单位不同"),
    "number_differs": gettext_lazy("文件中的编号与花名册不同"),
    "on_roster_twice": gettext_lazy("花名册中有两个编号"),
    "keys_differ": gettext_lazy("编号与其他信息对不上"),
    "listed_twice": gettext_lazy("文件中列了两次"),
    "several": gettext_lazy("有几位相近的人"),
    "name_unit_birth": gettext_lazy("姓名、单位、出生年月相同"),
    "name_unit": gettext_lazy("姓名、单位相同，没有其他信息"),
}
FACTS = (
    ("name", gettext_lazy("姓名")),
    ("member_no", gettext_lazy("编号")),
    ("unit", gettext_lazy("单位")),
    ("community", gettext_lazy("社区")),
    ("born", gettext_lazy("出生年月")),
    ("phone", gettext_lazy("电话")),
)


@dataclass(frozen=True)
class Sided:
    """One line of the comparison; `differs` is said in words beside it."""

    label: str
    ours: str
    theirs: str
    differs: bool


def detail_words(difference: Difference) -> str:
    found = DETAILS.get(difference.detail)
    return str(found) if found else ""


def sides(difference: Difference) -> list[Sided]:
    found = []
    for name, label in FACTS:
        ours = str(difference.ours.get(name) or "")
        theirs = str(difference.theirs.get(name) or "")
        if ours or theirs:
            differs = bool(ours and theirs and ours != theirs)
            found.append(Sided(str(label), ours, theirs, differs))
    return found


def runs_visible_to(actor: Actor) -> QuerySet[ReconcileRun]:
    return ReconcileRun.objects.visible_to(actor).select_related("organization", "previous")


def differences_visible_to(actor: Actor) -> DifferenceQuerySet:
    return (
        Difference.objects.visible_to(actor)
        .select_related("member__unit", "other", "unit", "community")
        .order_by("state", "kind", "pk")
    )


def differences_of(run: ReconcileRun, actor: Actor) -> DifferenceQuerySet:
    return differences_visible_to(actor).filter(findings__run=run)


def organizations_to_run_over(actor: Actor, source: str) -> QuerySet[Organization]:
    """Over whom the actor may make a run of this kind, the widest first."""
    units = within(actor, "path", roles=UNIT_ROLES | {Role.COUNTY_OFFICER}) & Q(
        side=Side.EMPLOYER, kind__in=(OrgKind.UNIT, OrgKind.TOWN)
    )
    communities = within(actor, "path", roles=COMMUNITY_ROLES | {Role.COUNTY_OFFICER}) & Q(
        kind=OrgKind.COMMUNITY
    )
    asked = {
        RunSource.REGISTER: communities,
        RunSource.ROSTER: units,
        RunSource.SYSTEM: units | communities,
    }[RunSource(source)]
    if source == RunSource.SYSTEM and actor.holds(Role.COUNTY_OFFICER):
        asked |= Q(kind=OrgKind.COUNTY)
    return Organization.objects.open().filter(asked).order_by("side", "path")


def organization_by_code(code: str) -> Organization | None:
    """For commands, which stand under nobody's sight."""
    return Organization.objects.filter(code=code).first()


def county_root() -> Organization | None:
    """The committee over the whole county."""
    return Organization.objects.filter(kind=OrgKind.COUNTY, parent=None).order_by("pk").first()


def compared(run: ReconcileRun) -> list[Fact]:
    """The run's numbers, each beside those of the run before it."""
    before = run.previous.counts if run.previous else {}
    labels = (
        ("expected", _("应报到")),
        ("reported", _("已报到")),
        ("excused", _("免报")),
        ("differences", _("差异")),
    )
    found = []
    for name, label in labels:
        now, then = run.counts.get(name, 0), before.get(name)
        shown = str(now)
        if then is not None and then != now:
            shown = _("%(now)s（上次 %(then)s）") % {"now": now, "then": then}
        found.append(Fact(label, shown))
    return found


def by_kind(run: ReconcileRun, actor: Actor) -> list[Fact]:
    """How many of each kind were found, and how many of them this reader may see."""
    own: dict[str, int] = {}
    for kind in differences_of(run, actor).order_by().values_list("kind", flat=True):
        own[kind] = own.get(kind, 0) + 1
    counted = run.counts.get("kinds", {})
    found = []
    for kind in DifferenceKind.values:
        if kind not in counted:
            continue
        shown = _("%(n)d 项") % {"n": counted[kind]}
        if own.get(kind, 0) != counted[kind]:
            shown = _("%(n)d 项，其中由您查看的 %(own)d 项") % {
                "n": counted[kind],
                "own": own.get(kind, 0),
            }
        found.append(Fact(str(DifferenceKind(kind).label), shown))
    return found


# ---- what can be done ------------------------------------------------------------------------


def remedies(difference: Difference, actor: Actor) -> list[NavItem]:
    """Links to the deeds that would remove it, for those who may do them."""
    member = difference.member
    placement = (
        Placement.objects.visible_to(actor).filter(member=member, state__in=LIVE).first()
        if member
        else None
    )
    found: list[NavItem] = []
    if placement is not None:
        found += _of_placement(placement, actor)
    elif member is not None and actor.holds(Role.COUNTY_OFFICER):
        found.append(NavItem(_("指定社区"), reverse("placement:place", args=[member.pk])))
    if member is not None and Member.objects.visible_to(actor).filter(pk=member.pk).exists():
        found += _of_record(difference, member, actor)
    is_stranger = difference.kind == DifferenceKind.UNKNOWN and member is None
    if is_stranger and actor.holds(*UNIT_ROLES, Role.COUNTY_OFFICER):
        found.append(NavItem(_("补入花名册"), reverse("directory:roster-upload")))
    return found


def _of_placement(placement: Placement, actor: Actor) -> list[NavItem]:
    shown = NavItem(_("查看报到情况"), reverse("placement:placement", args=[placement.pk]))
    if placement.state == PlacementState.PRESENTED and actor.holds(
        *COMMUNITY_ROLES, over=placement.community.path
    ):
        return [NavItem(_("接收"), shown.url)]
    if placement.state == PlacementState.ASSIGNED and actor.holds(
        *UNIT_ROLES, over=placement.unit.path
    ):
        return [NavItem(_("开证明信"), reverse("placement:letters")), shown]
    return [shown]


def _of_record(difference: Difference, member: Member, actor: Actor) -> list[NavItem]:
    """The page where the record is put right, for its keepers; for others the record."""
    pages = {
        DifferenceKind.CHANGED_NAME: (_("更正姓名"), "member-edit"),
        DifferenceKind.OTHER_UNIT: (_("办理调动"), "changes-of"),
        DifferenceKind.OTHER_COMMUNITY: (_("办理迁居"), "changes-of"),
        DifferenceKind.TWO_NUMBERS: (_("合并两个编号"), "merge-new"),
    }
    label, name = _("查看名册"), "member"
    if actor.holds(*UNIT_ROLES, Role.COUNTY_OFFICER, over=member.unit.path):
        label, name = pages.get(DifferenceKind(difference.kind), (label, name))
    return [NavItem(label, reverse(f"directory:{name}", args=[member.member_no]))]


# ---- 待办 --------------------------------------------------------------------------------------


def next_run_due(on: date) -> date | None:
    """By which day the county makes its next run; None where the scheme asks for none."""
    reporting = scheme_for(on).reporting
    if reporting.reconcile_every == "none":
        return None
    last = (
        ReconcileRun.objects.filter(source=RunSource.SYSTEM, organization__kind=OrgKind.COUNTY)
        .order_by("-on")
        .values_list("on", flat=True)
        .first()
    )
    if last is not None:
        return months_after(last, MONTHS[reporting.reconcile_every])
    first = reporting.check_on or reporting.deadline
    return first.on(on.year) if first else on


def months_after(day: date, months: int) -> date:
    """The same day so many months on, or the last of a shorter month."""
    at = day.year * 12 + day.month - 1 + months
    year, month = divmod(at, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def differences_awaiting(actor: Actor, now: datetime) -> Waiting:
    """Open differences of the actor's own desks, and the county's next run."""
    if not actor.holds(*SIDES) or actor.roles <= {Role.INSPECTOR}:
        return []
    on = clock.local_date(now)
    found: list[Awaiting | Counted] = [
        Counted(
            Difference.objects.open().visible_to(actor),
            lambda n: (
                ngettext("数据反查：%(n)d 项差异待处理", "数据反查：%(n)d 项差异待处理", n)
                % {"n": n}
            ),
            reverse("placement:differences"),
            oldest="found_at",
            meta=_("逐项办理或写明情况"),
        )
    ]
    due = next_run_due(on) if actor.holds(Role.COUNTY_OFFICER) else None
    if due is not None and due - timedelta(days=NOTICE_DAYS) <= on:
        url = reverse("placement:reconcile")
        found.append(Awaiting(_("进行一次数据反查"), url, due_on=due, meta=_("花名册与回执核对")))
    return found
