from datetime import timedelta
from functools import partial

import pytest

from allhours.kernel.errors import Refused
from allhours.kernel.retry import with_retry
from allhours.ledger import actions
from allhours.ledger.models import Entry
from allhours.ledger.values import Source
from allhours.ledger.verify import verify
from tests.factories.directory import make_member, make_unit
from tests.factories.ledger import CLERK, NOON, make_draft

CALLERS = 12


@pytest.mark.django_db(transaction=True)
def test_one_of_many_overlapping_posts_wins(threads):
    member = make_member()
    drafts = [make_draft(member) for _ in range(CALLERS)]

    def post(index):
        return with_retry(
            partial(actions.post_many, drafts=[drafts[index]], actor=CLERK, now=NOON)
        )[0]

    results = threads(CALLERS, post)
    assert sum(result.entry is not None for result in results) == 1
    assert Entry.objects.count() == 1
    assert verify() == []


@pytest.mark.django_db(transaction=True)
def test_the_same_source_from_many_callers_is_posted_once(threads):
    draft = make_draft()
    results = threads(
        CALLERS,
        lambda _: actions.post_many(drafts=[draft], actor=CLERK, now=NOON)[0].entry.pk,
    )
    assert len(set(results)) == 1
    assert verify() == []


@pytest.mark.django_db(transaction=True)
def test_an_entry_is_reversed_once_by_many(threads):
    member = make_member()
    (posted,) = actions.post_many(drafts=[make_draft(member)], actor=CLERK, now=NOON)

    def reverse(_index):
        work = partial(actions.reverse, entry=posted.entry, reason="x", actor=CLERK, now=NOON)
        return with_retry(work).pk

    results = threads(CALLERS, reverse)
    assert len(set(results)) == 1, results
    assert verify() == []


@pytest.mark.django_db(transaction=True)
def test_crossing_batches_neither_hang_nor_lose(threads):
    unit = make_unit()
    members = [make_member(unit) for _ in range(20)]

    def batch(index):
        order = members if index % 2 else members[::-1]
        start = NOON + timedelta(hours=2 * index)
        return actions.post_many(
            drafts=[
                make_draft(m, source=Source("batch", str(index)), started_at=start) for m in order
            ],
            actor=CLERK,
            now=NOON,
        )

    results = threads(6, batch)
    assert [len([p for p in result if p.entry]) for result in results] == [20] * 6
    assert Entry.objects.count() == 120
    assert verify() == []


@pytest.mark.django_db(transaction=True)
def test_distinct_times_of_one_member_all_get_in(threads):
    member = make_member()

    def post(index):
        draft = make_draft(member, started_at=NOON + timedelta(hours=2 * index))
        values = {n: getattr(draft, n) for n in draft.__dataclass_fields__ if n != "reverses"}
        return actions.post(**values, actor=CLERK, now=NOON)

    results = threads(CALLERS, post)
    assert [r for r in results if isinstance(r, Refused | Exception)] == []
    assert sorted(Entry.objects.values_list("seq", flat=True)) == list(range(1, CALLERS + 1))
    assert verify() == []
