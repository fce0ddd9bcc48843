"""Planted secrets appear nowhere but before those entitled, and then in the journal."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs import actions
from allhours.notifications.models import Notice
from tests.factories.directory import (
    make_community,
    make_county,
    make_member,
    make_unit,
    member_actor,
    staff_actor,
    staff_user,
)
from tests.factories.needs import (
    NOW,
    SECRET_ADDRESS,
    SECRET_NAME,
    SECRET_PHONE,
    SECRET_WORDS,
    SYSTEM,
    make_claim,
    make_delivered,
    make_open_wish,
    note_wish,
)

SECRETS = (SECRET_NAME, SECRET_PHONE, SECRET_ADDRESS, SECRET_WORDS)


def found(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def everyone(community) -> dict[str, Client]:
    member = make_member(serving_community=community)
    member_actor(member)
    staff = {
        role: client_of(staff_user(role, place))
        for role, place in (
            (Role.COUNTY_OFFICER, make_county()),
            (Role.INSPECTOR, make_county()),
            (Role.LIAISON, make_unit()),
            (Role.COMMUNITY_STAFF, community),
            (Role.GRID_WORKER, community),
        )
    }
    return {"public": Client(), "member": client_of(member.user), **staff}


@pytest.mark.django_db
def test_no_page_shows_a_wisher_by_being_looked_at() -> None:
    now = clock.now()
    community = make_community()
    noted = note_wish(community, now=now).wish
    opened = make_open_wish(community, now=now)
    claimed = make_claim(make_open_wish(community, now=now), now=now).wish
    delivered = make_delivered(
        make_claim(make_open_wish(community, now=now), now=now), now=now - timedelta(hours=0)
    ).wish
    pages = ["/wishes/", "/wishes/?state=working", "/me/wishes/", "/desk/wishes/", "/menu/"]
    pages += [f"/desk/wishes/all/{column}/" for column in ("noted", "open", "claimed")]
    for wish in (noted, opened, claimed, delivered):
        pages += [f"/wishes/{wish.code}/", f"/desk/wishes/{wish.code}/", f"/me/wishes/{wish.code}/"]
    for who, client in everyone(community).items():
        for page in pages:
            assert found(client.get(page).content.decode()) == [], (who, page)


@pytest.mark.django_db
def test_facts_are_opened_by_those_on_duty_only() -> None:
    community = make_community()
    wish = make_open_wish(community, now=clock.now())
    told = {}
    for who, client in everyone(community).items():
        answer = client.post(
            f"/desk/wishes/{wish.code}/open/", {"purpose": "verify"}, follow=True
        ).content.decode()
        told[str(who)] = SECRET_PHONE in answer
    assert [who for who, open_ in told.items() if open_] == ["county_officer", "community_staff"]
    reads = JournalEntry.objects.filter(did="wish.identity_read")
    assert [entry.facts["purpose"] for entry in reads] == ["verify", "verify"]


@pytest.mark.django_db
def test_sight_begins_with_the_grant_and_ends_with_it() -> None:
    claim = make_claim()
    actor, other = member_actor(claim.member), member_actor(make_member())
    with pytest.raises(Refused) as refused:
        actions.see_wisher(actor=other, claim=claim, now=NOW)
    assert refused.value.codes == ("claim.not_yours",)
    wisher = actions.see_wisher(actor=actor, claim=claim, now=NOW)
    assert (wisher.name, wisher.phone, wisher.address) == (
        SECRET_NAME,
        SECRET_PHONE,
        SECRET_ADDRESS,
    )
    assert JournalEntry.objects.filter(did="wish.identity_read").count() == 1
    actions.give_back(actor=actor, claim=claim, reason="出差", now=NOW)
    with pytest.raises(Refused) as refused:
        actions.see_wisher(actor=actor, claim=claim, now=NOW)
    assert refused.value.codes == ("claim.sight_ended",)


@pytest.mark.django_db
def test_sight_ends_by_itself_after_confirmation() -> None:
    claim = make_delivered()
    actor = member_actor(claim.member)
    confirmed = NOW + timedelta(hours=4)
    actions.confirm_delivery(actor=SYSTEM, wish=claim.wish, now=confirmed)
    last = confirmed + timedelta(days=14)
    assert actions.see_wisher(actor=actor, claim=claim, now=last - timedelta(seconds=1)).name
    with pytest.raises(Refused) as refused:
        actions.see_wisher(actor=actor, claim=claim, now=last)
    assert refused.value.codes == ("claim.sight_ended",)


@pytest.mark.django_db
def test_a_released_claimer_no_longer_sees_on_the_page() -> None:
    now = clock.now()
    claim = make_claim(now=now)
    client = client_of(claim.member.user)
    address = f"/me/wishes/{claim.wish.code}/wisher/"
    assert SECRET_NAME in client.post(address).content.decode()
    staff = staff_actor(Role.COMMUNITY_STAFF, claim.wish.community)
    actions.release_claim(actor=staff, claim=claim, reason="久未联系", now=now)
    answer = client.post(address)
    assert answer.status_code == 200
    assert found(answer.content.decode()) == []


@pytest.mark.django_db
def test_queued_members_see_nothing() -> None:
    claim = make_claim()
    waiting = member_actor(make_member())
    queued = actions.join_queue(actor=waiting, wish=claim.wish, now=NOW)
    with pytest.raises(Refused):
        actions.see_wisher(actor=waiting, claim=queued, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_journal_notices_list_and_log_hold_codes_only(caplog, capsys) -> None:
    community = make_community()
    staff_user(Role.COMMUNITY_SECRETARY, community)
    claim = make_delivered(make_claim(make_open_wish(community)))
    actions.confirm_delivery(actor=SYSTEM, wish=claim.wish, now=NOW + timedelta(hours=4))
    call_command("wishes", "--json")
    written = str(list(JournalEntry.objects.values())) + str(list(Notice.objects.values()))
    assert Notice.objects.count() >= 3
    assert found(written + capsys.readouterr().out + caplog.text) == []


@pytest.mark.django_db
def test_without_consent_only_members_of_the_community_see_it_masked() -> None:
    community = make_community()
    wish = make_open_wish(community, now=clock.now(), consent=False)
    near, far = make_member(serving_community=community), make_member()
    for each in (near, far):
        member_actor(each)
    address = f"/wishes/{wish.code}/"
    answers = [c.get(address).status_code for c in (Client(), client_of(far.user))]
    assert answers == [404, 404]
    seen = client_of(near.user).get(address)
    assert seen.status_code == 200
    assert wish.title in seen.content.decode()
    assert found(seen.content.decode()) == []
    assert wish.title not in Client().get("/wishes/").content.decode()
