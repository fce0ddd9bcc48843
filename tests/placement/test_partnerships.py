"""The unit's own report-in, pairing, contact points and visits: who does what, and how it ends."""

import io
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader
from tests.factories.directory import (
    TODAY,
    county_officer,
    make_community,
    make_county,
    make_member,
    make_unit,
    member_actor,
    staff_user,
)
from tests.factories.placement import NOON, community_secretary, liaison

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.placement.actions import contacts, pairings, unit_reports
from allhours.placement.choices import MatterState, PairingState, UnitReportState
from allhours.placement.models import ContactPoint, Matter, Pairing, UnitReport, Visit
from allhours.placement.queries import partnerships as queries
from allhours.scheme import queries as scheme_queries
from allhours.ui.awaiting import worked_out

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
def with_contact_points(monkeypatch):
    """A county whose scheme has leaders' contact points and an agreement of two aspects."""
    from dataclasses import replace

    from allhours.scheme.schema.people import CoBuilding
    from allhours.scheme.schema.values import Choice

    base = scheme_queries.neutral_scheme()
    aspects = (Choice("theory", "理论同学"), Choice("service", "服务同行"))
    organisations = replace(
        base.organisations,
        leader_contact_points=True,
        cobuilding=CoBuilding(enabled=True, title="党建和创", fields=aspects),
    )
    scheme = replace(base, organisations=organisations)
    for module in (contacts, pairings, queries):
        monkeypatch.setattr(module, "scheme_for", lambda on: scheme)


def client_of(role, organization) -> Client:
    client = Client()
    client.force_login(staff_user(role, organization))
    return client


def page(client, name, *args, **query):
    response = client.get(reverse(f"placement:{name}", args=args), query)
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()


def refusal(act, **kwargs):
    with pytest.raises(Refused) as refused:
        act(now=NOON, **kwargs)
    return refused.value.codes[0]


def test_a_unit_reports_and_the_community_receives():
    unit, community = make_unit(), make_community()
    make_member(unit)
    make_member(unit)
    desk, own = community_secretary(community), liaison(unit)

    report = unit_reports.present_unit(actor=own, unit=unit, community=community, now=NOON)

    assert report.people == 2
    sides = {"unit": unit, "community": community}
    assert refusal(unit_reports.present_unit, actor=own, **sides) == "unit_report.exists"
    assert refusal(unit_reports.present_unit, actor=desk, **sides) == "actor.not_permitted"
    wrong = {"unit": unit, "community": make_unit()}
    assert refusal(unit_reports.present_unit, actor=own, **wrong) == "partnership.not_a_community"
    assert refusal(unit_reports.receive_unit, actor=own, report=report) == "actor.not_permitted"
    assert [each.title for each in worked_out(queries.partnerships_awaiting(desk, NOON))] == [
        "1 个单位党组织前来报到"
    ]
    unit_reports.receive_unit(actor=desk, report=report, now=NOON)
    assert refusal(unit_reports.receive_unit, actor=desk, report=report) == (
        "unit_report.not_waiting"
    )
    report.refresh_from_db()
    assert (report.state, report.received_on) == (UnitReportState.RECEIVED, TODAY)
    unit_reports.end_unit_report(actor=own, report=report, reason="单位迁出", now=NOON)
    unit_reports.present_unit(actor=own, unit=unit, community=community, now=NOON)
    assert list(JournalEntry.objects.order_by("pk").values_list("did", flat=True)) == [
        "unit_report.presented", "unit_report.received", "unit_report.ended",
        "unit_report.presented",
    ]  # fmt: skip


def test_a_community_returns_a_unit_with_a_reason():
    unit, community = make_unit(), make_community()
    report = unit_reports.present_unit(
        actor=liaison(unit), unit=unit, community=community, now=NOON
    )
    desk = community_secretary(community)
    assert refusal(unit_reports.return_unit, actor=desk, report=report, reason=" ") == (
        "partnership.reason_missing"
    )
    unit_reports.return_unit(actor=desk, report=report, reason="驻地在邻近社区", now=NOON)
    report.refresh_from_db()
    assert (report.state, report.reason) == (UnitReportState.RETURNED, "驻地在邻近社区")


def test_a_pairing_needs_both_sides_and_the_organisation_follows():
    unit, community, other = make_unit(), make_community(), make_community()
    own, desk = liaison(unit), community_secretary(community)
    pairing = pairings.propose_pairing(actor=own, unit=unit, community=community, now=NOON)

    assert refusal(pairings.agree_pairing, actor=own, pairing=pairing) == "pairing.own"
    stranger = community_secretary(other)
    assert refusal(pairings.agree_pairing, actor=stranger, pairing=pairing) == (
        "actor.not_permitted"
    )
    unit.refresh_from_db()
    assert unit.paired_community is None
    rival = pairings.propose_pairing(
        actor=community_secretary(other), unit=unit, community=other, now=NOON
    )
    pairings.agree_pairing(actor=desk, pairing=pairing, now=NOON)
    unit.refresh_from_db()
    assert unit.paired_community == community
    rival.refresh_from_db()
    assert refusal(pairings.agree_pairing, actor=own, pairing=rival) == "pairing.exists"
    again = {"unit": unit, "community": other}
    assert refusal(pairings.propose_pairing, actor=own, **again) == "pairing.exists"

    pairing.refresh_from_db()
    pairings.end_pairing(actor=desk, pairing=pairing, reason="单位迁址", now=NOON)
    unit.refresh_from_db()
    assert unit.paired_community is None
    assert Pairing.objects.get(pk=pairing.pk).until == TODAY


def test_the_county_pairs_at_once_and_the_nightly_follows_the_organisations_field():
    officer, unit, community = county_officer(), make_unit(), make_community()
    pairing = pairings.propose_pairing(actor=officer, unit=unit, community=community, now=NOON)
    assert pairing.state == PairingState.LIVE
    imported = make_unit(paired_community=community)
    elsewhere = make_community()
    unit.paired_community = elsewhere
    unit.save(update_fields=["paired_community"])

    pairings.follow_pairings(actor=SYSTEM, now=NOON)

    live = Pairing.objects.filter(state=PairingState.LIVE).values_list("unit", "community")
    assert set(live) == {(unit.pk, elsewhere.pk), (imported.pk, community.pk)}
    assert pairings.follow_pairings(actor=SYSTEM, now=NOON) == 0


def test_visits_are_noted_by_either_side_and_matters_handled(with_contact_points):
    unit, community = make_unit(), make_community()
    own, desk = liaison(unit), community_secretary(community)
    pairing = pairings.propose_pairing(
        actor=county_officer(), unit=unit, community=community,
        agreement={"theory": "每季一次", "unknown": "…"}, now=NOON,
    )  # fmt: skip
    assert pairing.agreement == {"theory": "每季一次"}
    said = {"of": pairing, "people": "书记", "discussed": "停车难"}
    tomorrow, before = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
    for day, code in ((tomorrow, "visit.future"), (before, "visit.early")):
        assert refusal(contacts.note_visit, actor=own, held_on=day, **said) == code
    empty = said | {"discussed": " "}
    assert refusal(contacts.note_visit, actor=own, held_on=TODAY, **empty) == "visit.empty"
    stranger = liaison(make_unit())
    assert refusal(contacts.note_visit, actor=stranger, held_on=TODAY, **said) == (
        "actor.not_permitted"
    )
    contacts.note_visit(actor=desk, held_on=TODAY, matters=["增设车位", " "], now=NOON, **said)
    matter = Matter.objects.get()
    assert [each.title for each in worked_out(queries.partnerships_awaiting(own, NOON))] == [
        "走访提出的 1 件事待办理"
    ]
    assert refusal(contacts.handle_matter, actor=own, matter=matter, outcome="") == (
        "matter.outcome"
    )
    contacts.handle_matter(actor=own, matter=matter, outcome="已协调 12 个", now=NOON)
    matter.refresh_from_db()
    assert (matter.state, matter.handled_on) == (MatterState.HANDLED, TODAY)
    assert refusal(contacts.handle_matter, actor=own, matter=matter, outcome="x") == (
        "matter.handled"
    )


def test_a_planned_visit_is_on_the_list_in_the_last_days_of_its_quarter(with_contact_points):
    unit, community = make_unit(), make_community()
    own = liaison(unit)
    pairing = pairings.propose_pairing(
        actor=county_officer(), unit=unit, community=community, now=clock.at(date(2026, 3, 2))
    )

    def due(day):
        found = worked_out(queries.partnerships_awaiting(own, clock.at(day)))
        return [(each.title, each.due_on) for each in found]

    assert due(date(2026, 5, 30)) == []
    assert due(date(2026, 5, 31)) == [("1 项结对本季度还没有走访", date(2026, 6, 30))]
    contacts.note_visit(
        actor=own, of=pairing, held_on=TODAY, people="书记", discussed="共建", now=NOON
    )
    assert due(date(2026, 6, 30)) == []
    assert due(date(2026, 9, 30)) == [("1 项结对本季度还没有走访", date(2026, 9, 30))]


def test_a_leader_keeps_in_touch_with_a_community(with_contact_points):
    leader = make_member(position="局长")
    community = make_community()
    own = liaison(leader.unit)
    said = {"leader": leader, "community": community, "position": "局长"}
    point = contacts.set_contact_point(actor=own, now=NOON, **said)

    assert refusal(contacts.set_contact_point, actor=own, **said) == "contact.exists"
    assert refusal(contacts.set_contact_point, actor=own, **(said | {"position": ""})) == (
        "contact.position"
    )
    assert refusal(contacts.set_contact_point, actor=liaison(make_unit()), **said) == (
        "actor.not_permitted"
    )
    contacts.note_visit(
        actor=member_actor(leader), of=point, held_on=TODAY, people="本人", discussed="用水",
        now=NOON,
    )  # fmt: skip
    assert Visit.objects.get().contact_point == point
    contacts.end_contact_point(actor=own, point=point, reason="调整分工", now=NOON)
    assert refusal(contacts.end_contact_point, actor=own, point=point, reason="x") == (
        "contact.ended"
    )
    contacts.set_contact_point(actor=own, now=NOON, **said)
    assert ContactPoint.objects.count() == 2


def test_without_the_schemes_switch_there_are_no_contact_points():
    leader = make_member(position="局长")
    said = {"leader": leader, "community": make_community(), "position": "局长"}
    assert refusal(contacts.set_contact_point, actor=county_officer(), **said) == "contact.off"


def test_pages_lead_through_report_in_pairing_and_visit():
    unit, community = make_unit(name="县水利局"), make_community(name="湖东社区")
    own = client_of(Role.LIAISON, unit)
    desk = client_of(Role.COMMUNITY_SECRETARY, community)

    own.post(reverse("placement:unit-report-new"), {"unit": unit.pk, "community": community.pk})
    report = UnitReport.objects.get()
    assert "接收" in page(desk, "unit-report", report.pk)
    desk.post(reverse("placement:unit-report-receive", args=[report.pk]))
    assert "已报到" in page(own, "unit-reports")
    own.post(reverse("placement:pairing-new"), {"unit": unit.pk, "community": community.pk})
    pairing = Pairing.objects.get()
    assert "同意结对" not in page(own, "pairing", pairing.pk)
    assert "同意结对" in page(desk, "pairing", pairing.pk)
    desk.post(reverse("placement:pairing-agree", args=[pairing.pk]))
    visit = reverse("placement:pairing-visit", args=[pairing.pk])
    kept = desk.post(visit, {"held_on": "2026-06-11", "people": "书记", "discussed": "停车难"})
    assert "不能晚于今天" in kept.content.decode()
    assert "停车难" in kept.content.decode()
    desk.post(
        visit,
        {"held_on": str(TODAY), "people": "书记", "discussed": "停车", "matters": "甲\n乙"},
    )
    assert "待办理" in page(own, "pairing", pairing.pk)
    matter = Matter.objects.first()
    own.post(reverse("placement:matter-handle", args=[matter.pk]), {"outcome": "已办"})
    assert "已办理" in page(desk, "pairing", pairing.pk)
    for name in ("pairings", "contact-points", "visits"):
        page(own, name)
    stranger = client_of(Role.LIAISON, make_unit())
    for name, pk in (("unit-report", report.pk), ("pairing", pairing.pk)):
        assert stranger.get(reverse(f"placement:{name}", args=[pk])).status_code == 404
    assert stranger.post(visit, {}).status_code == 404
    url = reverse("placement:matter-handle", args=[matter.pk])
    assert stranger.post(url, {"outcome": "x"}).status_code == 404
    inspector = client_of(Role.INSPECTOR, make_county())
    page(inspector, "pairing", pairing.pk)
    answer = inspector.post(
        reverse("placement:pairing-end", args=[pairing.pk]), {"reason": "x"}, follow=True
    )
    assert "您的职务不能办理此事" in answer.content.decode()


def test_the_register_is_printed_whole():
    community = make_community(name="湖东社区")
    for name in ("县水利局", "县翀昇局"):
        unit = make_unit(name=name)
        unit_reports.present_unit(
            actor=liaison(unit), unit=unit, community=community, offers="法律咨询", now=NOON
        )
    sent = client_of(Role.COUNTY_OFFICER, make_county()).get(
        reverse("placement:unit-reports"), {"format": "pdf"}
    )
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(sent.content)).pages)
    for word in ("单位党组织到社区报到登记册", "县水利局", "县翀昇局", "法律咨询", "待社区接收"):
        assert word in text.replace("\n", "")


def test_lists_cost_the_same_with_more_rows(django_assert_max_num_queries):
    officer = client_of(Role.COUNTY_OFFICER, make_county())
    actor = county_officer()
    for count in (1, 3):
        for _ in range(count):
            unit, community = make_unit(), make_community()
            unit_reports.present_unit(actor=actor, unit=unit, community=community, now=NOON)
            pairing = pairings.propose_pairing(
                actor=actor, unit=unit, community=community, now=NOON
            )
            contacts.note_visit(
                actor=actor, of=pairing, held_on=TODAY, people="a", discussed="b",
                matters=["c"], now=NOON,
            )  # fmt: skip
        for name, args in (
            ("unit-reports", ()), ("pairings", ()), ("pairing", (pairing.pk,)), ("visits", ()),
            ("contact-points", ()), ("unit-report-new", ()), ("pairing-new", ()),
        ):  # fmt: skip
            with django_assert_max_num_queries(15):
                page(officer, name, *args)
