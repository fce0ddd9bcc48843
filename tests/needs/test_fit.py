"""What speaks for a post, and its term."""

from datetime import date

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from allhours.kernel.errors import Refused
from allhours.kernel.periods import Period
from allhours.needs import actions
from allhours.needs.models import Post
from allhours.needs.queries import fit as weighing
from allhours.needs.queries.menu import fitting_posts, groups
from allhours.needs.queries.posts import card_of
from allhours.needs.rules.fit import WEIGHTS, Card, Wanted, reasons, weight
from allhours.needs.rules.posts import term_refusals
from tests.factories.directory import make_community, make_member, member_actor
from tests.factories.needs import NOW, make_post, public_text

CODES = st.sets(st.sampled_from(["a", "b"]))
WHERE = st.sampled_from([1, 2, None])


@given(WHERE, WHERE, CODES, CODES, CODES, CODES, CODES, st.sampled_from(["", "a", "b"]))
def test_reasons_say_what_is_true_and_the_first_outweighs_the_rest(
    serving, living, wishes, skills, free, wanted, weekly, item
) -> None:
    card = Card(serving, living, wishes, skills, free)
    why = reasons(Wanted(1, item, wanted, weekly), card)
    assert why != ("time",)
    assert ("serving" in why) == (serving == 1)
    assert ("wished" in why) == (item in wishes)
    assert list(why) == [each for each in WEIGHTS if each in why]
    assert weight(why[:1]) > weight(why[1:]) or not why


@pytest.mark.django_db
@pytest.mark.parametrize("serves", [True, False])
@pytest.mark.parametrize("lives", [True, False])
def test_the_database_weighs_a_post_as_the_rule_does(serves, lives) -> None:
    """Over every mixture of what a post may say, whatever the member's card says."""
    here, item = make_community(), public_text().category
    member = make_member(
        serving_community=here if serves else None,
        residence=here if lives else None,
        wishes_to_serve=[item],
        skills=["law", "art"],
        free_time=["weekend"],
    )
    for community in (here, make_community()):
        for own in ("", item):
            for skills in ((), ("law",), ("art", "law"), ("lawyer",)):
                for weekly in ((), ("weekend",), ("evening",)):
                    make_post(community, item=own, skills=skills, weekly=weekly)
    card = card_of(member)
    for post in weighing.weighed(Post.objects.all(), card):
        why = reasons(Wanted(post.community_id, post.item, post.skills, post.weekly), card)
        time_alone = post.fit == WEIGHTS["time"]
        assert post.fit == weight(why) or (time_alone and why == ()), (post.pk, why)
    suits = {post.pk for post in weighing.fitting(weighing.weighed(Post.objects.all(), card))}
    assert suits == {
        post.pk
        for post in Post.objects.all()
        if reasons(Wanted(post.community_id, post.item, post.skills, post.weekly), card)
    }


YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
DAYS = st.none() | st.dates(date(2025, 11, 1), date(2027, 2, 1))


@given(DAYS, DAYS)
def test_a_term_lies_within_the_programme_year(first, last) -> None:
    fine = all(day is None or day in YEAR for day in (first, last)) and not (
        first and last and last < first
    )
    assert (term_refusals(first, last, year=YEAR) == []) == fine


@pytest.mark.django_db
def test_the_menu_says_why_a_post_fits() -> None:
    community, item = make_community(), public_text().category
    member = make_member(
        residence=community, wishes_to_serve=[item], skills=["law"], free_time=["weekend"]
    )
    make_post(community, title="合适", item=item, skills=("law",), weekly=("weekend",))
    make_post(title="只是时间合适", weekly=("weekend",))
    fitting = fitting_posts(member_actor(member), NOW)
    assert [post.why for post in fitting] == [
        ("您居住的社区", "您愿意做的", "用得上您的特长", "时间合适")
    ]
    assert fitting[0].times == "双休日"


@pytest.mark.django_db
def test_a_post_whose_term_is_over_is_neither_shown_nor_taken() -> None:
    day = NOW.date()
    post = make_post(title="短期", until_on=day)
    later = NOW.replace(day=day.day + 1) if day.day < 28 else NOW.replace(day=1)
    with pytest.raises(Refused) as refused:
        actions.take_post(actor=member_actor(make_member()), post=post, now=later)
    assert refused.value.codes == ("post.over",)
    assert sum(each.posts for group in groups(later) for each in group.entries) == 0
    client = Client()
    page = client.get(f"/menu/{post.code}/").content.decode()
    assert f"至 {day:%Y-%m-%d}" in page


@pytest.mark.django_db
def test_a_term_outside_the_year_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        make_post(until_on=date(NOW.year + 2, 1, 1))
    assert refused.value.codes == ("post.term_outside",)
