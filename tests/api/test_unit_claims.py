"""A unit's wish through the API: claimed, left, renamed, helped, delivered; who sees which."""

import pytest

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.needs.models import Claim
from tests.factories.api import Caller, member_caller
from tests.factories.directory import make_county, make_member, make_unit, staff_user
from tests.factories.needs import (
    SECRET_ADDRESS,
    SECRET_NAME,
    SECRET_PHONE,
    SYSTEM,
    make_open_wish,
    make_unit_claim,
)

pytestmark = pytest.mark.django_db


def ok(answer, status: int = 200) -> dict:
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_units_wish_from_the_claim_to_the_delivery() -> None:
    now, unit = clock.now(), make_unit()
    first, second, helper = (make_member(unit) for _ in range(3))
    wish = make_open_wish(now=now)
    desk = Caller(staff_user(Role.LIAISON, unit))
    body = {"responsible": first.member_no, "helpers": [second.member_no]}
    made = ok(desk.post(f"/wishes/{wish.pk}/unit-claims/", body), 201)
    again = ok(desk.post(f"/wishes/{wish.pk}/unit-claims/", body), 201)
    assert (made["id"], made["unit"], made["standing"]) == (again["id"], unit.code, "working")
    path, own = f"/unit-claims/{made['id']}/", member_caller(first)
    assert ok(own.get(f"/claims/{made['id']}/"))["unit"] == unit.code
    ok(own.post(f"/claims/{made['id']}/another/"))
    assert ok(desk.get("/unit-claims/", standing="rename"))["items"][0]["responsible"] is None
    renamed = ok(desk.post(f"{path}reassign/", {"responsible": second.member_no}))
    assert renamed["responsible"] == second.member_no
    assert own.get(f"/claims/{made['id']}/").status_code == 404
    ok(desk.post(f"{path}helpers/", {"helpers": [helper.member_no, first.member_no]}))
    assert len(ok(desk.get(path))["helpers"]) == 2
    ok(desk.post(f"{path}helpers/remove/", {"helpers": [first.member_no]}))
    beside = member_caller(helper)
    assert [row["id"] for row in ok(beside.get("/helping/"))["items"]]
    now_in_hand = member_caller(second)
    done = {
        "note": "已送到",
        "started_at": clock.local(now).replace(second=0, microsecond=0).isoformat(),
        "minutes": 1,
        "helpers": ["nobody"],
    }
    told = now_in_hand.post(f"/claims/{made['id']}/deliver/", done)
    assert [each["code"] for each in told.json()["refusals"]] == ["claim.not_helping"]
    assert Claim.objects.get().delivered_at is None
    said = "".join(
        str(each.json())
        for caller in (desk, beside)
        for each in (caller.get(path), caller.get("/unit-claims/"), caller.get("/helping/"))
    )
    assert not [each for each in (SECRET_NAME, SECRET_PHONE, SECRET_ADDRESS) if each in said]


def test_a_number_of_nobody_and_of_another_unit_are_refused_alike() -> None:
    unit, stranger = make_unit(), make_member()
    wish = make_open_wish()
    desk = Caller(staff_user(Role.LIAISON, unit))
    for number in ("nobody", stranger.member_no):
        told = desk.post(f"/wishes/{wish.pk}/unit-claims/", {"responsible": number})
        assert [each["code"] for each in told.json()["refusals"]] == ["claim.not_of_unit"]


def test_the_county_looks_on_and_other_units_see_nothing() -> None:
    claim = make_unit_claim(actor=SYSTEM)
    county = Caller(staff_user(Role.INSPECTOR, make_county()))
    path = f"/unit-claims/{claim.pk}/"
    ok(county.get(path))
    told = county.post(f"{path}give-back/", {"reason": "忙"})
    assert [each["code"] for each in told.json()["refusals"]] == ["actor.not_permitted"]
    other = Caller(staff_user(Role.LIAISON, make_unit()))
    assert other.get(path).status_code == 404
    assert ok(other.get("/unit-claims/"))["items"] == []
