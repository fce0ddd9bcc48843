"""An appointment is proposed by one and approved by another; delegated, ended, remembered."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.directory.actions.appointments import (
    appoint,
    approve,
    approve_many,
    decline,
    end_appointment,
    end_today,
    propose,
    propose_person,
    withdraw,
)
from allhours.directory.actions.delegations import delegate_to
from allhours.directory.actions.terms import close_terms, remind_of_terms
from allhours.directory.models import Appointment, Member
from allhours.directory.queries.actors import actor_of
from allhours.directory.queries.people import appointments_visible_to, proposals_for
from allhours.kernel.errors import Refused
from allhours.notifications.models import Notice
from tests.factories.directory import (
    TODAY,
    county_officer,
    make_community,
    make_county,
    make_member,
    make_unit,
    make_user,
    member_actor,
    staff_actor,
    staff_user,
)
from tests.support.contention import threads

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)


def ask(actor, now, role=Role.LIAISON, organization=None, user=None, **over):
    facts = {"from_on": TODAY} | over
    return propose(
        actor=actor, user=user or make_user(), role=role,
        organization=organization or make_unit(), now=now, **facts,
    )  # fmt: skip


def refused_by(code, work, **facts):
    with pytest.raises(Refused) as refused:
        work(**facts)
    assert refused.value.codes == (code,)


def held_by(user, on=TODAY):
    return actor_of(user, on=on).roles


# ---- two pairs of eyes -----------------------------------------------------------------------


def test_nobody_gives_a_role_alone(now):
    officer, other = county_officer(), county_officer()
    refused_by(
        "appointment.needs_proposal", appoint, actor=officer, user=make_user(),
        role=Role.LIAISON, organization=make_unit(), from_on=TODAY, now=now,
    )  # fmt: skip
    made = ask(officer, now)
    assert held_by(made.user) == set()
    refused_by("appointment.second_person", approve, actor=officer, appointment=made, now=now)
    approve(actor=other, appointment=made, now=now, decision_no="县直工委〔2026〕3号")
    made.refresh_from_db()
    assert (made.state, made.approved_by_id, made.decision_no) == (
        "in_force", other.user_id, "县直工委〔2026〕3号",
    )  # fmt: skip
    assert held_by(made.user) == {Role.LIAISON}
    refused_by("appointment.already_decided", approve, actor=other, appointment=made, now=now)


def test_the_appointee_neither_proposes_nor_approves(now):
    first, second = county_officer(), county_officer()
    mine = staff_user(Role.COUNTY_OFFICER, make_county())
    made = ask(first, now, Role.UNIT_SECRETARY, user=mine)
    me = actor_of(mine, on=TODAY)
    refused_by("appointment.not_oneself", approve, actor=me, appointment=made, now=now)
    refused_by(
        "appointment.not_oneself", propose, actor=me, user=mine, role=Role.LIAISON,
        organization=make_unit(), from_on=TODAY, now=now,
    )  # fmt: skip
    approve(actor=second, appointment=made, now=now)


def test_where_there_is_one_officer_the_security_administrator_stands_in(now):
    only = county_officer()
    security = staff_actor(Role.SECURITY_ADMIN, make_county())
    made = ask(only, now)
    approve(actor=security, appointment=made, now=now)
    assert held_by(made.user) == {Role.LIAISON}
    second = ask(only, now)
    county_officer()  # a second officer: from now on it is theirs
    refused_by(
        "appointment.another_stands_first", approve, actor=security, appointment=second, now=now
    )


def test_an_administrator_is_approved_by_another_security_administrator_or_the_county(now):
    security, county = staff_actor(Role.SECURITY_ADMIN, make_county()), make_county()
    officer = county_officer()
    made = ask(security, now, Role.AUDIT_ADMIN, county)
    refused_by("appointment.second_person", approve, actor=security, appointment=made, now=now)
    approve(actor=officer, appointment=made, now=now)
    again = ask(security, now, Role.SYSTEM_ADMIN, county)
    other = staff_actor(Role.SECURITY_ADMIN, county)
    refused_by(
        "appointment.another_stands_first", approve, actor=officer, appointment=again, now=now
    )
    approve(actor=other, appointment=again, now=now)


@pytest.mark.parametrize(
    "values",
    [
        {"proposed_by": "one", "approved_by": "one"},
        {"proposed_by": "one", "approved_by": "user"},
        {"proposed_by": "one", "approved_by": None},
    ],
)
def test_the_database_itself_refuses_one_pair_of_eyes(values):
    people = {"one": make_user(), "user": make_user(), None: None}
    facts = {name: people[who] for name, who in values.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(
            user=people["user"], role=Role.LIAISON, organization=make_unit(), from_on=TODAY, **facts
        )
    two = facts | {"approved_by": make_user()}
    Appointment.objects.create(
        user=people["user"], role=Role.LIAISON, organization=make_unit(), from_on=TODAY, **two
    )


@pytest.mark.django_db(transaction=True)
def test_one_of_two_officers_decides_at_the_same_instant(now):
    made = ask(county_officer(), now)
    officers = [county_officer() for _ in range(6)]

    def decide(index: int) -> str:
        mine = Appointment.objects.select_related("organization").get(pk=made.pk)
        if index % 2:
            decline(actor=officers[index], appointment=mine, reason="不合适", now=now)
            return "declined"
        approve(actor=officers[index], appointment=mine, now=now)
        return "in_force"

    results = threads(6, decide)
    made.refresh_from_db()
    assert [result for result in results if isinstance(result, str)] == [made.state]
    dids = ["appointment.approved", "appointment.declined"]
    assert JournalEntry.objects.filter(did__in=dids).count() == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_becomes_administrator_and_liaison_at_the_same_instant(now):
    user, county, unit = make_user(), make_county(), make_unit()
    security, officer = staff_actor(Role.SECURITY_ADMIN, county), county_officer()

    def give(index: int):
        if index % 2:
            return ask(security, now, Role.AUDIT_ADMIN, county, user)
        return ask(officer, now, Role.LIAISON, unit, user)

    threads(6, give)
    assert Appointment.objects.filter(user=user).count() == 1


def test_a_refusal_says_why_and_may_be_proposed_again(now):
    officer, other, user, unit = county_officer(), county_officer(), make_user(), make_unit()
    made = ask(officer, now, user=user, organization=unit)
    refused_by(
        "appointment.reason_needed", decline, actor=other, appointment=made, reason=" ", now=now
    )
    refused_by(
        "appointment.already_holds", ask, actor=officer, now=now, user=user, organization=unit
    )
    decline(actor=other, appointment=made, reason="缺任命文件", now=now)
    made.refresh_from_db()
    assert (made.state, made.declined_reason) == ("declined", "缺任命文件")
    again = ask(officer, now, user=user, organization=unit)
    refused_by("appointment.not_your_proposal", withdraw, actor=other, appointment=again, now=now)
    withdraw(actor=officer, appointment=again, now=now)
    refused_by("appointment.already_decided", approve, actor=other, appointment=again, now=now)


def test_many_are_approved_together_each_by_itself(now):
    officer, other = county_officer(), county_officer()
    rows = [ask(officer, now) for _ in range(3)] + [ask(other, now)]
    assert set(proposals_for(other)) == set(rows[:3])
    assert approve_many(actor=other, appointments=rows, now=now) == 3
    refused_by(
        "appointment.already_decided", approve_many, actor=other, appointments=rows[:1], now=now
    )


def test_a_secretary_finds_their_own_people_and_of_others_not_even_the_name(now):
    unit = make_unit()
    secretary, mine, foreign = (
        staff_actor(Role.UNIT_SECRETARY, unit),
        make_member(unit),
        make_member(),
    )
    facts = {
        "actor": secretary, "display_name": "", "role": Role.LIAISON, "organization": unit,
        "from_on": TODAY, "until_on": None, "decision_no": "", "now": now,
    }  # fmt: skip
    assert propose_person(username=mine.member_no, **facts).state == "proposed"
    refused_by("appointment.person_unknown", propose_person, username=foreign.member_no, **facts)
    officer = staff_user(Role.COUNTY_OFFICER, make_county())
    refused_by("appointment.person_unknown", propose_person, username=officer.username, **facts)


# ---- the end ---------------------------------------------------------------------------------


def test_ending_keeps_the_decision_and_the_last_officer_stays(now):
    officer, unit = county_officer(), make_unit()
    user = staff_user(Role.LIAISON, unit)
    made = Appointment.objects.get(user=user)
    end_today(actor=officer, appointment=made, now=now, reason="调离", decision_no="〔2026〕9号")
    made.refresh_from_db()
    assert (made.state, made.until_on, made.end_decision_no) == (
        "ended", TODAY - timedelta(days=1), "〔2026〕9号",
    )  # fmt: skip
    last = Appointment.objects.get(user_id=officer.user_id)
    refused_by("appointment.last_of_role", end_today, actor=officer, appointment=last, now=now)
    other = county_officer()
    end_today(actor=other, appointment=last, now=now)
    assert held_by(last.user) == set()


def test_a_past_day_still_knows_who_was_in_office(now):
    user = staff_user(Role.LIAISON, make_unit())
    made = Appointment.objects.get(user=user)
    end_today(actor=county_officer(), appointment=made, now=now)
    assert held_by(user, TODAY - timedelta(days=1)) == {Role.LIAISON}
    assert held_by(user) == set()


def test_the_night_closes_what_ran_out_and_reminds_once(now, django_capture_on_commit_callbacks):
    officer, user = staff_user(Role.COUNTY_OFFICER, make_county()), make_user()
    unit, nights = make_unit(), Actor.system("nightly")
    over = Appointment.objects.create(
        user=user, role=Role.LIAISON, organization=unit, from_on=date(2026, 1, 1),
        until_on=TODAY - timedelta(days=1),
    )  # fmt: skip
    soon = {days: staff_user(Role.LIAISON, make_unit()) for days in (0, 30, 31)}
    for days, each in soon.items():
        Appointment.objects.filter(user=each).update(until_on=TODAY + timedelta(days=days))
    assert close_terms(actor=nights, now=now) == 1
    over.refresh_from_db()
    assert over.state == "ended"
    assert close_terms(actor=nights, now=now) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert remind_of_terms(actor=nights, now=now) == 2
    assert remind_of_terms(actor=nights, now=now) == 0
    told = Notice.objects.filter(key="appointment.term_ending").values_list("user_id", flat=True)
    assert set(told) == {soon[0].pk, soon[30].pk}
    assert Notice.objects.filter(key="appointment.term_to_renew", user=officer).count() == 2


def test_a_proposal_for_a_term_that_is_over_lapses(now):
    made = ask(county_officer(), now, until_on=TODAY)
    close_terms(actor=Actor.system("nightly"), now=now + timedelta(days=1))
    made.refresh_from_db()
    assert made.state == "withdrawn"


# ---- for a time ------------------------------------------------------------------------------


@pytest.fixture
def unit(db):
    return make_unit()


@pytest.fixture
def liaison(unit):
    return staff_user(Role.LIAISON, unit)


@pytest.fixture
def office(liaison):
    return Appointment.objects.get(user=liaison)


@pytest.fixture
def colleague(unit):
    member = make_member(unit)
    member_actor(member)
    return member.user


def hand_over(office, colleague, now, **over):
    facts = {"from_on": TODAY, "until_on": TODAY + timedelta(days=14)} | over
    return delegate_to(
        actor=actor_of(office.user, on=TODAY), appointment=office,
        username=colleague.username, now=now, **facts,
    )  # fmt: skip


def test_a_delegate_does_it_for_the_holder_and_the_journal_says_so(now, office, colleague):
    made = hand_over(office, colleague, now)
    acting = actor_of(colleague, on=TODAY)
    assert [(grant.role, grant.acting_for) for grant in acting.grants] == [
        (Role.LIAISON, office.pk)
    ]
    assert "代理" in made.office
    assert held_by(colleague, TODAY + timedelta(days=15)) == set()
    end_today(actor=acting, appointment=made, now=now)  # gives it back
    line = JournalEntry.objects.get(did="appointment.ended")
    assert (line.appointment_id_plain, line.acting_for_plain) == (made.pk, office.pk)
    assert held_by(colleague) == set()


def test_a_delegation_is_seen_by_the_county_which_may_end_it(now, office, colleague):
    made = hand_over(office, colleague, now)
    officer = county_officer()
    assert made in appointments_visible_to(officer)
    stranger = staff_actor(Role.LIAISON, make_unit())
    assert made not in appointments_visible_to(stranger)
    end_today(actor=officer, appointment=made, now=now)
    assert held_by(colleague) == set()


def test_a_delegation_ends_with_the_office(now, office, colleague):
    made = hand_over(office, colleague, now)
    end_appointment(
        actor=county_officer(), appointment=office, on=TODAY - timedelta(days=1), now=now
    )
    made.refresh_from_db()
    assert made.state == "ended"
    assert held_by(colleague) == set()


def test_a_delegate_has_nothing_while_the_holders_term_is_over(now, office, colleague):
    hand_over(office, colleague, now)
    Appointment.objects.filter(pk=office.pk).update(until_on=TODAY, state="in_force")
    assert held_by(colleague, TODAY) == {Role.LIAISON}
    assert held_by(colleague, TOMORROW) == set()
    assert close_terms(actor=Actor.system("nightly"), now=now + timedelta(days=1)) == 2


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"until_on": TODAY + timedelta(days=90)}, "delegation.too_long"),
        ({"from_on": TODAY - timedelta(days=1)}, "delegation.in_the_past"),
        ({"until_on": TODAY - timedelta(days=1)}, "delegation.term_needed"),
    ],
)
def test_the_term_of_a_delegation(now, office, colleague, over, code):
    refused_by(code, hand_over, office=office, colleague=colleague, now=now, **over)
    hand_over(office, colleague, now, until_on=TODAY + timedelta(days=89))
    another = make_member(office.organization)
    member_actor(another)
    refused_by("delegation.twice", hand_over, office=office, colleague=another.user, now=now)


def test_who_may_be_a_delegate(now, office, colleague):
    stranger, stopped = make_user(), make_member(office.organization)
    member_actor(stopped)
    stopped.user.is_active = False
    stopped.user.save()
    for each in (stranger, stopped.user, office.user):
        refused_by("appointment.person_unknown", hand_over, office=office, colleague=each, now=now)
    hand_over(office, colleague, now)


def test_a_delegation_is_never_passed_on(now, office, colleague):
    made = hand_over(office, colleague, now)
    third = make_member(office.organization)
    member_actor(third)
    made.user = colleague
    refused_by("delegation.of_a_delegation", hand_over, office=made, colleague=third.user, now=now)


def test_an_officers_delegation_waits_for_another_officer(now):
    user = staff_user(Role.COUNTY_OFFICER, make_county())
    office, deputy = Appointment.objects.get(user=user), make_user()
    made = hand_over(office, deputy, now)
    assert (made.state, held_by(deputy)) == ("proposed", set())
    refused_by(
        "appointment.second_person", approve, actor=actor_of(user, on=TODAY), appointment=made,
        now=now,
    )  # fmt: skip
    approve(actor=county_officer(), appointment=made, now=now)
    assert held_by(deputy) == {Role.COUNTY_OFFICER}
    proposed = ask(actor_of(user, on=TODAY), now)
    acting = actor_of(deputy, on=TODAY)
    refused_by("appointment.for_the_proposer", approve, actor=acting, appointment=proposed, now=now)


def test_an_administrator_does_not_get_business_by_delegation(now, office):
    county, admin = make_county(), staff_user(Role.AUDIT_ADMIN, make_county())
    officer = Appointment.objects.get(user=staff_user(Role.COUNTY_OFFICER, county))
    refused_by("appointment.admin_in_business", hand_over, office=officer, colleague=admin, now=now)
    security = Appointment.objects.get(user=staff_user(Role.SECURITY_ADMIN, county))
    refused_by(
        "appointment.admin_in_business", hand_over, office=security, colleague=office.user, now=now
    )


def test_whatever_is_in_the_tables_an_administrator_sees_no_business(now):
    """As a merged or hand-made row might have it."""
    member = make_member(make_unit())
    member.user = staff_user(Role.AUDIT_ADMIN, make_county())
    member.save(update_fields=["user"])
    Appointment.objects.create(
        user=member.user, role=Role.LIAISON, organization=member.unit, from_on=TODAY
    )
    actor = actor_of(member.user, on=TODAY)
    assert (actor.roles, actor.member_id) == ({Role.AUDIT_ADMIN}, None)
    assert Member.objects.visible_to(actor).count() == 0


def test_whom_each_sees_in_office(now):
    unit, community = make_unit(), make_community()
    staff_user(Role.LIAISON, unit)
    staff_user(Role.LIAISON, make_unit())
    staff_user(Role.COMMUNITY_STAFF, community)
    staff_user(Role.AUDIT_ADMIN, make_county())
    secretary = staff_actor(Role.UNIT_SECRETARY, unit)
    inspector = staff_actor(Role.INSPECTOR, make_county())
    assert appointments_visible_to(secretary).count() == 2
    assert appointments_visible_to(inspector).count() == 5  # all but the administrator
    assert appointments_visible_to(county_officer()).count() == 7
    assert appointments_visible_to(Actor.public()).count() == 0
