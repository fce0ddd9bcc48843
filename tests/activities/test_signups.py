from datetime import timedelta
from functools import partial

import pytest

from allhours.activities import actions
from allhours.activities.choices import SignUpState
from allhours.activities.models import Activity, SignUp
from allhours.kernel.errors import Refused
from allhours.kernel.retry import with_retry
from allhours.notifications.models import Notice
from tests.factories.activities import (
    BEFORE,
    SATURDAY,
    make_activity,
    make_people,
    make_plan,
    organiser_of,
    signed_up,
)
from tests.factories.directory import TODAY, member_actor


def states(activity):
    rows = SignUp.objects.filter(activity=activity).order_by("pk")
    return [(row.state, row.seat if row.state == "live" else None) for row in rows]


@pytest.mark.django_db
def test_places_then_queue_then_automatic_promotion(django_capture_on_commit_callbacks):
    activity = make_activity(places=2)
    people = make_people(4)
    signed_up(activity, people)
    assert states(activity) == [("live", 1), ("live", 2), ("waiting", None), ("waiting", None)]
    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw(actor=member_actor(people[0]), activity=activity, now=BEFORE)
    assert states(activity) == [("withdrawn", None), ("live", 2), ("live", 1), ("waiting", None)]
    assert Activity.objects.get().taken == 2
    (notice,) = Notice.objects.all()
    assert (notice.key, notice.user_id) == ("activity.promoted", people[2].user_id)


@pytest.mark.django_db
def test_more_places_call_up_those_who_wait():
    activity = make_activity(places=1)
    people = make_people(3)
    signed_up(activity, people)
    organiser = organiser_of(activity)
    actions.change_activity(
        actor=organiser, activity=activity, plan=make_plan(places=3), now=BEFORE
    )
    assert [state for state, _ in states(activity)] == ["live"] * 3
    with pytest.raises(Refused) as refused:
        actions.change_activity(
            actor=organiser, activity=activity, plan=make_plan(places=2), now=BEFORE
        )
    assert refused.value.codes == ("activity.fewer_places",)


@pytest.mark.django_db
def test_signing_up_twice_is_one_sign_up():
    activity = make_activity()
    (member,) = make_people(1)
    first = actions.sign_up(actor=member_actor(member), activity=activity, now=BEFORE)
    assert actions.sign_up(actor=member_actor(member), activity=activity, now=BEFORE) == first
    assert Activity.objects.get().taken == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("draft", "activity.not_open"),
        ("begun", "activity.begun"),
        ("full", "activity.full"),
        ("left", "activity.not_on_roster"),
        ("fine", None),
    ],
)
def test_refusals_share_the_set_up_with_success(case, code):
    activity = make_activity(places=1, waiting_list=False, published=case != "draft")
    (member,) = make_people(1, left_on=TODAY - timedelta(days=9) if case == "left" else None)
    if case == "full":
        signed_up(activity, make_people(1))
    now = SATURDAY if case == "begun" else BEFORE
    sign_up = partial(actions.sign_up, actor=member_actor(member), activity=activity, now=now)
    if code is None:
        assert sign_up().state == SignUpState.LIVE
        return
    with pytest.raises(Refused) as refused:
        sign_up()
    assert refused.value.codes == (code,)


@pytest.mark.django_db
def test_no_way_back_once_begun():
    activity = make_activity()
    (member,) = make_people(1)
    signed_up(activity, [member])
    with pytest.raises(Refused) as refused:
        actions.withdraw(actor=member_actor(member), activity=activity, now=SATURDAY)
    assert refused.value.codes == ("activity.begun_no_withdrawal",)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_each_place_once(threads):
    activity = make_activity(places=5)
    actors = [member_actor(member) for member in make_people(16)]

    def sign_up(index):
        work = partial(actions.sign_up, actor=actors[index], activity=activity, now=BEFORE)
        return with_retry(work).state

    results = threads(16, sign_up)
    assert sorted(results, key=str) == ["live"] * 5 + ["waiting"] * 11
    live = SignUp.objects.filter(state="live")
    assert sorted(live.values_list("seat", flat=True)) == [1, 2, 3, 4, 5]
    queue = SignUp.objects.filter(state="waiting").values_list("queue_no", flat=True)
    assert sorted(queue) == list(range(1, 12))


@pytest.mark.django_db(transaction=True)
def test_coming_and_going_at_once_leaves_no_place_unused(threads):
    activity = make_activity(places=4)
    actors = [member_actor(member) for member in make_people(12)]
    for actor in actors[:4]:
        actions.sign_up(actor=actor, activity=activity, now=BEFORE)

    def act(index):
        do = actions.withdraw if index < 4 else actions.sign_up
        return with_retry(partial(do, actor=actors[index], activity=activity, now=BEFORE))

    results = threads(12, act)
    assert [r for r in results if isinstance(r, Exception)] == []
    activity.refresh_from_db()
    assert activity.taken == SignUp.objects.filter(state="live").count() == 4
    assert SignUp.objects.filter(state="waiting").count() == 4


@pytest.mark.django_db(transaction=True)
def test_one_member_tapping_in_many_windows_signs_up_once(threads):
    activity = make_activity(places=1)
    actor = member_actor(make_people(1)[0])
    results = threads(
        8,
        lambda _: (
            with_retry(partial(actions.sign_up, actor=actor, activity=activity, now=BEFORE)).pk
        ),
    )
    assert len(set(results)) == 1
