"""A pledge from draft to assessment: by whom each step is taken, and what the public sees."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.directory.models import Member
from allhours.kernel.errors import Refused
from allhours.needs.actions import pledges
from allhours.needs.models import Pledge
from allhours.needs.queries.pledges import desk_pledges, public_pledges
from allhours.needs.rules.pledges import Promise
from allhours.notifications.models import Notice
from tests.factories.directory import (
    make_community,
    make_member,
    make_unit,
    member_actor,
    staff_actor,
    staff_user,
)
from tests.factories.needs import NOW
from tests.factories.scheme import publish

pytestmark = pytest.mark.django_db
DUE = date(2026, 9, 30)
PROMISES = [Promise(text="每月给独居老人送一次菜", due_on=DUE, for_whom="独居老人")]


class Cast:
    """A member placed in a community, with the two desks that have a say."""

    def __init__(self) -> None:
        self.unit, self.community = make_unit(), make_community()
        self.member = make_member(self.unit, serving_community=self.community)
        self.actor = member_actor(self.member)
        self.unit_secretary = staff_actor(Role.UNIT_SECRETARY, self.unit)
        self.secretary = staff_actor(Role.COMMUNITY_SECRETARY, self.community)

    def drafted(self, **over) -> Pledge:
        values = {"promises": PROMISES, "may_publish": True} | over
        return pledges.draft_pledge(actor=self.actor, now=NOW, **values)

    def submitted(self, **over) -> Pledge:
        pledge = self.drafted(**over)
        pledges.submit_pledge(actor=self.actor, pledge=pledge, now=NOW)
        return pledge

    def approved(self, **over) -> Pledge:
        pledge = self.submitted(**over)
        pledges.approve_pledge(actor=self.unit_secretary, pledge=pledge, now=NOW)
        return pledge

    def in_hand(self, **over) -> Pledge:
        pledge = self.approved(**over)
        pledges.receive_pledge(actor=self.secretary, pledge=pledge, now=NOW)
        return pledge


@pytest.fixture
def cast():
    publish(pledges={"public": True})
    return Cast()


def refused(act, **arguments):
    with pytest.raises(Refused) as caught:
        act(now=NOW, **arguments)
    return caught.value.codes


def test_a_pledge_goes_its_whole_way(cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        pledge = cast.in_hand()
    item = pledge.items.get()
    pledges.note_progress(actor=cast.actor, item=item, text="已送三次", done_on=None, now=NOW)
    pledges.publish_pledge(actor=cast.secretary, pledge=pledge, now=NOW)
    pledges.assess_pledge(
        actor=cast.secretary, pledge=pledge, result="partly", text="缺两次", now=NOW
    )
    pledges.reply_to_assessment(actor=cast.actor, pledge=pledge, text="七月出差", now=NOW)
    pledge.refresh_from_db()
    assert (pledge.state, pledge.result, pledge.reply) == ("assessed", "partly", "七月出差")
    rows = JournalEntry.objects.filter(subject="pledge").order_by("pk")
    assert list(rows.values_list("did", flat=True)) == [
        "pledge.drafted",
        "pledge.submitted",
        "pledge.approved",
        "pledge.received",
        "pledge.progress_noted",
        "pledge.published",
        "pledge.assessed",
        "pledge.replied",
    ]
    keys = set(Notice.objects.values_list("key", flat=True))
    assert {"needs.pledge_submitted", "needs.pledge_approved", "needs.pledge_received"} <= keys


def test_a_draft_is_seen_by_nobody_else(cast):
    pledge = cast.drafted()
    assert list(desk_pledges(cast.unit_secretary)) == []
    pledges.submit_pledge(actor=cast.actor, pledge=pledge, now=NOW)
    assert list(desk_pledges(cast.unit_secretary)) == [pledge]
    assert list(desk_pledges(staff_actor(Role.UNIT_SECRETARY, make_unit()))) == []


@pytest.mark.parametrize(
    ("promises", "code"),
    [
        ([], "pledge.no_item"),
        (PROMISES * 6, "pledge.too_many"),
        ([Promise(text="植树", due_on=date(2027, 1, 1))], "pledge.due_outside"),
    ],
)
def test_what_cannot_be_promised_is_refused_with_its_reason(cast, promises, code):
    assert cast.drafted().items.count() == 1  # the same setting, accepted
    assert refused(pledges.draft_pledge, actor=cast.actor, promises=promises) == (code,)


def test_a_member_without_a_community_promises_nothing_yet(cast):
    cast.member.serving_community = None
    cast.member.save(update_fields=["serving_community"])
    codes = refused(pledges.draft_pledge, actor=cast.actor, promises=PROMISES)
    assert codes == ("pledge.not_placed",)


def test_each_step_belongs_to_its_side(cast):
    pledge = cast.submitted()
    for other in (cast.secretary, cast.actor, staff_actor(Role.LIAISON, cast.unit)):
        assert refused(pledges.approve_pledge, actor=other, pledge=pledge) == (
            "actor.not_permitted",
        )
    pledges.approve_pledge(actor=cast.unit_secretary, pledge=pledge, now=NOW)
    codes = refused(pledges.receive_pledge, actor=cast.unit_secretary, pledge=pledge)
    assert codes == ("actor.not_permitted",)
    pledges.receive_pledge(actor=cast.secretary, pledge=pledge, now=NOW)
    again = refused(pledges.receive_pledge, actor=cast.secretary, pledge=pledge)
    assert again == ("pledge.not_waiting",)


def test_nobody_approves_their_own(cast):
    own = staff_actor(Role.UNIT_SECRETARY, cast.unit)
    both = type(own)(user_id=own.user_id, member_id=cast.member.pk, grants=own.grants)
    assert refused(pledges.approve_pledge, actor=both, pledge=cast.submitted()) == ("pledge.own",)


def test_a_returned_pledge_is_changed_and_comes_again(cast):
    pledge = cast.submitted()
    assert refused(pledges.return_pledge, actor=cast.unit_secretary, pledge=pledge, reason=" ") == (
        "pledge.reason_missing",
    )
    pledges.return_pledge(actor=cast.unit_secretary, pledge=pledge, reason="写具体些", now=NOW)
    again = cast.drafted()
    assert (again.pk, again.returned_reason, again.state) == (pledge.pk, "写具体些", "draft")
    pledges.submit_pledge(actor=cast.actor, pledge=again, now=NOW)
    assert again.returned_reason == ""


def test_a_submitted_pledge_is_not_rewritten(cast):
    cast.submitted()
    codes = refused(pledges.draft_pledge, actor=cast.actor, promises=PROMISES)
    assert codes == ("pledge.not_draft",)


def test_the_public_sees_it_only_while_consent_stands(cast):
    pledge = cast.in_hand()
    pledges.publish_pledge(actor=cast.secretary, pledge=pledge, now=NOW)
    shown = public_pledges(NOW)
    assert [(each.who, each.items) for each in shown] == [
        (cast.member.name[:1], ["每月给独居老人送一次菜"])
    ]
    Member.objects.filter(pk=cast.member.pk).update(left_on=NOW.date())
    assert public_pledges(NOW) == []
    Member.objects.filter(pk=cast.member.pk).update(left_on=None)
    assert public_pledges(NOW) == shown
    pledges.consent_to_publish(actor=cast.actor, pledge=pledge, consents=False, now=NOW)
    assert public_pledges(NOW) == []
    codes = refused(pledges.publish_pledge, actor=cast.secretary, pledge=pledge)
    assert codes == ("pledge.no_consent",)


def test_a_withdrawn_pledge_leaves_room_for_another(cast):
    pledges.withdraw_pledge(actor=cast.actor, pledge=cast.in_hand(), now=NOW)
    assert cast.drafted().state == "draft"
    assert Pledge.objects.count() == 2


def test_one_pledge_a_year_even_when_begun_twice(cast):
    assert cast.drafted().pk == cast.drafted().pk
    assert Pledge.objects.count() == 1


# ---- pages ---------------------------------------------------------------------------------


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def _published(monkeypatch):
    from allhours.kernel import clock

    monkeypatch.setattr(clock, "now", lambda: NOW)
    publish("fengxiang")


@pytest.mark.usefixtures("_published")
def test_the_pages_carry_a_pledge_from_hand_to_hand(cast):
    member = client_of(cast.member.user)
    rows = {
        "promise-TOTAL_FORMS": "2",
        "promise-INITIAL_FORMS": "0",
        "promise-0-text": "教老人用手机",
        "promise-0-due_on": "2026-10-01",
    }
    broken = member.post("/me/pledge/write/", rows | {"promise-0-due_on": "", "submit": "1"})
    assert "请选择完成时限" in broken.content.decode()
    assert "教老人用手机" in broken.content.decode()
    page = member.post(
        "/me/pledge/write/", rows | {"may_publish": "on", "submit": "1"}, follow=True
    )
    assert "已提交，请等单位审定" in page.content.decode()
    pledge = Pledge.objects.get()
    unit = client_of(staff_user(Role.UNIT_SECRETARY, cast.unit))
    desk = f"/desk/pledges/{pledge.code}/"
    assert "审定通过" in unit.get(desk).content.decode()
    unit.post(f"{desk}approve/")
    place = client_of(staff_user(Role.COMMUNITY_SECRETARY, cast.community))
    place.post(f"{desk}receive/")
    place.post(f"{desk}publish/")
    member.post("/me/pledge/1/progress/", {"text": "办了一期", "done_on": "2026-06-09"})
    place.post(f"{desk}assess/", {"result": "kept"})
    pledge.refresh_from_db()
    assert (pledge.state, pledge.result) == ("assessed", "kept")
    public = Client().get("/pledges/").content.decode()
    assert "教老人用手机" in public
    assert cast.member.name not in public
    assert "兑现" in member.get("/me/pledge/").content.decode()


@pytest.mark.usefixtures("_published")
def test_out_of_sight_is_not_found(cast):
    pledge = cast.submitted()
    address = f"/desk/pledges/{pledge.code}/"
    assert client_of(staff_user(Role.UNIT_SECRETARY, cast.unit)).get(address).status_code == 200
    other = client_of(staff_user(Role.UNIT_SECRETARY, make_unit()))
    assert other.get(address).status_code == 404
    assert other.post(f"{address}approve/").status_code == 404
    assert Client().get(address).status_code == 302


@pytest.mark.usefixtures("_published")
@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_asks_the_same_number_of_questions(cast, count):
    for number in range(count):
        member = make_member(cast.unit, serving_community=cast.community)
        actor = member_actor(member)
        pledge = pledges.draft_pledge(
            actor=actor, promises=PROMISES, now=NOW + timedelta(minutes=number)
        )
        pledges.submit_pledge(actor=actor, pledge=pledge, now=NOW)
    client = client_of(staff_user(Role.UNIT_SECRETARY, cast.unit))
    client.get("/desk/pledges/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/desk/pledges/").status_code == 200
    assert len(captured) <= 15
