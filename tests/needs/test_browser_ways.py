"""Whole ways in a real browser at 360 px, with a finger and by keyboard alone, counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.needs import actions
from allhours.needs.actions import suggestions
from allhours.needs.models import Claim, Suggestion, Wish
from allhours.needs.queries.limits import suggestion_rules
from allhours.needs.rules.suggestions import Accepted
from tests.factories.directory import make_community, make_member, make_user, staff_actor
from tests.factories.needs import SYSTEM, make_claim, make_delivered, make_open_wish, public_text
from tests.factories.scheme import seed_calendar
from tests.support.ways import Way

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct-horse-9"
by_either = pytest.mark.parametrize("by_keyboard", [False, True], ids=["finger", "keyboard"])
SEND = "main form [type=submit]"


def codes_shown(page: Any) -> list[str]:
    return [each.strip() for each in page.locator(".code").all_inner_texts()]


def follows(way: Way, code: str) -> None:
    """Two pages: where the code is typed, and what has become of it."""
    way.anew().opens("/follow/").fills("[name=code]", code).taps(SEND)
    assert way.cost == (1, 1, 2)


def fulfilled(wish: Wish) -> None:
    """The community and a member do their part, five hours ago."""
    then = clock.now() - timedelta(hours=5)
    wish = actions.verify_wish(actor=SYSTEM, wish=wish, text=public_text(then), now=then)
    wish = actions.publish_wish(actor=SYSTEM, wish=wish, now=then)
    member = make_member(serving_community=wish.community)
    make_delivered(make_claim(wish, member, now=then), now=then)


@by_either
def test_a_resident_wishes_follows_and_rates(phone, by_keyboard) -> None:
    community = make_community(name="宝塔社区")
    way = Way(phone, by_keyboard=by_keyboard).opens("/wishes/new/")
    way.fills("[name=words]", "想要一副老花镜").fills("[name=name]", "王大妈")
    way.fills("[name=phone]", "13800138000").chooses("[name=community]", str(community.pk))
    way.taps(SEND)
    phone.wait_for_url("**/wishes/new/done/")
    assert way.cost == (1, 4, 2)  # four fields on one page, and the page that tells the codes
    wish, (_, code) = Wish.objects.get(), codes_shown(phone)
    follows(way, code)
    assert "王大妈" not in phone.inner_text("main")
    fulfilled(wish)
    follows(way, code)
    way.anew().taps("[name=rating]")
    assert way.cost == (1, 0, 1)
    wish.refresh_from_db()
    assert (wish.state, wish.rating) == ("confirmed", 3)


@by_either
def test_a_resident_says_it_is_not_yet_done(phone, by_keyboard) -> None:
    community = make_community()
    way = Way(phone, by_keyboard=by_keyboard).opens("/wishes/new/")
    way.fills("[name=words]", "想修一扇窗").fills("[name=name]", "王大妈")
    way.fills("[name=phone]", "13800138000").chooses("[name=community]", str(community.pk))
    way.taps(SEND)
    fulfilled(wish := Wish.objects.get())
    follows(way, codes_shown(phone)[1])
    way.anew().opens_up("details.confirm:has([value=not_done]) summary")
    way.fills("#not-done-note", "窗还关不严").taps("form:has([value=not_done]) [type=submit]")
    assert way.cost == (2, 1, 1)
    wish.refresh_from_db()
    assert (wish.state, wish.note) == ("claimed", "窗还关不严")


@by_either
def test_a_resident_suggests_follows_objects_once_and_rates(phone, by_keyboard) -> None:
    seed_calendar(clock.now().year)
    community = make_community(name="宝塔社区")
    way = Way(phone, by_keyboard=by_keyboard).opens("/suggestions/new/")
    way.fills("[name=words]", "楼道的灯坏了").fills("[name=name]", "王大妈")
    way.fills("[name=phone]", "13800138000").chooses("[name=community]", str(community.pk))
    way.taps(SEND)
    phone.wait_for_url("**/suggestions/new/done/")
    assert way.cost == (1, 4, 2)
    found, (_, code) = Suggestion.objects.get(), codes_shown(phone)
    follows(way, code)
    desk, now = staff_actor(Role.COMMUNITY_SECRETARY, community), clock.now()
    category = suggestion_rules(now).categories[0].code
    made = Accepted(kind="problem", title="楼道灯", category=category)
    suggestions.accept_suggestion(actor=desk, suggestion=found, made=made, now=now)
    for answer in ("已报修", "已更换灯具"):
        found.refresh_from_db()
        suggestions.answer_suggestion(
            actor=desk, suggestion=found, outcome="solved", text=answer, now=clock.now()
        )
        follows(way, code)
        assert answer in phone.inner_text("main")
        if answer == "已报修":
            way.anew().opens_up("details.confirm:has([value=not_done]) summary")
            way.fills("#not-solved", "还是不亮").taps("form:has([value=not_done]) [type=submit]")
            assert way.cost == (2, 1, 1)
            found.refresh_from_db()
            assert found.state == "in_hand"
    assert phone.locator("#not-solved").count() == 0  # said once
    way.anew().taps("[name=rating]")
    assert way.cost == (1, 0, 1)
    found.refresh_from_db()
    assert found.rating == 3


@by_either
def test_a_member_claims_sees_contacts_and_delivers(phone, sign_in, by_keyboard) -> None:
    member = make_member(serving_community=make_community())
    member.user = make_user(username=member.member_no)
    member.user.set_password(PASSWORD)
    member.user.save(update_fields=["password"])
    member.save(update_fields=["user"])
    then = clock.now() - timedelta(hours=5)
    wish = make_open_wish(member.serving_community, now=then)
    sign_in(phone, member.member_no, PASSWORD)
    way = Way(phone, by_keyboard=by_keyboard).opens("/me/").anew()
    way.taps('a[href^="/wishes/"]').taps("form[action$='/claim/'] button")
    assert way.cost == (2, 0, 2)  # the wall, and the wish in hand
    assert phone.url.endswith(f"/me/wishes/{wish.code}/")
    way.anew().taps("form[action$='/wisher/'] button")
    assert "13912345678" in phone.inner_text("main").replace(" ", "")
    way.taps("form[action$='/contact/'] button")
    assert way.cost == (2, 0, 2)
    claim = Claim.objects.get()
    assert claim.contacted_at is not None
    Claim.objects.update(claimed_at=then, contacted_at=then)  # the visit itself takes its time
    way.opens(f"/me/wishes/{wish.code}/").anew()
    way.fills("[name=note]", "送去花镜一副").fills("[name=minutes]", "30")
    way.taps("form[action$='/deliver/'] [type=submit]")
    assert way.cost == (1, 2, 1)
    assert "已登记完成" in phone.inner_text("#messages")
    claim.refresh_from_db()
    assert (claim.delivery_note, claim.minutes) == ("送去花镜一副", 30)
    actions.confirm_delivery(actor=SYSTEM, wish=Wish.objects.get(), now=clock.now())
    way.anew().opens("/me/wishes/")
    assert "已办结" in phone.inner_text("main")
