"""A request that is sent twice: one effect, the first answer, whatever goes wrong between."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allhours.jobs import once
from allhours.jobs.models import IdempotencyKey
from allhours.kernel import clock
from allhours.needs.models import Claim, Wish
from tests.factories.api import Caller, member_caller
from tests.factories.directory import make_member
from tests.factories.needs import make_open_wish


@pytest.mark.django_db
def test_a_repeat_gives_the_first_answer_and_does_nothing() -> None:
    wish, caller = make_open_wish(now=clock.now(), places=3), member_caller(make_member())
    first = caller.post(f"/wishes/{wish.pk}/claims/", key="a")
    caller.post(f"/claims/{first.json()['id']}/give-back/", {"reason": "出差"})
    again = caller.post(f"/wishes/{wish.pk}/claims/", key="a")
    assert (again.status_code, again.json()) == (201, first.json())
    assert ("Idempotent-Replayed" in first, again["Idempotent-Replayed"]) == (False, "true")
    assert Claim.objects.count() == 1


@pytest.mark.django_db
def test_a_refusal_is_an_answer_too_and_leaves_nothing() -> None:
    caller = member_caller(make_member())
    wish = make_open_wish(now=clock.now())
    taker = member_caller(make_member())
    taker.post(f"/wishes/{wish.pk}/claims/")
    first = caller.post(f"/wishes/{wish.pk}/claims/", key="a")
    assert (first.status_code, first.json()["refusals"][0]["code"]) == (409, "claim.already_taken")
    taker.post(f"/claims/{Claim.objects.get().pk}/give-back/", {"reason": "出差"})
    assert caller.post(f"/wishes/{wish.pk}/claims/", key="a").json() == first.json()
    assert caller.post(f"/wishes/{wish.pk}/claims/", key="b").status_code == 201


@pytest.mark.django_db
def test_unknown_and_bad_requests_keep_no_key() -> None:
    caller = member_caller(make_member())
    assert caller.post("/wishes/1/claims/", key="a").status_code == 404
    assert caller.post("/claims/1/give-back/", {}, key="a").status_code == 422
    assert Caller().post("/wishes/1/claims/", key="a").status_code == 401
    assert IdempotencyKey.objects.count() == 0


@pytest.mark.django_db
def test_the_same_key_for_another_request_is_told() -> None:
    caller = member_caller(make_member())
    wishes = [make_open_wish(now=clock.now()) for _ in range(2)]
    caller.post(f"/wishes/{wishes[0].pk}/claims/", key="a")
    answer = caller.post(f"/wishes/{wishes[1].pk}/claims/", key="a")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert Claim.objects.count() == 1


@pytest.mark.django_db
def test_keys_of_two_callers_are_two_keys() -> None:
    wish = make_open_wish(now=clock.now(), places=2)
    told = [
        member_caller(make_member()).post(f"/wishes/{wish.pk}/claims/", key="a") for _ in range(2)
    ]
    assert [each.status_code for each in told] == [201, 201]
    assert told[0].json() != told[1].json()


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["x" * 81, "a b", "令"])
def test_a_key_has_a_form(key: str) -> None:
    answer = member_caller(make_member()).post("/wishes/1/claims/", key=key)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


@pytest.mark.django_db(transaction=True)
def test_a_crash_between_effect_and_answer_undoes_both() -> None:
    wish = make_open_wish(now=clock.now())

    def work() -> once.Answer:
        Wish.objects.filter(pk=wish.pk).update(taken=1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        once.once(user_id=1, key="a", print_="p", work=work, now=clock.now())
    wish.refresh_from_db()
    assert (wish.taken, IdempotencyKey.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_parallel_duplicates_have_one_effect_and_one_answer(threads) -> None:
    wish = make_open_wish(now=clock.now(), places=9)
    caller = member_caller(make_member())
    told = threads(8, lambda _n: caller.post(f"/wishes/{wish.pk}/claims/", key="a"))
    assert {(each.status_code, each.json()["id"]) for each in told} == {
        (201, Claim.objects.get().pk)
    }
    assert sum("Idempotent-Replayed" in each for each in told) == 7


@pytest.mark.django_db(transaction=True)
def test_a_storm_with_repeats_gives_each_place_once(threads) -> None:
    """Twenty members, each request sent twice at once; five wishes with two places."""
    wishes = [make_open_wish(now=clock.now(), places=2) for _ in range(5)]
    callers = [member_caller(make_member()) for _ in range(20)]

    def act(n: int):
        return callers[n // 2].post(f"/wishes/{wishes[n // 2 % 5].pk}/claims/", key="storm")

    told = threads(40, act)
    statuses = [each.status_code for each in told]
    assert set(statuses) == {201, 409}
    for pair in zip(told[::2], told[1::2], strict=True):
        assert pair[0].content == pair[1].content
    assert statuses.count(201) == 2 * 10
    assert Claim.objects.live().count() == 10
    assert set(Wish.objects.values_list("taken", "state")) == {(2, "claimed")}


@pytest.mark.django_db(transaction=True)
def test_a_late_claim_writes_its_answer_and_nothing_else_and_reads_before_that() -> None:
    """In a rush nearly every request is one of these: on SQLite the lock is held for one row."""
    wish = make_open_wish(now=clock.now())
    member_caller(make_member()).post(f"/wishes/{wish.pk}/claims/")
    late = member_caller(make_member())
    late.get("/me/")
    told = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as asked:
            told.append(late.post(f"/wishes/{wish.pk}/claims/", key="a"))
        ran = [each["sql"].split()[0] for each in asked]
        told.append(ran)
    first, ran, again, repeated = told
    assert (first.status_code, first.json()) == (409, again.json())
    begin = ran.index("BEGIN") if "BEGIN" in ran else ran.index("INSERT")
    assert set(ran[:begin]) == {"SELECT"}
    assert [word for word in ran[begin:] if word not in ("BEGIN", "COMMIT")] == ["INSERT"]
    assert (len(ran[:begin]), repeated) == (10, ["SELECT"] * 4)


@pytest.mark.django_db(transaction=True)
def test_a_foreseen_refusal_and_an_effect_at_once_have_one_answer(threads) -> None:
    """One caller is refused beforehand while the other does the work: whoever writes first."""

    def ask(n: int) -> once.Answer:
        refused = once.Answer(409, {"refusals": []})
        return once.once(
            user_id=1,
            key="a",
            print_="p",
            work=lambda: once.Answer(201, {"id": 1}),
            foresee=lambda: refused if n % 2 else None,
            now=clock.now(),
        )

    told = threads(8, ask)
    assert len({(each.status, str(each.body)) for each in told}) == 1
    assert sum(each.repeated for each in told) == 7
