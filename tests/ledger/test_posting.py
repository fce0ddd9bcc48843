from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from allhours.kernel.errors import Refused
from allhours.kernel.periods import Period
from allhours.ledger import actions, queries, rules
from allhours.ledger.actions.posting import BATCH
from allhours.ledger.models import Entry, Head
from allhours.ledger.values import Source
from allhours.ledger.verify import verify
from tests.factories.directory import make_community, make_member, make_unit
from tests.factories.ledger import CLERK, NOON, make_draft, make_entry

YEAR = Period.year(2026)
pytestmark = pytest.mark.django_db


def post_again(entry: Entry, **over):
    values = {
        name: getattr(entry, name)
        for name in (
            "member",
            "kind",
            "started_at",
            "minutes",
            "minutes_off",
            "quantity",
            "on",
            "unit_code",
            "community_code",
        )
    }
    values["source"] = Source(entry.source_kind, entry.source_key, entry.revision)
    return actions.post(**(values | over), actor=CLERK, now=NOON)


def test_post_gives_an_entry_that_counts():
    entry = make_entry(minutes=90, minutes_off=30, quantity=2)
    total = queries.totals(members=[entry.member_id], period=YEAR)[entry.member_id]
    assert (total.minutes, total.minutes_off, total.times, total.quantity) == (90, 30, 1, 2)
    assert total.by_kind["post_service"].minutes == 90
    assert verify() == []


def test_a_repeated_source_gives_the_first_entry():
    entry = make_entry()
    assert post_again(entry, minutes=15) == entry
    assert Head.objects.get(member=entry.member).seq == 1
    assert verify() == []


def test_overlap_is_refused_and_names_what_is_in_the_way():
    entry = make_entry(minutes=60)
    half_past = entry.started_at + timedelta(minutes=30)
    with pytest.raises(Refused) as refused:
        make_entry(entry.member, started_at=half_past)
    assert refused.value.codes == ("ledger.overlap",)
    assert "2026-06-10 09:00–10:00 岗位服务" in refused.value.sentences[0]
    assert Head.objects.get(member=entry.member).seq == 1
    after = make_entry(entry.member, started_at=entry.started_at + timedelta(minutes=60))
    assert after.seq == 2


def test_reversal_cancels_once_and_frees_the_time():
    entry = make_entry()
    reversal = actions.reverse(entry=entry, reason="时间有误", actor=CLERK, now=NOON)
    assert (reversal.minutes, reversal.quantity, reversal.on) == (-60, -1, entry.on)
    assert reversal.reason.text == "时间有误"
    assert actions.reverse(entry=entry, reason="再点一次", actor=CLERK, now=NOON) == reversal
    assert queries.totals(members=[entry.member_id], period=YEAR)[entry.member_id].times == 0
    again = post_again(entry, source=Source(entry.source_kind, entry.source_key, 2), minutes=45)
    assert again.seq == 3
    assert verify() == []


def test_next_revision_waits_for_the_reversal():
    entry = make_entry()
    with pytest.raises(Refused) as refused:
        post_again(entry, source=Source(entry.source_kind, entry.source_key, 2))
    assert refused.value.codes == ("ledger.source_live",)


def test_a_reversal_is_final():
    entry = make_entry()
    reversal = actions.reverse(entry=entry, reason="", actor=CLERK, now=NOON)
    with pytest.raises(Refused) as refused:
        actions.reverse(entry=reversal, reason="", actor=CLERK, now=NOON)
    assert refused.value.codes == ("ledger.reversal_final",)


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"minutes": 0}, "ledger.bad_minutes"),
        ({"minutes": 10, "minutes_off": 11}, "ledger.bad_minutes"),
        ({"minutes": rules.LONGEST + 1}, "ledger.too_long"),
    ],
)
def test_impossible_minutes_are_refused(over, code):
    with pytest.raises(Refused) as refused:
        make_entry(**over)
    assert refused.value.codes == (code,)


def test_a_fact_without_time_of_day_overlaps_nothing():
    entry = make_entry()
    other = make_entry(entry.member, started_at=None, minutes=0, kind="suggestion")
    assert other.seq == 2
    assert verify() == []


def test_refusal_inside_a_callers_transaction_leaves_the_chain_whole():
    entry = make_entry()
    with transaction.atomic():
        with pytest.raises(Refused):
            make_entry(entry.member)
        make_entry(entry.member, started_at=entry.started_at + timedelta(hours=5))
    assert verify() == []


@pytest.mark.parametrize("act", ["UPDATE ledger_entry SET minutes = 5", "DELETE FROM ledger_entry"])
def test_database_refuses_change_and_deletion(act):
    make_entry()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)
    assert Entry.objects.get().minutes == 60


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no such statement")
@pytest.mark.parametrize(
    ("changed", "value"), [("minutes", "5"), ("id", "id + 1"), ("seq", "seq + 1")]
)
def test_database_refuses_to_put_an_entry_in_place_of_another(changed, value):
    make_entry()
    columns = [field.column for field in Entry._meta.concrete_fields]
    values = [value if column == changed else f'"{column}"' for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    replace = f"INSERT OR REPLACE INTO ledger_entry ({names}) SELECT {', '.join(values)}"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{replace} FROM ledger_entry")
    assert Entry.objects.get().minutes == 60


def test_many_posts_refuse_only_what_is_wrong():
    unit = make_unit()
    busy, free = make_member(unit), make_member(unit)
    make_entry(busy)
    drafts = [make_draft(busy), make_draft(free), make_draft(free)]
    posted = actions.post_many(drafts=drafts, actor=CLERK, now=NOON)
    assert [each.refusal and each.refusal.code for each in posted] == [
        "ledger.overlap",
        None,
        "ledger.overlap",
    ]
    again = actions.post_many(drafts=drafts, actor=CLERK, now=NOON)
    assert again[1].entry == posted[1].entry
    assert verify() == []


@pytest.mark.parametrize(("day", "off"), [(10, 0), (13, 90)])  # a Wednesday, a Saturday
def test_post_service_works_out_day_unit_hours_and_lateness(day, off):
    community = make_community(code="XL")
    member = make_member(make_unit(code="EDU"), serving_community=community)
    entry = actions.post_service(
        member=member,
        kind="post_service",
        source=Source("test", "late"),
        started_at=NOON.replace(day=day, hour=9, minute=30),
        minutes=90,
        actor=CLERK,
        now=NOON + timedelta(days=40),
    )
    assert (entry.unit_code, entry.community_code, entry.on.day) == ("EDU", "XL", day)
    assert (entry.minutes, entry.minutes_off, entry.late) == (90, off, True)


def test_entries_keep_to_their_scope():
    from allhours.accounts.choices import Role
    from tests.factories.directory import county_officer, member_actor, staff_actor

    unit, community = make_unit(), make_community()
    mine = make_entry(make_member(unit), community_code=community.code)
    make_entry()
    for actor in (
        staff_actor(Role.LIAISON, unit),
        staff_actor(Role.COMMUNITY_STAFF, community),
        member_actor(mine.member),
    ):
        assert list(queries.entries_visible_to(actor)) == [mine]
    assert queries.entries_visible_to(county_officer()).count() == 2
    assert (
        list(queries.entries_visible_to(staff_actor(Role.COMMUNITY_STAFF, make_community()))) == []
    )
    assert list(queries.entries_visible_to(staff_actor(Role.SYSTEM_ADMIN, unit))) == []


@pytest.mark.parametrize("members", [1, 3])
def test_totals_take_one_query(members, django_assert_num_queries):
    entries = [make_entry() for _ in range(members)]
    ids = [entry.member_id for entry in entries]
    with django_assert_num_queries(1):
        found = queries.totals(members=ids, period=YEAR)
    assert [found[pk].times for pk in ids] == [1] * members


def test_more_drafts_than_one_batch_are_all_posted_in_their_order():
    unit = make_unit()
    first = make_draft(make_member(unit))
    people = [make_member(unit, name="人") for _ in range(BATCH + 30)]
    posted = actions.post_many(
        drafts=[replace(first, member=person) for person in people], actor=CLERK, now=NOON
    )
    assert [each.entry.member_id for each in posted] == [person.pk for person in people]
