"""A spring: the roster is placed, letters go out, members come, receipts return, the rate is read.

Everything goes through the pages that people use; only the background worker is called by hand.
"""

import json

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.jobs.actions import run_job
from allhours.jobs.models import Job, JobState
from allhours.kernel import clock
from allhours.placement.models import Letter, Placement, Round
from tests.factories.directory import (
    TODAY,
    make_county,
    make_member,
    make_unit,
    member_actor,
    staff_user,
)
from tests.factories.placement import NOON, make_row_of_communities, make_temp_branch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client, view, /, *args, **data):
    answer = client.post(reverse(f"placement:{view}", args=args), data, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_from_the_roster_to_the_receipt(capsys):
    # a county: two communities side by side, the first with room for two only
    near, far = make_row_of_communities(2)
    near.max_members = 2
    near.save(update_fields=["max_members"])
    branch = make_temp_branch(near)
    unit = make_unit(paired_community=far)
    at_home = [make_member(unit, residence=near, residence_confirmed=True) for _ in range(3)]
    unknown = make_member(unit)
    officer = signed_in(staff_user(Role.COUNTY_OFFICER, make_county()))
    liaison = signed_in(staff_user(Role.LIAISON, unit))
    secretary = signed_in(staff_user(Role.COMMUNITY_SECRETARY, near))
    far_secretary = signed_in(staff_user(Role.COMMUNITY_SECRETARY, far))

    # the officer has the system propose, in the background
    post(officer, "rounds", name="2026年第一轮")
    job = Job.objects.get(kind="placement.propose")
    run_job(code=job.code, now=NOON)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    round_ = Round.objects.get()
    assert round_.objective == round_.bound == 10 + 5  # one next door, one to the paired community

    # whoever has to go next door objects; the officer looks, keeps it, and adopts
    moved = next(m for m in at_home if "未能编入居住地" in mine(m))
    post(client_of(moved), "contest", text="希望留在本社区")
    assert "有异议" in officer.get(reverse("placement:round", args=[round_.pk])).content.decode()
    assert "新编入 4 人" in post(officer, "adopt", round_.pk)

    # the unit issues all letters with one click
    assert "已开具 4 份证明信" in post(liaison, "issue-all", unit=unit.pk)
    assert sorted(Letter.objects.values_list("serial", flat=True)) == [1, 2, 3, 4]

    # one member taps “我已到社区”, another shows the code, a third comes with paper
    first, second = (m for m in at_home if m != moved)
    post(client_of(first), "present-mine")
    code = Letter.objects.get(placement__member=second).code
    assert "接收并送回执" in post(secretary, "by-code", code=code)
    third = Placement.objects.get(member=unknown)
    post(far_secretary, "present", third.pk)

    # the communities receive: a stack with one click, and one person with one click
    stack = [str(p.pk) for p in Placement.objects.filter(state="presented", community=near)]
    assert "已接收 2 人" in post(secretary, "receive-stack", chosen=stack)
    assert "回执已送" in post(far_secretary, "receive", third.pk)
    assert Placement.objects.filter(branch=branch).count() == 2

    # the receipts stand with the unit by themselves; one member is missing, and then excused
    receipts = liaison.get(reverse("placement:receipts")).content.decode()
    assert all(m.name in receipts for m in (first, second, unknown))
    assert moved.name in liaison.get(reverse("placement:unreported")).content.decode()
    assert rate(capsys) == (4, 3, 0, 75.0)
    post(liaison, "excuse", moved.pk, klass="away", from_on=TODAY.isoformat())
    assert rate(capsys) == (4, 3, 1, 100.0)


def client_of(member) -> Client:
    member_actor(member)  # gives a sign-in
    return signed_in(member.user)


def mine(member) -> str:
    return client_of(member).get(reverse("placement:mine")).content.decode()


def rate(capsys):
    call_command("reconcile", on=TODAY, json=True)
    found = json.loads(capsys.readouterr().out)
    return found["expected"], found["reported"], found["excused"], found["rate"]
