"""A person's own address: asked, confirmed once from anywhere, changed, stopped, taken away."""

import re
from datetime import time, timedelta

import pytest
from django.core import mail as outbox
from django.test import Client
from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry, User
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.notifications.actions import addresses, tell
from allhours.notifications.actions.addresses import Choices
from allhours.notifications.actions.outbox import send_test
from allhours.notifications.actions.sending import deliver
from allhours.notifications.channels import mail
from allhours.notifications.choices import When
from allhours.notifications.models import Contact, Outgoing
from allhours.notifications.queries import contacts
from tests.factories.directory import county_officer, make_county, make_user, staff_user
from tests.notifications.conftest import actor_for

ADDRESS = "me@example.com"


def asked(user, now, address: str = ADDRESS) -> str:
    """The code that was sent to the address."""
    addresses.ask_address(actor=actor_for(user), address=address, now=now)
    deliver(now=now)
    return re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", outbox.outbox[-1].body)[0]


def refused(call, *args, **kwargs) -> tuple[str, ...]:
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)
    return refusal.value.codes


def test_an_address_counts_once_its_code_came_back(reader, mail_on, now) -> None:
    code = asked(reader, now)
    assert outbox.outbox[0].to == [ADDRESS]
    contact = Contact.objects.get(user=reader)
    assert (contact.confirmed_at, contacts.reachable([reader.pk])) == (None, {})
    addresses.confirm_address(code=code.lower().replace("-", " "), now=now)
    contact.refresh_from_db()
    assert contacts.address_of(contact) == ADDRESS
    assert ADDRESS not in contact.address_sealed
    assert refused(addresses.confirm_address, code=code, now=now) == ("mail.code_wrong",)
    did = list(JournalEntry.objects.order_by("pk").values_list("did", flat=True))
    assert did == ["contact.address_asked", "contact.address_confirmed"]
    assert not JournalEntry.objects.filter(facts__icontains="example").exists()


def test_a_code_is_good_for_a_day(reader, mail_on, now) -> None:
    code = asked(reader, now)
    late = now + timedelta(hours=24)
    assert refused(addresses.confirm_address, code=code, now=late) == ("mail.code_wrong",)
    addresses.confirm_address(code=code, now=late - timedelta(seconds=1))


def test_a_new_address_leaves_the_old_one_until_it_is_confirmed(reader, mail_on, now) -> None:
    addresses.confirm_address(code=asked(reader, now), now=now)
    first = asked(reader, now, "new@example.com")
    second = asked(reader, now, "newer@example.com")
    assert contacts.address_of(Contact.objects.get()) == ADDRESS
    assert refused(addresses.confirm_address, code=first, now=now) == ("mail.code_wrong",)
    addresses.confirm_address(code=second, now=now)
    assert contacts.address_of(Contact.objects.get()) == "newer@example.com"


@pytest.mark.parametrize(
    "address",
    ["", "me", "me@", "a@b@example.com", "me@example.com\nBcc: x@example.com", "我@例子.中国"],
)
def test_what_is_no_address_is_refused(reader, mail_on, now, address) -> None:
    actor = actor_for(reader)
    found = refused(addresses.ask_address, actor=actor, address=address, now=now)
    assert found == ("mail.address_wrong",)
    assert Outgoing.objects.count() == 0


def test_asking_too_often_and_without_a_server_is_refused(reader, mail_on, now, settings) -> None:
    for n in range(3):
        asked(reader, now, f"me{n}@example.com")
    actor = actor_for(reader)
    found = refused(addresses.ask_address, actor=actor, address=ADDRESS, now=now)
    assert found == ("mail.too_often",)
    later = now + timedelta(hours=1)
    addresses.ask_address(actor=actor, address=ADDRESS, now=later)
    settings.ALLHOURS_MAIL_FROM = ""
    found = refused(addresses.ask_address, actor=actor, address=ADDRESS, now=later)
    assert found == ("mail.off",)


@pytest.mark.django_db(transaction=True)
def test_a_code_brought_twice_at_once_confirms_once(reader, mail_on, now, threads) -> None:
    code = asked(reader, now)

    def bring(_n: int) -> str:
        try:
            addresses.confirm_address(code=code, now=now)
        except Refused as no:
            return no.codes[0]
        return "confirmed"

    assert sorted(threads(4, bring)) == ["confirmed", *["mail.code_wrong"] * 3]


def test_removing_the_address_ends_what_waits(reader, reachable, now) -> None:
    reachable(reader)
    tell(reader.pk, "test_task", now=now, code="K7")
    addresses.remove_address(actor=actor_for(reader), now=now)
    assert Outgoing.objects.get().state == "dropped"
    assert Contact.objects.get().address_sealed == ""


def test_the_link_in_a_mail_stops_all_of_them_without_signing_in(reader, reachable, now) -> None:
    reachable(reader)
    tell(reader.pk, "test_task", now=now, code="K7")
    deliver(now=now + timedelta(minutes=11))
    link = outbox.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")
    path = link.removeprefix("https://dj.example.gov.cn")
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(path).status_code == 200
    assert Contact.objects.get().stopped_at is None, "a scanner that follows links stops nothing"
    assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    tell(reader.pk, "test_alarm", now=now)
    assert Outgoing.objects.filter(state="waiting").count() == 0
    assert refused(addresses.stop_mail, token=path.split("/")[-2] + "x", now=now) == (
        "mail.stop_wrong",
    )
    addresses.resume_mail(actor=actor_for(reader), now=now)
    assert contacts.reachable([reader.pk])


def test_a_stop_link_is_signed(reader, reachable, now) -> None:
    contact = reachable(reader)
    assert mail.code_of(contact.code) is None
    assert mail.code_of(mail.stop_token(contact.code)) == contact.code


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        ({"quiet_from": time(20)}, "mail.quiet_half"),
        ({"quiet_from": time(22), "quiet_to": time(8)}, "mail.quiet_narrow"),
        ({"quiet_from": time(8, 30), "quiet_to": time(8)}, "mail.quiet_all_day"),
        ({"digest_days": (0, 3)}, "mail.days_too_many"),
        ({"digest_days": ()}, "mail.days_missing"),
    ],
)
def test_choices_that_cannot_be_are_refused(reader, mail_on, now, choices, code) -> None:
    call = addresses.save_choices
    assert refused(call, actor=actor_for(reader), choices=Choices(**choices), now=now) == (code,)


def test_new_choices_hold_for_what_waits(reader, reachable, now) -> None:
    reachable(reader)
    tell(reader.pk, "test_task", now=now, code="K7")
    actor = actor_for(reader)
    addresses.save_choices(
        actor=actor, choices=Choices(action=When.DIGEST, digest_days=(4,)), now=now
    )
    row = Outgoing.objects.get()
    assert (row.kind, clock.local(row.not_before).isoweekday()) == ("digest", 5)
    never = Choices(action=When.NEVER, info=When.NEVER)
    addresses.save_choices(actor=actor, choices=never, now=now)
    assert Outgoing.objects.get().state == "dropped"


# ---- pages -------------------------------------------------------------------------------------


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_page_says_when_there_is_no_mail_server(reader) -> None:
    client = client_of(reader)
    shown = client.get(reverse("notifications:settings")).content.decode()
    assert "本系统还没有设置发信" in shown
    assert 'name="address"' not in shown
    answer = client.post(reverse("notifications:ask"), {"address": ADDRESS})
    assert "本系统还没有设置发信" in answer.content.decode()
    assert Outgoing.objects.count() == 0


def test_from_an_empty_page_to_a_confirmed_address_on_another_device(reader, mail_on) -> None:
    client = client_of(reader)
    answer = client.post(reverse("notifications:ask"), {"address": ADDRESS}, follow=True)
    assert ADDRESS in answer.content.decode()
    link = re.findall(r"https://dj.example.gov.cn(/notices/confirm/\w+/)", outbox.outbox[0].body)[0]
    other = Client()
    assert "确认" in other.get(link).content.decode()
    assert Contact.objects.get().confirmed_at is None
    assert "邮箱已确认" in other.post(link).content.decode()
    assert other.post(link).status_code == 200
    shown = client.get(reverse("notifications:settings")).content.decode()
    assert "已确认" in shown
    answer = client.post(
        reverse("notifications:choose"),
        {"action": "digest", "info": "never", "security": "at_once", "days": ["4"],
         "quiet_from": "20:00", "quiet_to": "09:00"},
        follow=True,
    )  # fmt: skip
    assert "通知设置已保存" in answer.content.decode()
    contact = Contact.objects.get()
    assert (contact.action, contact.digest_days, contact.quiet_to) == ("digest", [4], time(9))
    client.post(reverse("notifications:remove"))
    assert Contact.objects.get().address_sealed == ""


def test_what_was_typed_wrong_is_kept_with_its_sentence(reader, mail_on) -> None:
    client = client_of(reader)
    answer = client.post(reverse("notifications:ask"), {"address": "not-an-address"})
    shown = answer.content.decode()
    assert "not-an-address" in shown
    assert "邮箱地址不完整" in shown
    client.post(reverse("notifications:ask"), {"address": ADDRESS})
    shown = client.post(reverse("notifications:code"), {"code": "WRONG"}).content.decode()
    assert "确认码不对或已过期" in shown
    shown = client.post(
        reverse("notifications:choose"),
        {"action": "at_once", "info": "never", "security": "never", "quiet_from": "22:00",
         "quiet_to": "08:00"},
    ).content.decode()  # fmt: skip
    assert "只能延长，不能缩短" in shown


def test_the_outbox_shows_numbers_to_those_who_keep_it(reader, reachable, now) -> None:
    reachable(reader)
    tell(reader.pk, "test_task", now=now, code="K7SECRET")
    for role, status in (
        (Role.COUNTY_OFFICER, 200), (Role.SYSTEM_ADMIN, 200), (Role.INSPECTOR, 404),
        (Role.SECURITY_ADMIN, 404), (Role.AUDIT_ADMIN, 404),
    ):  # fmt: skip
        answer = client_of(staff_user(role, make_county())).get(reverse("notifications:outbox"))
        assert answer.status_code == status, role
        shown = answer.content.decode()
        assert not [word for word in ("example.com", "K7SECRET", "reader") if word in shown]
    assert client_of(reader).get(reverse("notifications:outbox")).status_code == 404
    assert client_of(reader).post(reverse("notifications:outbox-retry")).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_outbox_takes_few_queries(reachable, now, rows, django_assert_max_num_queries) -> None:
    for n in range(rows):
        user = make_user()
        reachable(user, f"me{n}@example.com")
        for key in ("test_task", "test_alarm", "test_thing"):
            tell(user.pk, key, now=now, code="K7")
    client = client_of(staff_user(Role.SYSTEM_ADMIN, make_county()))
    client.get(reverse("notifications:outbox"))
    with django_assert_max_num_queries(12):
        client.get(reverse("notifications:outbox"))


def test_a_test_mail_goes_to_oneself_only(reachable, now) -> None:
    actor = county_officer()
    assert refused(send_test, actor=actor, now=now) == ("mail.no_address",)
    reachable(make_user(), "other@example.com")
    reachable(User.objects.get(pk=actor.user_id), "own@example.com")
    send_test(actor=actor, now=now)
    deliver(now=now)
    assert outbox.outbox[-1].to == ["own@example.com"]
    assert refused(send_test, actor=actor_for(make_user()), now=now) == ("actor.not_permitted",)
