"""What the rules refuse is refused alike on page and API: the same code, the same sentence.

Each case sets something up and names a page and an operation that try the same; nothing changes
by a refusal, so both meet the same state.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.accounts.models import User
from allhours.directory.actions import appointments, merging
from allhours.directory.queries.actors import actor_of
from allhours.placement.choices import ExcusalClass, PlacementState, RoundState
from allhours.placement.models import Excusal, Proposal, Round
from allhours.rights.actions.copies import ask_copy
from tests.api.alike import Case, Try, now, refused_alike, today, user_of
from tests.factories.directory import (
    make_community,
    make_county,
    make_member,
    make_unit,
    make_user,
    staff_user,
)
from tests.factories.placement import make_letter, make_placement

pytestmark = pytest.mark.django_db


CASES: list[Case] = []


def case(make: Case) -> Case:
    CASES.append(make)
    return make


# ---- letters and reporting -----------------------------------------------------------------


@case
def a_second_letter() -> Try:
    letter = make_letter(valid_until=today() + timedelta(days=9))
    user = staff_user(Role.LIAISON, letter.unit)
    page = reverse("placement:issue", args=[letter.placement_id])
    return Try("letter.exists", user, page, f"/placements/{letter.placement_id}/letter/")


@case
def a_letter_for_somebody_who_has_reported() -> Try:
    placement = make_placement(state=PlacementState.REPORTED)
    user = staff_user(Role.LIAISON, placement.unit)
    page = reverse("placement:issue", args=[placement.pk])
    return Try("placement.already_reported", user, page, f"/placements/{placement.pk}/letter/")


@case
def reporting_without_a_letter() -> Try:
    placement = make_placement()
    page = reverse("placement:present-mine")
    return Try("letter.needed", user_of(placement.member), page, "/me/placement/present/")


@case
def reporting_twice() -> Try:
    placement = make_placement(state=PlacementState.PRESENTED)
    page = reverse("placement:present-mine")
    return Try(
        "placement.already_presented", user_of(placement.member), page, "/me/placement/present/"
    )


@case
def receiving_somebody_who_is_not_here() -> Try:
    placement = make_placement()
    user = staff_user(Role.COMMUNITY_STAFF, placement.community)
    page = reverse("placement:receive", args=[placement.pk])
    api = f"/placements/{placement.pk}/receive/"
    return Try("placement.not_presented", user, page, api, body={})


@case
def receiving_twice() -> Try:
    placement = make_placement(state=PlacementState.REPORTED)
    user = staff_user(Role.COMMUNITY_STAFF, placement.community)
    page = reverse("placement:receive", args=[placement.pk])
    api = f"/placements/{placement.pk}/receive/"
    return Try("placement.already_reported", user, page, api, body={})


@case
def an_unknown_code() -> Try:
    user = staff_user(Role.COMMUNITY_STAFF, make_community())
    page = reverse("placement:by-code")
    sent = {"code": "2345678923"}
    return Try("letter.unknown", user, page, "/report-in/", sent, sent)


@case
def receiving_oneself() -> Try:
    placement = make_placement(state=PlacementState.PRESENTED)
    user = user_of(placement.member)
    from allhours.directory.models import Appointment

    Appointment.objects.create(
        user=user, role=Role.COMMUNITY_STAFF, organization=placement.community, from_on=today()
    )
    page = reverse("placement:receive", args=[placement.pk])
    api = f"/placements/{placement.pk}/receive/"
    return Try("placement.own_record", user, page, api, body={})


@case
def an_inspector_at_the_desk() -> Try:
    placement = make_placement(state=PlacementState.PRESENTED)
    user = staff_user(Role.INSPECTOR, make_county())
    page = reverse("placement:receive", args=[placement.pk])
    api = f"/placements/{placement.pk}/receive/"
    return Try("actor.not_permitted", user, page, api, body={})


@case
def an_excusal_on_the_same_days() -> Try:
    member = make_member()
    Excusal.objects.create(
        member=member, klass=ExcusalClass.AWAY, from_on=today(), granted_at=now()
    )
    sent = {"klass": "away", "from_on": today().isoformat()}
    return Try(
        "excusal.overlaps",
        staff_user(Role.LIAISON, member.unit),
        reverse("placement:excuse", args=[member.pk]),
        f"/members/{member.member_no}/excusals/",
        sent,
        sent,
    )


# ---- rounds --------------------------------------------------------------------------------


def officer() -> User:
    return staff_user(Role.COUNTY_OFFICER, make_county())


@case
def adopting_what_is_not_solved() -> Try:
    round_ = Round.objects.create(name="试", created_at=now())
    page = reverse("placement:adopt", args=[round_.pk])
    return Try("placement.round_not_solved", officer(), page, f"/rounds/{round_.pk}/adopt/")


@case
def dropping_what_was_dropped() -> Try:
    round_ = Round.objects.create(name="试", state=RoundState.DROPPED, created_at=now())
    page = reverse("placement:drop", args=[round_.pk])
    return Try("placement.round_closed", officer(), page, f"/rounds/{round_.pk}/drop/")


@case
def answering_nobody() -> Try:
    round_ = Round.objects.create(name="试", state=RoundState.PROPOSED, created_at=now())
    proposal = Proposal.objects.create(round=round_, member=make_member(), reason="full")
    sent = {"text": "好"}
    page = reverse("placement:answer", args=[proposal.pk])
    api = f"/proposals/{proposal.pk}/answer/"
    return Try("placement.not_contested", officer(), page, api, sent, sent)


# ---- people --------------------------------------------------------------------------------


@case
def approving_ones_own_proposal() -> Try:
    proposer, unit = officer(), make_unit()
    staff_user(Role.COUNTY_OFFICER, make_county())  # somebody else could approve
    made = appointments.propose(
        actor=actor_of(proposer, on=today()),
        user=make_user(),
        role=Role.LIAISON,
        organization=unit,
        from_on=today(),
        now=now(),
    )
    page = reverse("directory:appointment-approve", args=[made.pk])
    api = f"/appointments/{made.pk}/approve/"
    return Try("appointment.second_person", proposer, page, api, body={})


@case
def approving_ones_own_merge() -> Try:
    proposer, unit = officer(), make_unit()
    kept, gone = make_member(unit), make_member(unit)
    merge = merging.propose_merge(
        actor=actor_of(proposer, on=today()), kept=kept, gone=gone, taken=[], now=now()
    )
    page = reverse("directory:merge-approve", args=[merge.pk])
    return Try("merge.four_eyes", proposer, page, f"/merges/{merge.pk}/approve/")


@case
def a_change_too_far_ahead() -> Try:
    member = make_member()
    user = staff_user(Role.LIAISON, member.unit)
    sent = {"on": (today() + timedelta(days=800)).isoformat(), "reason": "other"}
    return Try(
        "change.too_far",
        user,
        reverse("directory:change-begin", args=[member.member_no, "leave"]),
        f"/members/{member.member_no}/changes/",
        {**sent, "confirm": "1"},
        {**sent, "kind": "leave"},
    )


@case
def a_second_copy_of_ones_data() -> Try:
    user = user_of(make_member())
    ask_copy(actor=actor_of(user, on=today()), now=now())
    return Try("copy.already_open", user, reverse("rights:copy-ask"), "/me/copies/")


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_refused_alike(make: Case) -> None:
    refused_alike(make)
