"""Many wishes at once through the API: all or none, and what is wrong by row."""

from datetime import timedelta

import pytest

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.needs.models import Wish
from tests.api.test_needs import first_category, ok
from tests.factories.api import Caller
from tests.factories.directory import make_community, make_county, staff_user
from tests.factories.needs import SECRET_NAME, SECRET_PHONE

pytestmark = pytest.mark.django_db
PATH = "/desk/wishes/import/"


@pytest.fixture
def place():
    return make_community(name="宝塔社区")


@pytest.fixture
def county() -> Caller:
    return Caller(staff_user(Role.COUNTY_OFFICER, make_county()))


def row(n: int = 1, **over) -> dict:
    return {
        "words": f"想要第{n}副老花镜", "community": "宝塔社区", "name": SECRET_NAME,
        "phone": SECRET_PHONE, "title": "想要一副老花镜", "category": first_category(),
        "wisher_kind": "elder", "channel": "visit", "consent": True,
    } | over  # fmt: skip


def test_rows_are_looked_at_taken_over_and_skipped_the_second_time(place, county) -> None:
    rows = [row(n) for n in range(3)]
    looked = ok(county.post(PATH, {"rows": rows, "dry_run": True}))
    assert (looked["rows"], looked["accepted"], looked["noted"]) == (3, 3, [])
    assert not Wish.objects.exists()
    at = (clock.now() + timedelta(days=1)).isoformat()
    done = ok(county.post(PATH, {"rows": rows, "publish_at": at}))
    assert [each["row"] for each in done["noted"]] == [0, 1, 2]
    assert set(Wish.objects.values_list("state", "origin", "wisher_kind")) == {
        ("scheduled", "visit", "elder")
    }
    code = done["noted"][2]["follow_code"]
    assert "第2副" in ok(Caller().post("/follow/", {"follow_code": code}))["words"]
    again = ok(county.post(PATH, {"rows": rows}))
    assert (again["accepted"], {each["code"] for each in again["problems"]}) == (
        0, {"already_noted"}
    )  # fmt: skip
    assert Wish.objects.count() == 3


def test_one_wrong_row_takes_nothing_over_and_every_row_is_told(place, county) -> None:
    rows = [
        row(0), row(1, community="没有的社区"), row(2, phone="123"),
        row(3, title=f"{SECRET_NAME}要眼镜"), row(4, wisher_kind="child"), row(0),
    ]  # fmt: skip
    answer = county.post(PATH, {"rows": rows})
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [
        "rows.1.community", "rows.2.phone", "rows.3.title", "rows.4.guardian", "rows.5.words"
    ]  # fmt: skip
    looked = ok(county.post(PATH, {"rows": rows, "dry_run": True}))
    assert [(each["row"], each["code"]) for each in looked["problems"]] == [
        (1, "community_unknown"), (2, "phone_invalid"), (3, "title_tells"),
        (4, "guardian_missing"), (5, "duplicate_in_file"),
    ]  # fmt: skip
    assert SECRET_NAME not in answer.content.decode() + str(looked)
    assert not Wish.objects.exists()


def test_a_childs_row_names_the_guardian(place, county) -> None:
    child = row(wisher_kind="child", guardian="张父", relation="grandparent")
    ok(county.post(PATH, {"rows": [child]}))
    assert Wish.objects.get().guardian_relation == "grandparent"


def test_only_desks_send_wishes_and_only_their_own(place, county) -> None:
    far = Caller(staff_user(Role.COMMUNITY_STAFF, make_community()))
    answer = far.post(PATH, {"rows": [row()]})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "rows.0.community")
    inspector = Caller(staff_user(Role.INSPECTOR, make_county()))
    assert inspector.post(PATH, {"rows": [row()]}).status_code == 404
    past = (clock.now() - timedelta(days=1)).isoformat()
    for dry in (True, False):
        told = county.post(PATH, {"rows": [row()], "publish_at": past, "dry_run": dry})
        assert (told.status_code, told.json()["refusals"][0]["code"]) == (409, "wish.hour_past")
