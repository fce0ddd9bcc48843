"""What counts for a member's year of posts, and reminding those who have none."""

from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs import actions
from allhours.needs.actions.choosing import remind_without_post
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim, ClaimAllowance
from allhours.needs.queries.year import choosing, counting, held, without_post, year_posts
from allhours.needs.rules.year import Held, because, counts
from allhours.notifications.models import Notice
from tests.factories.directory import (
    make_community,
    make_county,
    make_member,
    make_unit,
    member_actor,
    staff_actor,
    staff_user,
)
from tests.factories.needs import NOW, SYSTEM, make_post
from tests.factories.scheme import publish
from tests.support.contention import threads


@given(
    st.sampled_from(ClaimState.values), st.booleans(), st.none() | st.integers(0, 90),
    st.integers(0, 60),
)  # fmt: skip
def test_a_post_counts_if_held_to_its_end_or_long_enough(state, placed, days, after) -> None:
    until = None if days is None else NOW + timedelta(days=days)
    mine = Held(state, placed, since=NOW, until=until)
    if state in ("live", "fulfilled"):
        assert counts(mine, after)
    else:
        broken = state in ("withdrawn", "released") and placed and days is not None
        assert counts(mine, after) == (broken and days >= after)
    assert ("不计入" not in because(mine, after)) == (counts(mine, after) or state == "waiting")


@pytest.mark.django_db
def test_the_database_counts_as_the_rule_does_and_handing_over_counts_for_both() -> None:
    post = make_post(places=30)
    for state in ClaimState.values:
        for placed in (True, False):
            for days in (0, 29, 30, 31):
                Claim.objects.create(
                    post=post, member=make_member(), state=state, claimed_at=NOW,
                    seat=Claim.objects.count() + 1 if placed or state == "live" else None,
                    ended_at=NOW + timedelta(days=days),
                )  # fmt: skip
    for after in (0, 30, 31):
        found = set(Claim.objects.filter(counting(after)).values_list("pk", flat=True))
        assert found == {each.pk for each in Claim.objects.all() if counts(held(each), after)}


@pytest.mark.django_db
def test_a_post_given_back_counts_by_the_schemes_days() -> None:
    publish(menu={"posts_per_year": 1, "counts_after_days": 10})
    community = make_community()
    member = make_member(serving_community=community)
    actor, desk = member_actor(member), staff_actor(Role.COMMUNITY_STAFF, community)
    assert list(without_post(desk, NOW)) == [member]
    claim = actions.take_post(actor=actor, post=make_post(community), now=NOW)
    assert list(without_post(desk, NOW)) == []
    for days, stays in ((9, 1), (10, 0)):
        Claim.objects.update(state="live", ended_at=None)
        later = NOW + timedelta(days=days)
        actions.leave_post(actor=actor, claim=claim, reason="个人原因", now=later)
        assert without_post(desk, later).count() == stays
        mine = year_posts(Claim.objects.select_related("post"), later)
        assert (mine.counted, mine.wanted, mine.short) == (1 - stays, 1, stays)
    assert choosing(desk, later).missing == 0


@pytest.mark.django_db
def test_who_has_no_post_is_reminded_once_in_the_schemes_days(
    django_capture_on_commit_callbacks,
) -> None:
    publish(menu={"posts_per_year": 1, "both_sides": True})
    community, unit = make_community(), make_unit()
    without = make_member(unit, serving_community=community)
    applied = make_member(unit, serving_community=community)
    away = make_member()
    for each in (without, applied, away):
        member_actor(each)
    actions.take_post(actor=member_actor(applied), post=make_post(community), now=NOW)
    desk = staff_actor(Role.COMMUNITY_STAFF, community)
    assert set(without_post(desk, NOW)) == {without, applied}
    assert choosing(desk, NOW).applied == 1
    with django_capture_on_commit_callbacks(execute=True):
        assert remind_without_post(actor=desk, now=NOW) == 1
    assert [each.user for each in Notice.objects.filter(key="needs.choose_post")] == [without.user]
    liaison = staff_actor(Role.LIAISON, unit)
    with pytest.raises(Refused) as refused:
        remind_without_post(actor=liaison, now=NOW + timedelta(days=1))
    assert refused.value.codes == ("post.nobody_to_remind",)
    assert remind_without_post(actor=liaison, now=NOW + timedelta(days=30)) == 1
    with pytest.raises(Refused):  # not of their desk
        remind_without_post(actor=desk, now=NOW, members=[away.pk])
    with pytest.raises(Refused) as refused:
        remind_without_post(actor=staff_actor(Role.INSPECTOR, make_county()), now=NOW)
    assert refused.value.codes == ("actor.not_permitted",)


@pytest.mark.django_db
def test_where_the_scheme_asks_for_no_post_nobody_is_reminded() -> None:
    publish(menu={"posts_per_year": 0})
    make_member(serving_community=make_community())
    with pytest.raises(Refused) as refused:
        remind_without_post(actor=SYSTEM, now=NOW)
    assert refused.value.codes == ("post.not_asked",)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_remind_at_once_each_member_is_told_by_one() -> None:
    publish(menu={"posts_per_year": 1})
    community = make_community()
    for _ in range(3):
        member_actor(make_member(serving_community=community))
    desk = staff_actor(Role.COMMUNITY_STAFF, community)
    said = threads(4, lambda _n: remind_without_post(actor=desk, now=NOW))
    assert sum(each for each in said if isinstance(each, int)) == 3
    assert all(isinstance(each, int | Refused) for each in said), said
    assert ClaimAllowance.objects.filter(post_reminded_on__isnull=False).count() == 3
    assert Notice.objects.filter(key="needs.choose_post").count() == 3


# ---- pages ---------------------------------------------------------------------------------------


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_those_without_costs_the_same_however_many(
    count, django_assert_max_num_queries
) -> None:
    now, community = clock.now(), make_community()
    publish(menu={"posts_per_year": 1})
    members = [make_member(serving_community=community) for _ in range(count)]
    desk = client_of(staff_user(Role.COMMUNITY_STAFF, community))
    desk.get("/desk/posts/without/")
    with django_assert_max_num_queries(15):
        page = desk.get("/desk/posts/without/").content.decode()
    assert all(each.name in page for each in members)
    said = desk.post("/desk/posts/without/remind/", {"chosen": [members[0].pk]}, follow=True)
    assert "已提醒 1 人" in said.content.decode()
    member_actor(members[0])
    post = make_post(community, now=now)
    mine = client_of(members[0].user)
    assert "0 / 1" in mine.get("/me/posts/").content.decode()
    mine.post(f"/menu/{post.code}/take/")
    page = mine.get("/me/posts/").content.decode()
    assert "1 / 1" in page
    assert "在岗，计入本年" in page
