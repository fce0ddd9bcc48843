"""Letter, presenting, receiving, receipt, return, excusal; and the rate that follows."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.factories.directory import (
    TODAY,
    make_community,
    make_member,
    make_unit,
    member_actor,
    staff_actor,
)
from tests.factories.placement import (
    NOON,
    community_secretary,
    liaison,
    make_letter,
    make_placement,
    make_temp_branch,
)

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.kernel.errors import Refused
from allhours.notifications.models import Notice
from allhours.placement.actions import excusals, letters, reporting
from allhours.placement.choices import EndReason, ExcusalClass, LetterState, PlacementState
from allhours.placement.models import Letter, LetterCounter, Placement
from allhours.placement.queries import desk, figures

pytestmark = pytest.mark.django_db


def codes(refused):
    return refused.value.codes


def test_a_letter_is_numbered_by_unit_and_year():
    unit = make_unit(name="测试教育局")
    first, second = (make_placement(make_member(unit)) for _ in range(2))
    actor = liaison(unit)

    one = letters.issue_letter(actor=actor, placement=first, now=NOON)
    two = letters.issue_letter(actor=actor, placement=second, now=NOON)

    assert [one.number, two.number] == [
        "测试教育局字〔2026〕第0001号",
        "测试教育局字〔2026〕第0002号",
    ]
    assert one.valid_until == TODAY + timedelta(days=30)
    first.refresh_from_db()
    assert first.state == PlacementState.LETTER_ISSUED
    with pytest.raises(Refused) as refused:
        letters.issue_letter(actor=actor, placement=first, now=NOON)
    assert codes(refused) == ("letter.exists",)


def test_all_letters_of_a_unit_at_once_but_not_ones_own():
    unit = make_unit()
    placements = [make_placement(make_member(unit)) for _ in range(3)]
    own = placements[2].member
    actor = replace(liaison(unit), member_id=own.pk)

    made = letters.issue_letters(actor=actor, unit=unit, now=NOON)

    assert [letter.serial for letter in made] == [1, 2]
    assert letters.issue_letters(actor=actor, unit=unit, now=NOON) == []
    assert not Letter.objects.filter(placement__member=own).exists()


def test_an_expired_letter_is_replaced():
    old = make_letter(valid_until=TODAY - timedelta(days=1))

    new = letters.issue_letter(actor=liaison(old.unit), placement=old.placement, now=NOON)

    old.refresh_from_db()
    assert (old.state, new.state) == (LetterState.EXPIRED, LetterState.ISSUED)


def test_another_units_liaison_cannot_issue():
    placement = make_placement()

    with pytest.raises(Refused) as refused:
        letters.issue_letter(actor=liaison(make_unit()), placement=placement, now=NOON)

    assert codes(refused) == ("actor.not_permitted",)
    assert LetterCounter.objects.count() == 0


def test_a_member_presents_and_the_community_receives_and_the_unit_knows(
    django_capture_on_commit_callbacks,
):
    letter = make_letter()
    placement = letter.placement
    branch = make_temp_branch(placement.community)
    unit_actor = liaison(placement.unit)
    member = member_actor(placement.member)

    reporting.present_letter(actor=member, placement=placement, now=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        reporting.receive_member(
            actor=community_secretary(placement.community), placement=placement, now=NOON
        )

    placement.refresh_from_db()
    letter.refresh_from_db()
    assert (placement.state, placement.reported_on) == (PlacementState.REPORTED, TODAY)
    assert placement.branch == branch
    assert letter.state == LetterState.USED
    assert list(desk.receipts(unit_actor)) == [placement]
    assert sorted(Notice.objects.values_list("user_id", "key")) == sorted(
        [(unit_actor.user_id, "placement.receipts"), (member.user_id, "placement.received")]
    )


def test_presenting_needs_a_letter_that_is_still_good():
    no_letter = make_placement()
    expired = make_letter(valid_until=TODAY - timedelta(days=1)).placement

    for placement, code in ((no_letter, "letter.needed"), (expired, "letter.expired")):
        with pytest.raises(Refused) as refused:
            reporting.present_letter(
                actor=member_actor(placement.member), placement=placement, now=NOON
            )
        assert codes(refused) == (code,)


def test_the_code_works_only_at_the_members_own_community():
    letter = make_letter()
    typed = f" {letter.code[:5].lower()}-{letter.code[5:]} "

    with pytest.raises(Refused) as refused:
        reporting.present_by_code(actor=community_secretary(make_community()), code=typed, now=NOON)
    assert codes(refused) == ("letter.unknown",)

    placement = reporting.present_by_code(
        actor=community_secretary(letter.placement.community), code=typed, now=NOON
    )
    assert placement.state == PlacementState.PRESENTED


def test_nobody_receives_themselves():
    placement = make_placement(state=PlacementState.PRESENTED)
    secretary = community_secretary(placement.community)

    with pytest.raises(Refused) as refused:
        reporting.receive_member(
            actor=replace(secretary, member_id=placement.member_id), placement=placement, now=NOON
        )

    assert codes(refused) == ("placement.own_record",)


def test_a_stack_is_spread_over_the_branches_and_a_stranger_does_not_spoil_it():
    community = make_community()
    branches = [make_temp_branch(community) for _ in range(2)]
    stack = [make_placement(community=community, state=PlacementState.PRESENTED) for _ in range(4)]
    early = make_placement(community=community)

    done, left = reporting.receive_members(
        actor=community_secretary(community), placements=[*stack, early], now=NOON
    )

    assert (done, [(p.pk, r.code) for p, r in left]) == (
        4,
        [(early.pk, "placement.not_presented")],
    )
    assert [Placement.objects.filter(branch=b).count() for b in branches] == [2, 2]


def test_a_returned_member_stands_with_the_unit_with_the_reason():
    letter = make_letter()
    placement = letter.placement
    secretary = community_secretary(placement.community)
    reporting.present_at_desk(actor=secretary, placement=placement, now=NOON)

    reporting.return_member(actor=secretary, placement=placement, reason="不居住在本社区", now=NOON)

    placement.refresh_from_db()
    letter.refresh_from_db()
    placement.member.refresh_from_db()
    assert (placement.state, placement.end_reason) == (PlacementState.ENDED, EndReason.RETURNED)
    assert (letter.state, placement.member.serving_community) == (LetterState.VOID, None)
    assert list(desk.returned(liaison(placement.unit))) == [placement]


def test_the_rate_is_exact_as_of_any_day():
    unit = make_unit()
    people = [make_member(unit) for _ in range(4)]
    make_member(unit, registered_on=TODAY + timedelta(days=1))
    make_member(unit, left_on=TODAY)
    make_member(unit, category="applicant")
    make_placement(people[0], state=PlacementState.REPORTED, reported_on=TODAY - timedelta(days=2))
    make_placement(
        people[1],
        state=PlacementState.ENDED,
        reported_on=TODAY - timedelta(days=5),
        ended_on=TODAY,
    )
    actor = liaison(unit)
    excusals.grant_excusal(
        actor=actor,
        member=people[2],
        klass=ExcusalClass.AWAY,
        from_on=TODAY,
        until_on=None,
        now=NOON,
    )

    def rate(day):
        found = figures.county_rate(day)
        return found.numerator, found.denominator, found.excused

    assert rate(TODAY) == (1, 3, 1)
    assert rate(TODAY - timedelta(days=1)) == (2, 5, 0)  # one who left today was still here
    assert rate(TODAY - timedelta(days=3)) == (1, 5, 0)
    assert [m.pk for m in figures.missing(TODAY).order_by("pk")] == [people[1].pk, people[3].pk]
    (line,) = figures.rates_by_unit(TODAY)
    assert (line.code, line.percent, line.expected) == (unit.code, 33.33, 4)


def test_rates_by_community_use_the_place_of_that_day():
    first, second = make_community(), make_community()
    member = make_member(residence=first)
    make_placement(
        member,
        first,
        state=PlacementState.ENDED,
        reported_on=TODAY - timedelta(days=9),
        assigned_at=NOON - timedelta(days=10),
        ended_on=TODAY,
    )
    make_placement(member, second, state=PlacementState.REPORTED)

    before = figures.rates_by_community(TODAY - timedelta(days=1))
    today = figures.rates_by_community(TODAY)

    assert [(r.code, r.numerator) for r in before] == [(first.code, 1)]
    assert [(r.code, r.numerator) for r in today] == [(second.code, 1)]


def test_excusals_do_not_overlap_and_communities_do_not_see_them():
    member = make_member()
    actor = liaison(member.unit)
    placement = make_placement(member)
    first = excusals.grant_excusal(
        actor=actor,
        member=member,
        klass=ExcusalClass.PERSONAL,
        from_on=TODAY,
        until_on=None,
        now=NOON,
    )
    with pytest.raises(Refused) as refused:
        excusals.grant_excusal(
            actor=actor,
            member=member,
            klass=ExcusalClass.AWAY,
            from_on=TODAY + timedelta(days=3),
            until_on=TODAY + timedelta(days=4),
            now=NOON,
        )
    assert codes(refused) == ("excusal.overlaps",)
    assert not desk.excusals_visible_to(community_secretary(placement.community)).exists()

    excusals.end_excusal(actor=actor, excusal=first, last_day=TODAY, now=NOON)
    first.refresh_from_db()
    assert first.until_on == TODAY


def test_departed_members_placements_end_by_night():
    gone = make_placement(make_member(left_on=TODAY))
    stays = make_placement()

    assert reporting.end_departed(actor=Actor.system("night"), now=NOON) == 1
    assert list(Placement.objects.live()) == [stays]
    gone.refresh_from_db()
    assert gone.end_reason == EndReason.LEFT


def test_scopes_keep_other_units_and_communities_apart():
    mine, other = make_placement(), make_placement()

    assert list(desk.placements_visible_to(liaison(mine.unit))) == [mine]
    assert list(desk.placements_visible_to(community_secretary(mine.community))) == [mine]
    assert list(desk.placements_visible_to(member_actor(mine.member))) == [mine]
    assert other not in desk.unreported(liaison(mine.unit), TODAY)
    assert not desk.unreported(community_secretary(mine.community), TODAY).exists()
    inspector = staff_actor(Role.INSPECTOR, mine.unit)
    with pytest.raises(Refused):
        reporting.end_placement(actor=inspector, placement=mine, reason=EndReason.MOVED, now=NOON)


@pytest.mark.django_db(transaction=True)
def test_two_desks_receive_the_same_member_once(threads):
    placement = make_placement(state=PlacementState.PRESENTED)
    desks = [community_secretary(placement.community) for _ in range(2)]
    views = [Placement.objects.select_related("community").get(pk=placement.pk) for _ in desks]

    results = threads(
        2,
        lambda n: reporting.receive_member(actor=desks[n], placement=views[n], now=NOON),
    )

    assert sorted(type(result).__name__ for result in results) == ["NoneType", "Refused"]
    assert Notice.objects.filter(key="placement.receipts").count() <= 1


@pytest.mark.django_db(transaction=True)
def test_numbers_are_exact_when_many_issue_at_once(threads):
    unit = make_unit()
    placements = [make_placement(make_member(unit)) for _ in range(8)]
    actor = liaison(unit)

    results = threads(
        8,
        lambda n: letters.issue_letter(actor=actor, placement=placements[n], now=NOON),
    )

    assert sorted(letter.serial for letter in results) == list(range(1, 9))


@pytest.mark.django_db(transaction=True)
def test_one_live_placement_however_many_place_at_once(threads):
    from tests.factories.directory import county_officer

    from allhours.placement.actions import rounds

    member, officer = make_member(), county_officer()
    communities = [make_community() for _ in range(4)]

    threads(
        4,
        lambda n: rounds.place_member(
            actor=officer, member=member, community=communities[n], now=NOON
        ),
    )

    assert Placement.objects.live().filter(member=member).count() == 1


def test_a_unit_brings_several_members_at_once():
    unit = make_unit()
    ready = [
        make_letter(make_placement(make_member(unit), state=PlacementState.LETTER_ISSUED)).placement
        for _ in range(2)
    ]
    without = make_placement(make_member(unit))

    done, left = reporting.present_collectively(
        actor=liaison(unit), placements=[*ready, without], now=NOON
    )

    assert (done, [(p.pk, r.code) for p, r in left]) == (2, [(without.pk, "letter.needed")])
    assert {p.presented_by for p in Placement.objects.filter(state="presented")} == {"unit"}


def test_a_placement_follows_its_member_to_another_unit():
    placement = make_placement(state=PlacementState.REPORTED)
    member, new = placement.member, make_unit()
    member.unit = new
    member.save(update_fields=["unit"])

    assert reporting.follow_units(actor=Actor.system("night"), now=NOON) == 1
    assert list(desk.receipts(liaison(new))) == [placement]
    assert reporting.follow_units(actor=Actor.system("night"), now=NOON) == 0
