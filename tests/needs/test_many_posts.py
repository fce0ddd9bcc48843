"""Last year's posts again, demands made into posts at once, sheets, and a hint of clashes."""

from datetime import date, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.kernel.periods import Period
from allhours.needs import actions
from allhours.needs.actions.demands import place_demand
from allhours.needs.actions.renewal import meet_demands, renew_posts
from allhours.needs.models import Demand, Post
from allhours.needs.rules.renewal import a_year_on, at_the_same_time
from tests.factories.directory import (
    make_community,
    make_member,
    member_actor,
    staff_actor,
    staff_user,
)
from tests.factories.needs import NOW, SYSTEM, make_post
from tests.factories.scheme import publish
from tests.support.contention import threads

LAST = NOW.replace(year=NOW.year - 1)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@given(st.dates(date(2025, 1, 1), date(2025, 12, 31)))
def test_a_term_moves_to_the_same_day_of_the_next_year(day) -> None:
    assert a_year_on(day, YEAR) == day.replace(year=2026)


def test_a_term_stays_in_its_year_and_none_stays_none() -> None:
    leap = Period(date(2025, 1, 1), date(2025, 12, 31))
    assert a_year_on(date(2024, 2, 29), leap) == date(2025, 2, 28)
    assert a_year_on(None, YEAR) is None


@pytest.mark.django_db
def test_last_years_posts_are_set_up_again_once_and_empty() -> None:
    publish(effective_from=date(LAST.year, 1, 1))
    community = make_community()
    until = date(LAST.year, 9, 30)
    old = make_post(
        community, now=LAST, title="楼道清洁", item="law", places=3, weekly=("weekend",),
        skills=("law",), times="上午", until_on=until,
    )  # fmt: skip
    actions.take_post(actor=member_actor(make_member()), post=old, now=LAST)
    desk = staff_actor(Role.COMMUNITY_STAFF, community)
    made, refused = renew_posts(actor=desk, posts=[old], now=NOW)
    assert refused == []
    new = Post.objects.get(pk=made[0].pk)
    same = ("community", "title", "item", "places", "weekly", "skills", "times", "text", "place")
    assert [getattr(new, name) for name in same] == [getattr(old, name) for name in same]
    assert (new.year, new.taken, new.renews) == (NOW.year, 0, old)
    assert new.until_on == until.replace(year=NOW.year)
    other = make_post(community, now=LAST, title="读书")
    made, refused = renew_posts(actor=desk, posts=[old, other], now=NOW)
    assert [each.title for each in made] == ["读书"]
    assert [each.code for each in refused] == ["post.renewed"]
    stranger = staff_actor(Role.COMMUNITY_STAFF, make_community())
    third = make_post(community, now=LAST, title="第三个")
    for actor, posts, code in (
        (stranger, [third], "actor.not_permitted"),
        (desk, [new], "post.not_last_years"),
        (desk, [], "post.none_chosen"),
    ):
        with pytest.raises(Refused) as refusal:
            renew_posts(actor=actor, posts=posts, now=NOW)
        assert refusal.value.codes == (code,)
    renew_posts(actor=desk, posts=[third], now=NOW)


@pytest.mark.django_db
def test_a_post_of_an_item_that_is_retired_is_not_set_up_again() -> None:
    publish(effective_from=date(LAST.year, 1, 1))
    old = make_post(now=LAST, item="law")
    items = [{"code": "health", "title": "医疗保健"}]
    retired = [{"code": "law", "title": "法律援助"}]
    publish(effective_from=date(2026, 2, 1), menu={"items": items, "retired": retired})
    with pytest.raises(Refused) as refused:
        renew_posts(actor=SYSTEM, posts=[old], now=NOW)
    assert refused.value.codes == ("post.retired_item",)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_renew_at_once_one_twin_comes() -> None:
    old = make_post(now=LAST)
    said = threads(4, lambda _n: renew_posts(actor=SYSTEM, posts=[old], now=NOW))
    assert sum(not isinstance(each, Exception) for each in said) == 1, said
    assert all(each.codes == ("post.renewed",) for each in said if isinstance(each, Refused))
    assert Post.objects.filter(year=NOW.year).count() == 1


@pytest.mark.django_db
def test_open_demands_become_posts_and_those_met_meanwhile_are_told() -> None:
    community = make_community()
    desk = staff_actor(Role.COMMUNITY_STAFF, community)
    placed = [
        place_demand(
            actor=desk, community=community, item="law", text=f"需求{n}", heads=n + 1, now=NOW
        )
        for n in range(2)
    ]
    made, refused = meet_demands(actor=desk, demands=placed, now=NOW)
    assert [(each.title, each.places) for each in made] == [("需求0", 1), ("需求1", 2)]
    assert refused == []
    assert set(Demand.objects.values_list("state", flat=True)) == {"met"}
    with pytest.raises(Refused) as refusal:
        meet_demands(actor=desk, demands=placed, now=NOW)
    assert refusal.value.codes == ("demand.not_open",) * 2


def test_clashes_name_the_post_and_the_time_that_is_shared() -> None:
    others = [("甲", ["weekend"]), ("乙", ["evening"])]
    assert at_the_same_time(["weekend"], others) == [("甲", "weekend")]
    assert at_the_same_time([], others) == []


@pytest.mark.django_db
def test_a_second_post_at_the_same_time_is_hinted_at_and_not_refused() -> None:
    now, community = clock.now(), make_community()
    member = make_member(serving_community=community)
    actor = member_actor(member)
    first = make_post(community, now=now, title="甲岗", weekly=("weekend",))
    second = make_post(community, now=now, title="乙岗", weekly=("weekend", "evening"))
    client = client_of(member.user)
    assert "时间错得开" not in client.get(f"/menu/{second.code}/").content.decode()
    actions.take_post(actor=actor, post=first, now=now)
    page = client.get(f"/menu/{second.code}/").content.decode()
    assert "与您的岗位“甲岗”同在双休日" in page
    assert "已认领岗位" in client.post(f"/menu/{second.code}/take/", follow=True).content.decode()


@pytest.mark.django_db
def test_the_pages_show_what_will_come_before_it_does() -> None:
    now, community = clock.now(), make_community()
    last = now - timedelta(days=365)
    old = make_post(community, now=last, title="楼道清洁")
    make_post(now=last, title="别处的岗位")
    desk = client_of(staff_user(Role.COMMUNITY_STAFF, community))
    page = desk.get("/desk/posts/renew/").content.decode()
    assert "楼道清洁" in page
    assert "别处的岗位" not in page
    done = desk.post("/desk/posts/renew/", {"chosen": [old.code]}, follow=True).content.decode()
    assert "已发布 1 个岗位" in done
    assert "已续设" in desk.get("/desk/posts/renew/").content.decode()
    said = {"community": community.pk, "item": "law", "text": "法律讲座", "heads": 2}
    desk.post("/desk/demands/new/", said)
    assert "法律讲座" in desk.get("/desk/demands/meet/").content.decode()
    demand = Demand.objects.get()
    desk.post("/desk/demands/meet/", {"chosen": [demand.code]})
    assert Post.objects.filter(title="法律讲座", places=2).count() == 1


@pytest.mark.django_db
def test_the_sheets_of_a_post_name_who_is_on_it_and_where_to_take_it_up() -> None:
    now, community = clock.now(), make_community()
    post = make_post(community, now=now, title="楼道清洁")
    member = make_member(serving_community=community)
    actions.take_post(actor=member_actor(member), post=post, now=now)
    desk = client_of(staff_user(Role.COMMUNITY_STAFF, community))
    page = desk.get(f"/desk/posts/{post.code}/sheets/sign-in/").content.decode()
    assert member.name in page
    page = desk.get(f"/desk/posts/{post.code}/sheets/poster/").content.decode()
    assert f"/menu/{post.code}/" in page
    assert "<svg" in page
    assert member.name not in page
    for sheet in ("sign-in", "poster"):
        found = desk.get(f"/desk/posts/{post.code}/sheets/{sheet}/?format=pdf")
        assert found.content.startswith(b"%PDF")
    assert desk.get(f"/desk/posts/{post.code}/sheets/other/").status_code == 404
    stranger = client_of(staff_user(Role.COMMUNITY_STAFF, make_community()))
    assert stranger.get(f"/desk/posts/{post.code}/sheets/sign-in/").status_code == 404
