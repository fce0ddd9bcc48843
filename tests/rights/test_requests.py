"""Copies, corrections and consents of one's own."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest

from allhours.accounts.choices import Role
from allhours.directory.actions.members import open_fact
from allhours.directory.models import Member
from allhours.kernel.errors import Refused
from allhours.rights.actions import consents, copies, corrections
from allhours.rights.choices import CopyState
from allhours.rights.models import Consent, Correction, DataCopy
from allhours.rights.queries.consents import consents as holds
from allhours.rights.queries.consents import register_for
from tests.factories.directory import (
    county_officer,
    make_community,
    make_member,
    member_actor,
    staff_actor,
)
from tests.factories.needs import note_wish
from tests.factories.rights import NOW

pytestmark = pytest.mark.django_db


def refused(work: Any) -> tuple[str, ...]:
    with pytest.raises(Refused) as told:
        work()
    return told.value.codes


# ---- copies ------------------------------------------------------------------------------------


def test_a_copy_holds_everything_opened_and_who_looked() -> None:
    member = make_member(name="看自己", id_number="110105194912310021", phone="13800000009")
    other = make_member(name="别的人")
    me = member_actor(member)
    liaison = staff_actor(Role.LIAISON, member.unit)
    open_fact(actor=liaison, member=member, fact="phone", purpose="核对", now=NOW)
    copy = copies.ask_copy(actor=me, now=NOW)
    content = copies.take_copy(actor=me, copy=copy, now=NOW)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert sorted(archive.namelist()) == ["data.json", "data.xlsx", "index.html"]
        data = json.loads(archive.read("data.json"))
        index = archive.read("index.html").decode()
        book = openpyxl.load_workbook(io.BytesIO(archive.read("data.xlsx")))
    roster = next(each for each in data["held"] if each["table"] == "directory.Member")
    row = roster["rows"][0]
    assert (row["姓名"], row["公民身份号码"], row["手机号码"]) == (
        "看自己", "110105194912310021", "13800000009",
    )  # fmt: skip
    assert [(each["fact"], each["purpose"]) for each in data["opened"]] == [("phone", "核对")]
    assert "党员花名册和信息卡" in index
    assert any("花名册" in name for name in book.sheetnames)
    assert other.name not in json.dumps(data, ensure_ascii=False)


def test_a_copy_is_taken_once_and_then_nowhere() -> None:
    me = member_actor(make_member())
    copy = copies.ask_copy(actor=me, now=NOW)
    assert refused(lambda: copies.ask_copy(actor=me, now=NOW)) == ("copy.already_open",)
    copies.take_copy(actor=me, copy=copy, now=NOW)
    assert refused(lambda: copies.take_copy(actor=me, copy=copy, now=NOW)) == ("copy.taken",)
    copy.refresh_from_db()
    assert (copy.state, copy.content_sealed) == (CopyState.TAKEN, "")
    assert copies.ask_copy(actor=me, now=NOW).state == CopyState.READY


def test_a_copy_is_its_owners_alone_and_expires() -> None:
    me = member_actor(make_member())
    copy = copies.ask_copy(actor=me, now=NOW)
    officer = county_officer()
    assert refused(lambda: copies.take_copy(actor=officer, copy=copy, now=NOW)) == ("copy.taken",)
    late = NOW + timedelta(days=7)
    assert refused(lambda: copies.take_copy(actor=me, copy=copy, now=late)) == ("copy.taken",)
    assert copies.expire_copies(now=late) == 1
    assert DataCopy.objects.get().content_sealed == ""


def test_somebody_without_a_member_has_a_copy_too() -> None:
    officer = county_officer()
    copy = copies.ask_copy(actor=officer, now=NOW)
    assert copies.take_copy(actor=officer, copy=copy, now=NOW)[:2] == b"PK"


# ---- corrections -------------------------------------------------------------------------------


def ask(member: Member, fact: str = "name", wanted: str = "正确名", **over: Any) -> Correction:
    return corrections.ask_correction(
        actor=member_actor(member), fact=fact, wanted=wanted, now=NOW, **over
    )


def test_an_accepted_correction_is_done_with_what_the_member_wrote() -> None:
    member = make_member(name="错误名")
    liaison = staff_actor(Role.LIAISON, member.unit)
    corrections.accept_correction(actor=liaison, correction=ask(member), now=NOW)
    corrections.accept_correction(
        actor=liaison, correction=ask(member, "birth_date", "1990-02-03"), now=NOW
    )
    member.refresh_from_db()
    assert (member.name, member.birth_date) == ("正确名", date(1990, 2, 3))


def test_a_correction_has_the_schemes_working_days() -> None:
    assert ask(make_member()).due_on == date(2026, 6, 24)


def test_a_declined_correction_says_why_and_can_be_asked_again() -> None:
    member = make_member(name="原名")
    liaison = staff_actor(Role.LIAISON, member.unit)
    asked = ask(member)
    assert refused(
        lambda: corrections.decline_correction(actor=liaison, correction=asked, reason=" ", now=NOW)
    ) == ("rights.reason_missing",)
    done = corrections.decline_correction(
        actor=liaison, correction=asked, reason="与身份证不符", now=NOW
    )
    member.refresh_from_db()
    assert (done.reason, member.name) == ("与身份证不符", "原名")
    assert refused(
        lambda: corrections.accept_correction(actor=liaison, correction=asked, now=NOW)
    ) == ("correction.over",)
    assert ask(member).state == "open"


@pytest.mark.parametrize(
    ("fact", "wanted", "code"),
    [
        ("birth_date", "去年", "correction.wanted_wrong"),
        ("id_number", "123", "correction.wanted_wrong"),
        ("name", "  ", "correction.wanted_missing"),
        ("shoe_size", "42", "correction.fact_unknown"),
    ],
)
def test_what_cannot_be_read_is_refused(fact: str, wanted: str, code: str) -> None:
    assert refused(lambda: ask(make_member(), fact, wanted)) == (code,)


def test_one_open_correction_a_fact() -> None:
    member = make_member()
    ask(member)
    assert refused(lambda: ask(member)) == ("correction.open",)


def test_only_its_keeper_decides_and_only_the_member_withdraws() -> None:
    member = make_member(serving_community=make_community())
    asked = ask(member, "service", "6月7日扫雪少记一小时")
    stranger = staff_actor(Role.LIAISON, make_member().unit)
    own_unit = staff_actor(Role.LIAISON, member.unit)
    for actor in (stranger, own_unit):
        assert refused(
            lambda actor=actor: corrections.accept_correction(
                actor=actor, correction=asked, now=NOW
            )
        ) == ("actor.not_permitted",)
        assert refused(
            lambda actor=actor: corrections.withdraw_correction(
                actor=actor, correction=asked, now=NOW
            )
        ) == ("actor.not_permitted",)
    community = staff_actor(Role.COMMUNITY_SECRETARY, member.serving_community)
    herself = replace(community, member_id=member.pk)
    assert not corrections.may_decide(herself, asked)
    assert refused(
        lambda: corrections.accept_correction(actor=herself, correction=asked, now=NOW)
    ) == ("correction.own",)
    assert (
        corrections.accept_correction(actor=community, correction=asked, now=NOW).state
        == "accepted"
    )


def test_keepers_are_reminded_once_after_the_last_day() -> None:
    ask(make_member())
    last_day = NOW + timedelta(days=14)  # 2026-06-24
    assert corrections.remind_keepers(now=last_day) == 0
    assert corrections.remind_keepers(now=last_day + timedelta(days=1)) == 1
    assert corrections.remind_keepers(now=last_day + timedelta(days=2)) == 0


# ---- consents ----------------------------------------------------------------------------------


def test_consent_holds_from_giving_to_withdrawing() -> None:
    member = make_member()
    asked = {"actor": member_actor(member), "member": member, "kind": "public_member"}
    assert holds(member.pk, "public_member") is False
    consents.give_consent(**asked, now=NOW)
    assert holds(member.pk, "public_member") is True
    assert refused(lambda: consents.give_consent(**asked, now=NOW)) == ("consent.given",)
    consents.withdraw_consent(**asked, now=NOW)
    assert holds(member.pk, "public_member") is False
    assert refused(lambda: consents.withdraw_consent(**asked, now=NOW)) == ("consent.none",)
    consents.give_consent(**asked, now=NOW)
    assert Consent.objects.count() == 2


def test_paper_consent_names_who_noted_it_and_nobody_consents_for_another_on_a_page() -> None:
    member = make_member()
    liaison = staff_actor(Role.LIAISON, member.unit)
    asked: dict[str, Any] = {"actor": liaison, "member": member, "kind": "public_honour"}
    assert refused(lambda: consents.give_consent(**asked, now=NOW)) == ("actor.not_permitted",)
    noted = consents.give_consent(**asked, how="paper", now=NOW)
    assert (noted.noted_by_plain, noted.version) == (liaison.user_id, "1")
    unknown = {**asked, "kind": "fame", "how": "paper"}
    assert refused(lambda: consents.give_consent(**unknown, now=NOW)) == ("consent.unknown",)


def test_the_register_lists_members_and_wishes_by_number_and_code() -> None:
    member = make_member()
    consents.give_consent(actor=member_actor(member), member=member, kind="public_member", now=NOW)
    wish = note_wish().wish
    rows = register_for(county_officer(), NOW.date())
    assert {row.subject for row in rows} == {member.member_no, wish.code}
    assert register_for(member_actor(member), NOW.date()) == []
