"""Accounts as the security administrator keeps them."""

import pytest
from django.urls import reverse

from allhours.accounts import queries, throttle
from allhours.accounts.actions import factors, recovery
from allhours.accounts.actions.slips import activate, activate_on_page, issue
from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry, Passkey, RecoveryCode, TotpDevice
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.notifications.models import Notice
from tests.factories.accounts import PASSWORD, give_totp, make_user_with_password
from tests.factories.directory import make_county, staff_actor, staff_user

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def keeper(db):
    return staff_user(Role.SECURITY_ADMIN, make_county())


@pytest.fixture
def user(db):
    return make_user_with_password(username="2600001", display_name="测试一")


@pytest.fixture
def kept(client, keeper):
    """Signed in as the keeper, just now."""
    keeper.set_password(PASSWORD)
    keeper.save()
    client.post(reverse("accounts:sign-in"), {"username": keeper.username, "password": PASSWORD})
    return client


def lock(client, user) -> None:
    for _ in range(5):
        client.post(reverse("accounts:sign-in"), {"username": user.username, "password": "no"})


def test_a_locked_account_is_seen_and_unlocked(client, user, kept) -> None:
    stranger = client.__class__()
    lock(stranger, user)
    page = kept.get(reverse("accounts:accounts")).content.decode()
    assert "测试一" in page
    assert "已锁定" in page
    unlock = reverse("accounts:unlock", args=[user.pk])
    kept.post(unlock, {"reason": ""})
    assert JournalEntry.objects.filter(did="account.unlocked").count() == 0
    kept.post(unlock, {"reason": "mistyped"})
    assert JournalEntry.objects.get(did="account.unlocked").facts == {"reason": "mistyped"}
    answer = stranger.post(
        reverse("accounts:sign-in"), {"username": user.username, "password": PASSWORD}
    )
    assert answer.status_code == 302
    assert "没有锁定或停用的账号" in kept.get(reverse("accounts:accounts")).content.decode()


def test_a_lock_of_the_second_factor_is_seen_too(user, kept, now) -> None:
    give_totp(user, now)
    for _ in range(5):
        with pytest.raises(Refused):
            factors.verify_second_factor(user=user, code="000000", now=clock.now())
    assert "测试一" in kept.get(reverse("accounts:accounts")).content.decode()
    kept.post(reverse("accounts:unlock", args=[user.pk]), {"reason": "mistyped"})
    assert queries.lock_of(user, clock.now()) is None


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_asks_few_questions(kept, many, django_assert_max_num_queries) -> None:
    for _ in range(many):
        make_user_with_password(is_active=False)
        user = make_user_with_password()
        give_totp(user, clock.now())
        for _ in range(5):
            with pytest.raises(Refused):
                factors.verify_second_factor(user=user, code="000000", now=clock.now())
    with django_assert_max_num_queries(15):
        assert kept.get(reverse("accounts:accounts")).status_code == 200


def test_an_account_is_found_by_its_whole_user_name(user, kept) -> None:
    url = reverse("accounts:accounts")
    page = reverse("accounts:kept-account", args=[user.pk])
    assert kept.get(url, {"username": " 2600001 "}).url == page
    assert "没有这个用户名" in kept.get(url, {"username": "26"}).content.decode()
    assert "重置第二重验证" in kept.get(page).content.decode()


def test_a_reset_ends_everything_and_gives_a_slip(
    user, kept, now, django_capture_on_commit_callbacks
) -> None:
    give_totp(user, now)
    user.passkeys.create(
        name="k", credential_id="AA", credential_hash="h", public_key=b"k", created_at=now
    )
    factors.make_recovery_codes(actor=Actor(user_id=user.pk), user=user, now=now)
    there = kept.__class__()
    there.force_login(user, backend=BACKEND)
    with django_capture_on_commit_callbacks(execute=True):
        answer = kept.post(reverse("accounts:reset-factors", args=[user.pk]), {"reason": "lost"})
    slip = answer.context["slip"]
    assert slip.code in answer.content.decode()
    assert [m.objects.count() for m in (TotpDevice, Passkey, RecoveryCode)] == [0, 0, 0]
    assert there.get(reverse("accounts:account")).status_code == 302
    user.refresh_from_db()
    assert not user.check_password(PASSWORD)
    assert JournalEntry.objects.get(did="factor.reset").facts == {"reason": "lost"}
    assert Notice.objects.filter(user=user, key="account.factors_reset").count() == 1
    new = "mountain-4-river"
    activate(username=user.username, code=slip.code, password=new, now=clock.now())


def test_nobody_resets_their_own_and_nobody_else_may(user, keeper, now) -> None:
    actor = staff_actor(Role.SECURITY_ADMIN, make_county())
    call = {"reason": "lost", "now": now}
    for who, whose, code in [
        (actor, queries.active_user(actor.user_id), "factor.reset_by_another"),
        (staff_actor(Role.COUNTY_OFFICER, make_county()), user, "actor.not_permitted"),
        (staff_actor(Role.SYSTEM_ADMIN, make_county()), user, "actor.not_permitted"),
    ]:
        with pytest.raises(Refused) as refused:
            recovery.reset_factors(actor=who, user=whose, **call)
        assert refused.value.codes == (code,)
    for whose in (user, keeper):  # one security administrator for another
        assert recovery.reset_factors(actor=actor, user=whose, **call).code


def test_the_pages_are_the_security_administrators_alone(client, user, db) -> None:
    urls = [reverse("accounts:accounts"), reverse("accounts:kept-account", args=[user.pk])]
    for role in (Role.COUNTY_OFFICER, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN):
        client.force_login(staff_user(role, make_county()), backend=BACKEND)
        assert [client.get(url).status_code for url in urls] == [404, 404]
        for name in ("unlock", "set-active"):
            url = reverse(f"accounts:{name}", args=[user.pk])
            assert client.post(url, {"reason": "lost"}).status_code == 404


def test_stopping_ends_the_sessions_and_can_be_undone(user, kept) -> None:
    there = kept.__class__()
    there.force_login(user, backend=BACKEND)
    url = reverse("accounts:set-active", args=[user.pk])
    kept.post(url, {"active": "0", "reason": "suspected"})
    assert there.get(reverse("accounts:account")).status_code == 302
    kept.post(url, {"active": "1", "reason": "office"})
    user.refresh_from_db()
    assert user.is_active
    dids = JournalEntry.objects.filter(did__startswith="account.").order_by("pk")
    assert list(dids.values_list("did", "facts")) == [
        ("account.stopped", {"reason": "suspected"}),
        ("account.reopened", {"reason": "office"}),
    ]


# ---- slips on the page -------------------------------------------------------------------------


def attempt(now, **over):
    values = {
        "username": "2600001", "code": "2222-2222-2222", "password": PASSWORD,
        "address": "10.0.0.9", "now": now,
    }  # fmt: skip
    with pytest.raises(Refused) as refused:
        activate_on_page(**values | over)
    return refused.value.codes[0], refused.value.sentences[0]


@pytest.mark.parametrize("exists", [True, False])
def test_guessing_at_slips_is_counted_and_tells_nothing(db, now, exists) -> None:
    if exists:
        make_user_with_password(username="2600001")
    said = [attempt(now) for _ in range(12)]
    assert [code for code, _ in said] == ["slip.unknown"] * 10 + ["account.too_many_tries"] * 2
    assert said[-1][1] == "试错次数过多，请在 30 分钟后再试。"


def test_one_address_cannot_go_through_the_user_names(db, now, monkeypatch) -> None:
    monkeypatch.setattr(throttle, "SLIP_BY_ADDRESS", throttle.Limit("slip.address", 20))
    for index in range(20):
        assert attempt(now, username=f"26{index:05d}")[0] == "slip.unknown"
    assert attempt(now, username="2699999")[0] == "account.too_many_tries"
    assert attempt(now, username="2699999", address="10.0.0.8")[0] == "slip.unknown"


def test_right_codes_from_one_address_are_no_guesses(db, now, monkeypatch) -> None:
    monkeypatch.setattr(throttle, "SLIP_BY_ADDRESS", throttle.Limit("slip.address", 2))
    users = [make_user_with_password() for _ in range(5)]
    for slip in issue(actor=Actor.system("test"), users=users, now=now):
        values = {"username": slip.username, "code": slip.code, "address": "10.0.0.9", "now": now}
        with pytest.raises(Refused):
            activate_on_page(password="short", **values)
        assert activate_on_page(password="mountain-4-river", **values) in users
