"""What speaks for a post, and its term."""

from datetime import date

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from allhours.kernel.errors import Refused
from allhours.kernel.periods import Period
from allhours.needs import actions
from allhours.needs.queries.posts import menu_page
from allhours.needs.rules.fit import WEIGHTS, Card, Wanted, reasons, weight
from allhours.needs.rules.posts import term_refusals
from tests.factories.directory import make_community, make_member, member_actor
from tests.factories.needs import NOW, SYSTEM, make_post, public_text

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
    _, fitting = menu_page(member_actor(member), NOW)
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
    sections, _ = menu_page(SYSTEM, later)
    assert [each for section in sections for each in section.posts] == []
    client = Client()
    page = client.get(f"/menu/{post.code}/").content.decode()
    assert f"至 {day:%Y-%m-%d}" in page


@pytest.mark.django_db
def test_a_term_outside_the_year_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        make_post(until_on=date(NOW.year + 2, 1, 1))
    assert refused.value.codes == ("post.term_outside",)
