"""From appointments to grants."""

from datetime import timedelta

import pytest

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.directory.choices import OrgKind
from allhours.directory.models import Member
from tests.factories.directory import (
    TODAY,
    county_officer,
    make_community,
    make_member,
    make_org,
    make_unit,
    make_user,
    staff_actor,
)

pytestmark = pytest.mark.django_db


def test_grant_of_the_committee_stands_over_both_roots():
    assert [grant.path for grant in county_officer().grants] == ["/"]


def test_grant_at_a_temporary_branch_reaches_its_whole_community():
    community = make_community()
    branch = make_org(OrgKind.TEMP_BRANCH, parent=community)
    actor = staff_actor(Role.BRANCH_SECRETARY, branch)
    assert [grant.path for grant in actor.grants] == [community.path]
    assert actor.grants[0].organization_id == branch.pk


def test_grant_is_gone_the_day_after_the_term():
    unit = make_unit()
    before = staff_actor(Role.LIAISON, unit, on=TODAY)
    early = staff_actor(Role.LIAISON, unit, on=TODAY - timedelta(days=400))
    assert before.grants
    assert early.grants == ()


def test_county_officer_who_is_a_member_still_sees_everybody():
    """A scope that covers all stays so when it is widened by one's own record."""
    mine = make_member(make_unit(), user=make_user())
    other = make_member(make_unit())
    officer = Actor(user_id=mine.user_id, member_id=mine.pk, grants=county_officer().grants)
    assert set(Member.objects.visible_to(officer)) == {mine, other}
