from datetime import UTC, date, datetime

import pytest

from allhours.accounts.actor import Actor, Grant
from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.kernel.errors import Refused
from allhours.scheme import actions, memo, queries
from allhours.scheme.models import CalendarDay, County, SchemeVersion
from tests.factories.scheme import make_document, publish, seed_calendar
from tests.support import contention

NOW = datetime(2026, 6, 10, 2, 0, tzinfo=UTC)
OFFICER = Actor(user_id=None, grants=(Grant(Role.COUNTY_OFFICER, "/1/"),))

pytestmark = pytest.mark.django_db


def offer(*, actor=OFFICER, effective_from=date(2026, 7, 1), now=NOW, **sections):
    return actions.publish_scheme(
        actor=actor,
        document=make_document("base", **sections),
        effective_from=effective_from,
        now=now,
    )


def test_scheme_for_without_a_version_is_the_base():
    assert queries.scheme_for(on=date(2026, 6, 1)).code == "base"
    assert queries.version_for(date(2026, 6, 1)) is None


def test_scheme_for_gives_the_version_in_force_on_the_day():
    publish(wishes={"open_claims": 1})
    offer(wishes={"open_claims": 5})
    days = (date(2025, 3, 1), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1))
    assert [queries.scheme_for(on=day).wishes.open_claims for day in days] == [1, 1, 1, 5]


def test_publish_is_numbered_and_journaled():
    publish()
    version = offer(wishes={"open_claims": 5})
    assert (version.number, version.effective_from) == (2, date(2026, 7, 1))
    entry = JournalEntry.objects.get(did="scheme.published", subject_id=str(version.pk))
    assert (entry.role, entry.facts["number"]) == ("county_officer", 2)
    assert entry.facts["checksum"] == version.checksum


def test_a_version_not_yet_in_force_may_be_replaced_from_the_same_day():
    publish()
    offer(wishes={"open_claims": 5})
    offer(wishes={"open_claims": 6})
    assert queries.scheme_for(on=date(2026, 7, 1)).wishes.open_claims == 6


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"actor": Actor(member_id=1)}, "actor.not_permitted"),
        ({"actor": Actor(grants=(Grant(Role.INSPECTOR, "/"),))}, "actor.not_permitted"),
        ({"effective_from": date(2026, 6, 9)}, "scheme.in_the_past"),
        ({"wishes": {"open_claims": 2}}, "scheme.unchanged"),
        ({"wishes": {"open_claims": 0}}, "scheme.invalid"),
        ({"placement": {"unplaced_cost": 0}}, "scheme.invalid"),
    ],
)
def test_publish_refuses(change, code):
    publish(wishes={"open_claims": 2})
    with pytest.raises(Refused) as refused:
        offer(**({"wishes": {"open_claims": 5}} | change))
    assert refused.value.codes == (code,)
    assert SchemeVersion.objects.count() == 1
    assert offer(wishes={"open_claims": 5}).number == 2


def test_publish_refuses_a_day_before_the_newest_version():
    publish()
    offer(effective_from=date(2026, 9, 1), wishes={"open_claims": 5})
    with pytest.raises(Refused) as refused:
        offer(effective_from=date(2026, 8, 1), wishes={"open_claims": 6})
    assert refused.value.codes == ("scheme.not_after_last",)
    assert "2026-09-01" in str(refused.value.reasons[0])


def test_publish_refuses_to_replace_the_law_of_today():
    publish()
    offer(effective_from=date(2026, 6, 10), wishes={"open_claims": 5})
    with pytest.raises(Refused) as refused:
        offer(effective_from=date(2026, 6, 10), wishes={"open_claims": 6})
    assert refused.value.codes == ("scheme.already_in_force",)


def test_an_altered_version_is_not_used():
    version = publish()
    SchemeVersion.objects.filter(pk=version.pk).update(document=make_document("nongan"))
    queries._parsed.cache_clear()
    with pytest.raises(queries.SchemeAltered):
        queries.scheme_for(on=date(2026, 6, 1))


def test_scheme_for_costs_one_query_and_none_again_in_a_request(django_assert_num_queries):
    publish()
    queries.scheme_for(on=date(2026, 6, 1))
    with django_assert_num_queries(1):
        queries.scheme_for(on=date(2026, 6, 1))
    with memo.kept(), django_assert_num_queries(1):
        queries.scheme_for(on=date(2026, 6, 1))
        queries.scheme_for(on=date(2026, 6, 2))


def test_a_version_published_in_a_request_counts_in_it():
    with memo.kept():
        assert queries.scheme_for(on=date(2026, 6, 1)).code == "base"
        publish("nongan")
        assert queries.scheme_for(on=date(2026, 6, 1)).code == "nongan"


def test_county_is_one_row():
    assert queries.county().name == ""
    for name in ("甲县", "乙县"):
        actions.set_county(
            actor=OFFICER, name=name, office="工委", scheme_code="base", is_demo=True, now=NOW
        )
    assert (queries.county().name, County.objects.count()) == ("乙县", 1)


def test_seed_calendar_knows_makeup_days_and_leaves_unpublished_years_alone():
    known = actions.seed_calendar(actor=OFFICER, years=[2026, 2099], now=NOW)
    assert known == [2026]
    calendar = queries.calendar([2026, 2099], queries.neutral_scheme())
    assert calendar.is_workday(date(2026, 5, 9))  # a Saturday, made up
    assert not calendar.is_workday(date(2026, 10, 1))
    assert calendar.is_provisional(date(2099, 1, 1))


def test_seed_calendar_again_changes_nothing_and_keeps_days_entered_by_hand():
    seed_calendar(2026)
    CalendarDay.objects.filter(day=date(2026, 5, 9)).update(kind="workday", source="county")
    rows = set(CalendarDay.objects.values_list("day", "kind", "source"))
    seed_calendar(2026)
    assert set(CalendarDay.objects.values_list("day", "kind", "source")) == rows


def test_calendar_follows_the_scheme_in_makeup_days_and_local_days_off():
    seed_calendar(2026)
    publish(calendar={"makeup_days": False, "local_days_off": ["06-10"]})
    scheme = queries.scheme_for(on=date(2026, 6, 1))
    calendar = queries.calendar_around(date(2026, 6, 1), scheme)
    assert not calendar.is_workday(date(2026, 5, 9))
    assert not calendar.is_workday(date(2026, 6, 10))


@pytest.mark.django_db(transaction=True)
def test_versions_published_at_once_get_their_own_numbers():
    publish()
    offers = contention.threads(
        4, lambda n: offer(effective_from=date(2026, 7, 1), wishes={"open_claims": 3 + n})
    )
    refused = [each for each in offers if isinstance(each, Refused)]
    numbers = sorted(each.number for each in offers if isinstance(each, SchemeVersion))
    assert numbers == list(range(2, 2 + len(numbers)))
    assert {code for each in refused for code in each.codes} <= {"scheme.published_meanwhile"}
    assert len(numbers) + len(refused) == 4
