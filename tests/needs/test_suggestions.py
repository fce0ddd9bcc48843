"""意见建议: voiced by anybody, taken on, handed over, answered, and once “not solved”."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.directory.choices import OrgKind
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.kernel.periods import Period
from allhours.ledger import queries as ledger
from allhours.needs.actions import suggestions as actions
from allhours.needs.actions import voicing
from allhours.needs.models import Suggestion
from allhours.needs.queries import suggestions as queries
from allhours.needs.rules.suggestions import Accepted
from allhours.notifications.models import Notice
from tests.factories.directory import (
    make_community,
    make_member,
    make_org,
    make_unit,
    member_actor,
    staff_actor,
    staff_user,
)
from tests.factories.needs import NOW, SECRET_NAME, SECRET_PHONE, make_voice
from tests.factories.scheme import seed_calendar

pytestmark = pytest.mark.django_db
WORDS = "我是欧阳密封，楼道的灯坏了"
MADE = Accepted(kind="problem", title="楼道照明", category="facility")


@pytest.fixture
def place():
    seed_calendar(2026)
    return make_community()


@pytest.fixture
def secretary(place):
    return staff_actor(Role.COMMUNITY_SECRETARY, place)


def voiced(place, **over):
    return voicing.submit_suggestion(
        actor=Actor.public(), community=place, voice=make_voice(words=WORDS), kind="problem",
        intake_key=None, address="", now=NOW, **over,
    )  # fmt: skip


def own(place, *, words="建议加装扶手", member=None):
    member = member or make_member(serving_community=place)
    return voicing.suggest(actor=member_actor(member), words=words, kind="suggestion", now=NOW)


def accepted(place, secretary, suggestion=None):
    suggestion = suggestion or voiced(place).suggestion
    actions.accept_suggestion(actor=secretary, suggestion=suggestion, made=MADE, now=NOW)
    return suggestion


def answered(place, secretary, suggestion=None):
    found = accepted(place, secretary, suggestion)
    actions.answer_suggestion(
        actor=secretary, suggestion=found, outcome="solved", text="已更换灯泡", now=NOW
    )
    return found


def refused(act, **arguments):
    with pytest.raises(Refused) as caught:
        act(now=NOW, **arguments)
    return caught.value.codes


def test_a_problem_is_taken_on_handed_over_and_answered(place, secretary):
    found = accepted(place, secretary)
    # fifteen working days after 10 June 2026, with the Dragon Boat holiday of 19 June off
    assert found.due_on == date(2026, 7, 2)
    department = make_unit()
    actions.route_suggestion(
        actor=secretary, suggestion=found, handler=department, note="请维修", now=NOW
    )
    liaison = staff_actor(Role.LIAISON, department)
    assert [s.code for s in queries.on_desk(liaison)] == [found.code]
    actions.answer_suggestion(
        actor=liaison, suggestion=found, outcome="solved", text="已更换", now=NOW
    )
    assert (found.state, found.answer) == ("answered", "已更换")
    dids = JournalEntry.objects.filter(subject="suggestion").values_list("did", flat=True)
    assert sorted(dids) == [
        "suggestion.accepted", "suggestion.answered", "suggestion.noted", "suggestion.routed",
    ]  # fmt: skip


def test_only_those_it_lies_with_may_answer(place, secretary):
    found = accepted(place, secretary)
    for stranger in (
        staff_actor(Role.COMMUNITY_SECRETARY, make_community()),
        staff_actor(Role.LIAISON, make_unit()),
        member_actor(make_member(serving_community=place)),
    ):
        codes = refused(
            actions.answer_suggestion,
            actor=stranger, suggestion=found, outcome="solved", text="好",
        )  # fmt: skip
        assert codes == ("actor.not_permitted",)
    actions.answer_suggestion(
        actor=secretary, suggestion=found, outcome="solved", text="好", now=NOW
    )


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (Accepted("problem", " ", "facility"), "suggestion.title_missing"),
        (Accepted("problem", f"{SECRET_NAME}说灯坏了", "facility"), "suggestion.title_tells"),
        (Accepted("problem", "灯坏了", "nonsense"), "suggestion.category_unknown"),
    ],
)
def test_what_the_desk_writes_tells_no_name_and_has_a_category(place, secretary, made, code):
    found = voiced(place).suggestion
    assert refused(actions.accept_suggestion, actor=secretary, suggestion=found, made=made) == (
        code,
    )
    actions.accept_suggestion(actor=secretary, suggestion=found, made=MADE, now=NOW)


def test_it_is_handed_to_places_that_handle_such_things_only(place, secretary):
    found = accepted(place, secretary)
    team = make_org(OrgKind.TEAM, place)
    for handler, code in ((team, "not_a_place"), (place, "same_place")):
        codes = refused(
            actions.route_suggestion, actor=secretary, suggestion=found, handler=handler
        )
        assert codes == (f"suggestion.{code}",)
    grid = make_org(OrgKind.GRID, place)
    actions.route_suggestion(actor=secretary, suggestion=found, handler=grid, now=NOW)


def test_the_author_says_not_solved_once(place, secretary):
    made = voiced(place)
    found = answered(place, secretary, made.suggestion)
    later = NOW + timedelta(days=3)
    actions.say_not_solved(actor=Actor.public(), suggestion=found, text="又坏了", now=later)
    found.refresh_from_db()
    assert (found.state, found.ended_at) == ("in_hand", None)
    actions.answer_suggestion(
        actor=secretary, suggestion=found, outcome="solved", text="换了新线路", now=later
    )
    codes = refused(actions.say_not_solved, actor=Actor.public(), suggestion=found, text="还不行")
    assert codes == ("suggestion.said_once",)


def test_only_its_author_rates_while_it_is_answered_and_again_after_a_new_answer(place, secretary):
    member = make_member(serving_community=place)
    found = answered(place, secretary, own(place, member=member))
    author, other = member_actor(member), member_actor(make_member())
    rate = {"suggestion": found, "rating": 3}
    assert refused(actions.rate_answer, actor=other, **rate) == ("actor.not_permitted",)
    actions.rate_answer(actor=author, now=NOW, **rate)
    assert refused(actions.rate_answer, actor=author, **rate) == ("suggestion.already_rated",)
    for act, words in (("say_not_solved", {"text": "又坏了"}), ("withdraw_suggestion", {})):
        codes = refused(getattr(actions, act), actor=other, suggestion=found, **words)
        assert codes == ("actor.not_permitted",)
    actions.say_not_solved(actor=author, suggestion=found, text="又坏了", now=NOW)
    assert refused(actions.rate_answer, actor=author, **rate) == ("suggestion.not_answered",)
    actions.answer_suggestion(
        actor=secretary, suggestion=found, outcome="solved", text="换了新线路", now=NOW
    )
    actions.rate_answer(actor=author, now=NOW, **rate)


def test_joined_ones_share_the_answer_and_every_author_is_credited(
    place, secretary, django_capture_on_commit_callbacks
):
    first, second = make_member(serving_community=place), make_member(serving_community=place)
    main = accepted(place, secretary, own(place, member=first))
    same = own(place, words="楼梯没有扶手", member=second)
    actions.join_suggestions(actor=secretary, suggestion=same, main=main, now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        actions.answer_suggestion(
            actor=secretary, suggestion=main, outcome="adopted", text="列入计划", now=NOW
        )
    told = queries.told(queries.own_suggestion(member_actor(second), same.code))
    assert (told.answer, told.outcome) == ("列入计划", "采纳")
    for member in (first, second):
        entries = ledger.statement(member=member, period=Period.year(2026))
        assert [(e.kind, e.minutes, e.quantity) for e in entries] == [("suggestion", 0, 1)]
        assert Notice.objects.filter(user=member.user, key="needs.suggestion_answered").count() == 1


def test_one_cannot_be_joined_to_itself_nor_to_a_waiting_one(place, secretary):
    found, waiting = accepted(place, secretary), own(place)
    for suggestion, main, code in (
        (found, found, "suggestion.join_self"),
        (found, waiting, "suggestion.join_ended"),
    ):
        codes = refused(actions.join_suggestions, actor=secretary, suggestion=suggestion, main=main)
        assert codes == (code,)


def test_a_refused_one_credits_nobody_and_says_why(place, secretary):
    member = make_member(serving_community=place)
    found = own(place, member=member)
    assert refused(actions.refuse_suggestion, actor=secretary, suggestion=found, reason="") == (
        "suggestion.reason_missing",
    )
    actions.refuse_suggestion(actor=secretary, suggestion=found, reason="不属本县管", now=NOW)
    assert queries.told(found).answer == "不属本县管"
    assert list(ledger.statement(member=member, period=Period.year(2026))) == []


def test_who_said_it_is_opened_with_a_purpose_by_those_it_lies_with(place, secretary):
    found = voiced(place).suggestion
    author = actions.open_author(actor=secretary, suggestion=found, purpose="contact", now=NOW)
    assert (author.name, author.phone) == (SECRET_NAME, SECRET_PHONE)
    line = JournalEntry.objects.get(did="suggestion.author_read")
    assert line.facts == {"purpose": "contact"}
    stranger = staff_actor(Role.COMMUNITY_SECRETARY, make_community())
    codes = refused(actions.open_author, actor=stranger, suggestion=found, purpose="contact")
    assert codes == ("actor.not_permitted",)


# ---- pages ---------------------------------------------------------------------------------


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def _noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.mark.usefixtures("_noon")
def test_a_residents_way_through_the_pages(place):
    from allhours.needs.forms.public import stamp

    public = Client()
    assert public.get("/suggestions/new/").status_code == 200
    form = {
        "kind": "problem", "words": WORDS, "name": SECRET_NAME, "phone": SECRET_PHONE,
        "community": place.pk, "stamp": stamp(NOW - timedelta(minutes=1)),
    }  # fmt: skip
    page = public.post("/suggestions/new/", form, follow=True).content.decode()
    found = Suggestion.objects.get()
    assert found.code in page
    again = public.post("/suggestions/new/", form).content.decode()
    assert "已经收到" in again
    desk = client_of(staff_user(Role.COMMUNITY_SECRETARY, place))
    base = f"/desk/suggestions/{found.code}/"
    shown = desk.get(base).content.decode()
    assert SECRET_NAME not in shown
    assert SECRET_NAME in desk.post(f"{base}open/", {"purpose": "contact"}).content.decode()
    wrong = desk.post(f"{base}accept/", {"kind": "problem", "title": "楼道照明", "category": ""})
    assert "楼道照明" in wrong.content.decode()  # what was typed stays
    fields = {"kind": "problem", "title": "楼道照明", "category": "facility"}
    desk.post(f"{base}accept/", fields)
    desk.post(f"{base}answer/", {"outcome": "solved", "text": "已更换灯泡"})
    register = desk.get("/desk/suggestions/").content.decode()
    assert "楼道照明" in register
    assert SECRET_NAME not in register
    assert SECRET_PHONE not in register


@pytest.mark.usefixtures("_noon")
def test_a_resident_follows_by_code_and_says_not_solved(place, secretary):
    made = voiced(place)
    answered(place, secretary, made.suggestion)
    public = Client()
    page = public.post("/follow/", {"code": made.follow_code}).content.decode()
    assert "已更换灯泡" in page
    said = {"code": made.follow_code, "do": "not_done", "note": "又坏了"}
    page = public.post("/follow/", said).content.decode()
    assert "已退回重新办理" in page
    made.suggestion.refresh_from_db()
    assert made.suggestion.state == "in_hand"


@pytest.mark.usefixtures("_noon")
def test_a_members_own_page(place, secretary):
    member = make_member(serving_community=place)
    member_actor(member)
    client = client_of(member.user)
    form = {"kind": "suggestion", "words": "建议加装扶手", "community": place.pk}
    page = client.post("/me/suggestions/", form, follow=True).content.decode()
    assert "建议加装扶手" in page
    found = Suggestion.objects.get()
    other = make_member(serving_community=place)
    member_actor(other)
    assert client_of(other.user).get(f"/me/suggestions/{found.code}/").status_code == 404
    answered(place, secretary, found)
    page = client.post(
        f"/me/suggestions/{found.code}/say/", {"do": "rate", "rating": "3"}, follow=True
    )
    assert "谢谢您的评价" in page.content.decode()


@pytest.mark.usefixtures("_noon")
@pytest.mark.parametrize("count", [1, 3])
def test_the_register_asks_the_same_number_of_questions(place, count):
    for _each in range(count):
        own(place)
    client = client_of(staff_user(Role.COMMUNITY_SECRETARY, place))
    client.get("/desk/suggestions/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/desk/suggestions/").status_code == 200
    assert len(captured) <= 15
