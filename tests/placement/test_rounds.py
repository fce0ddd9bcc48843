"""Proposing, adjusting, contesting and adopting a round."""

from datetime import timedelta

import pytest
from tests.factories.directory import TODAY, county_officer, make_member, member_actor, staff_actor
from tests.factories.placement import (
    NOON,
    make_county_with_members,
    make_placement,
    make_row_of_communities,
)

from allhours.accounts.choices import Role
from allhours.kernel.errors import Refused
from allhours.placement import reasons
from allhours.placement.actions import rounds
from allhours.placement.choices import EndReason, PlacementState, RoundState
from allhours.placement.models import Placement, Proposal, Round

pytestmark = pytest.mark.django_db


def propose(officer, name="第一轮", now=NOON):
    round_ = rounds.open_round(actor=officer, name=name, now=now)
    answer, _loaded = rounds.propose_round(actor=officer, round_=round_, now=now)
    return round_, answer


def places(round_):
    return {p.member_id: (p.community_id, p.reason) for p in Proposal.objects.filter(round=round_)}


def test_everyone_is_proposed_where_they_live():
    _row, people, _ = make_county_with_members()

    round_, answer = propose(county_officer())

    assert places(round_) == {m.pk: (m.residence_id, "residence") for m in people}
    assert (answer.gap, answer.unplaced) == (0, [])
    round_.refresh_from_db()
    assert round_.state == RoundState.PROPOSED


def test_a_round_with_nobody_on_the_roster_is_refused():
    make_row_of_communities(2)
    with pytest.raises(Refused) as refused:
        propose(county_officer())
    assert refused.value.codes == ("placement.nobody",)
    assert not Round.objects.filter(state=RoundState.PROPOSED).exists()


def test_a_full_community_sends_its_members_next_door_with_the_reason():
    row, people, _ = make_county_with_members(communities=3, members=3)
    row[0].max_members = 1
    row[0].save(update_fields=["max_members"])
    second = make_member(people[0].unit, residence=row[0], residence_confirmed=True)

    round_, _answer = propose(county_officer())

    moved = [p for p in Proposal.objects.filter(round=round_) if p.reason == "nearby"]
    assert [p.community_id for p in moved] == [row[1].pk]
    assert moved[0].member_id in (people[0].pk, second.pk)
    assert reasons.sentence(moved[0].reason, moved[0].params) == (
        f"{row[0].label}名额已满，编入相距1个社区的{row[1].label}。"
    )


def test_unknown_residence_goes_to_the_paired_community():
    row, _people, _ = make_county_with_members(members=0)
    from tests.factories.directory import make_unit

    member = make_member(make_unit(paired_community=row[2]))

    round_, _answer = propose(county_officer())

    assert places(round_) == {member.pk: (row[2].pk, "paired")}


def test_minimum_draws_members_from_next_door():
    row, _people, _ = make_county_with_members(communities=2, members=0)
    members = [make_member(residence=row[0], residence_confirmed=True) for _ in range(4)]
    row[1].min_members = 1
    row[1].save(update_fields=["min_members"])

    round_, answer = propose(county_officer())

    assert sorted(reason for _c, reason in places(round_).values()) == [
        "minimum",
        "residence",
        "residence",
        "residence",
    ]
    assert answer.objective == 10
    assert len(members) == 4


def test_a_lock_survives_solving_again():
    row, people, _ = make_county_with_members()
    officer = county_officer()
    round_, _answer = propose(officer)
    proposal = Proposal.objects.get(round=round_, member=people[0])

    rounds.move_proposal(actor=officer, proposal=proposal, community=row[2], now=NOON)
    rounds.propose_round(actor=officer, round_=round_, now=NOON)

    assert places(round_)[people[0].pk] == (row[2].pk, "locked")


def test_last_rounds_place_is_kept_when_nothing_speaks_against_it():
    row = make_row_of_communities(2)
    from tests.factories.directory import make_unit

    member = make_member(make_unit())
    make_placement(member, row[1], state=PlacementState.REPORTED)

    round_, _answer = propose(county_officer())

    assert places(round_) == {member.pk: (row[1].pk, "kept")}


def test_who_was_returned_and_placed_by_hand_is_not_sent_back_by_the_next_round():
    row, (member, *_), _ = make_county_with_members(communities=4, members=1)
    make_placement(
        member, row[0], state=PlacementState.ENDED, end_reason=EndReason.RETURNED, ended_on=TODAY
    )
    officer = county_officer()
    rounds.place_member(actor=officer, member=member, community=row[3], now=NOON)

    round_, _answer = propose(officer)
    assert places(round_) == {member.pk: (row[3].pk, "locked")}
    rounds.set_lock(actor=officer, proposal=Proposal.objects.get(), locked=False, now=NOON)
    rounds.propose_round(actor=officer, round_=Round.objects.get(), now=NOON)
    assert places(round_) == {member.pk: (row[0].pk, "residence")}


def test_adopting_places_everyone_and_moves_only_who_must():
    row, people, _ = make_county_with_members(communities=3, members=3)
    stays = make_placement(people[0], row[0], state=PlacementState.REPORTED)
    leaves = make_placement(people[1], row[0], state=PlacementState.REPORTED)
    officer = county_officer()
    round_, _answer = propose(officer)

    # the move costs 15, living there only 10 less: least change wins until the officer decides
    assert places(round_)[people[1].pk][1] == "kept"
    rounds.move_proposal(
        actor=officer,
        proposal=Proposal.objects.get(round=round_, member=people[1]),
        community=row[1],
        now=NOON,
    )
    round_.refresh_from_db()
    new, moved = rounds.adopt_round(actor=officer, round_=round_, now=NOON)

    assert (new, moved) == (1, 1)
    stays.refresh_from_db()
    leaves.refresh_from_db()
    people[1].refresh_from_db()
    assert stays.state == PlacementState.REPORTED
    assert (leaves.state, leaves.end_reason) == (PlacementState.ENDED, EndReason.REPLACED)
    assert people[1].serving_community_id == row[1].pk
    assert Placement.objects.live().count() == 3


def test_an_adopted_round_cannot_change_or_be_adopted_again():
    _row, _people, _ = make_county_with_members()
    officer = county_officer()
    round_, _answer = propose(officer)
    round_.refresh_from_db()
    rounds.adopt_round(actor=officer, round_=round_, now=NOON)
    round_.refresh_from_db()
    proposal = Proposal.objects.filter(round=round_).first()

    for again in (
        lambda: rounds.adopt_round(actor=officer, round_=round_, now=NOON),
        lambda: rounds.propose_round(actor=officer, round_=round_, now=NOON),
        lambda: rounds.set_lock(actor=officer, proposal=proposal, locked=True, now=NOON),
    ):
        with pytest.raises(Refused) as refused:
            again()
        assert refused.value.codes == ("placement.round_closed",)


def test_a_round_solved_before_another_was_adopted_is_overtaken():
    _row, _people, _ = make_county_with_members()
    officer = county_officer()
    first, _answer = propose(officer, "甲")
    second, _answer = propose(officer, "乙")
    first.refresh_from_db()
    second.refresh_from_db()
    rounds.adopt_round(actor=officer, round_=first, now=NOON)

    with pytest.raises(Refused) as refused:
        rounds.adopt_round(actor=officer, round_=second, now=NOON)

    assert refused.value.codes == ("placement.round_overtaken",)
    assert Round.objects.filter(state=RoundState.ADOPTED).count() == 1


def test_only_the_member_contests_and_only_in_time():
    _row, people, _ = make_county_with_members()
    officer = county_officer()
    round_, _answer = propose(officer)
    proposal = Proposal.objects.select_related("round").get(round=round_, member=people[0])

    rounds.contest_proposal(
        actor=member_actor(people[0]), proposal=proposal, text="已搬家", now=NOON
    )
    proposal.refresh_from_db()
    assert proposal.contest_text == "已搬家"
    with pytest.raises(Refused) as refused:
        rounds.contest_proposal(
            actor=member_actor(people[1]), proposal=proposal, text="不同意", now=NOON
        )
    assert refused.value.codes == ("placement.not_own",)

    round_.refresh_from_db()
    rounds.adopt_round(actor=officer, round_=round_, now=NOON)
    proposal = Proposal.objects.select_related("round").get(pk=proposal.pk)
    with pytest.raises(Refused) as refused:
        rounds.contest_proposal(
            actor=member_actor(people[0]),
            proposal=proposal,
            text="晚了",
            now=NOON + timedelta(days=11),
        )
    assert refused.value.codes == ("placement.contest_closed",)


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.COMMUNITY_SECRETARY, Role.LIAISON])
def test_only_a_county_officer_proposes(role):
    row, people, _ = make_county_with_members()
    over = row[0] if role == Role.COMMUNITY_SECRETARY else people[0].unit

    with pytest.raises(Refused) as refused:
        rounds.open_round(actor=staff_actor(role, over), name="x", now=NOON)

    assert refused.value.codes == ("actor.not_permitted",)


def test_the_officers_own_proposal_is_for_somebody_else_to_move():
    row, people, _ = make_county_with_members()
    officer = county_officer()
    round_, _answer = propose(officer)
    own = Proposal.objects.get(round=round_, member=people[0])
    from dataclasses import replace

    with pytest.raises(Refused) as refused:
        rounds.move_proposal(
            actor=replace(officer, member_id=people[0].pk), proposal=own, community=row[1], now=NOON
        )

    assert refused.value.codes == ("placement.own_record",)


@pytest.mark.django_db(transaction=True)
def test_two_rounds_adopted_at_once_give_one(threads):
    _row, people, _ = make_county_with_members()
    officer = county_officer()
    both = [propose(officer, name)[0] for name in ("甲", "乙")]
    for round_ in both:
        round_.refresh_from_db()

    results = threads(2, lambda n: rounds.adopt_round(actor=officer, round_=both[n], now=NOON))

    assert sum(isinstance(result, tuple) for result in results) == 1, results
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert Round.objects.filter(state=RoundState.ADOPTED).count() == 1
    assert Placement.objects.live().count() == len(people)


def test_an_objection_is_answered_and_outlives_solving_again():
    _row, people, _ = make_county_with_members()
    officer = county_officer()
    round_, _answer = propose(officer)
    proposal = Proposal.objects.select_related("round").get(round=round_, member=people[0])
    with pytest.raises(Refused) as refused:
        rounds.answer_contest(actor=officer, proposal=proposal, text="已核对", now=NOON)
    assert refused.value.codes == ("placement.not_contested",)
    rounds.contest_proposal(
        actor=member_actor(people[0]), proposal=proposal, text="已搬家", now=NOON
    )

    rounds.answer_contest(actor=officer, proposal=proposal, text="已核对", now=NOON)
    rounds.propose_round(actor=officer, round_=round_, now=NOON)

    again = Proposal.objects.get(round=round_, member=people[0])
    assert (again.contest_text, again.answer_text) == ("已搬家", "已核对")
