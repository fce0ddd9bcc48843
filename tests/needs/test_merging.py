"""Likely duplicates are shown, and two wishes become one without losing anybody."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.kernel.errors import Refused
from allhours.needs import actions
from allhours.needs.actions.merging import merge_wishes
from allhours.needs.models import Claim, Wish
from allhours.needs.queries.deskpage import desk_page
from allhours.needs.queries.duplicates import duplicates
from allhours.needs.queries.follow import followed
from allhours.needs.rules.alike import bigrams, likeness
from tests.factories.directory import (
    make_community,
    make_member,
    member_actor,
    staff_actor,
    staff_user,
)
from tests.factories.needs import (
    NOW,
    SECRET_NAME,
    SYSTEM,
    make_claim,
    make_delivered,
    make_open_wish,
    note_wish,
    public_text,
)

OTHER_PHONE = "13700001111"
LATER = NOW + timedelta(hours=5)
texts = st.text(alphabet="老花镜轮椅修灯想要一副个，。 a1", max_size=30)


@given(one=texts, other=texts)
def test_likeness_is_between_none_and_all_and_the_same_both_ways(one, other) -> None:
    a, b = bigrams(one), bigrams(other)
    assert 0 <= likeness(a, b) <= 1
    assert likeness(a, b) == likeness(b, a)
    assert likeness(a, a) == (1 if a else 0)


@given(text=texts)
def test_blanks_and_marks_do_not_count(text) -> None:
    assert bigrams(f" {text}。") == bigrams(text)


def staff_of(wish: Wish):
    return staff_actor(Role.COMMUNITY_STAFF, wish.community)


@pytest.mark.django_db
def test_duplicates_are_the_same_phone_first_then_words_alike() -> None:
    community = make_community()
    wish = note_wish(community).wish
    alike = note_wish(community, phone=OTHER_PHONE).wish
    same_phone = note_wish(community, words="修一修楼道里的灯").wish
    note_wish(community, phone=OTHER_PHONE, words="给孩子一套书")
    note_wish(community, now=NOW - timedelta(days=91), phone=OTHER_PHONE)
    note_wish()  # elsewhere
    found = duplicates(staff_of(wish), wish, NOW)
    assert [each.code for each in found] == [same_phone.code, alike.code]
    assert [each.why for each in found] == ["同一联系电话", "内容相近"]
    assert SECRET_NAME not in str(found)


@pytest.mark.django_db
@pytest.mark.parametrize("others", [1, 3])
def test_duplicates_cost_one_query(others, django_assert_num_queries) -> None:
    wish = note_wish().wish
    for _ in range(others):
        note_wish(wish.community)
    actor = staff_of(wish)
    with django_assert_num_queries(1):
        assert len(duplicates(actor, wish, NOW)) == others


@pytest.mark.django_db
def test_a_published_wish_and_a_looker_have_no_hint() -> None:
    wish = make_open_wish()
    note_wish(wish.community)
    assert duplicates(staff_of(wish), wish, NOW) == []
    noted = note_wish(wish.community).wish
    inspector = staff_actor(Role.INSPECTOR, wish.community)
    assert desk_page(inspector, noted, NOW).duplicates == []


@pytest.mark.django_db
def test_merge_keeps_both_in_the_journal_and_one_on_the_wall() -> None:
    into = make_open_wish()
    wish = note_wish(into.community).wish
    actor = staff_of(wish)
    assert merge_wishes(actor=actor, wish=wish, into=into, now=LATER) == into
    wish.refresh_from_db()
    assert (wish.state, wish.merged_into_id, wish.ended_at) == ("merged", into.pk, LATER)
    assert wish.end_reason == f"与心愿 {into.code} 合并办理"
    notes = JournalEntry.objects.filter(did__startswith="wish.merged")
    assert set(notes.values_list("did", "subject_id")) == {
        ("wish.merged", str(wish.pk)),
        ("wish.merged_from", str(into.pk)),
    }


@pytest.mark.django_db
def test_merge_moves_who_finds_room_and_releases_the_others() -> None:
    into = make_open_wish(places=2)
    wish = make_open_wish(into.community, places=3)
    both = make_member()
    make_claim(into, both)
    kept = make_claim(wish, make_member())
    twice = make_claim(wish, both)
    crowded = make_claim(wish, make_member())
    actions.note_contact(actor=member_actor(kept.member), claim=kept, now=LATER)
    merge_wishes(actor=SYSTEM, wish=wish, into=into, now=LATER)
    claims = {pk: (of, state) for pk, of, state in Claim.objects.values_list("pk", "wish", "state")}
    assert claims[kept.pk] == (into.pk, "live")
    assert claims[twice.pk] == (wish.pk, "released")
    assert claims[crowded.pk] == (wish.pk, "released")
    into.refresh_from_db()
    assert (into.taken, into.state) == (2, "claimed")
    kept.refresh_from_db()
    assert kept.contacted_at == LATER  # the same telephone: the same person


@pytest.mark.django_db
def test_merge_with_another_persons_wish_asks_for_a_new_contact() -> None:
    into = make_open_wish()
    Wish.objects.filter(pk=into.pk).update(wisher_phone_hash="another")
    claim = make_claim(make_open_wish(into.community))
    actions.note_contact(actor=member_actor(claim.member), claim=claim, now=LATER)
    merge_wishes(actor=SYSTEM, wish=claim.wish, into=into, now=LATER)
    claim.refresh_from_db()
    assert (claim.wish_id, claim.contacted_at) == (into.pk, None)


@pytest.mark.django_db
def test_merge_is_refused_with_reasons() -> None:
    into = make_open_wish()
    wish = make_open_wish(into.community)
    elsewhere = make_open_wish()
    ended = actions.withdraw_wish(
        actor=SYSTEM, wish=make_open_wish(into.community), reason="不要了", now=NOW
    )

    def refused(one: Wish, other: Wish, actor=SYSTEM) -> tuple[str, ...]:
        with pytest.raises(Refused) as caught:
            merge_wishes(actor=actor, wish=one, into=other, now=LATER)
        return caught.value.codes

    assert refused(wish, wish) == ("wish.merge_self",)
    assert refused(wish, elsewhere) == ("wish.merge_elsewhere",)
    assert refused(wish, ended) == ("wish.merge_into_ended",)
    assert refused(ended, wish) == ("wish.merge_not_ongoing",)
    assert refused(wish, into, staff_of(elsewhere)) == ("actor.not_permitted",)
    crowd = make_open_wish(into.community, places=2)
    delivered, _waits = make_claim(crowd), make_claim(crowd)
    make_delivered(delivered)
    assert refused(crowd, into) == ("wish.merge_delivered",)
    merge_wishes(actor=SYSTEM, wish=wish, into=into, now=LATER)
    assert refused(wish, into) == ("wish.merge_not_ongoing",)


@pytest.mark.django_db
def test_the_follow_code_leads_on_also_through_two_mergers() -> None:
    noted = note_wish()
    second = note_wish(noted.wish.community).wish
    last = make_open_wish(noted.wish.community)
    merge_wishes(actor=SYSTEM, wish=noted.wish, into=second, now=LATER)
    merge_wishes(actor=SYSTEM, wish=second, into=last, now=LATER + timedelta(hours=1))
    make_delivered(make_claim(last), now=LATER + timedelta(hours=2))
    found = followed(noted.follow_code, LATER + timedelta(days=1))
    assert (found.code, found.state, found.may_confirm) == (noted.wish.code, "delivered", True)
    assert any(last.code in each.text for each in found.events)
    actions.follow_wish(
        actor=SYSTEM, code=noted.follow_code, do="rate", rating="3", address="::1",
        now=LATER + timedelta(days=1),
    )  # fmt: skip
    last.refresh_from_db()
    assert (last.state, last.rating) == ("confirmed", 3)


@pytest.mark.django_db
def test_another_persons_code_reads_on_but_does_nothing() -> None:
    noted = note_wish()
    into = note_wish(noted.wish.community, phone=OTHER_PHONE).wish
    into = actions.verify_wish(actor=SYSTEM, wish=into, text=public_text(), now=NOW)
    merge_wishes(actor=SYSTEM, wish=noted.wish, into=into, now=LATER)
    found = followed(noted.follow_code, LATER)
    assert (found.state, found.title) == ("verified", "想要一副老花镜")
    assert (found.may_confirm, found.may_withdraw, found.may_hide) == (False, False, False)
    with pytest.raises(Refused):
        actions.follow_wish(
            actor=SYSTEM, code=noted.follow_code, do="withdraw", address="::1", now=LATER
        )
    into.refresh_from_db()
    assert into.state == "verified"


@pytest.mark.django_db
def test_the_desk_sees_the_hint_merges_and_is_led_on(client) -> None:
    into = make_open_wish()
    wish = note_wish(into.community).wish
    client.force_login(
        staff_user(Role.COMMUNITY_STAFF, wish.community),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    page = client.get(f"/desk/wishes/{wish.code}/").content.decode()
    assert "可能重复" in page
    assert into.code in page
    unknown = client.post(f"/desk/wishes/{wish.code}/merge/", {"into": "NONE"}, follow=True)
    assert "没有查到这个编号的心愿" in unknown.content.decode()
    merged = client.post(f"/desk/wishes/{wish.code}/merge/", {"into": into.code.lower()})
    assert merged["Location"] == f"/desk/wishes/{into.code}/"
    shown = client.get(f"/desk/wishes/{wish.code}/").content.decode()
    assert f"/desk/wishes/{into.code}/" in shown
