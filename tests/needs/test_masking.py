"""What the public sees of a wish is decided field by field, and holds on every way to it."""

from datetime import timedelta

import pytest

from allhours.accounts.choices import Role
from allhours.kernel.errors import Refused
from allhours.needs import actions
from allhours.needs.queries.mine import my_wishes
from allhours.needs.queries.wall import WallFilters, reader, wall
from allhours.scheme import memo
from tests.factories.directory import make_community, make_member, member_actor, staff_user
from tests.factories.needs import (
    NOW,
    SYSTEM,
    make_claim,
    make_open_wish,
    note_wish,
    public_text,
)

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
HIDDEN = {"show_community": False, "show_wisher_kind": False}


def hidden_wish(**text):
    community = make_community(name="密社区")
    return make_open_wish(community, **HIDDEN, **text)


def test_hidden_fields_are_hidden_from_the_public_everywhere(client) -> None:
    wish = hidden_wish()
    town = wish.community.parent
    for address in ("/", "/wishes/", f"/wishes/{wish.code}/"):
        page = client.get(address).content.decode()
        assert wish.title in page, address
        for told in ("一位老人",):
            assert told not in page, address
        shown = page.replace('value="', "").split("<article")[-1]
        assert "密社区" not in shown.split("</article>")[0], address
        assert town.label in page, address
    listed = client.get("/api/v1/wishes/").json()
    (row,) = listed["items"] if "items" in listed else listed["results"]
    assert (row["community"], row["community_name"]) == (town.code, town.label)
    one = client.get(f"/api/v1/wishes/{wish.pk}/").json()
    assert one["community"] == town.code


def test_a_filter_does_not_tell_what_the_card_hides(client) -> None:
    wish = hidden_wish()
    stranger = member_actor(make_member())
    filters = WallFilters(community=wish.community_id)
    assert wall(reader(stranger, NOW), filters, NOW).cards == []
    assert (
        wish.code
        not in client.get(f"/api/v1/wishes/?community={wish.community.code}").content.decode()
    )
    neighbour = member_actor(make_member(serving_community=wish.community))
    (card,) = wall(reader(neighbour, NOW), filters, NOW).cards
    assert card.community == "密社区"


def test_who_has_it_in_hand_learns_the_community_who_waits_does_not(client) -> None:
    wish = hidden_wish()
    claim = make_claim(wish)
    waiting = member_actor(make_member())
    actions.join_queue(actor=waiting, wish=wish, now=NOW)
    (mine,) = my_wishes(member_actor(claim.member), NOW).in_hand
    (waits,) = my_wishes(waiting, NOW).waiting
    assert mine.community == "密社区"
    assert waits.community == wish.community.parent.label


def test_a_wish_for_its_own_community_says_which_one() -> None:
    wish = note_wish().wish
    text = public_text(own_community_only=True, show_community=False)
    with pytest.raises(Refused) as refused:
        actions.verify_wish(actor=SYSTEM, wish=wish, text=text, now=NOW)
    assert refused.value.codes == ("wish.place_hidden",)


@pytest.mark.parametrize("count", [1, 3])
def test_the_wall_costs_the_same_with_hidden_places(count, django_assert_max_num_queries) -> None:
    for _ in range(count):
        make_open_wish(**HIDDEN, now=NOW - timedelta(hours=1))
    who = reader(member_actor(make_member()), NOW)
    with memo.kept(), django_assert_max_num_queries(7):  # as in a request
        assert len(wall(who, WallFilters(), NOW).cards) == count


def test_the_preview_is_the_card_of_the_wall_field_by_field(client) -> None:
    wish = note_wish(make_community(name="密社区")).wish
    client.force_login(staff_user(Role.COMMUNITY_STAFF, wish.community), backend=BACKEND)
    text = public_text()
    sent = {
        "title": text.title, "category": text.category, "wisher_kind": "elder", "places": 1,
        "show_wisher_kind": "on",
    }  # fmt: skip
    address = f"/desk/wishes/{wish.code}/check/"
    preview = client.post(address, sent).content.decode()
    card = preview.split("<article")[1].split("</article>")[0]
    assert "一位老人" in card
    assert wish.community.parent.label in card
    assert "密社区" not in card
    client.post(address, sent | {"decide": "1"})
    wish.refresh_from_db()
    assert (wish.state, wish.show_wisher_kind, wish.show_community) == ("verified", True, False)
