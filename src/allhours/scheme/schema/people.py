"""Sections about people and where they serve: words, organisations, reporting-in, placement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from allhours.scheme.schema.values import (
    Choice,
    Code,
    Cost,
    Count,
    Days,
    MonthDay,
    Percent,
    Positive,
    Role,
    Text,
)


@dataclass(frozen=True)
class Vocabulary:
    """The county's words for our things; `{% term "wish" %}` shows them."""

    programme: Text = "在职党员进社区"
    member: Text = "在职党员"
    unit: Text = "单位"
    unit_branch: Text = "单位党组织"
    community: Text = "社区"
    community_branch: Text = "社区党组织"
    temporary_branch: Text = "临时党支部"
    station: Text = "志愿服务站"
    team: Text = "党员志愿服务队"
    youth_team: Text = "青年志愿服务队"
    letter: Text = "报到证明信"
    receipt: Text = "报到回执"
    member_card: Text = "基本情况信息卡"
    record_card: Text = "写实登记卡"
    pledge: Text = "服务承诺卡"
    feedback_card: Text = "评议反馈卡"
    household_file: Text = "联系对象档案卡"
    contact_card: Text = "联系卡"
    activity_roster: Text = "活动人员名单"
    dual_pass: Text = "双重管理证"  # noqa: S105 - a booklet, not a password
    plate: Text = "共产党员户牌"
    menu: Text = "服务菜单"
    menu_item: Text = "服务项目"
    post: Text = "服务岗位"
    wish: Text = "微心愿"
    suggestion: Text = "合理建议"
    activity: Text = "活动"
    service_day: Text = "志愿服务日"
    order: Text = "点单"
    outing: Text = "组团服务"
    household: Text = "困难家庭"
    points: Text = "积分"
    star: Text = "星级"
    summary_table: Text = "服务群众情况汇总表"
    reporting_table: Text = "报到情况汇总表"


@dataclass(frozen=True)
class TemporaryBranch:
    """Who leads the temporary branch of a community."""

    secretaries: Count = 1
    deputies_from_units: Count = 0
    deputies_from_community: Count = 0
    committee_members: Count = 0
    secretary_from: Literal["unit", "community"] = "community"
    appointed_by: str = ""


@dataclass(frozen=True)
class CoBuilding:
    """Co-building agreements with partner organisations (S3 党建和创)."""

    enabled: bool = False
    title: str = ""
    fields: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Organisations:
    """Which kinds of organisation the programme has beyond units and communities."""

    temporary_branches: bool = False
    temporary_branch: TemporaryBranch = field(default_factory=TemporaryBranch)
    stations: tuple[Choice, ...] = ()
    teams: bool = True
    youth_teams: bool = False
    liaison_per_unit: Count = 1
    lead_town: str = ""
    unit_pairing: bool = True
    leader_contact_points: bool = False
    pairing_visits_per_quarter: Count = 1
    leader_visits_per_quarter: Count = 1
    cobuilding: CoBuilding = field(default_factory=CoBuilding)
    orderers: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Roster:
    """What the roster import reads. An `aliases` key is the standard column name."""

    id_required: bool = True
    phone_required: bool = False
    columns: tuple[Text, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    card_fields_by_member: tuple[Text, ...] = ()
    skills: tuple[Choice, ...] = ()
    free_times: tuple[Choice, ...] = ()


#: The papers that reporting-in may take; each is a sheet that placement can print from facts.
PaperKind = Literal[
    "report_letter",
    "collective_letter",
    "contact_card",
    "activity_roster",
    "member_card",
    "report_receipt",
]


@dataclass(frozen=True)
class Paper:
    """One paper of the loop unit → member → community → back: at which step, by whom, to whom.

    A contact card stands for the letter at `issue`, and its lower part for the receipt at
    `receive`.
    """

    sheet: PaperKind
    step: Literal["issue", "present", "receive"]
    filled_by: Role
    goes_to: tuple[Literal["member", "unit", "temporary_branch", "community"], ...] = ()


#: What holds where a scheme, published before papers could be named, says nothing.
USUAL_PAPERS = (
    Paper("report_letter", "issue", "liaison", ("member", "community")),
    Paper("collective_letter", "present", "liaison", ("community",)),
    Paper("report_receipt", "receive", "community_staff", ("unit",)),
)


@dataclass(frozen=True)
class Reporting:
    """Letter, reporting-in and receipt."""

    requires_letter: bool = True
    letter_prefix: str = ""
    letter_valid_days: Days = 30
    receive_working_days: Days = 5
    opens_on: MonthDay | None = None
    deadline: MonthDay | None = None
    check_on: MonthDay | None = None
    target_rate_percent: Percent = 100
    expected_categories: tuple[Literal["full", "probationary"], ...] = ("full", "probationary")
    retired_expected: bool = False
    ways: tuple[Choice, ...] = ()
    excusal_reasons: tuple[Choice, ...] = ()
    papers: tuple[Paper, ...] = USUAL_PAPERS
    return_reasons: tuple[Choice, ...] = ()
    void_reasons: tuple[Choice, ...] = ()
    reconcile_every: Literal["none", "month", "quarter", "year"] = "year"
    remind_after_days: Days = 7
    receipt_by: Role = "community_secretary"
    receipt_to: Literal["unit", "temporary_branch"] = "unit"
    identity_shown: bool = True

    def papers_at(self, step: str) -> tuple[Paper, ...]:
        """The papers of one step: issue, present or receive."""
        return tuple(paper for paper in self.papers if paper.step == step)


@dataclass(frozen=True)
class Placement:
    """Integer costs that the solver minimises, and the limits it keeps."""

    target: Literal["residence", "assigned"] = "residence"
    residence_first: bool = True
    residence_cost: Cost = 0
    per_hop_cost: Cost = 10
    max_hops: Count = 8
    paired_cost: Cost = 5
    unlinked_cost: Cost = 60
    move_cost: Cost = 15
    skill_cost: Cost = 3
    overload_cost: Cost = 0
    unplaced_cost: Cost = 1000
    short_cost: Cost = 100
    default_min: Count = 0
    default_max: Positive = 1000
    never_alone: bool = True
    contest_days: Days = 10
    by_choice: bool = False
    may_stay_after_move: bool = True


@dataclass(frozen=True)
class Identity:
    """Passes and door plates (S0), and what is shown of a member in public."""

    dual_pass: bool = False
    pass_prefix: str = ""
    pass_opinions: tuple[Literal["unit_branch", "community_branch", "temporary_branch"], ...] = ()
    pass_kept_by: Literal["member", "community", "unit"] = "member"  # noqa: S105 - a booklet
    plate: bool = False
    plate_prefix: str = ""
    card_qr: bool = True


@dataclass(frozen=True)
class Privacy:
    """Who sees how much of a person, and for how long. The masks themselves are code."""

    show_member_name_to_resident: bool = False
    publish_members_by_consent_only: bool = True
    publish_honours_by_consent_only: bool = True
    resident_alias: Literal["category", "surname"] = "category"
    household_counts_only_for_inspectors: bool = True
    opening_purposes: tuple[Choice, ...] = ()
    small_count_below: Count = 0


@dataclass(frozen=True)
class DemoTown:
    """One town of the demo county with the number of its communities."""

    communities: Positive
    subdistrict: bool = True


@dataclass(frozen=True)
class Demo:
    """Sizes of the fictional county, as the seed gives them; read by the demo only."""

    towns: tuple[DemoTown, ...] = (DemoTown(communities=3),)
    units: Positive = 12
    unit_branches: Count = 0
    members: Positive = 200
    wishes: Count = 60
    festival_wishes: Count = 0  # of them, in each of two festivals
    themed_activities: Count = 3
    other_activities: Count = 6
    projects: Count = 0
    teams: Count = 0
    youth_teams: Count = 0
    youth_members: Count = 0
    team_members: Count = 0
    group_outings: Count = 0
    outing_units: Count = 0
    outing_attendances: Count = 0
    temporary_branches: Count = 0
    households: Count = 0
    partners: Count = 0
    goods_value_yuan: Count = 0
    unit_kinds: tuple[Code, ...] = ()
