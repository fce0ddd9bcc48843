"""A resident's own data by the follow code: a copy, erasure, and the days for undoing it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from allhours.accounts.actor import Actor
from allhours.kernel.errors import Refused
from allhours.needs.actions import flood, own_data, suggestions, voicing, withdraw_by_resident
from allhours.needs.actions.resident import UNKNOWN_CODE
from allhours.rights import tombstones
from allhours.rights.models import Erasure
from allhours.rights.tasks import erase_due
from tests.factories.directory import make_community
from tests.factories.needs import NOW, SECRET_NAME, make_voice, note_wish

pytestmark = pytest.mark.django_db
PUBLIC = Actor.public()


@pytest.fixture(autouse=True)
def no_list() -> Iterator[None]:
    yield
    tombstones.path().unlink(missing_ok=True)


def test_the_copy_holds_what_was_said() -> None:
    noted = note_wish()
    raw = own_data.copy_for_resident(
        actor=PUBLIC, code=noted.follow_code, address="1.2.3.4", now=NOW
    )
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        data = json.loads(archive.read("data.json"))
    assert data["held"][0]["rows"][0]["姓名"] == SECRET_NAME


def test_erasure_waits_until_the_wish_has_ended_and_can_be_undone() -> None:
    noted = note_wish()
    asked = {"actor": PUBLIC, "code": noted.follow_code, "address": "1.2.3.4", "now": NOW}
    with pytest.raises(Refused) as told:
        own_data.erase_by_resident(**asked)
    assert told.value.codes == ("erasure.wish_in_hand",)
    withdraw_by_resident(actor=PUBLIC, wish=noted.wish, now=NOW)
    assert "2026-06-17" in own_data.erase_by_resident(**asked)
    own_data.keep_by_resident(**asked)
    own_data.erase_by_resident(**asked)
    erase_due(NOW + timedelta(days=7))
    noted.wish.refresh_from_db()
    assert (noted.wish.wisher_name_sealed, Erasure.objects.filter(state="done").count()) == ("", 1)


@pytest.mark.parametrize("ask", [own_data.copy_for_resident, own_data.erase_by_resident])
def test_a_wrong_code_is_counted(ask: Callable[..., object]) -> None:
    limit = {"limit": flood.FOLLOW_BY_ADDRESS, "value": "1.2.3.4", "now": NOW}
    flood.pass_or_refuse(**limit, weight=flood.FOLLOW_BY_ADDRESS.most - 1)
    told = []
    for _guess in range(2):
        with pytest.raises(Refused) as refused:
            ask(actor=PUBLIC, code="X", address="1.2.3.4", now=NOW)
        told += refused.value.codes
    assert told == [UNKNOWN_CODE.code, "form.too_often"]


def test_the_page_takes_post_only_and_says_why_not() -> None:
    noted, url = note_wish(), reverse("needs:follow-data")
    assert Client().get(url).status_code == 405
    page = Client().post(url, {"code": noted.follow_code, "do": "erase"}).content.decode()
    assert "请先撤回心愿" in page
    sent = Client().post(url, {"code": noted.follow_code, "do": "copy"})
    assert sent["Content-Type"] == "application/zip"
    assert "没有查到这个查询码" in Client().post(url, {"code": "X", "do": "copy"}).content.decode()


def test_a_suggestions_maker_has_the_same_rights_by_the_code() -> None:
    place = make_community()
    voiced = voicing.submit_suggestion(
        actor=PUBLIC, community=place, voice=make_voice(words="楼道的灯坏了"), kind="problem",
        intake_key=None, address="", now=NOW,
    )  # fmt: skip
    found = voiced.suggestion
    asked = {"actor": PUBLIC, "code": voiced.follow_code, "address": "1.2.3.4", "now": NOW}
    with zipfile.ZipFile(io.BytesIO(own_data.copy_for_resident(**asked))) as archive:
        raw = archive.read("data.json").decode()
    assert SECRET_NAME in raw
    assert "楼道的灯坏了" in raw
    with pytest.raises(Refused) as told:
        own_data.erase_by_resident(**asked)
    assert told.value.codes == ("erasure.suggestion_in_hand",)
    page = Client().post(reverse("needs:follow"), {"code": voiced.follow_code}).content.decode()
    assert "申请删除" in page
    suggestions.withdraw_suggestion(actor=PUBLIC, suggestion=found, now=NOW)
    own_data.erase_by_resident(**asked)
    own_data.keep_by_resident(**asked)
    own_data.erase_by_resident(**asked)
    erase_due(NOW + timedelta(days=7))
    found.refresh_from_db()
    assert (found.author_name_sealed, found.words_sealed, found.follow_hash) == ("", "", "")
    with pytest.raises(Refused) as told:
        own_data.copy_for_resident(**asked)
    assert told.value.codes == (UNKNOWN_CODE.code,)
