"""What leaves: whom it reaches, when, how often, and that it says nothing."""

import smtplib
from datetime import date, datetime, time, timedelta

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend

from allhours.kernel import clock
from allhours.notifications import texts
from allhours.notifications.actions import mark_read, settle, settle_for, tell, tell_many
from allhours.notifications.actions.outbox import prune, retry_failed
from allhours.notifications.actions.sending import BACK_OFF, UNSURE, UNSURE_AFTER, deliver
from allhours.notifications.choices import OutgoingKind, OutgoingState, When
from allhours.notifications.models import DigestSent, Notice, Outgoing
from allhours.placement.choices import PlacementState
from tests.factories import scheme
from tests.factories.directory import county_officer, make_user, member_actor
from tests.factories.placement import make_placement
from tests.notifications.conftest import actor_for

LATER = timedelta(minutes=11)  # after what comes together was gathered


def states() -> list[str]:
    return list(Outgoing.objects.order_by("pk").values_list("state", flat=True))


def test_without_a_mail_server_nothing_is_queued(reader, now) -> None:
    tell(reader.pk, "test_task", now=now, code="K7")
    assert Notice.objects.count() == 1
    assert Outgoing.objects.count() == 0
    assert not deliver(now=now)


def test_without_a_confirmed_address_nothing_is_queued(reader, reachable, now) -> None:
    reachable(reader, confirmed_at=None)
    tell(reader.pk, "test_task", now=now, code="K7")
    assert Outgoing.objects.count() == 0


def test_what_comes_together_is_one_mail_that_says_how_many(reader, reachable, now) -> None:
    reachable(reader)
    for code in ("K7", "M8"):
        tell(reader.pk, "test_task", now=now, code=code)
    assert not deliver(now=now)["sent"], "gathered first"
    assert deliver(now=now + LATER)["sent"] == 1
    (mail,) = outbox.outbox
    assert mail.to == ["reader@example.com"]
    assert mail.subject == "您有 2 件新事项"
    assert "https://dj.example.gov.cn/me/notices/" in mail.body
    assert states() == ["sent", "sent"]
    assert not deliver(now=now + 2 * LATER)["sent"]
    assert len(outbox.outbox) == 1


def test_mail_is_in_its_readers_language(reachable, now) -> None:
    reader = make_user(language="zh-hans")
    reachable(reader)
    tell(reader.pk, "test_task", now=now, code="K7")
    deliver(now=now + LATER)
    assert outbox.outbox[0].subject == "您有 1 件新事项"


def test_what_was_read_or_done_meanwhile_is_not_written_about(reader, reachable, now) -> None:
    reachable(reader)
    tell(reader.pk, "test_task", now=now, code="K7")
    tell(reader.pk, "test_task", now=now, code="M8", about="thing:M8")
    mark_read(actor=actor_for(reader), notice=Notice.objects.earliest("pk"), now=now)
    settle(about="thing:M8", now=now)
    assert not deliver(now=now + LATER)["sent"]
    assert states() == ["dropped", "dropped"]


def test_quiet_hours_are_waited_out(reader, reachable) -> None:
    reachable(reader)
    evening = clock.at(date(2026, 6, 10), time(20, 55))
    tell(reader.pk, "test_task", now=evening, code="K7")
    morning = clock.at(date(2026, 6, 11), time(8))
    assert Outgoing.objects.get().not_before == morning
    assert not deliver(now=morning - timedelta(seconds=1))["sent"]
    assert deliver(now=morning)["sent"] == 1


def test_hours_widened_after_the_queueing_hold_too(reader, reachable, now) -> None:
    contact = reachable(reader)
    tell(reader.pk, "test_task", now=now, code="K7")
    contact.quiet_from, contact.quiet_to = time(9), time(8, 30)
    contact.save(update_fields=["quiet_from", "quiet_to"])
    assert not deliver(now=now + LATER)["sent"]
    assert Outgoing.objects.get().not_before == clock.at(date(2026, 6, 11), time(8, 30))


def test_security_does_not_wait_for_the_morning(reader, reachable) -> None:
    reachable(reader)
    night = clock.at(date(2026, 6, 10), time(23))
    tell(reader.pk, "test_alarm", now=night)
    assert deliver(now=night)["sent"] == 1


def test_opting_out_is_by_category_and_never_of_the_inbox(reader, reachable, now) -> None:
    reachable(reader, action=When.NEVER, info=When.NEVER, security=When.NEVER)
    for key in ("test_task", "test_thing", "test_alarm"):
        tell(reader.pk, key, now=now, code="K7")
    assert Outgoing.objects.count() == 0
    assert Notice.objects.filter(user=reader).count() == 3


def test_the_digest_is_one_mail_a_week(reader, reachable, now) -> None:
    reachable(reader, digest_days=[4])
    tell_many([reader.pk], "test_thing", now=now, code="K7")
    tell_many([reader.pk], "test_thing", now=now, code="M8")
    friday = clock.at(date(2026, 6, 12), time(9))
    assert not deliver(now=friday - timedelta(seconds=1))["sent"]
    assert deliver(now=friday)["sent"] == 1
    assert outbox.outbox[0].subject == "您有 2 件新事项"
    # another day chosen in the same week brings no second one
    tell(reader.pk, "test_thing", now=friday, code="N9")
    Outgoing.objects.filter(state="waiting").update(not_before=friday + timedelta(days=1))
    assert not deliver(now=friday + timedelta(days=1))["sent"]
    next_friday = friday + timedelta(days=7)
    assert Outgoing.objects.get(state="waiting").not_before == next_friday
    assert deliver(now=next_friday)["sent"] == 1
    assert list(DigestSent.objects.order_by("pk").values_list("week", "nth")) == [
        ("2026-W24", 1), ("2026-W25", 1),
    ]  # fmt: skip


def test_a_scheme_without_digests_sends_none(reader, reachable, now) -> None:
    scheme.publish(notices={"digest_most_per_week": 0})
    reachable(reader)
    tell(reader.pk, "test_thing", now=now, code="K7")
    assert Outgoing.objects.count() == 0


def test_somebody_whose_account_is_closed_is_not_written_to(reader, reachable, now) -> None:
    reachable(reader)
    tell(reader.pk, "test_task", now=now, code="K7")
    reader.is_active = False
    reader.save(update_fields=["is_active"])
    assert not deliver(now=now + LATER)["sent"]
    assert states() == ["dropped"]


def test_a_run_is_bounded_and_goes_on_where_it_stopped(reachable, now) -> None:
    for n in range(5):
        user = make_user()
        reachable(user, f"reader{n}@example.com")
        tell(user.pk, "test_task", now=now, code="K7")
    assert deliver(now=now + LATER, most=3)["sent"] == 3
    assert deliver(now=now + LATER, most=3)["sent"] == 2
    assert len({mail.to[0] for mail in outbox.outbox}) == 5


# ---- a server that does not do what it should --------------------------------------------------


@pytest.fixture
def failing(monkeypatch):
    """`failing(error)`: the server answers every mail with it; None heals it."""
    held: list[Exception | None] = [None]
    send = EmailBackend.send_messages

    def send_messages(self, messages):
        if held[0] is not None:
            raise held[0]
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)
    return lambda error: held.__setitem__(0, error)


def test_what_the_server_puts_off_is_tried_later_and_later(reader, reachable, now, failing):
    reachable(reader)
    tell(reader.pk, "test_task", now=now, code="K7")
    failing(smtplib.SMTPRecipientsRefused({"reader@example.com": (450, b"reader@example.com")}))
    when = now + LATER
    for wait in BACK_OFF[:3]:
        assert deliver(now=when)["later"] == 1
        row = Outgoing.objects.get()
        assert (row.state, row.not_before) == ("waiting", when + wait)
        assert row.error == "SMTPRecipientsRefused 450"
        assert not deliver(now=when)
        when = row.not_before
    failing(None)
    assert deliver(now=when)["sent"] == 1


def test_after_the_last_try_it_is_failed_and_may_be_sent_again_by_hand(
    reader, reachable, now, failing
):
    reachable(reader)
    tell(reader.pk, "test_task", now=now, code="K7")
    Outgoing.objects.update(tries=len(BACK_OFF), not_before=now)
    failing(smtplib.SMTPDataError(451, b"later"))
    assert deliver(now=now)["failed"] == 1
    failing(None)
    assert retry_failed(actor=county_officer(), now=now) == 1
    assert deliver(now=now)["sent"] == 1


def test_a_refusal_for_good_is_not_tried_again(reader, reachable, now, failing):
    reachable(reader)
    tell(reader.pk, "test_task", now=now, code="K7")
    failing(smtplib.SMTPRecipientsRefused({"reader@example.com": (550, b"no such user")}))
    assert deliver(now=now + LATER)["failed"] == 1
    assert states() == ["failed"]


def test_what_may_have_left_never_leaves_again(reader, reachable, now, failing):
    reachable(reader)
    tell(reader.pk, "test_task", now=now, code="K7")
    failing(smtplib.SMTPServerDisconnected("gone"))
    assert deliver(now=now + LATER)["failed"] == 1
    assert Outgoing.objects.get().error == UNSURE
    failing(None)
    assert retry_failed(actor=county_officer(), now=now) == 0
    assert not deliver(now=now + timedelta(days=2))["sent"]


def test_what_was_being_sent_when_the_process_died_is_not_sent_again(reader, reachable, now):
    reachable(reader)
    tell(reader.pk, "test_task", now=now, code="K7")
    Outgoing.objects.update(state=OutgoingState.SENDING, batch="X", taken_at=now)
    deliver(now=now + UNSURE_AFTER)
    assert states() == ["sending"]
    deliver(now=now + UNSURE_AFTER + timedelta(seconds=1))
    assert states() == ["failed"]
    assert outbox.outbox == []


def test_a_server_that_is_not_reached_takes_nothing(reader, reachable, now, monkeypatch):
    reachable(reader)
    tell(reader.pk, "test_task", now=now, code="K7")

    def refuse(self):
        raise ConnectionRefusedError(111, "refused")

    monkeypatch.setattr(EmailBackend, "open", refuse)
    assert deliver(now=now + LATER)["later"] == 1
    row = Outgoing.objects.get()
    assert (row.state, row.tries, row.error) == ("waiting", 1, "ConnectionRefusedError")


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_one_mail(reader, reachable, now, threads) -> None:
    reachable(reader)
    for code in ("K7", "M8", "N9"):
        tell(reader.pk, "test_task", now=now, code=code)
    threads(4, lambda _n: deliver(now=now + LATER))
    assert len(outbox.outbox) == 1
    assert states() == ["sent"] * 3


def test_old_rows_are_cleared_away(reader, reachable, now) -> None:
    reachable(reader)
    tell(reader.pk, "test_task", now=now, code="K7")
    deliver(now=now + LATER)
    assert prune(now=now + timedelta(days=90)) == 0
    assert prune(now=now + timedelta(days=91)) == 1
    assert Notice.objects.count() == 1


# ---- nothing personal leaves -------------------------------------------------------------------

SECRETS = ("秘密姓名", "13900001234", "秘密路9号", "K7SECRET", "秘密标题")


def test_no_mail_says_who_or_what(reader, reachable, now: datetime) -> None:
    """Every registered text, with secrets in all its blanks and in the row around it."""
    reader.display_name, reader.username = SECRETS[0], SECRETS[1]
    reader.save(update_fields=["display_name", "username"])
    reachable(reader, info=When.DIGEST, digest_days=[0, 1, 2, 3, 4, 5, 6])
    blanks = dict.fromkeys(("code", "title", "community", "unit"), "".join(SECRETS[3:]))
    for text in texts.all_texts():
        tell(reader.pk, text.key, now=now, url=f"/desk/{SECRETS[3]}/", about="x:y", **blanks)
    Outgoing.objects.create(user=reader, kind=OutgoingKind.TEST, not_before=now, created_at=now)
    deliver(now=now + LATER)
    deliver(now=now + timedelta(days=1))
    kinds = {row.kind for row in Outgoing.objects.filter(state=OutgoingState.SENT)}
    assert kinds == {"action", "digest", "security", "test"}
    assert len(outbox.outbox) == 4
    for mail in outbox.outbox:
        raw = mail.message().as_bytes().decode()
        shown = raw + str(mail.message()["Subject"]) + mail.body + mail.subject
        assert not [secret for secret in SECRETS if secret in shown]
        names = {name.lower() for name in mail.message()}
        assert names == {
            "content-type", "mime-version", "content-transfer-encoding", "subject", "from", "to",
            "date", "message-id", "auto-submitted", "list-unsubscribe", "list-unsubscribe-post",
        }  # fmt: skip
        assert mail.message()["Message-ID"].endswith("@dj.example.gov.cn>")


def test_a_member_who_was_received_is_not_asked_to_report_any_more(db, now) -> None:
    member = make_placement(state=PlacementState.LETTER_ISSUED).member
    user = member_actor(member).user_id
    tell(user, "placement.letter_issued", now=now, community="某社区")
    tell(make_user().pk, "placement.letter_issued", now=now, community="某社区")
    settle_for(user_ids=[user], keys=["placement.letter_issued"], now=now)
    assert Notice.objects.filter(done_at=None).count() == 1
