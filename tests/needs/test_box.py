"""A stack of cards typed in, and the paper that they are written on."""

import pytest
from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.needs.models import Suggestion, Wish
from allhours.needs.queries.follow import follow_hash
from tests.factories.directory import make_community, make_unit, staff_user
from tests.factories.needs import (
    SECRET_ADDRESS,
    SECRET_NAME,
    SECRET_PHONE,
    SECRET_WORDS,
    make_claim,
    make_open_wish,
    make_suggestion,
)

pytestmark = pytest.mark.django_db
BOX, SLIPS = reverse("needs:wish-box"), reverse("needs:suggestion-box")
PAPER = reverse("needs:paper")
PLANTED = (SECRET_NAME, SECRET_PHONE, SECRET_ADDRESS, SECRET_WORDS)
CARD = {"origin": "box", "signed": "2025-9", "wisher_kind": "elder", "consent": "on"}


@pytest.fixture
def community():
    return make_community(name="宝塔社区", phone="0431-5551234")


@pytest.fixture
def staff(client, community):
    user = staff_user(Role.COMMUNITY_STAFF, community)
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def test_a_card_is_noted_and_the_next_keeps_what_the_stack_has_alike(staff, community) -> None:
    first = staff.get(BOX).context["form"]
    assert (first["origin"].value(), first["community"].value()) == ("box", community.pk)
    assert not first["consent"].value()
    card = CARD | {"community": community.pk, "words": "想要花镜", "name": SECRET_NAME}
    page = staff.post(BOX, card, follow=True)
    wish = Wish.objects.get()
    assert (wish.origin, wish.consent_by, wish.consent_version) == ("box", "written", "2025-9")
    told = page.context["told"]
    assert told["code"] == wish.code
    assert follow_hash(told["follow_code"]) == wish.follow_hash
    text = page.content.decode()
    assert "第 1 张已登记" in text
    assert SECRET_NAME not in text
    following = page.context["form"]
    assert (following["signed"].value(), following["words"].value()) == ("2025-9", None)
    assert not following["consent"].value()
    assert "autofocus" in str(following["words"])
    page = staff.post(f"{BOX}?n=1", card | {"words": "想要拐杖"}, follow=True)
    assert "第 2 张已登记" in page.content.decode()
    assert "已登记，请写到" not in staff.get(BOX).content.decode()


def test_a_card_without_signature_is_spoken_and_a_wrong_one_stays(staff, community) -> None:
    card = CARD | {"community": community.pk, "words": "想要花镜", "name": "测试甲"}
    card |= {"signed": ""}
    staff.post(BOX, card)
    assert Wish.objects.get().consent_by == "spoken"
    page = staff.post(BOX, card | {"phone": "1"})
    assert "联系电话不对" in page.content.decode()
    assert 'value="测试甲"' in page.content.decode()
    assert Wish.objects.count() == 1


def test_slips_of_the_box_are_suggestions(staff, community) -> None:
    slip = {"origin": "box", "community": community.pk, "kind": "problem", "words": "路灯不亮"}
    page = staff.post(SLIPS, slip, follow=True)
    made = Suggestion.objects.get()
    assert (made.origin, made.kind, page.context["told"]["code"]) == ("box", "problem", made.code)
    assert page.context["form"]["kind"].value() == "problem"


@pytest.mark.parametrize("address", [BOX, SLIPS, reverse("needs:desk-note")])
def test_a_form_sent_twice_is_noted_once_and_tells_the_same_codes(
    staff, community, address
) -> None:
    stamp = staff.get(address).context["form"]["stamp"].value()
    typed = CARD | {"community": community.pk, "words": "想要花镜", "stamp": stamp}
    typed |= {"name": "测试甲", "kind": "problem" if address == SLIPS else ""}

    def told(**over: str) -> tuple[str, str]:
        page = staff.post(address, typed | over, follow=True)
        shown = page.context.get("told") or page.context
        return shown["code"], shown["follow_code"]

    made = Suggestion if address == SLIPS else Wish
    first = told()
    assert told() == first
    assert follow_hash(first[1]) == made.objects.get().follow_hash
    assert told(words="想要拐杖") != first
    assert made.objects.count() == 2


def test_the_box_is_for_those_who_note(client, community) -> None:
    user = staff_user(Role.LIAISON, make_unit())
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    for address in (BOX, SLIPS, PAPER, f"{PAPER}wish_card/"):
        assert client.get(address).status_code == 404
    other = staff_user(Role.COMMUNITY_STAFF, make_community())
    client.force_login(other, "django.contrib.auth.backends.ModelBackend")
    card = CARD | {"community": community.pk, "words": "想要花镜"}
    assert "community" in client.post(BOX, card).context["form"].errors


@pytest.mark.parametrize("sheet", ["wish_card", "suggestion_slip", "wish_poster"])
def test_blank_paper_is_a_page_and_a_file(staff, community, sheet) -> None:
    chosen = staff.get(PAPER, {"sheet": sheet, "community": community.code, "pages": 2})
    page = staff.get(chosen["Location"])
    if sheet != "wish_poster":
        assert len(page.context["pages"]) == 4
        assert "查询码" in page.content.decode()
        page = staff.get(page.context["pdf_url"])
    assert page.content.startswith(b"%PDF")
    assert staff.get(f"{PAPER}{sheet}/?community=NONE").status_code == 404
    assert staff.get(f"{PAPER}other/").status_code == 404


def test_a_card_names_the_version_of_its_consent(staff, community) -> None:
    text = staff.get(f"{PAPER}wish_card/?community={community.code}").content.decode()
    version = staff.get(BOX).context["form"]["signed"].value()
    assert f"同意书版本 {version}" in text
    assert "监护人" in text


def test_filled_sheets_tell_the_way_and_not_who_asked(staff, community) -> None:
    now = clock.now()
    claim = make_claim(make_open_wish(community, now=now), now=now)
    suggestion = make_suggestion(community, title="路灯不亮", answer="已装", state="answered")
    for address, words in (
        (reverse("needs:wish-card", args=[claim.wish.code]), claim.member.member_no),
        (reverse("needs:suggestion-slip", args=[suggestion.code]), "路灯不亮"),
    ):
        page = staff.get(address)
        assert words in page.content.decode()
        assert not any(secret in page.content.decode() for secret in PLANTED)
        assert staff.get(f"{address}?format=pdf").content.startswith(b"%PDF")
    elsewhere = make_open_wish(make_community(), now=now)
    assert staff.get(reverse("needs:wish-card", args=[elsewhere.code])).status_code == 404


@pytest.mark.parametrize("address", ["/wishes/new/", "/suggestions/new/"])
def test_the_posters_code_has_the_community_chosen(client, community, address) -> None:
    page = client.get(f"{address}?community={community.code}")
    assert page.context["form"]["community"].value() == community.pk
    for wrong in ("NONE", "'", ""):
        form = client.get(address, {"community": wrong}).context["form"]
        assert form["community"].value() is None
