"""回访: drawn by the code alone, noted once, by somebody else than who did it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.kernel.errors import Refused
from allhours.needs import actions, tasks
from allhours.needs.actions.follow_ups import note_follow_up
from allhours.needs.models import FollowUp, Wish
from allhours.needs.queries import follow_ups as queries
from allhours.needs.queries.follow_ups import follow_ups_on_desk
from allhours.needs.rules.follow_ups import Findings, drawn
from allhours.ui.awaiting import worked_out
from tests.factories.directory import (
    county_officer,
    make_community,
    make_org,
    staff_actor,
    staff_user,
)
from tests.factories.needs import NOW, SECRET_NAME, SYSTEM, make_delivered

BACKEND = "django.contrib.auth.backends.ModelBackend"
LATER = NOW + timedelta(days=1)
GOOD = Findings("reached", 3, matches=True)
codes = st.text(alphabet="ABCDEFGHJKMNPQRSTUVWXYZ23456789", min_size=6, max_size=10)


@given(code=codes, percent=st.integers(0, 100), more=st.integers(0, 100))
def test_the_draw_is_the_same_again_and_grows_with_the_share(code, percent, more) -> None:
    assert drawn(code, percent) == drawn(code, percent)
    assert not drawn(code, 0)
    assert drawn(code, 100)
    assert not drawn(code, percent) or drawn(code, max(percent, more))


def test_the_draw_takes_about_the_share() -> None:
    assert 150 < sum(drawn(f"W{n}", 20) for n in range(1000)) < 250


def confirmed_wish() -> Wish:
    claim = make_delivered()
    return actions.confirm_delivery(actor=SYSTEM, wish=claim.wish, now=NOW + timedelta(hours=4))


def make_follow_up() -> FollowUp:
    return FollowUp.objects.create(wish=confirmed_wish(), drawn_at=LATER)


@pytest.mark.django_db
def test_the_night_draws_each_confirmed_wish_once(monkeypatch) -> None:
    wish = confirmed_wish()
    make_delivered()  # not confirmed: never drawn
    monkeypatch.setattr("allhours.needs.rules.follow_ups.drawn", lambda code, percent: True)
    tasks.tidy(LATER)
    tasks.tidy(LATER + timedelta(days=1))
    (found,) = FollowUp.objects.all()
    assert (found.wish_id, found.result, found.drawn_at) == (wish.pk, "due", LATER)
    assert JournalEntry.objects.filter(did="wish.follow_up_drawn").count() == 1


@pytest.mark.django_db
def test_the_night_draws_by_the_rule(monkeypatch) -> None:
    confirmed_wish()
    monkeypatch.setattr("allhours.needs.rules.follow_ups.drawn", lambda code, percent: percent > 20)
    tasks.tidy(LATER)
    assert FollowUp.objects.count() == 0


@pytest.mark.django_db
def test_a_finding_is_noted_and_changes_nothing_of_the_wish() -> None:
    follow_up = make_follow_up()
    wish = follow_up.wish
    staff = staff_actor(Role.COMMUNITY_STAFF, wish.community)
    missed = note_follow_up(
        actor=staff, follow_up=follow_up, findings=Findings("not_reached"), now=LATER
    )
    assert (missed.result, missed.satisfied, missed.matches) == ("not_reached", None, None)
    done = note_follow_up(
        actor=staff,
        follow_up=missed,
        findings=Findings("reached", 1, matches=False, note="没有收到"),
        now=LATER,
    )
    assert (done.result, done.satisfied, done.matches, done.note) == (
        "reached", 1, False, "没有收到",
    )  # fmt: skip
    wish.refresh_from_db()
    assert (wish.state, wish.rating) == ("confirmed", None)
    entry = JournalEntry.objects.filter(did="wish.followed_up").latest("pk")
    assert "没有收到" not in str(entry.facts)


@pytest.mark.django_db
def test_a_finding_is_refused_with_its_reason() -> None:
    follow_up = make_follow_up()
    community = follow_up.wish.community

    def refused(findings, actor=SYSTEM) -> tuple[str, ...]:
        with pytest.raises(Refused) as caught:
            note_follow_up(actor=actor, follow_up=follow_up, findings=findings, now=LATER)
        return caught.value.codes

    assert refused(Findings("")) == ("follow_up.result_missing",)
    assert refused(Findings("due")) == ("follow_up.result_missing",)
    assert refused(Findings("reached", 3)) == ("follow_up.answers_missing",)
    assert refused(Findings("reached", 9, matches=True)) == ("follow_up.answers_missing",)
    assert refused(GOOD, staff_actor(Role.COMMUNITY_STAFF, make_community())) == (
        "actor.not_permitted",
    )
    assert refused(GOOD, staff_actor(Role.INSPECTOR, community)) == ("actor.not_permitted",)
    note_follow_up(actor=SYSTEM, follow_up=follow_up, findings=GOOD, now=LATER)
    assert refused(GOOD) == ("follow_up.done",)


@pytest.mark.django_db
def test_the_claimer_does_not_follow_up_their_own() -> None:
    claim = make_delivered()
    wish = actions.confirm_delivery(actor=SYSTEM, wish=claim.wish, now=NOW + timedelta(hours=4))
    follow_up = FollowUp.objects.create(wish=wish, drawn_at=LATER)
    staff = staff_actor(Role.COMMUNITY_STAFF, wish.community)
    with pytest.raises(Refused) as caught:
        note_follow_up(
            actor=replace(staff, member_id=claim.member_id),
            follow_up=follow_up,
            findings=GOOD,
            now=LATER,
        )
    assert caught.value.codes == ("follow_up.not_by_claimer",)


@pytest.mark.django_db
def test_it_awaits_the_community_and_the_figures_tell(django_assert_num_queries) -> None:
    follow_up = make_follow_up()
    make_follow_up()  # another community's
    staff = staff_actor(Role.COMMUNITY_STAFF, follow_up.wish.community)
    (row,) = worked_out(follow_ups_on_desk(staff, LATER))
    assert (row.count, row.url) == (1, "/desk/follow-ups/?result=due")
    note_follow_up(actor=staff, follow_up=follow_up, findings=GOOD, now=LATER)
    assert worked_out(follow_ups_on_desk(staff, LATER)) == []
    with django_assert_num_queries(1):
        shown = {fact.label: fact.value for fact in queries.figures(staff)}
    assert shown == {
        "抽取回访": "1 个",
        "已回访": "1 个",
        "联系上": "1 个",
        "满意和基本满意": "1 个",
        "与登记一致": "1 个",
    }
    assert queries.figures(county_officer())[0].value == "2 个"


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_pages_show_their_own_without_names(count, client, django_assert_max_num_queries) -> None:
    follow_up = make_follow_up()
    community = follow_up.wish.community
    for _ in range(count - 1):
        other = make_follow_up()
        Wish.objects.filter(pk=other.wish_id).update(community=community)
    client.force_login(staff_user(Role.COMMUNITY_STAFF, community), backend=BACKEND)
    client.get("/desk/follow-ups/")
    with django_assert_max_num_queries(15):
        listed = client.get("/desk/follow-ups/")
    page = listed.content.decode()
    assert page.count("<td>待回访") + page.count(">待回访</span>") >= count
    assert SECRET_NAME not in page
    address = f"/desk/follow-ups/{follow_up.wish.code}/"
    with django_assert_max_num_queries(15):
        assert "登记回访" in client.get(address).content.decode()
    missing = client.post(address, {"result": "reached"}).content.decode()
    assert "是否满意" in missing
    sent = client.post(address, {"result": "reached", "satisfied": "2", "matches": "1"})
    assert sent["Location"] == "/desk/follow-ups/"
    assert FollowUp.objects.get(pk=follow_up.pk).satisfied == 2


@pytest.mark.django_db
def test_pages_of_others_are_not_found(client) -> None:
    follow_up = make_follow_up()
    community = make_community()
    address = f"/desk/follow-ups/{follow_up.wish.code}/"
    client.force_login(staff_user(Role.COMMUNITY_STAFF, community), backend=BACKEND)
    assert client.get(address).status_code == 404
    assert client.post(address, {"result": "not_reached"}).status_code == 404
    grid = make_org("grid", parent=follow_up.wish.community)
    client.force_login(staff_user(Role.GRID_WORKER, grid), backend=BACKEND)
    assert client.get("/desk/follow-ups/").status_code == 404
