"""The county changes the scheme's menu: added, renamed, moved, retired; history keeps its words."""

from datetime import date, timedelta

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs import actions
from allhours.needs.actions.menu import change_menu
from allhours.needs.models import Post
from allhours.notifications.models import Notice
from allhours.scheme import loader
from allhours.scheme.menus import MenuLine, with_menu
from allhours.scheme.models import SchemeVersion
from allhours.scheme.queries import scheme_for
from tests.factories.api import Caller
from tests.factories.directory import make_community, make_county, staff_actor, staff_user
from tests.factories.needs import NOW, SYSTEM, make_post
from tests.factories.scheme import make_document, publish
from tests.support.contention import threads
from tests.support.forms import as_posted

TODAY = clock.local_date(NOW)
TOMORROW = TODAY + timedelta(days=1)


def lines(**over: str) -> list[MenuLine]:
    """The base menu, with titles changed by code."""
    items = make_document()["menu"]["items"]
    return [
        MenuLine(
            over.get(each["code"], each["title"]), code=each["code"],
            description=each["description"], kind=each["kind"], says=each.get("says", ""),
        )
        for each in items
    ]  # fmt: skip


def change(wanted, *, actor=SYSTEM, after=1, on=TOMORROW) -> SchemeVersion:
    return change_menu(actor=actor, lines=wanted, after=after, effective_from=on, now=NOW)


@settings(deadline=None)
@given(st.permutations(range(8)), st.sets(st.integers(0, 7), max_size=7), st.integers(0, 3))
def test_a_menu_keeps_every_code_it_ever_had_and_touches_nothing_else(order, gone, new) -> None:
    document = make_document()
    old = lines()
    wanted = [old[n] for n in order if n not in gone] + [MenuLine(f"新{n}") for n in range(new)]
    made = with_menu(document, wanted)
    menu = made["menu"]
    assert [each["title"] for each in menu["items"]] == [each.title for each in wanted]
    codes = [each["code"] for each in menu["items"] + menu["retired"]]
    assert len(codes) == len(set(codes)) == 8 + new
    assert {old[n].code for n in gone} == {each["code"] for each in menu["retired"]}
    rest = [
        each | {"menu": {k: v for k, v in each["menu"].items() if k not in ("items", "retired")}}
        for each in (made, document)
    ]
    assert rest[0] == rest[1]
    once = with_menu(document, wanted)
    back = [MenuLine(each["title"], code=each["code"]) for each in once["menu"]["items"]]
    again = with_menu(once, [*back, *(old[n] for n in sorted(gone))])
    assert again["menu"]["retired"] == []


@pytest.mark.django_db
def test_a_change_holds_from_its_day_and_history_keeps_the_old_words(
    django_capture_on_commit_callbacks,
) -> None:
    publish()
    staff = staff_user(Role.COMMUNITY_STAFF, make_community())
    old = lines()[0]
    post = make_post(item=old.code)
    with django_capture_on_commit_callbacks(execute=True):
        version = change([*lines(law="法律服务")[1:], MenuLine("助老助残", kind="general")])
    assert (version.number, version.effective_from) == (2, TOMORROW)
    today, tomorrow = scheme_for(TODAY).menu, scheme_for(TOMORROW).menu
    assert today.title_of("law") != "法律服务"
    assert tomorrow.title_of("law") == "法律服务"
    assert tomorrow.items[-1].code == "county_1"
    assert tomorrow.item(old.code) is None
    assert tomorrow.title_of(old.code) == old.title
    later = NOW + timedelta(days=1)
    with pytest.raises(Refused) as refused:
        make_post(now=later, item=old.code)
    assert refused.value.codes == ("post.item_unknown",)
    make_post(now=later, item="county_1")
    text = actions.PostText(title="改名", item=old.code, places=3)
    actions.edit_post(actor=SYSTEM, post=post, text=text, now=later)  # keeps its item
    entry = JournalEntry.objects.get(did="menu.changed")
    assert entry.facts["added"] == ["county_1"]
    assert entry.facts["retired"] == [old.code]
    notices = Notice.objects.filter(key="needs.menu_changed")
    assert staff.pk in notices.values_list("user_id", flat=True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"wanted": []}, "menu.empty"),
        ({"wanted": [MenuLine("")]}, "menu.title_missing"),
        ({"wanted": [MenuLine("甲"), MenuLine("甲")]}, "menu.title_twice"),
        ({"wanted": [MenuLine("甲", code="never")]}, "menu.unknown"),
        ({"on": TODAY - timedelta(days=1)}, "scheme.in_the_past"),
        ({"after": 0}, "scheme.published_meanwhile"),
        ({"wanted": "same"}, "scheme.unchanged"),
    ],
)
def test_a_change_is_refused(over, code) -> None:
    publish()
    wanted = [*lines(), MenuLine("新项目")]
    given_ = {"wanted": wanted} | over
    if given_["wanted"] == "same":
        change(lines())
        given_ |= {"wanted": lines(), "after": 2}
    n = SchemeVersion.objects.count()
    with pytest.raises(Refused) as refused:
        change(given_.pop("wanted"), **given_)
    assert refused.value.codes == (code,)
    assert SchemeVersion.objects.count() == n
    assert not JournalEntry.objects.filter(did="menu.changed", facts__added=["county_1"]).exists()


@pytest.mark.django_db
def test_who_may_change_the_menu_and_a_category_of_wishes_stays() -> None:
    publish(wishes={"categories": ["law"]})
    for role in (Role.INSPECTOR, Role.COMMUNITY_SECRETARY):
        with pytest.raises(Refused) as refused:
            change([*lines(), MenuLine("新项目")], actor=staff_actor(role, make_county()))
        assert refused.value.codes == ("actor.not_permitted",)
    with pytest.raises(Refused) as refused:
        change([each for each in lines() if each.code != "law"])
    assert refused.value.codes == ("menu.a_category",)
    change([*lines(), MenuLine("新项目")], actor=staff_actor(Role.COUNTY_OFFICER, make_county()))


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_once_one_is_told() -> None:
    publish()
    officer = staff_actor(Role.COUNTY_OFFICER, make_county())
    said = threads(4, lambda n: change([*lines(), MenuLine(f"新项目{n}")], actor=officer))
    refused = [each for each in said if isinstance(each, Refused)]
    assert [each.codes for each in refused] == [("scheme.published_meanwhile",)] * 3
    assert SchemeVersion.objects.count() == 2
    assert JournalEntry.objects.filter(did="menu.changed").count() == 1


@pytest.mark.django_db
def test_the_api_reads_and_changes_the_menu_as_the_page_does() -> None:
    publish(effective_from=date(clock.now().year, 1, 1))
    officer = Caller(staff_user(Role.COUNTY_OFFICER, make_county()))
    found = officer.get("/desk/menu/").json()
    assert [each["code"] for each in found["items"]] == [each.code for each in lines()]
    names = ("code", "title", "description", "kind", "says")
    items = [{name: each[name] for name in names} for each in found["items"]][1:]
    day = clock.local_date(clock.now()) + timedelta(days=1)
    said = {"items": [*items, {"title": "助老"}], "after": 1, "effective_from": day.isoformat()}
    made = officer.post("/desk/menu/", said)
    assert (made.status_code, made.json()["version"]) == (201, 2)
    again = officer.post("/desk/menu/", said)
    assert again.status_code == 409
    assert again.json()["refusals"][0]["code"] == "scheme.published_meanwhile"
    changed = officer.get("/desk/menu/").json()
    assert changed["items"][-1]["code"] == "county_1"
    assert [each["code"] for each in changed["retired"]] == [found["items"][0]["code"]]
    staff = Caller(staff_user(Role.COMMUNITY_STAFF, make_community()))
    assert staff.get("/desk/menu/").status_code == 404
    assert staff.post("/desk/menu/", said | {"after": 2}).status_code == 404


# ---- the page ------------------------------------------------------------------------------------


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def officer_client() -> Client:
    return client_of(staff_user(Role.COUNTY_OFFICER, make_county()))


@pytest.mark.django_db
def test_the_page_shows_the_difference_before_it_publishes() -> None:
    now = clock.now()
    publish(effective_from=date(now.year, 1, 1))
    post = make_post(now=now, item="law")
    client = officer_client()
    data = as_posted(client.get("/desk/menu/edit/").content.decode())
    row = next(name for name, value in data.items() if value == "law").removesuffix("-code")
    new = next(
        name.removesuffix("-title") for name, value in data.items()
        if name.endswith("-title") and not value
    )  # fmt: skip
    data |= {f"{row}-retire": "on", f"{new}-title": "助老助残", f"{new}-at": "1"}
    shown = client.post("/desk/menu/edit/", data | {"publish": "1"}).content.decode()
    assert SchemeVersion.objects.count() == 1  # nothing that was not shown
    assert "助老助残" in shown.split('id="preview"')[1]
    assert "1 个岗位" in shown
    data = as_posted(shown) | {"publish": "1"}
    done = client.post("/desk/menu/edit/", data, follow=True).content.decode()
    assert "菜单已发布" in done
    menu = loader.from_document(SchemeVersion.objects.get(number=2).document).menu
    assert [each.title for each in menu.items][:2] == ["助老助残", "政策宣传"]
    assert [each.code for each in menu.retired] == ["law"]
    assert "第 2 版增设" in done
    assert "已停用的项目" in done
    again = client.post("/desk/menu/edit/", data).content.decode()
    assert "刚才有另一版本发布" in again
    assert Post.objects.get() == post


@pytest.mark.django_db
def test_the_menu_is_the_countys() -> None:
    publish()
    inspector = client_of(staff_user(Role.INSPECTOR, make_county()))
    staff = client_of(staff_user(Role.COMMUNITY_STAFF, make_community()))
    assert inspector.get("/desk/menu/").status_code == 200
    assert inspector.get("/desk/menu/edit/").status_code == 404
    assert staff.get("/desk/menu/").status_code == 404
