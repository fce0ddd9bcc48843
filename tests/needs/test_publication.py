"""From intake to the wall and off it: rules over states, and who may."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allhours.accounts.choices import Role
from allhours.kernel.errors import Refused
from allhours.needs import actions
from allhours.needs.choices import NEXT, WishState
from allhours.needs.models import Wish
from allhours.needs.rules import wishes as rules
from tests.factories.directory import county_officer, make_community, make_org, staff_actor
from tests.factories.needs import (
    NOW,
    SECRET_ADDRESS,
    SECRET_NAME,
    SECRET_PHONE,
    SYSTEM,
    make_claim,
    make_open_wish,
    note_wish,
    public_text,
)

states = st.sampled_from(WishState.values)


def codes(refused) -> tuple[str, ...]:
    return refused.value.codes


@given(state=states, to=states)
def test_a_wish_goes_only_where_the_table_says(state, to) -> None:
    refusals = rules.state_refusals(Wish(state=state), to)
    assert (refusals == []) == (to in NEXT.get(WishState(state), set()))


@given(state=states)
def test_an_ended_wish_goes_nowhere(state) -> None:
    ended = {"confirmed", "declined", "withdrawn", "expired", "merged", "converted"}
    assert (NEXT.get(WishState(state), set()) == set()) == (state in ended)


@pytest.mark.parametrize(
    ("phone", "sound"),
    [
        ("13912345678", True),
        ("139 1234 5678", True),
        ("１３９１２３４５６７８", True),
        ("+86 13912345678", True),
        ("0431-83212345", True),
        ("83212345", True),
        ("1391234567", False),
        ("没有电话", False),
        ("", False),
    ],
)
def test_voice_needs_a_phone_that_can_be_called(phone, sound) -> None:
    found = rules.voice_refusals(rules.Voice(words="心愿", phone=phone), phone_needed=True)
    assert (found == []) == sound


def test_voice_of_a_child_needs_a_guardian() -> None:
    child = {"words": "一套书", "phone": SECRET_PHONE, "is_minor": True}
    found = rules.voice_refusals(rules.Voice(**child), phone_needed=True)
    assert [reason.code for reason in found] == ["wish.guardian_missing"]
    guarded = rules.Voice(
        **child, guardian_name="某某", guardian_relation="parent", guardian_consents=True
    )
    assert rules.voice_refusals(guarded, phone_needed=True) == []


@given(noise=st.sampled_from(["", " ", "-", "　"]))
def test_a_public_title_never_tells_who_or_where(noise) -> None:
    def tells(title: str) -> bool:
        return bool(
            rules.telling(title, name=SECRET_NAME, phone=SECRET_PHONE, address=SECRET_ADDRESS)
        )

    assert tells(f"{noise}{SECRET_NAME}想要眼镜")
    assert tells(f"请打{SECRET_PHONE[:3]}{noise}{SECRET_PHONE[3:]}")
    assert tells(f"送到{noise}{SECRET_ADDRESS}")
    assert not tells("想要一副老花镜")


@pytest.mark.django_db
def test_verify_refuses_a_title_that_tells_and_takes_one_that_does_not() -> None:
    wish = note_wish().wish
    staff = staff_actor(Role.COMMUNITY_STAFF, wish.community)
    with pytest.raises(Refused) as refused:
        actions.verify_wish(
            actor=staff, wish=wish, text=public_text(title=f"{SECRET_NAME}的心愿"), now=NOW
        )
    assert codes(refused) == ("wish.title_tells",)
    with pytest.raises(Refused) as refused:
        actions.verify_wish(
            actor=staff, wish=wish, text=public_text(budget_yuan=301, category="?"), now=NOW
        )
    assert codes(refused) == ("wish.category_missing", "wish.over_budget")
    verified = actions.verify_wish(actor=staff, wish=wish, text=public_text(), now=NOW)
    assert verified.state == WishState.VERIFIED


@pytest.mark.django_db
def test_verify_is_its_own_communitys() -> None:
    wish = note_wish().wish
    stranger = staff_actor(Role.COMMUNITY_STAFF, make_community())
    with pytest.raises(Refused) as refused:
        actions.verify_wish(actor=stranger, wish=wish, text=public_text(), now=NOW)
    assert codes(refused) == ("actor.not_permitted",)
    branch = make_org("temp_branch", parent=wish.community)
    secretary = staff_actor(Role.BRANCH_SECRETARY, branch)
    actions.verify_wish(actor=secretary, wish=wish, text=public_text(), now=NOW)


@pytest.mark.django_db
def test_review_levels_stand_between_noted_and_verified(monkeypatch) -> None:
    from dataclasses import replace

    from allhours.needs.actions import publication
    from allhours.needs.queries.limits import wish_limits

    limits = replace(wish_limits(NOW), review_levels=("community_secretary", "county_officer"))
    monkeypatch.setattr(publication, "wish_limits", lambda now: limits)
    wish = note_wish().wish
    secretary = staff_actor(Role.COMMUNITY_SECRETARY, wish.community)
    with pytest.raises(Refused) as refused:
        actions.approve_wish(actor=secretary, wish=wish, now=NOW)
    assert codes(refused) == ("wish.check_first",)
    wish = actions.verify_wish(actor=secretary, wish=wish, text=public_text(), now=NOW)
    assert wish.state == WishState.NOTED
    wish = actions.approve_wish(actor=secretary, wish=wish, now=NOW)
    with pytest.raises(Refused) as refused:
        actions.approve_wish(actor=secretary, wish=wish, now=NOW)
    assert codes(refused) == ("wish.not_your_level",)
    wish = actions.approve_wish(actor=county_officer(), wish=wish, now=NOW)
    assert (wish.state, wish.approvals) == (WishState.VERIFIED, 2)


@pytest.mark.django_db
def test_scheduled_wishes_open_at_their_hour() -> None:
    at = NOW + timedelta(hours=1)
    wish = make_open_wish(at=at)
    assert actions.open_due_wishes(actor=SYSTEM, now=at - timedelta(seconds=1)) == 0
    assert actions.open_due_wishes(actor=SYSTEM, now=at + timedelta(minutes=1)) == 1
    wish.refresh_from_db()
    assert (wish.state, wish.opened_at) == (WishState.OPEN, at)
    with pytest.raises(Refused) as refused:
        make_open_wish(at=NOW)
    assert codes(refused) == ("wish.hour_past",)


@pytest.mark.django_db
def test_ends_need_a_reason_and_a_fitting_state() -> None:
    wish = note_wish().wish
    with pytest.raises(Refused) as refused:
        actions.decline_wish(actor=SYSTEM, wish=wish, reason=" ", now=NOW)
    assert codes(refused) == ("wish.reason_missing",)
    declined = actions.decline_wish(actor=SYSTEM, wish=wish, reason="超出能力", now=NOW)
    assert (declined.state, declined.end_reason) == (WishState.DECLINED, "超出能力")
    with pytest.raises(Refused) as refused:
        actions.decline_wish(actor=SYSTEM, wish=declined, reason="再来", now=NOW)
    assert codes(refused) == ("wish.wrong_state",)
    claimed = make_claim().wish
    with pytest.raises(Refused):
        actions.expire_wish(actor=SYSTEM, wish=claimed, reason="过期", now=NOW)
    claimed.refresh_from_db()
    with pytest.raises(Refused):
        actions.expire_wish(actor=SYSTEM, wish=claimed, reason="过期", now=NOW)


@pytest.mark.django_db
def test_a_repeated_form_is_noted_once() -> None:
    from allhours.accounts.actor import Actor
    from tests.factories.needs import make_voice

    values = {
        "actor": Actor.public(),
        "community": make_community(),
        "voice": make_voice(),
        "consent": True,
        "intake_key": "k",
        "now": NOW,
    }
    actions.note_wish(**values)
    with pytest.raises(Refused) as refused:
        actions.note_wish(**values)
    assert codes(refused) == ("wish.already_sent",)
    assert Wish.objects.count() == 1


@pytest.mark.django_db
def test_a_desk_origin_needs_somebody_on_duty() -> None:
    from allhours.accounts.actor import Actor
    from tests.factories.needs import make_voice

    community = make_community()
    values = {
        "community": community,
        "voice": make_voice(phone=""),
        "origin": "visit",
        "consent": True,
        "now": NOW,
    }
    with pytest.raises(Refused):
        actions.note_wish(actor=Actor.public(), **values)
    grid = make_org("grid", parent=community)
    worker = staff_actor(Role.GRID_WORKER, grid)
    wish = actions.note_wish(actor=worker, grid=grid, **values).wish
    assert (wish.consent_by, wish.consent_noted_by_plain) == ("spoken", worker.user_id)
    assert list(Wish.objects.on_desk_of(worker)) == [wish]
    note_wish(community)
    assert Wish.objects.on_desk_of(worker).count() == 1
