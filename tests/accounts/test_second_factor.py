"""Second factors: each code once, few guesses, required where the role says so."""

from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse

from allhours.accounts import policy, queries, throttle
from allhours.accounts.actions import factors, sessions
from allhours.accounts.actions.slips import issue
from allhours.accounts.actor import Actor
from allhours.accounts.choices import Method, Role
from allhours.accounts.models import JournalEntry, RecoveryCode, SignInRecord, TotpDevice
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from tests.factories.accounts import (
    KEY,
    PASSWORD,
    give_totp,
    make_user_with_password,
    totp_code,
)
from tests.factories.directory import county_officer, make_county, make_unit, staff_user
from tests.support.contention import threads

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def user(db):
    return make_user_with_password(username="2600001")


@pytest.fixture
def required(settings):
    settings.ALLHOURS_SECOND_FACTOR = "required"


def verify(user, code, now):
    return factors.verify_second_factor(user=user, code=code, now=now)


def refused_codes(call) -> tuple[str, ...]:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.codes


def enter_password(client, user, **over):
    data = {"username": user.username, "password": PASSWORD} | over
    return client.post(reverse("accounts:sign-in"), data)


# ---- codes -----------------------------------------------------------------------------------


def test_a_code_passes_once(user, now) -> None:
    give_totp(user, now)
    code = totp_code(now)
    assert verify(user, code, now) == Method.TOTP
    assert refused_codes(lambda: verify(user, code, now)) == ("factor.wrong",)
    later = now + timedelta(seconds=30)
    assert verify(user, totp_code(later), later) == Method.TOTP


@pytest.mark.parametrize(("steps", "passes"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(user, now, steps, passes) -> None:
    give_totp(user, now)
    code = totp_code(now, steps=steps)
    if passes:
        assert verify(user, code, now) == Method.TOTP
    else:
        assert refused_codes(lambda: verify(user, code, now)) == ("factor.wrong",)


def test_a_demos_shifted_clock_still_meets_the_phone(user, now, settings) -> None:
    settings.ALLHOURS_CLOCK_SHIFT = 90 * 24 * 3600
    give_totp(user, now)
    phone = totp_code(now)  # of the real instant
    settings.ALLHOURS_CLOCK_SHIFT = 0
    assert phone == totp_code(now - timedelta(days=90))


def test_five_wrong_codes_lock_for_half_an_hour(user, now) -> None:
    give_totp(user, now)
    for _ in range(5):
        assert refused_codes(lambda: verify(user, "000000", now)) == ("factor.wrong",)
    with pytest.raises(Refused) as refused:
        verify(user, totp_code(now), now)
    assert refused.value.codes == ("account.too_many_tries",)
    assert "30 分钟" in refused.value.sentences[0]
    later = now + timedelta(minutes=30)
    assert verify(user, totp_code(later), later) == Method.TOTP


def test_success_forgets_earlier_slips_of_the_finger(user, now) -> None:
    give_totp(user, now)
    for step in range(6):
        at = now + timedelta(seconds=60 * step)
        for _ in range(4):
            refused_codes(lambda at=at: verify(user, "000000", at))
        verify(user, totp_code(at), at)


def test_recovery_codes_pass_once_and_are_kept_as_hashes(user, now) -> None:
    give_totp(user, now)
    made = factors.make_recovery_codes(actor=Actor(user_id=user.pk), user=user, now=now)
    assert len(set(made)) == 10
    stored = set(RecoveryCode.objects.values_list("code_hash", flat=True))
    assert not any(code.replace("-", "") in each for code in made for each in stored)
    assert verify(user, made[0].lower().replace("-", " "), now) == Method.RECOVERY
    assert refused_codes(lambda: verify(user, made[0], now)) == ("factor.wrong",)
    assert queries.recovery_codes_left(user) == 9
    factors.make_recovery_codes(actor=Actor(user_id=user.pk), user=user, now=now)
    assert refused_codes(lambda: verify(user, made[1], now)) == ("factor.wrong",)
    assert queries.recovery_codes_left(user) == 10


@pytest.mark.django_db(transaction=True)
def test_the_same_code_at_the_same_instant_passes_once(now) -> None:
    user = make_user_with_password()
    give_totp(user, now)
    code = totp_code(now)
    results = threads(5, lambda index: verify(user, code, now))
    assert results.count(Method.TOTP) == 1
    assert sum(isinstance(each, Refused) for each in results) == 4


@pytest.mark.django_db(transaction=True)
def test_the_same_recovery_code_at_the_same_instant_passes_once(now) -> None:
    user = make_user_with_password()
    give_totp(user, now)
    [code, *_] = factors.make_recovery_codes(actor=Actor(user_id=user.pk), user=user, now=now)
    results = threads(5, lambda index: verify(user, code, now))
    assert results.count(Method.RECOVERY) == 1
    assert JournalEntry.objects.filter(did="factor.code_used").count() == 1


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_instant_are_all_counted(now) -> None:
    user = make_user_with_password()
    give_totp(user, now)
    results = threads(12, lambda index: verify(user, f"{index:06d}", now))
    kinds = [each.codes[0] for each in results]
    assert kinds.count("factor.wrong") == 5
    assert kinds.count("account.too_many_tries") == 7


def test_the_key_is_sealed(user, now) -> None:
    factors.add_totp(
        actor=Actor(user_id=user.pk), user=user, key=KEY, code=totp_code(now), session_key="",
        now=now,
    )  # fmt: skip
    stored = TotpDevice.objects.get()
    assert KEY not in stored.key_sealed
    # the code that set it up is spent
    assert refused_codes(lambda: verify(user, totp_code(now), now)) == ("factor.wrong",)


def test_a_key_that_did_not_arrive_is_not_set_up(user, now) -> None:
    actor = Actor(user_id=user.pk)
    call = {"actor": actor, "user": user, "key": KEY, "session_key": "", "now": now}
    codes = refused_codes(lambda: factors.add_totp(code="000000", **call))
    assert codes == ("factor.key_unproven",)
    assert not queries.has_second_factor(user)


# ---- policy ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "needs"),
    [
        (Role.COUNTY_OFFICER, True),
        (Role.INSPECTOR, True),
        (Role.SYSTEM_ADMIN, True),
        (Role.SECURITY_ADMIN, True),
        (Role.AUDIT_ADMIN, True),
        (Role.UNIT_SECRETARY, False),
        (Role.COMMUNITY_SECRETARY, False),
    ],
)
def test_county_and_administrators_need_one(role, needs, required, settings) -> None:
    assert policy.needs_second_factor({role}) is needs
    settings.ALLHOURS_SECOND_FACTOR_ROLES = ["unit_secretary"]
    assert policy.needs_second_factor({Role.UNIT_SECRETARY})
    assert policy.needs_second_factor({Role.COUNTY_OFFICER})
    settings.ALLHOURS_SECOND_FACTOR = "offered"
    assert not policy.needs_second_factor({role})


def test_an_officer_without_one_can_only_set_it_up(client, required, db) -> None:
    officer = staff_user(Role.COUNTY_OFFICER, make_county())
    client.force_login(officer, backend=BACKEND)
    security = reverse("accounts:security")
    for name in ("portal:county", "directory:members", "accounts:account", "portal:me"):
        assert client.get(reverse(name)).url == security, name
    post = client.post(reverse("directory:appoint"), {})
    assert post.url == security
    assert "请先设置第二重验证" in client.get(security).content.decode()
    assert client.get(reverse("accounts:totp")).url.startswith(reverse("accounts:confirm"))


def test_a_liaison_without_one_works(client, required, db) -> None:
    client.force_login(staff_user(Role.LIAISON, make_unit()), backend=BACKEND)
    assert client.get(reverse("directory:members")).status_code == 200


def test_the_last_one_of_an_officer_stays(db, required, now) -> None:
    actor = county_officer()
    user = queries.active_user(actor.user_id)
    give_totp(user, now)
    call = {"actor": actor, "user": user, "now": now}
    assert refused_codes(lambda: factors.remove_totp(**call)) == ("factor.last",)
    user.passkeys.create(
        name="k", credential_id="AA", credential_hash="h", public_key=b"k", created_at=now
    )
    factors.remove_totp(**call)
    pk = user.passkeys.get().pk
    assert refused_codes(lambda: factors.remove_passkey(pk=pk, **call)) == ("factor.last",)


def test_nobody_changes_the_factors_and_sessions_of_another(db, now) -> None:
    user = make_user_with_password()
    give_totp(user, now)
    acts = [
        lambda actor: factors.remove_passkey(actor=actor, user=user, pk=0, now=now),
        lambda actor: factors.make_recovery_codes(actor=actor, user=user, now=now),
        lambda actor: sessions.end_others(actor=actor, user=user, keep="", now=now),
        lambda actor: sessions.end_one(actor=actor, user=user, pk=0, now=now),
        lambda actor: factors.remove_totp(actor=actor, user=user, now=now),
    ]
    for act in acts:
        assert refused_codes(partial(act, county_officer())) == ("actor.not_permitted",)
        act(Actor(user_id=user.pk))
    assert not TotpDevice.objects.filter(user=user).exists()


# ---- pages -----------------------------------------------------------------------------------


def test_the_password_alone_lets_nobody_in_who_has_a_factor(client, user) -> None:
    now = clock.now()
    give_totp(user, now)
    answer = enter_password(client, user, next=reverse("accounts:security"))
    assert answer.url == reverse("accounts:second")
    assert client.get(reverse("accounts:account")).status_code == 302
    wrong = client.post(answer.url, {"code": "000000"})
    assert "验证码不对" in wrong.content.decode()
    right = client.post(answer.url, {"code": totp_code(clock.now())})
    assert right.url == reverse("accounts:security")
    assert client.get(reverse("accounts:security")).status_code == 200
    assert list(SignInRecord.objects.order_by("pk").values_list("succeeded", "method")) == [
        (False, "totp"),
        (True, "totp"),
    ]
    assert client.session["factor"] == "totp"


def test_the_second_step_waits_ten_minutes_and_ends_with_the_password(
    client, user, monkeypatch
) -> None:
    give_totp(user, clock.now())
    enter_password(client, user)
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    code = {"code": totp_code(later)}
    assert client.post(reverse("accounts:second"), code).url == reverse("accounts:sign-in")
    enter_password(client, user)
    user.set_password("another-9-lake")
    user.save()
    assert client.post(reverse("accounts:second"), code).url == reverse("accounts:sign-in")


def test_setting_up_an_app_proves_the_session_and_ends_the_others(
    client, django_user_model, settings, required
) -> None:
    officer = staff_user(Role.COUNTY_OFFICER, make_county())
    officer.set_password(PASSWORD)
    officer.save()
    elsewhere = client.__class__()
    enter_password(elsewhere, officer)
    assert enter_password(client, officer).status_code == 302
    page = client.get(reverse("accounts:totp"))
    key = page.context["key"].replace(" ", "")
    assert b"<svg" in page.content
    answer = client.post(reverse("accounts:totp"), {"code": totp_code(clock.now(), key)})
    assert answer.url == reverse("accounts:recovery-codes")
    shown = client.post(answer.url).context["codes"]
    assert len(shown) == 10
    assert client.get(answer.url).context["codes"] == []
    assert client.get(reverse("portal:county")).status_code == 200
    assert elsewhere.get(reverse("accounts:security")).status_code == 302


def test_delicate_acts_ask_again_after_ten_minutes(client, user, monkeypatch) -> None:
    enter_password(client, user)
    assert client.get(reverse("accounts:totp")).status_code == 200
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    asked = client.get(reverse("accounts:totp"))
    assert asked.url.startswith(reverse("accounts:confirm"))
    wrong = client.post(asked.url, {"proof": "not-it"})
    assert "密码或验证码不对" in wrong.content.decode()
    assert client.post(asked.url, {"proof": PASSWORD}).url == reverse("accounts:totp")
    assert client.get(reverse("accounts:totp")).status_code == 200


def test_in_a_session_without_its_factor_the_password_is_not_enough(client, user) -> None:
    give_totp(user, clock.now())
    client.force_login(user, backend=BACKEND)
    url = reverse("accounts:confirm")
    assert client.post(url, {"proof": PASSWORD}).status_code == 200
    assert client.post(url, {"proof": totp_code(clock.now())}).status_code == 302
    assert client.session["factor"] == "totp"


def test_counts_that_lock_nothing_are_forgotten(user, now) -> None:
    throttle.take(throttle.SECOND_FACTOR, user.pk, now)
    assert throttle.forget_old(now + timedelta(hours=23)) == 0
    assert throttle.forget_old(now + timedelta(hours=24)) == 1


@pytest.mark.parametrize("many", [1, 3])
def test_the_security_page_asks_few_questions(
    client, user, many, django_assert_max_num_queries
) -> None:
    now = clock.now()
    for index in range(many):
        user.passkeys.create(
            name=f"k{index}", credential_id="AA", credential_hash=f"h{index}", public_key=b"k",
            created_at=now,
        )  # fmt: skip
    client.force_login(user, backend=BACKEND)
    with django_assert_max_num_queries(15):
        assert client.get(reverse("accounts:security")).status_code == 200


def test_a_slip_leads_an_officer_to_setting_one_up_and_nobody_past_theirs(
    client, required, db
) -> None:
    officer = staff_user(Role.COUNTY_OFFICER, make_county())
    operator, now = Actor.system("test"), clock.now()

    def activate() -> str:
        [slip] = issue(actor=operator, users=[officer], now=now)
        form = {"username": slip.username, "code": slip.code, "new_password1": PASSWORD}
        form["new_password2"] = PASSWORD
        return client.post(reverse("accounts:activate"), form).url

    assert client.get(activate()).url == reverse("accounts:security")
    client.logout()
    give_totp(officer, now)  # a stolen slip opens nothing to whoever lacks the phone
    assert activate() == reverse("accounts:second")
    assert client.get(reverse("accounts:security")).status_code == 302
