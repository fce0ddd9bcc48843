"""Two sides of one county, alike in everything: ours, where the actors sit, and the other.

Every kind of thing that has an address stands on both sides, so that each address can be asked for
what is in sight and for what is not. What is personal on a side is planted and unmistakable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import User
from allhours.directory.actions.roster import stage_roster
from allhours.directory.choices import OrgKind
from allhours.directory.models import Appointment, Member, MemberChange, Organization
from allhours.directory.models.change import MemberMerge
from allhours.jobs.models import Job
from allhours.kernel import clock, crypto
from allhours.kernel.codes import public_code
from allhours.ledger.models import Entry
from allhours.needs import actions as needs
from allhours.needs.actions.demands import place_demand
from allhours.needs.actions.imports import stage_wishes
from allhours.needs.actions.orders import propose_post
from allhours.needs.actions.pledges import draft_pledge, submit_pledge
from allhours.needs.actions.unit_claims import claim_for_unit
from allhours.needs.actions.voicing import note_suggestion
from allhours.needs.models import FollowUp, PostHandover, Suggestion, WishImport
from allhours.needs.queries.limits import categories
from allhours.needs.rules.pledges import Promise
from allhours.notifications.models import Notice
from allhours.placement.models import (
    ContactPoint,
    Difference,
    Excusal,
    Matter,
    Pairing,
    Proposal,
    ReconcileRun,
    Round,
    UnitReport,
    Visit,
)
from allhours.rights.models import Correction, DataCopy, Erasure
from tests.factories import activities, ledger, projects, scheme
from tests.factories.directory import (
    TODAY,
    make_community,
    make_county,
    make_member,
    make_org,
    make_unit,
    member_actor,
    staff_user,
)
from tests.factories.festivals import announced, verified_wish
from tests.factories.needs import SYSTEM, make_claim, make_open_wish, make_post, make_voice
from tests.factories.placement import make_letter, make_placement, make_temp_branch

NOW = clock.at(TODAY) + timedelta(hours=9)


@dataclass
class Side:
    name: str
    secrets: dict[str, str]
    unit: Organization
    community: Organization
    branch: Organization
    grid: Organization
    team: Organization
    member: Member
    things: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class World:
    ours: Side
    other: Side
    users: dict[str, User | None]  # by the letter that stands for them in the table


def make_world() -> World:
    scheme.publish(pledges={"public": True}, suggestions={"problem_collection": True})
    county = make_county()
    ours, other = make_side("甲", county), make_side("乙", county)
    seats = {
        "O": (Role.COUNTY_OFFICER, county),
        "I": (Role.INSPECTOR, county),
        "S": (Role.UNIT_SECRETARY, ours.unit),
        "L": (Role.LIAISON, ours.unit),
        "C": (Role.COMMUNITY_SECRETARY, ours.community),
        "F": (Role.COMMUNITY_STAFF, ours.community),
        "B": (Role.BRANCH_SECRETARY, ours.branch),
        "G": (Role.GRID_WORKER, ours.grid),
        "T": (Role.TEAM_LEADER, ours.team),
        "Y": (Role.SYSTEM_ADMIN, county),
        "X": (Role.SECURITY_ADMIN, county),
        "A": (Role.AUDIT_ADMIN, county),
    }
    users: dict[str, User | None] = {
        letter: staff_user(role, place, username=f"walk-{letter.lower()}")
        for letter, (role, place) in seats.items()
    }
    users |= {"M": ours.member.user, "P": None}
    return World(ours, other, users)


def make_side(name: str, county: Organization) -> Side:
    secrets = {
        "name": f"{name}方密名",
        "id": {"甲": "110101199003074530", "乙": "110101199003074557"}[name],
        "phone": {"甲": "13811112222", "乙": "13933334444"}[name],
        "address": f"{name}园密址九号楼",
        "wisher": f"{name}方心愿密名",
        "wisher_phone": {"甲": "13655556666", "乙": "13777778888"}[name],
        "wisher_address": f"{name}巷心愿密址",
    }
    unit, community = make_unit(name=f"{name}局"), make_community(name=f"{name}社区")
    member = make_member(
        unit, name=secrets["name"], id_number=secrets["id"], phone=secrets["phone"],
        address=secrets["address"], serving_community=community, residence=community,
    )  # fmt: skip
    member_actor(member)
    side = Side(
        name, secrets, unit, community,
        branch=make_temp_branch(community),
        grid=make_org(OrgKind.GRID, parent=community),
        team=make_org(OrgKind.TEAM, parent=community),
        member=member,
    )  # fmt: skip
    for fill in (_people, _reporting, _partners, _service, _data):
        side.things |= fill(side)
    return side


def _people(side: Side) -> dict[str, dict[str, Any]]:
    member, unit = side.member, side.unit
    holder = staff_user(Role.LIAISON, unit)
    twin = make_member(unit, name=side.secrets["name"])
    change = MemberChange.objects.create(
        member=twin, kind="transfer", state="asked", on=TODAY, from_unit=unit, to_unit=unit,
        asked_at=NOW,
    )  # fmt: skip
    merge = MemberMerge.objects.create(
        kept=member, gone=twin, state="proposed", proposed_by_plain=1, proposed_at=NOW
    )
    sheet = f"姓名,性别,单位\n{side.secrets['name']},男,{unit.name}\n".encode()
    roster = stage_roster(actor=SYSTEM, filename="名册.csv", content=sheet, unit=unit, now=NOW)
    job = Job.objects.create(
        code=public_code(), kind="directory.read_roster", title="读取", created_at=NOW,
        user_id_plain=holder.pk,
    )  # fmt: skip
    notice = Notice.objects.create(user=member.user, key="jobs.done", created_at=NOW)
    office = Appointment.objects.get(user=holder)
    return {
        "member": {"member_no": member.member_no, "pk": member.pk},
        "organization": {"code": unit.code},
        "appointment": {"pk": office.pk, "id": office.pk},
        "user": {"pk": holder.pk},
        "change": {"pk": change.pk, "id": change.pk},
        "merge": {"pk": merge.pk, "id": merge.pk},
        "roster": {"pk": roster.pk},
        "job": {"code": job.code},
        "notice": {"pk": notice.pk, "id": notice.pk},
    }


def _reporting(side: Side) -> dict[str, dict[str, Any]]:
    placement = make_placement(side.member, side.community)
    letter = make_letter(placement)
    away = make_member(side.unit, name=side.secrets["name"])
    excusal = Excusal.objects.create(member=away, klass="personal", from_on=TODAY, granted_at=NOW)
    round_ = Round.objects.create(name=f"{side.name}批", created_at=NOW)
    proposal = Proposal.objects.create(
        round=round_, member=side.member, community=side.community, reason="residence"
    )
    return {
        "placement": {"pk": placement.pk, "id": placement.pk},
        "letter": {"pk": letter.pk, "id": letter.pk, "code": letter.code},
        "excusal": {"pk": excusal.pk, "id": excusal.pk},
        "round": {"pk": round_.pk, "id": round_.pk},
        "proposal": {"pk": proposal.pk, "id": proposal.pk},
    }


def _partners(side: Side) -> dict[str, dict[str, Any]]:
    both = {"unit": side.unit, "community": side.community}
    report = UnitReport.objects.create(**both, people=1, presented_on=TODAY, presented_at=NOW)
    pairing = Pairing.objects.create(**both, proposed_at=NOW)
    point = ContactPoint.objects.create(
        **both, leader=side.member, position="局长", since=TODAY, set_at=NOW
    )
    visit = Visit.objects.create(
        **both, pairing=pairing, held_on=TODAY, people="三人", discussed="共建", noted_at=NOW
    )
    matter = Matter.objects.create(visit=visit, text="路灯")
    run = ReconcileRun.objects.create(
        organization=side.unit, source="roster", on=TODAY, made_at=NOW
    )
    difference = Difference.objects.create(
        key=f"k{side.name}", kind="missing", member=side.member, **both, responsible="unit",
        found_at=NOW,
    )  # fmt: skip
    rows = {
        "unit_report": report, "pairing": pairing, "contact_point": point, "matter": matter,
        "run": run, "difference": difference,
    }  # fmt: skip
    return {name: {"pk": row.pk, "id": row.pk} for name, row in rows.items()}


def _service(side: Side) -> dict[str, dict[str, Any]]:
    voice = {
        "name": side.secrets["wisher"], "phone": side.secrets["wisher_phone"],
        "address": side.secrets["wisher_address"], "words": f"{side.secrets['wisher']}想要眼镜",
    }  # fmt: skip
    wish = make_open_wish(side.community, now=NOW, title=f"{side.name}的心愿")
    noted = needs.note_wish(
        actor=Actor.public(), community=side.community, voice=make_voice(**voice), consent=False,
        now=NOW,
    ).wish  # fmt: skip
    FollowUp.objects.create(wish=noted, drawn_at=NOW)
    claimed = make_open_wish(side.community, now=NOW)
    claim = make_claim(claimed, side.member, now=NOW)
    post = make_post(side.community, now=NOW)
    order = propose_post(actor=member_actor(side.member), title="修小家电", now=NOW)
    demand = place_demand(
        actor=SYSTEM, community=side.community, item=next(iter(categories(NOW))),
        text="辅导作业", heads=2, now=NOW,
    )  # fmt: skip
    colleague = make_member(side.unit, name=side.secrets["name"])
    held = needs.take_post(actor=member_actor(colleague), post=post, now=NOW)
    unit_claim = claim_for_unit(
        actor=SYSTEM, wish=make_open_wish(side.community, now=NOW), unit=side.unit,
        responsible=colleague, helpers=[side.member], now=NOW,
    )  # fmt: skip
    helper = unit_claim.helpers.get()
    handover = PostHandover.objects.create(
        code=public_code(), claim=held, to_member=side.member, asked_at=NOW
    )
    activity = activities.make_activity(side.community)
    activities.signed_up(activity, [side.member])
    note = activities.make_note(side.member)
    entry = ledger.make_entry(side.member)
    project = projects.make_project(side.community)
    actor = member_actor(side.member)
    pledge = draft_pledge(actor=actor, promises=[Promise(text="每月一次", due_on=TODAY)], now=NOW)
    submit_pledge(actor=actor, pledge=pledge, now=NOW)
    suggestion = note_suggestion(
        actor=SYSTEM, community=side.community, voice=make_voice(**voice), kind="suggestion",
        origin="visit", now=NOW,
    )  # fmt: skip
    sheet = f"心愿内容,社区,姓名\n{voice['words']},{side.community.code},{voice['name']}\n".encode()
    sent = stage_wishes(
        actor=SYSTEM, filename="心愿.csv", content=sheet, publish_at=None, now=NOW
    )  # fmt: skip
    WishImport.objects.filter(pk=sent.pk).update(community=side.community)
    found = Suggestion.objects.get(community=side.community)
    assert isinstance(entry, Entry)
    assert suggestion is not None
    festival = announced([verified_wish(side.community, now=NOW)], now=NOW, audience=side.community)
    return {
        "festival": {"code": festival.code, "id": festival.pk},
        "wish": {"code": noted.code, "id": noted.pk},
        "wish_import": {"pk": sent.pk},
        "open_wish": {"code": wish.code, "id": wish.pk},
        "claim": {"pk": claim.pk, "id": claim.pk, "code": claimed.code},
        "unit_claim": {"pk": unit_claim.pk, "id": unit_claim.pk, "helper": helper.pk},
        "unit_help": {"pk": helper.pk, "id": helper.pk},
        "post": {"code": post.code, "id": post.pk},
        "post_claim": {"pk": held.pk, "id": held.pk},
        "order": {"code": order.code, "id": order.pk},
        "demand": {"code": demand.code, "id": demand.pk},
        "handover": {"code": handover.code, "id": handover.pk},
        "activity": {"code": activity.code, "pk": 10**9},
        "note": {"pk": note.pk},
        "entry": {"pk": entry.pk},
        "project": {"code": project.code, "id": project.pk},
        "pledge": {"code": pledge.code, "id": pledge.pk},
        "suggestion": {"code": found.code, "id": found.pk},
    }


def _data(side: Side) -> dict[str, dict[str, Any]]:
    correction = Correction.objects.create(
        code=public_code(), member=side.member, fact="name", keeper="unit",
        wanted_sealed=crypto.seal("张三", "correction.wanted"), asked_at=NOW, due_on=TODAY,
    )  # fmt: skip
    left = make_member(side.unit, name=side.secrets["name"], left_on=TODAY)
    erasure = Erasure.objects.create(
        code=public_code(), subject="member", member=left, subject_code=left.member_no,
        key_hash=public_code(), reason="after_leaving", state="proposed", asked_at=NOW,
        proposed_by_plain=1, proposed_at=NOW,
    )  # fmt: skip
    copy = DataCopy.objects.create(
        code=public_code(), user=side.member.user, asked_at=NOW, expires_at=NOW + timedelta(days=1)
    )
    return {
        "correction": {"code": correction.code},
        "erasure": {"code": erasure.code},
        "copy": {"code": copy.code},
    }


# ---- which thing an address is about: the first beginning that fits --------------------------

ABOUT: tuple[tuple[str, str], ...] = (
    ("me/account/security/passkeys/", ""),
    ("me/account/tokens/", ""),
    ("me/duties/", ""),
    ("me/offices/", "appointment"),
    ("me/notices/", "notice"),
    ("me/data/copy/", "copy"),
    ("me/data/correction/", "correction"),
    ("me/data/consent/", ""),
    ("me/suggestions/", "suggestion"),
    ("me/pledge/", ""),
    ("me/wishes/help/", "unit_help"),
    ("me/wishes/", "claim"),
    ("me/posts/", "post"),
    ("me/orders/", "order"),
    ("me/handovers/", "handover"),
    ("me/notes/", "note"),
    ("me/record/", "entry"),
    ("notices/", ""),
    ("letters/", "letter"),
    ("wishes/themes/", "festival"),
    ("wishes/", "open_wish"),
    ("menu/items/", ""),
    ("menu/", "post"),
    ("activities/", "activity"),
    ("projects/", "project"),
    ("desk/accounts/", "user"),
    ("desk/jobs/", "job"),
    ("desk/scheme/", ""),
    ("desk/menu/", ""),
    ("desk/sheets/", ""),
    ("desk/rows/", ""),
    ("desk/changes/", "change"),
    ("desk/merges/", "merge"),
    ("desk/members/", "member"),
    ("desk/organizations/", "organization"),
    ("desk/people/of/", "user"),
    ("desk/people/at/", "organization"),
    ("desk/people/", "appointment"),
    ("desk/roster/", "roster"),
    ("desk/rights/corrections/", "correction"),
    ("desk/rights/erasures/", "erasure"),
    ("desk/placement/members/", "member"),
    ("desk/placement/proposals/", "proposal"),
    ("desk/placement/", "round"),
    ("desk/letters/", "placement"),
    ("desk/excusals/members/", "member"),
    ("desk/excusals/", "excusal"),
    ("desk/reporting/scan/", "letter"),
    ("desk/reporting/rates/", ""),
    ("desk/reporting/", "placement"),
    ("desk/reconcile/", "run"),
    ("desk/differences/", "difference"),
    ("desk/unit-reports/", "unit_report"),
    ("desk/pairings/", "pairing"),
    ("desk/contact-points/", "contact_point"),
    ("desk/matters/", "matter"),
    ("desk/suggestions/", "suggestion"),
    ("desk/pledges/", "pledge"),
    ("desk/follow-ups/", "wish"),
    ("desk/festivals/", "festival"),
    ("desk/wishes/all/", ""),
    ("desk/wishes/import/", "wish_import"),
    ("desk/wishes/", "wish"),
    ("desk/claims/", "claim"),
    ("desk/unit-wishes/", "unit_claim"),
    ("desk/posts/claims/", "post_claim"),
    ("desk/orders/", "order"),
    ("desk/demands/", "demand"),
    ("desk/gather/", "open_wish"),
    ("desk/posts/", "post"),
    ("desk/activities/", "activity"),
    ("desk/notes/", "note"),
    ("desk/projects/", "project"),
    ("api/v1/tokens/", ""),
    ("api/v1/me/pledge/", ""),
    ("api/v1/me/suggestions/", "suggestion"),
    ("api/v1/desk/follow-ups/", "wish"),
    ("api/v1/desk/festivals/", "festival"),
    ("api/v1/festivals/", "festival"),
    ("api/v1/desk/claims/", "claim"),
    ("api/v1/desk/applications/", "post_claim"),
    ("api/v1/me/orders/", "order"),
    ("api/v1/me/hand-overs/", "handover"),
    ("api/v1/desk/pledges/", "pledge"),
    ("api/v1/desk/projects/", "project"),
    ("api/v1/desk/suggestions/", "suggestion"),
    ("api/v1/desk/wishes/", "wish"),
    ("api/v1/desk/orders/", "order"),
    ("api/v1/desk/demands/", "demand"),
    ("api/v1/desk/posts/", "post"),
    ("api/v1/projects/", "project"),
    ("api/v1/me/notices/", "notice"),
    ("api/v1/me/corrections/", "correction"),
    ("api/v1/me/consents/", ""),
    ("api/v1/organizations/", "organization"),
    ("api/v1/members/", "member"),
    ("api/v1/changes/", "change"),
    ("api/v1/merges/", "merge"),
    ("api/v1/appointments/", "appointment"),
    ("api/v1/rounds/", "round"),
    ("api/v1/proposals/", "proposal"),
    ("api/v1/jobs/", "job"),
    ("api/v1/placements/", "placement"),
    ("api/v1/letters/", "letter"),
    ("api/v1/excusals/", "excusal"),
    ("api/v1/reconciliations/", "run"),
    ("api/v1/differences/", "difference"),
    ("api/v1/unit-reports/", "unit_report"),
    ("api/v1/pairings/", "pairing"),
    ("api/v1/contact-points/", "contact_point"),
    ("api/v1/matters/", "matter"),
    ("api/v1/wishes/", "open_wish"),
    ("api/v1/claims/", "claim"),
    ("api/v1/unit-claims/", "unit_claim"),
    ("api/v1/helping/", "unit_help"),
    ("api/v1/posts/", "post"),
    ("api/v1/corrections/", "correction"),
    ("api/v1/erasures/", "erasure"),
)
# Parts of an address that are words of the programme, not somebody's thing.
WORDS: dict[str, Any] = {
    "kind": "move", "fact": "phone", "measure": "expected", "column": "open",
    "name": "accept", "number": 1, "token": "x", "sheet": "letter",
}  # fmt: skip
WORDS_AT: tuple[tuple[str, dict[str, Any]], ...] = (
    ("me/duties/", {"code": "none"}),
    ("me/data/consent/", {"kind": "none"}),
    ("notices/", {"code": "none"}),
    ("desk/scheme/", {"code": "placement"}),
    ("menu/items/", {"item": "health"}),
    ("desk/menu/", {"item": "health"}),
    ("desk/gather/", {"kind": "wish"}),
    ("desk/posts/", {"sheet": "poster"}),
    ("desk/sheets/", {"code": "letter"}),
    ("desk/rows/", {"measure": "expected"}),
    ("me/account/", {"pk": 10**9}),
    ("api/v1/tokens/", {"id": 10**9}),
    ("desk/suggestions/", {"name": "accept"}),
    ("desk/pledges/", {"name": "approve"}),
    ("desk/wishes/import/", {"name": "discard"}),
    ("desk/wishes/paper/", {"sheet": "wish_card"}),
)


def about(route: str) -> str | None:
    """The name of the thing, "" for words only, None for an address nobody has thought of."""
    return next((thing for start, thing in ABOUT if route.startswith(start)), None)


def values(side: Side, route: str, wanted: set[str]) -> dict[str, Any]:
    """What stands in the blanks of an address, on one side."""
    given = dict(WORDS)
    for start, words in WORDS_AT:
        if route.startswith(start):
            given |= words
    given |= side.things.get(about(route) or "", {})
    return {name: given.get(name, 10**9 if name in NUMBERS else "none") for name in wanted}


NUMBERS = {"pk", "id", "number"}  # a blank that no thing fills is asked for nobody's
Fill = Callable[[Side], dict[str, dict[str, Any]]]
