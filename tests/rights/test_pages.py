"""The pages: whose they are, what they show, how many queries they take."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from allhours.accounts.choices import Role
from allhours.accounts.models import User
from allhours.directory.models import Member
from allhours.rights.actions import corrections
from allhours.rights.models import Consent, Correction, DataCopy, Erasure
from tests.factories.directory import (
    make_community,
    make_county,
    make_member,
    make_unit,
    member_actor,
    staff_user,
)
from tests.factories.rights import NOW, approved, gone

pytestmark = pytest.mark.django_db
PERSONAL = 15  # most queries of a page


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def member_client(member: Member) -> Client:
    member_actor(member)
    return client_of(member.user)


def asked(member: Member, **over: Any) -> Correction:
    values = {"fact": "position", "wanted": "副科长"} | over
    return corrections.ask_correction(actor=member_actor(member), now=NOW, **values)


def test_my_data_shows_kinds_and_what_i_asked() -> None:
    member = make_member()
    asked(member)
    page = member_client(member).get(reverse("rights:mine")).content.decode()
    for words in ("党员花名册和信息卡", "应为：副科长", "公开党员身份", "没有人查看过"):
        assert words in page


def test_an_officer_without_a_member_has_the_page_too() -> None:
    user = staff_user(Role.AUDIT_ADMIN, make_county())
    page = client_of(user).get(reverse("rights:mine"))
    assert page.status_code == 200
    assert "公开党员身份" not in page.content.decode()


def test_a_copy_comes_once_over_the_page() -> None:
    member = make_member()
    client = member_client(member)
    client.post(reverse("rights:copy-ask"))
    url = reverse("rights:copy-take", args=[DataCopy.objects.get().code])
    assert client.get(url).status_code == 405
    assert member_client(make_member()).post(url).status_code == 404
    first, second = client.post(url), client.post(url)
    assert (first["Content-Type"], second.status_code) == ("application/zip", 302)


def test_consent_by_one_tap_each_way() -> None:
    member = make_member()
    client, url = member_client(member), reverse("rights:consent", args=["public_member"])
    client.post(url, {"give": "1"})
    assert Consent.objects.get().withdrawn_at is None
    client.post(url, {"give": "0"})
    assert Consent.objects.get().withdrawn_at is not None


def test_a_refused_correction_keeps_what_was_written() -> None:
    client = member_client(make_member())
    answer = client.post(
        reverse("rights:correction-ask"), {"fact": "birth_date", "wanted": "去年", "note": ""}
    )
    page = answer.content.decode()
    assert (answer.status_code, 'value="去年"' in page, "不合格式" in page) == (200, True, True)


def test_a_correction_is_decided_on_its_keepers_desk_only() -> None:
    member = make_member(serving_community=make_community())
    correction = asked(member)
    url = reverse("rights:correction", args=[correction.code])
    own = staff_user(Role.LIAISON, member.unit)
    for user in (
        staff_user(Role.LIAISON, make_unit()),
        staff_user(Role.COMMUNITY_SECRETARY, member.serving_community),
        staff_user(Role.GRID_WORKER, make_community()),
    ):
        assert client_of(user).get(url).status_code == 404
        assert client_of(user).post(f"{url}accept/").status_code == 404
    assert client_of(own).get(url).status_code == 200
    assert client_of(own).post(f"{url}accept/").status_code == 302
    member.refresh_from_db()
    assert member.position == "副科长"


def test_inspectors_see_corrections_and_decide_none() -> None:
    correction = asked(make_member())
    inspector = client_of(staff_user(Role.INSPECTOR, make_county()))
    assert inspector.get(reverse("rights:corrections")).status_code == 404
    url = reverse("rights:correction-accept", args=[correction.code])
    assert inspector.post(url).status_code == 404


def test_erasure_goes_through_two_officers_on_pages() -> None:
    member = gone()
    one, two = (staff_user(Role.COUNTY_OFFICER, make_county()) for _ in range(2))
    answer = client_of(one).post(
        reverse("rights:erasure-propose"), {"subject": member.member_no, "reason": "after_leaving"}
    )
    erasure = Erasure.objects.get()
    url = reverse("rights:erasure", args=[erasure.code])
    assert answer["Location"] == url
    refused = client_of(one).post(f"{url}approve/", follow=True).content.decode()
    assert "须由两位工委干部办理" in refused
    client_of(two).post(f"{url}approve/")
    erasure.refresh_from_db()
    assert erasure.state == "approved"
    client_of(one).post(f"{url}undo/")
    erasure.refresh_from_db()
    assert erasure.state == "withdrawn"


@pytest.mark.parametrize(
    ("name", "role", "status"),
    [
        ("rights:erasures", Role.COUNTY_OFFICER, 200),
        ("rights:erasures", Role.INSPECTOR, 404),
        ("rights:erasures", Role.SECURITY_ADMIN, 404),
        ("rights:consents", Role.COUNTY_OFFICER, 200),
        ("rights:consents", Role.LIAISON, 404),
        ("rights:retention", Role.SYSTEM_ADMIN, 200),
        ("rights:retention", Role.LIAISON, 404),
        ("rights:data-list", Role.SECURITY_ADMIN, 200),
        ("rights:data-list", Role.LIAISON, 404),
        ("rights:data-list-pdf", Role.COUNTY_OFFICER, 200),
    ],
)
def test_desk_pages_are_for_their_roles(name: str, role: str, status: int) -> None:
    user = staff_user(role, make_county())
    assert client_of(user).get(reverse(name)).status_code == status


@pytest.mark.parametrize("count", [1, 3])
def test_query_counts_do_not_grow(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    member = make_member()
    for number, fact in enumerate(("position", "name", "address")[:count]):
        asked(member, fact=fact, wanted=f"甲{number}")
        approved()
        DataCopy.objects.create(
            code=f"C{number}", user=member.user, state="taken", asked_at=NOW, expires_at=NOW
        )
    liaison = client_of(staff_user(Role.LIAISON, member.unit))
    officer = client_of(staff_user(Role.COUNTY_OFFICER, make_county()))
    pages = [
        (member_client(member), "rights:mine", 12),
        (liaison, "rights:corrections", 12),
        (officer, "rights:erasures", 12),
        (officer, "rights:consents", 12),
        (officer, "rights:retention", 15),
        (officer, "rights:data-list", 10),
    ]
    for client, name, most in pages:
        with django_assert_max_num_queries(most):
            client.get(reverse(name))


def test_the_list_for_filing_says_every_kind_and_function() -> None:
    officer = client_of(staff_user(Role.COUNTY_OFFICER, make_county()))
    page = officer.get(reverse("rights:data-list")).content.decode()
    for words in ("心愿人信息", "登录记录", "服务台账", "编入、证明信、报到和反查"):
        assert words in page
    pdf = officer.get(reverse("rights:data-list-pdf")).content
    assert pdf[:5] == b"%PDF-"
