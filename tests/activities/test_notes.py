from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from allhours.accounts.choices import Role
from allhours.activities import actions
from allhours.activities.choices import NoteState
from allhours.activities.models import ServiceNote
from allhours.kernel.errors import Refused
from allhours.ledger.models import Entry
from allhours.ledger.verify import verify
from allhours.notifications.models import Notice
from tests.factories.activities import AFTER, SATURDAY, make_note
from tests.factories.directory import (
    make_community,
    make_member,
    member_actor,
    staff_actor,
)

FACTS = actions.NoteFacts(kind="post_service", started_at=SATURDAY, minutes=60, text="值守")


def community_of(note):
    return staff_actor(Role.COMMUNITY_STAFF, note.community)


@pytest.mark.django_db
def test_a_note_counts_once_confirmed(django_capture_on_commit_callbacks):
    note = make_note()
    assert Entry.objects.count() == 0
    with django_capture_on_commit_callbacks(execute=True):
        actions.confirm_note(actor=community_of(note), note=note, now=AFTER)
    entry = Entry.objects.get()
    assert (entry.source_kind, entry.source_key, entry.minutes) == ("note", str(note.pk), 60)
    assert (entry.minutes_off, entry.community_code) == (60, note.community.code)
    assert Notice.objects.get().key == "note.confirmed"
    with pytest.raises(Refused) as refused:
        actions.confirm_note(actor=community_of(note), note=note, now=AFTER)
    assert refused.value.codes == ("note.not_submitted",)


@pytest.mark.django_db
def test_the_same_form_sent_twice_makes_one_note():
    member = make_member(serving_community=make_community())
    send = partial(
        actions.note_service, actor=member_actor(member), facts=FACTS, now=AFTER, key="form-1"
    )
    assert send() == send()


@pytest.mark.django_db
def test_returned_corrected_confirmed():
    note = make_note()
    with pytest.raises(Refused):
        actions.return_note(actor=community_of(note), note=note, reason=" ", now=AFTER)
    actions.return_note(actor=community_of(note), note=note, reason="时间有误", now=AFTER)
    note.refresh_from_db()
    assert (note.state, note.return_reason) == (NoteState.RETURNED, "时间有误")
    later = AFTER + timedelta(hours=1)
    note = actions.change_note(
        actor=member_actor(note.member), note=note, facts=replace(FACTS, minutes=45), now=later
    )
    actions.confirm_note(actor=community_of(note), note=note, now=later)
    assert Entry.objects.get().minutes == 45


@pytest.mark.django_db
def test_what_was_changed_meanwhile_is_not_confirmed_unseen():
    note = make_note()
    seen = ServiceNote.objects.get(pk=note.pk)
    actions.change_note(
        actor=member_actor(note.member),
        note=note,
        facts=replace(FACTS, minutes=200),
        now=AFTER + timedelta(minutes=1),
    )
    with pytest.raises(Refused) as refused:
        actions.confirm_note(actor=community_of(note), note=seen, now=AFTER)
    assert refused.value.codes == ("note.not_submitted",)


@pytest.mark.django_db
def test_a_wrong_confirmation_is_reversed_and_can_be_made_good():
    note = make_note()
    actions.confirm_note(actor=community_of(note), note=note, now=AFTER)
    actions.reopen_note(actor=community_of(note), note=note, reason="时长有误", now=AFTER)
    note.refresh_from_db()
    note = actions.change_note(
        actor=member_actor(note.member), note=note, facts=replace(FACTS, minutes=30), now=AFTER
    )
    actions.confirm_note(actor=community_of(note), note=note, now=AFTER)
    rows = Entry.objects.order_by("pk").values_list("minutes", "revision")
    assert list(rows) == [(60, 1), (-60, 1), (30, 2)]
    assert verify() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("own", "note.own"),
        ("elsewhere", "actor.not_permitted"),
        ("inspector", "actor.not_permitted"),
        ("community", None),
    ],
)
def test_who_may_confirm(who, code):
    note = make_note()
    actor = {
        "own": replace(community_of(note), member_id=note.member_id),
        "elsewhere": staff_actor(Role.COMMUNITY_STAFF, make_community()),
        "inspector": staff_actor(Role.INSPECTOR, note.community),
        "community": community_of(note),
    }[who]
    if code is None:
        assert actions.confirm_note(actor=actor, note=note, now=AFTER)
        return
    with pytest.raises(Refused) as refused:
        actions.confirm_note(actor=actor, note=note, now=AFTER)
    assert refused.value.codes == (code,)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"started_at": AFTER}, "note.in_future"),
        ({"started_at": SATURDAY - timedelta(days=400)}, "note.too_old"),
        ({"minutes": 0}, "note.bad_minutes"),
        ({"minutes": 1500}, "note.bad_minutes"),
        ({}, None),
    ],
)
def test_times_that_cannot_be_noted(over, code):
    if code is None:
        assert make_note(**over).state == NoteState.SUBMITTED
        return
    with pytest.raises(Refused) as refused:
        make_note(**over)
    assert refused.value.codes == (code,)


@pytest.mark.django_db
def test_overlapping_notes_are_refused_before_and_after_confirmation():
    note = make_note()
    meets = {"started_at": SATURDAY + timedelta(minutes=59)}
    with pytest.raises(Refused) as refused:
        make_note(note.member, **meets)
    assert refused.value.codes == ("note.same_time",)
    actions.confirm_note(actor=community_of(note), note=note, now=AFTER)
    with pytest.raises(Refused) as refused:
        make_note(note.member, **meets)
    assert refused.value.codes == ("ledger.overlap",)


@pytest.mark.django_db
def test_member_without_a_community_reports_in_first():
    with pytest.raises(Refused) as refused:
        make_note(make_member())
    assert refused.value.codes == ("note.no_community",)


@pytest.mark.django_db
def test_confirming_many_tells_what_was_refused():
    community = make_community()
    good = make_note(make_member(serving_community=community))
    gone = make_note(make_member(serving_community=community))
    actions.withdraw_note(actor=member_actor(gone.member), note=gone, now=AFTER)
    gone.refresh_from_db()
    confirmed, refused = actions.confirm_notes(
        actor=community_of(good), notes=[good, gone], now=AFTER
    )
    assert confirmed == [good]
    assert [(note, reasons[0].code) for note, reasons in refused] == [(gone, "note.not_submitted")]


@pytest.mark.django_db
def test_a_late_note_is_marked():
    note = make_note(now=AFTER + timedelta(days=60))
    actions.confirm_note(actor=community_of(note), note=note, now=AFTER + timedelta(days=60))
    note.refresh_from_db()
    assert note.late
    assert Entry.objects.get().late


@pytest.mark.django_db(transaction=True)
def test_two_clerks_confirm_one_note_once(threads):
    note = make_note()
    clerks = [community_of(note) for _ in range(6)]
    results = threads(6, lambda i: actions.confirm_notes(actor=clerks[i], notes=[note], now=AFTER))
    assert sum(len(confirmed) for confirmed, _refused in results) == 1
    assert Entry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_many_times_at_once_is_one_note(threads):
    actor = member_actor(make_member(serving_community=make_community()))
    results = threads(
        6, lambda _: actions.note_service(actor=actor, facts=FACTS, now=AFTER, key="k").pk
    )
    assert len(set(results)) == 1, results
