"""A category is proposed from the words; a person decides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allhours.accounts.choices import Role
from allhours.needs.models import Wish
from allhours.needs.queries.suggested import suggested_category
from allhours.needs.rules.categories import Category, suggest
from allhours.scheme import loader
from tests.factories.directory import staff_user
from tests.factories.needs import NOW, note_wish
from tests.factories.scheme import make_scheme

CODES = ("law", "health", "relief", "convenience", "environment")
MENU = [
    Category(item.code, item.title, item.description, tuple(item.says.split()))
    for item in make_scheme("fengxiang").menu.items
    if item.code in CODES
]
said = st.text(alphabet="法律援助环境卫生灯坏了修书包义诊服务，。 ", max_size=24)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("楼道的灯坏了，想请人修一修", "convenience"),
        ("想咨询法律援助怎么办理", "law"),
        ("孩子想要一个书包", "relief"),
        ("门口垃圾没人打扫", "environment"),
        ("想要一副老花镜", "health"),
        ("谢谢你们", ""),
        ("服务", ""),
        ("", ""),
    ],
)
def test_words_point_to_a_category(words, code) -> None:
    assert suggest(words, MENU) == code


@given(words=said, menu=st.lists(st.sampled_from(MENU), unique=True))
def test_suggestion_is_one_of_the_menu_or_none_in_any_order(words, menu) -> None:
    found = suggest(words, menu)
    assert found in {"", *(each.code for each in menu)}
    assert suggest(words, menu[::-1]) == found


@pytest.mark.parametrize("name", loader.shipped())
def test_everyday_words_are_the_schemes(name) -> None:
    """What no title says is understood by `says`, and by nothing in the program."""
    items = make_scheme(name).menu.items
    for words in ("水龙头漏水了", "想要一件棉衣"):
        bare = [Category(item.code, item.title, item.description) for item in items]
        assert suggest(words, bare) == ""
    saying = [
        Category(item.code, item.title, item.description, tuple(item.says.split()))
        for item in items
    ]
    assert suggest("想要一件棉衣", saying) == "relief"


@given(noise=st.sampled_from(["", " ", "。", "！"]))
def test_marks_do_not_change_the_suggestion(noise) -> None:
    assert suggest(f"法律{noise}援助", MENU) == "law"


@pytest.mark.django_db
def test_the_desk_finds_it_chosen_and_said_to_be_the_systems(client) -> None:
    wish = note_wish(words="楼道的灯坏了，想请人修一修").wish
    proposed = suggested_category(wish, NOW)
    assert proposed
    client.force_login(
        staff_user(Role.COMMUNITY_STAFF, wish.community),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    page = client.get(f"/desk/wishes/{wish.code}/").content.decode()
    assert "系统建议" in page
    assert f'<option value="{proposed}" selected>' in page
    wish.category = "law"
    assert suggested_category(wish, NOW) == ""
    assert Wish.objects.get().category == ""  # nothing is decided by looking
