"""Every address of the directory: who sees it, what is foreign, how many queries it takes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.directory.models import Organization
from tests.factories.directory import (
    make_community,
    make_county,
    make_member,
    make_org,
    make_unit,
    member_actor,
    staff_user,
)

BACKEND = "django.contrib.auth.backends.ModelBackend"
ID_NUMBER, PHONE, ADDRESS = "110101199003074530", "13812345678", "测试路八号三单元"


@pytest.fixture
def county(db):
    """A unit with a member serving in a community, and a foreign unit and community."""

    class County:
        root = make_county()
        unit, other_unit = make_unit(name="甲局"), make_unit(name="乙局")
        community, other_community = make_community(name="向阳社区"), make_community()
        member = make_member(
            unit,
            id_number=ID_NUMBER,
            phone=PHONE,
            address=ADDRESS,
            serving_community=community,
            residence=community,
        )
        foreign = make_member(other_unit, serving_community=other_community)

    return County


@pytest.fixture
def enter(client, county):
    def enter(role: str, organization):
        client.force_login(staff_user(role, organization), backend=BACKEND)
        return client

    return enter


def text(response) -> str:
    return response.content.decode()


DESK = {
    "directory:members": {
        Role.COUNTY_OFFICER, Role.INSPECTOR, Role.UNIT_SECRETARY, Role.LIAISON,
        Role.COMMUNITY_SECRETARY, Role.COMMUNITY_STAFF, Role.BRANCH_SECRETARY,
    },
    "directory:slips": {Role.COUNTY_OFFICER, Role.UNIT_SECRETARY, Role.LIAISON},
    "directory:organizations": {Role.COUNTY_OFFICER, Role.INSPECTOR},
    "directory:orgs-import": {Role.COUNTY_OFFICER},
    "directory:people": {
        Role.COUNTY_OFFICER, Role.INSPECTOR, Role.SECURITY_ADMIN, Role.UNIT_SECRETARY,
        Role.LIAISON, Role.COMMUNITY_SECRETARY, Role.COMMUNITY_STAFF, Role.BRANCH_SECRETARY,
    },
    "directory:appoint": {
        Role.COUNTY_OFFICER, Role.SECURITY_ADMIN, Role.UNIT_SECRETARY, Role.COMMUNITY_SECRETARY,
    },
    "directory:proposals": {Role.COUNTY_OFFICER, Role.SECURITY_ADMIN},
    "accounts:journal": {Role.AUDIT_ADMIN},
}  # fmt: skip
SEAT = {
    Role.UNIT_SECRETARY: "unit",
    Role.LIAISON: "unit",
    Role.COMMUNITY_SECRETARY: "community",
    Role.COMMUNITY_STAFF: "community",
    Role.BRANCH_SECRETARY: "community",
    Role.GRID_WORKER: "community",
    Role.TEAM_LEADER: "community",
}


@pytest.mark.parametrize("role", Role)
def test_each_role_finds_its_pages_and_no_others(enter, county, role) -> None:
    client = enter(role, getattr(county, SEAT.get(role, "root")))
    found = {name for name in DESK if client.get(reverse(name)).status_code == 200}
    assert found == {name for name, roles in DESK.items() if role in roles}


@pytest.mark.parametrize("name", [*DESK, "directory:card"])
def test_a_stranger_is_asked_to_sign_in(client, db, name) -> None:
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response.url.startswith(reverse("accounts:sign-in"))


@pytest.mark.parametrize(
    ("role", "place"), [(Role.LIAISON, "unit"), (Role.COMMUNITY_STAFF, "community")]
)
def test_a_foreign_member_does_not_exist(enter, county, role, place) -> None:
    client = enter(role, getattr(county, place))
    for name in ("member", "member-edit", "member-slip", "member-residence"):
        url = reverse(f"directory:{name}", args=[county.foreign.member_no])
        assert client.post(url).status_code == 404
    own = reverse("directory:member", args=[county.member.member_no])
    foreign = reverse("directory:member", args=[county.foreign.member_no])
    assert client.get(own).status_code == 200
    assert client.get(foreign).status_code == 404
    opened = reverse("directory:member-open", args=[county.foreign.member_no, "phone"])
    assert client.post(opened, {"purpose": "contact"}).status_code == 404
    listed = text(client.get(reverse("directory:members")))
    assert county.member.name in listed
    assert county.foreign.name not in listed


SEES = {
    # role, place: (opens the ID number, opens the phone, reads the address)
    (Role.LIAISON, "unit"): (True, True, True),
    (Role.COUNTY_OFFICER, "root"): (True, True, True),
    (Role.COMMUNITY_STAFF, "community"): (False, True, False),
    (Role.INSPECTOR, "root"): (False, False, False),
}


@pytest.mark.parametrize(("role", "place"), list(SEES))
def test_sealed_facts_are_opened_one_at_a_time_by_whom_they_concern(
    enter, county, role, place
) -> None:
    client = enter(role, getattr(county, place))
    number = county.member.member_no
    page = text(client.get(reverse("directory:member", args=[number])))
    opens_id, opens_phone, reads_address = SEES[role, place]
    assert ID_NUMBER not in page
    assert PHONE not in page
    assert (ADDRESS in page) == reads_address
    for fact, plain, may in (("id_number", ID_NUMBER, opens_id), ("phone", PHONE, opens_phone)):
        url = reverse("directory:member-open", args=[number, fact])
        assert plain not in text(client.post(url))  # without a purpose
        answer = client.post(url, {"purpose": "contact"})
        assert (plain in text(answer)) == may
        assert "no-store" in answer["Cache-Control"]
        lines = JournalEntry.objects.filter(did="member.fact_opened", facts__fact=fact)
        assert [line.facts["purpose"] for line in lines] == (["contact"] if may else [])
    assert ID_NUMBER not in text(client.get(reverse("directory:member", args=[number])))


def test_exports_hold_no_sealed_fact_and_leave_a_line(enter, county) -> None:
    client = enter(Role.COUNTY_OFFICER, county.root)
    response = client.get(reverse("directory:members"), {"export": "csv"})
    sent = b"".join(response.streaming_content).decode()
    assert county.member.name in sent
    assert not any(secret in sent for secret in (ID_NUMBER, PHONE, ADDRESS))
    assert JournalEntry.objects.filter(did="members.exported").count() == 1


def test_the_liaison_corrects_and_the_journal_holds_codes_only(enter, county) -> None:
    client = enter(Role.LIAISON, county.unit)
    branch = make_org("branch", parent=county.unit)
    url = reverse("directory:member-edit", args=[county.member.member_no])
    form = {
        "name": "测试新名", "sex": "1", "category": "probationary", "branch": branch.pk,
        "phone": "139 8765 4321", "address": ADDRESS, "residence": county.community.pk,
    }  # fmt: skip
    assert client.post(url, form | {"id_number": "110101199003074531"}).status_code == 200
    assert client.post(url, form).status_code == 302
    county.member.refresh_from_db()
    assert (county.member.name, county.member.pinyin) == ("测试新名", "ce shi xin ming")
    assert county.member.phone_masked == "139****4321"
    assert county.member.id_number_masked.endswith("4530")
    line = JournalEntry.objects.get(did="member.changed")
    assert line.facts["before"] == {"sex": "0", "category": "full", "branch": None}
    assert not any(secret in str(line.facts) for secret in ("测试", "139", ADDRESS))


def test_two_members_never_share_an_id_number(enter, county) -> None:
    client = enter(Role.COUNTY_OFFICER, county.root)
    url = reverse("directory:member-edit", args=[county.foreign.member_no])
    form = {"name": "测试", "sex": "1", "category": "full", "id_number": ID_NUMBER}
    assert "已登记在另一名党员名下" in text(client.post(url, form))
    assert client.post(url, form | {"id_number": ""}).status_code == 302


def test_the_member_keeps_their_own_card(client, county) -> None:
    member_actor(county.member)
    client.force_login(county.member.user, backend=BACKEND)
    page = text(client.get(reverse("directory:card")))
    assert county.unit.name in page
    assert not any(secret in page for secret in (ID_NUMBER, PHONE))
    form = {
        "address": "新址", "residence": county.other_community.pk, "skills": ["law"],
        "free_time": ["weekend"], "phone": "",
    }  # fmt: skip
    assert client.post(reverse("directory:card"), form).status_code == 302
    county.member.refresh_from_db()
    assert (county.member.skills, county.member.free_time) == (["law"], ["weekend"])
    assert (county.member.residence, county.member.residence_confirmed) == (
        county.other_community, False,
    )  # fmt: skip
    assert county.member.phone_masked == "138****5678"
    refused = client.post(reverse("directory:card"), form | {"skills": ["flying"]})
    assert refused.status_code == 200


def test_the_unit_confirms_where_a_member_lives(enter, county) -> None:
    client = enter(Role.LIAISON, county.unit)
    page = reverse("directory:member", args=[county.member.member_no])
    assert "居住社区待确认" in text(client.get(page))
    client.post(reverse("directory:member-residence", args=[county.member.member_no]))
    assert "居住社区待确认" not in text(client.get(page))


def test_the_county_founds_corrects_and_closes(enter, county) -> None:
    client = enter(Role.COUNTY_OFFICER, county.root)
    at = {"args": [county.root.code]}
    form = {"kind": "unit", "name": "丙局", "code": "U-NEW"}
    assert client.post(reverse("directory:organization-new", **at), form).status_code == 302
    assert "编码已被其他组织使用" in text(
        client.post(reverse("directory:organization-new", **at), form)
    )
    made = Organization.objects.get(code="U-NEW")
    edit = reverse("directory:organization-edit", args=["U-NEW"])
    facts = {"name": "丙局", "unit_class": "organ", "paired_community": county.community.pk}
    assert client.post(edit, facts).status_code == 302
    made.refresh_from_db()
    assert (made.paired_community, made.unit_class) == (county.community, "organ")
    client.post(reverse("directory:organization-close", args=["U-NEW"]))
    made.refresh_from_db()
    assert made.closed_on is not None
    client.post(reverse("directory:organization-close", args=[county.unit.code]))
    county.unit.refresh_from_db()
    assert county.unit.closed_on is None  # it has a member


def test_a_communitys_numbers_and_neighbours_are_edited(enter, county) -> None:
    client = enter(Role.COUNTY_OFFICER, county.root)
    url = reverse("directory:organization-edit", args=[county.community.code])
    facts = {"name": "向阳社区", "min_members": 9, "max_members": 3, "estates": "甲园\n乙园"}
    assert "最少编入人数不能大于" in text(client.post(url, facts))
    facts |= {"max_members": 90, "neighbours": [county.other_community.pk]}
    assert client.post(url, facts).status_code == 302
    page = text(client.get(reverse("directory:organization", args=[county.community.code])))
    assert "甲园、乙园" in page
    assert county.other_community.name in page


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("name", ["members", "organizations", "people", "proposals"])
def test_query_counts_are_constant(
    enter, county, number, name, django_assert_max_num_queries
) -> None:
    client = enter(Role.COUNTY_OFFICER, county.root)
    for _ in range(number):
        make_member(county.unit, serving_community=county.community)
        staff_user(Role.LIAISON, make_unit())
        make_community()
    client.get(reverse(f"directory:{name}"))
    with django_assert_max_num_queries(15):
        client.get(reverse(f"directory:{name}"))


def test_a_file_of_organisations_is_looked_at_and_then_taken_over(enter, county) -> None:
    client = enter(Role.COUNTY_OFFICER, county.root)
    url = reverse("directory:orgs-import")
    sheet = "编码,名称,类别,上级\nC77,桃源社区,社区,{}\n"

    def send(parent: str):
        file = SimpleUploadedFile("组织.csv", sheet.format(parent).encode("gb18030"))
        return client.post(url, {"file": file})

    assert "没有找到上级组织" in text(send("没有街道"))
    shown = send(county.community.parent.code)
    assert "桃源社区" in text(shown)
    assert not Organization.objects.filter(code="C77").exists()
    kept = {name: shown.context["form"].initial[name] for name in ("kept", "filename")}
    assert client.post(url, kept | {"apply": "1"}).status_code == 302
    assert Organization.objects.get(code="C77").parent == county.community.parent
    again = send(county.community.parent.code)
    assert again.context["plan"].unchanged == 1
    for broken in ("", "%%%", "AAAA"):
        assert client.post(url, {"kept": broken, "filename": "x.xlsx"}).status_code == 200
    assert "请选择文件" in text(client.post(url, {"filename": ""}))
