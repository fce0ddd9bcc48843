"""Roles come and go with appointments; administrators hold nothing else."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from allhours.accounts.choices import ADMIN_ROLES, BUSINESS_ROLES, Role
from allhours.directory import rules
from allhours.directory.actions.appointments import (
    approve,
    end_appointment,
    end_today,
    propose,
    propose_person,
)
from allhours.directory.appointing import may_propose
from allhours.directory.middleware import ActorMiddleware
from allhours.directory.models import Appointment, Member
from allhours.directory.queries.actors import actor_of, actor_of_id
from allhours.directory.queries.people import users_holding
from allhours.kernel.errors import Refused
from tests.factories.directory import (
    TODAY,
    county_officer,
    make_community,
    make_county,
    make_member,
    make_org,
    make_unit,
    make_user,
    member_actor,
    staff_actor,
    staff_user,
)
from tests.support.contention import threads


def give(actor, user, role, organization, now, **over) -> Appointment:
    """Proposed by the actor, approved by another of their kind."""
    made = propose(
        actor=actor, user=user, role=role, organization=organization, now=now,
        **{"from_on": TODAY, **over},
    )  # fmt: skip
    approver = Role.SECURITY_ADMIN if role in ADMIN_ROLES else Role.COUNTY_OFFICER
    approve(actor=staff_actor(approver, make_county()), appointment=made, now=now)
    return made


@pytest.mark.django_db
def test_an_ended_appointment_gives_nothing(now) -> None:
    unit, officer, user = make_unit(), county_officer(), make_user()
    made = give(officer, user, Role.LIAISON, unit, now)
    assert actor_of(user, on=TODAY).holds(Role.LIAISON, over=unit.path)
    end_today(actor=officer, appointment=made, now=now, reason="调离")
    assert actor_of(user, on=TODAY).grants == ()
    assert actor_of(user, on=TODAY - timedelta(days=1)).grants == ()  # it had not begun
    with pytest.raises(Refused) as refused:
        end_today(actor=officer, appointment=made, now=now)
    assert refused.value.codes == ("appointment.already_ended",)
    give(officer, user, Role.LIAISON, unit, now)


@pytest.mark.django_db
def test_a_term_begins_and_ends_by_itself(now) -> None:
    user = make_user()
    give(
        county_officer(), user, Role.LIAISON, make_unit(), now,
        from_on=date(2026, 6, 15), until_on=date(2026, 6, 30),
    )  # fmt: skip
    held = [day for day in range(1, 31) if actor_of(user, on=date(2026, 6, day)).grants]
    assert held == list(range(15, 31))


@pytest.mark.django_db
def test_a_notice_of_the_end_may_lie_ahead(now) -> None:
    user, officer = make_user(), county_officer()
    made = give(officer, user, Role.LIAISON, make_unit(), now)
    end_appointment(actor=officer, appointment=made, on=date(2026, 6, 20), now=now)
    assert actor_of(user, on=date(2026, 6, 20)).grants
    assert not actor_of(user, on=date(2026, 6, 21)).grants


@pytest.mark.parametrize("business", sorted(BUSINESS_ROLES))
@pytest.mark.django_db
def test_an_administrator_holds_no_business_role(now, business) -> None:
    county, user = make_county(), make_user()
    security = staff_actor(Role.SECURITY_ADMIN, county)
    seats = {
        kind: make_org(kind, parent=make_unit() if kind == "branch" else make_community())
        for kind in ("branch", "grid", "team")
    } | {"county": county, "unit": make_unit(), "community": make_community()}
    place = next(seats[kind] for kind in seats if kind in rules.SEATS[business])
    give(security, user, Role.AUDIT_ADMIN, county, now)
    with pytest.raises(Refused) as refused:
        give(county_officer(), user, business, place, now)
    assert refused.value.codes == ("appointment.admin_in_business",)
    give(county_officer(), make_user(), business, place, now)


@pytest.mark.parametrize("role", sorted(ADMIN_ROLES))
@pytest.mark.django_db
def test_a_business_person_or_member_or_admin_becomes_no_admin(now, role) -> None:
    county = make_county()
    security = staff_actor(Role.SECURITY_ADMIN, county)
    member = make_member()
    member_actor(member)
    other = next(each for each in sorted(ADMIN_ROLES) if each != role)
    for user in (
        staff_user(Role.INSPECTOR, county), member.user, staff_user(other, county),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            give(security, user, role, county, now)
        assert refused.value.codes == ("appointment.admin_in_business",)
    give(security, make_user(), role, county, now)


@pytest.mark.django_db
def test_admins_see_no_business(now) -> None:
    make_member()
    for role in ADMIN_ROLES:
        actor = staff_actor(role, make_county())
        assert Member.objects.visible_to(actor).count() == 0


PLACES = {
    Role.UNIT_SECRETARY: "unit",
    Role.LIAISON: "unit",
    Role.COMMUNITY_SECRETARY: "community",
    Role.COMMUNITY_STAFF: "community",
    Role.GRID_WORKER: "community",
}
MAY_PROPOSE = {
    Role.COUNTY_OFFICER: set(PLACES) | {Role.INSPECTOR, Role.COUNTY_OFFICER},
    Role.SECURITY_ADMIN: set(ADMIN_ROLES),
    Role.UNIT_SECRETARY: {Role.LIAISON},
    Role.COMMUNITY_SECRETARY: {Role.COMMUNITY_STAFF, Role.GRID_WORKER},
}


@pytest.mark.parametrize("proposer", list(Role))
@pytest.mark.django_db
def test_who_may_propose_whom(now, proposer) -> None:
    county, unit, community = make_county(), make_unit(), make_community()
    seats = {"unit": unit, "community": community}
    sits = next(
        place for place in (county, unit, community, make_org("team", parent=community))
        if place.kind in rules.SEATS[proposer]
    )  # fmt: skip
    actor, facts = staff_actor(proposer, sits), {"from_on": TODAY, "now": now}
    allowed = set()
    for role in {*PLACES, Role.INSPECTOR, Role.COUNTY_OFFICER, *ADMIN_ROLES}:
        place = seats.get(PLACES.get(role, ""), county)
        if not may_propose(actor, role, place):
            with pytest.raises(Refused):
                propose(actor=actor, user=make_user(), role=role, organization=place, **facts)
            continue
        propose(actor=actor, user=make_user(), role=role, organization=place, **facts)
        allowed.add(role)
    assert allowed == MAY_PROPOSE.get(proposer, set())
    assert Appointment.objects.filter(state="proposed").count() == len(allowed)


@pytest.mark.django_db
def test_a_secretary_proposes_for_their_own_place_only(now) -> None:
    secretary = staff_actor(Role.UNIT_SECRETARY, make_unit())
    with pytest.raises(Refused) as refused:
        propose(
            actor=secretary, user=make_user(), role=Role.LIAISON, organization=make_unit(),
            from_on=TODAY, now=now,
        )  # fmt: skip
    assert refused.value.codes == ("actor.not_permitted",)


@pytest.mark.django_db
def test_a_role_has_its_seat(now) -> None:
    with pytest.raises(Refused) as refused:
        give(county_officer(), make_user(), Role.LIAISON, make_community(), now)
    assert refused.value.codes == ("appointment.wrong_place",)
    give(county_officer(), make_user(), Role.LIAISON, make_unit(), now)


@pytest.mark.django_db
def test_a_member_is_appointed_by_number_and_keeps_one_account(now) -> None:
    member, unit = make_member(), make_unit()
    made = propose_person(
        actor=county_officer(), username=member.member_no, display_name="", role=Role.LIAISON,
        organization=unit, from_on=TODAY, until_on=None, decision_no="", now=now,
    )  # fmt: skip
    member.refresh_from_db()
    assert made.user == member.user
    assert actor_of(member.user, on=TODAY).roles == frozenset()
    approve(actor=county_officer(), appointment=made, now=now)
    actor = actor_of(member.user, on=TODAY)
    assert (actor.member_id, actor.roles) == (member.pk, {Role.LIAISON})


@pytest.mark.django_db(transaction=True)
def test_one_role_is_given_once_at_the_same_instant(now) -> None:
    user, unit, officer = make_user(), make_unit(), county_officer()
    results = threads(
        6,
        lambda index: propose(
            actor=officer, user=user, role=Role.LIAISON, organization=unit, from_on=TODAY, now=now
        ),
    )
    assert sum(isinstance(result, Appointment) for result in results) == 1
    assert {type(result) for result in results} == {Appointment, Refused}
    assert Appointment.objects.filter(user=user).count() == 1


@pytest.mark.django_db
def test_who_is_told_about_a_node(now) -> None:
    unit, community = make_unit(), make_community()
    branch = make_org("branch", parent=unit)
    liaison = staff_user(Role.LIAISON, unit)
    staff_user(Role.LIAISON, make_unit())
    officer = staff_user(Role.COUNTY_OFFICER, make_county())
    town = staff_user(Role.COMMUNITY_SECRETARY, community.parent)
    told = users_holding(
        roles={Role.LIAISON, Role.COUNTY_OFFICER}, organization_id=branch.pk, on=TODAY
    )
    assert told == sorted([liaison.pk, officer.pk])
    above = users_holding(roles=[Role.COMMUNITY_SECRETARY], organization_id=community.pk, on=TODAY)
    assert above == [town.pk]
    assert users_holding(roles=[Role.LIAISON], organization_id=unit.pk, on=date(2025, 1, 1)) == []


@pytest.mark.django_db
def test_a_job_runs_with_the_grants_of_the_day(now) -> None:
    user = staff_user(Role.LIAISON, make_unit())
    assert actor_of_id(user.pk, on=TODAY).roles == {Role.LIAISON}
    user.is_active = False
    user.save()
    assert actor_of_id(user.pk, on=TODAY).grants == ()
    assert actor_of_id(None, on=TODAY).user_id is None


@pytest.mark.django_db
def test_the_actor_is_worked_out_once_a_request(client, django_assert_num_queries, rf) -> None:
    request = rf.get("/")
    request.user = staff_user(Role.LIAISON, make_unit())
    ActorMiddleware(lambda request: None)(request)
    with django_assert_num_queries(2):
        assert request.actor.holds(Role.LIAISON)
        assert request.actor.roles == {Role.LIAISON}


@pytest.mark.django_db
def test_a_public_page_asks_nothing_about_anybody(client, rf, django_assert_num_queries) -> None:
    request = rf.get(reverse("accounts:sign-in"))
    request.user = AnonymousUser()
    ActorMiddleware(lambda request: None)(request)
    with django_assert_num_queries(0):
        assert not request.actor.is_signed_in
