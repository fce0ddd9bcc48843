"""Letters void, anew and expired; collective letters; the code on a letter."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests.factories.directory import (
    TODAY,
    make_community,
    make_member,
    make_unit,
    member_actor,
    staff_actor,
    staff_user,
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
from allhours.accounts.models import JournalEntry
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.notifications.models import Notice
from allhours.placement.actions import letters, reporting
from allhours.placement.choices import LetterState, PlacementState
from allhours.placement.models import CollectiveLetter, Letter, LetterCounter, Placement

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    cache.clear()
    monkeypatch.setattr(clock, "now", lambda: NOON)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_a_void_letters_number_is_never_given_again_and_the_new_one_names_it():
    unit = make_unit(name="测试教育局")
    placement = make_placement(make_member(unit))
    actor = liaison(unit)
    first = letters.issue_letter(actor=actor, placement=placement, now=NOON)

    with pytest.raises(Refused) as refused:
        letters.void_letter(actor=actor, letter=first, reason=" ", now=NOON)
    assert refused.value.codes == ("placement.reason_missing",)
    letters.void_letter(actor=actor, letter=first, reason="遗失或损坏", now=NOON)
    placement.refresh_from_db()
    assert placement.state == PlacementState.ASSIGNED
    second = letters.issue_letter(actor=actor, placement=placement, now=NOON)
    third = letters.reissue_letter(actor=actor, letter=second, reason="信息有误", now=NOON)

    second.refresh_from_db()
    assert [first.serial, second.serial, third.serial] == [1, 2, 3]
    assert (second.replaces, third.replaces) == (first, second)
    assert (second.state, second.void_reason, second.voided_at) == ("void", "信息有误", NOON)
    placement.refresh_from_db()
    assert placement.state == PlacementState.LETTER_ISSUED
    assert JournalEntry.objects.filter(did="letter.voided").count() == 2


def test_a_letter_that_was_used_is_not_void_any_more():
    letter = make_letter()
    actor = liaison(letter.unit)
    member = member_actor(letter.placement.member)
    reporting.present_letter(actor=member, placement=letter.placement, now=NOON)

    for act in (letters.void_letter, letters.reissue_letter):
        with pytest.raises(Refused) as refused:
            act(actor=actor, letter=letter, reason="信息有误", now=NOON)
        assert refused.value.codes == ("letter.used",)
    stranger, other = liaison(make_unit()), make_letter()
    with pytest.raises(Refused) as refused:
        letters.void_letter(actor=stranger, letter=other, reason="误开", now=NOON)
    assert refused.value.codes == ("actor.not_permitted",)


def test_letters_expire_the_night_after_their_last_day_but_not_at_the_desk():
    stale = make_letter(valid_until=TODAY - timedelta(days=1))
    last_day = make_letter(valid_until=TODAY)
    standing = make_letter(
        make_placement(state=PlacementState.PRESENTED), valid_until=TODAY - timedelta(days=1)
    )
    system = Actor.system("night")

    assert letters.expire_letters(actor=system, now=NOON) == 1
    assert letters.expire_letters(actor=system, now=NOON) == 0
    states = dict(Letter.objects.values_list("pk", "state"))
    assert states == {stale.pk: "expired", last_day.pk: "issued", standing.pk: "issued"}
    stale.placement.refresh_from_db()
    assert stale.placement.state == PlacementState.ASSIGNED
    member = member_actor(stale.placement.member)
    with pytest.raises(Refused) as refused:
        reporting.present_letter(actor=member, placement=stale.placement, now=NOON)
    assert refused.value.codes == ("letter.expired",)
    new = letters.issue_letter(actor=liaison(stale.unit), placement=stale.placement, now=NOON)
    assert new.replaces == stale


def test_a_unit_brings_members_with_one_sheet_for_each_community():
    unit = make_unit()
    near, far = make_community(), make_community()
    rows = [
        make_letter(
            make_placement(make_member(unit), place, state=PlacementState.LETTER_ISSUED)
        ).placement
        for place in (near, near, far)
    ]
    actor = liaison(unit)

    done, left = reporting.present_collectively(actor=actor, placements=rows, now=NOON)

    assert (done, left) == (3, [])
    sheets = {row.community_id: row.placements.count() for row in CollectiveLetter.objects.all()}
    assert sheets == {near.pk: 2, far.pk: 1}
    numbers = sorted(CollectiveLetter.objects.values_list("serial", flat=True))
    assert numbers == [4, 5]  # in one series with the letters
    assert LetterCounter.objects.get(unit=unit).last == 5
    done, left = reporting.receive_members(
        actor=community_secretary(near),
        placements=Placement.objects.filter(collective__community=near),
        now=NOON,
    )
    assert (done, left) == (2, [])


def test_where_no_letter_is_asked_for_none_is_issued_and_all_can_report(letterless):
    unit = make_unit()
    placement = make_placement(make_member(unit))
    actor = liaison(unit)

    for act in (
        lambda: letters.issue_letter(actor=actor, placement=placement, now=NOON),
        lambda: letters.issue_letters(actor=actor, unit=unit, now=NOON),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.codes == ("letter.none_here",)
    client = client_of(staff_user(Role.LIAISON, unit))
    assert client.get(reverse("placement:letters")).status_code == 302
    shown = client.get(reverse("placement:issued")).content.decode()
    assert placement.member.name in shown
    assert "待报到" in shown
    me = client_of(_user_of(placement.member))
    assert "我已到社区" in me.get(reverse("placement:mine")).content.decode()
    me.post(reverse("placement:present-mine"))
    reporting.receive_member(
        actor=community_secretary(placement.community),
        placement=Placement.objects.get(pk=placement.pk),
        now=NOON,
    )
    placement.refresh_from_db()
    assert placement.state == PlacementState.REPORTED


def _user_of(member):
    member_actor(member)
    member.refresh_from_db()
    return member.user


@pytest.fixture
def letterless(monkeypatch):
    from allhours.scheme import queries

    scheme = queries.neutral_scheme()
    free = replace(scheme, reporting=replace(scheme.reporting, requires_letter=False))
    monkeypatch.setattr(queries, "neutral_scheme", lambda: free)
    return free


def test_staff_receive_by_the_code_in_one_tap_and_others_learn_nothing_personal():
    letter = make_letter()
    community = letter.placement.community
    make_temp_branch(community)
    member = letter.placement.member
    url = reverse("placement:scan", args=[letter.code.lower()])
    secretary = client_of(staff_user(Role.COMMUNITY_SECRETARY, community))
    others = [
        Client(),
        client_of(staff_user(Role.COMMUNITY_SECRETARY, make_community())),
        client_of(staff_user(Role.LIAISON, letter.unit)),
        client_of(_user_of(make_member())),
    ]

    for client in others:
        shown = client.get(url).content.decode()
        assert "证明信有效" in shown
        for secret in (member.name, member.member_no, letter.number, letter.unit.label):
            assert secret not in shown
        here = client.post(reverse("placement:scan-here", args=[letter.code]))
        assert here.status_code == 302
        letter.placement.refresh_from_db()
        assert letter.placement.state == PlacementState.LETTER_ISSUED
    landed = secretary.get(url, follow=True)
    assert landed.redirect_chain[-1][0].endswith(f"/scan/{letter.code.lower()}/")
    assert member.name in landed.content.decode()
    answer = secretary.post(landed.redirect_chain[-1][0], follow=True)
    assert "回执已送出" in answer.content.decode()
    letter.placement.refresh_from_db()
    assert letter.placement.state == PlacementState.REPORTED
    assert "已用于报到" in Client().get(url).content.decode()


def test_a_code_is_told_valid_expired_void_or_unknown_and_not_too_often():
    def said(code):
        answer = Client().get(reverse("placement:scan", args=[code]))
        return answer.status_code, answer.content.decode()

    void = make_letter(state=LetterState.VOID)
    late = make_letter(valid_until=TODAY - timedelta(days=1))

    assert "已作废" in said(void.code)[1]
    assert "已过有效期" in said(late.code)[1]
    assert said("NOSUCHCODE")[0] == 404
    for _ in range(28):
        status, _text = said("NOSUCHCODE")
    assert status == 429


@pytest.mark.django_db(transaction=True)
def test_of_two_who_void_and_one_who_issues_anew_each_number_stays_one(threads):
    letter = make_letter()
    actors = [liaison(letter.unit) for _ in range(3)]

    def act(n):
        if n == 2:
            return letters.reissue_letter(
                actor=actors[n], letter=_fresh(letter), reason="误开", now=NOON
            )
        return letters.void_letter(actor=actors[n], letter=_fresh(letter), reason="误开", now=NOON)

    results = threads(3, act)

    assert sum(isinstance(result, Refused) for result in results) == 2
    live = Letter.objects.filter(placement=letter.placement, state="issued").count()
    state = Placement.objects.get(pk=letter.placement_id).state
    assert (live, state) in ((0, "assigned"), (1, "letter_issued"))


@pytest.mark.django_db(transaction=True)
def test_presenting_and_voiding_at_once_never_leaves_a_member_without_a_letter(threads):
    letter = make_letter()
    unit, member = liaison(letter.unit), member_actor(letter.placement.member)

    def act(n):
        if n:
            placement = Placement.objects.select_related("community").get(pk=letter.placement_id)
            return reporting.present_letter(actor=member, placement=placement, now=NOON)
        return letters.void_letter(actor=unit, letter=_fresh(letter), reason="误开", now=NOON)

    results = threads(2, act)

    assert sum(isinstance(result, Refused) for result in results) == 1
    letter.refresh_from_db()
    placement = Placement.objects.get(pk=letter.placement_id)
    assert (letter.state, placement.state) in (("void", "assigned"), ("issued", "presented"))


def _fresh(letter):
    return Letter.objects.select_related("unit", "placement__unit").get(pk=letter.pk)


def test_the_issuers_own_letter_is_for_another_to_make_anew():
    letter = make_letter()
    actor = replace(staff_actor(Role.LIAISON, letter.unit), member_id=letter.placement.member_id)

    with pytest.raises(Refused) as refused:
        letters.reissue_letter(actor=actor, letter=letter, reason="误开", now=NOON)

    assert refused.value.codes == ("placement.own_record",)
    assert not Notice.objects.exists()
