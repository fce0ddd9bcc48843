"""What is refused about suggestions, pledges and projects."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.accounts.models import User
from allhours.directory.models import Appointment, Member
from allhours.needs.actions.projects import gather_wish
from allhours.needs.forms.public import stamp
from allhours.needs.models import Pledge, Suggestion
from allhours.projects.actions import end_project
from tests.api.alike import Table, Try, now, today, user_of
from tests.factories.directory import (
    make_community,
    make_county,
    make_member,
    make_unit,
    staff_user,
)
from tests.factories.needs import SECRET_PHONE, SYSTEM, make_open_wish, make_pledge, make_suggestion
from tests.factories.projects import make_project
from tests.factories.scheme import publish

TABLE = Table()
case = TABLE.case

# ---- suggestions: the desk ---------------------------------------------------------------------


def at_desk(
    code: str, found: Suggestion, step: str, sent: dict[str, Any],
    body: dict[str, Any] | None = None,
) -> Try:  # fmt: skip
    return Try(
        code, staff_user(Role.COMMUNITY_STAFF, found.community),
        reverse("needs:suggestion-step", args=[found.code, step]),
        f"/desk/suggestions/{found.pk}/{step}/", sent, body or sent,
    )  # fmt: skip


def accepting(code: str, **over: Any) -> Try:
    sent = {"kind": "problem", "title": "照明", "category": "facility"} | over
    return at_desk(code, make_suggestion(), "accept", sent)


@case("suggestions.accept_suggestion", "suggestion.title_missing", asked=True)
def a_suggestion_taken_on_without_a_word() -> Try:
    return accepting("suggestion.title_missing", title=" ")


@case("suggestions.accept_suggestion", "suggestion.title_tells")
def a_suggestion_that_tells_a_telephone() -> Try:
    return accepting("suggestion.title_tells", title=f"照明 {SECRET_PHONE}")


@case("suggestions.accept_suggestion", "suggestion.category_unknown", asked=True)
def a_suggestion_of_no_category() -> Try:
    return accepting("suggestion.category_unknown", category="没有的")


@case("suggestions.answer_suggestion", "suggestion.not_waiting")
def an_answer_to_a_suggestion_not_taken_on() -> Try:
    sent = {"outcome": "solved", "text": "已办"}
    return at_desk("suggestion.not_waiting", make_suggestion(), "answer", sent)


@case("suggestions.answer_suggestion", "suggestion.answer_missing", asked=True)
def an_answer_that_says_nothing() -> Try:
    sent = {"outcome": "solved", "text": " "}
    return at_desk("suggestion.answer_missing", make_suggestion(state="in_hand"), "answer", sent)


@case("suggestions.refuse_suggestion", "suggestion.reason_missing")
def a_suggestion_refused_without_a_reason() -> Try:
    return at_desk("suggestion.reason_missing", make_suggestion(), "refuse", {"reason": ""})


@case("suggestions.route_suggestion", "suggestion.same_place")
def a_suggestion_handed_to_where_it_lies() -> Try:
    found = make_suggestion(state="in_hand")
    sent, body = {"handler": found.handler.pk}, {"handler": found.handler.code}
    return at_desk("suggestion.same_place", found, "route", sent, body)


@case("suggestions.join_suggestions", "suggestion.not_waiting")
def a_suggestion_joined_after_its_end() -> Try:
    place = make_community()
    main = make_suggestion(place, state="in_hand")
    found = make_suggestion(place, state="refused")
    return at_desk("suggestion.not_waiting", found, "join", {"main": main.code}, {"main": main.pk})


# ---- suggestions: their authors ----------------------------------------------------------------


def saying(code: str, member: Member, found: Suggestion, do: str, **sent: Any) -> Try:
    api = {"not_done": "not-solved", "rate": "rate", "withdraw": "withdraw"}[do]
    body = {"text": sent["note"]} if "note" in sent else sent
    return Try(
        code, user_of(member), reverse("needs:my-suggestion-say", args=[found.code]),
        f"/me/suggestions/{found.pk}/{api}/", {"do": do, **sent}, body or None,
    )  # fmt: skip


def own(**over: Any) -> tuple[Member, Suggestion]:
    member = make_member()
    return member, make_suggestion(member=member, **over)


@case("suggestions.say_not_solved", "suggestion.said_once")
def not_solved_said_twice() -> Try:
    member, found = own(state="answered", not_solved_at=now())
    return saying("suggestion.said_once", member, found, "not_done", note="仍未解决")


@case("suggestions.rate_answer", "suggestion.not_answered")
def a_rating_before_the_answer() -> Try:
    return saying("suggestion.not_answered", *own(), "rate", rating=3)


@case("suggestions.rate_answer", "suggestion.already_rated")
def a_second_rating() -> Try:
    return saying("suggestion.already_rated", *own(state="answered", rating=2), "rate", rating=3)


@case("suggestions.withdraw_suggestion", "suggestion.not_waiting")
def a_suggestion_withdrawn_after_the_answer() -> Try:
    return saying("suggestion.not_waiting", *own(state="answered"), "withdraw")


def suggesting(code: str, user: User, words: str = "加个长椅", *, place: bool = True) -> Try:
    at = make_community()
    sent, body = {"words": words, "kind": "suggestion"}, {"words": words}
    if place:
        sent |= {"community": at.pk}
        body |= {"community": at.code}
    return Try(code, user, reverse("needs:my-suggestions"), "/me/suggestions/", sent, body)


@case("voicing.suggest", "suggestion.words_missing", asked=True)
def a_suggestion_without_words() -> Try:
    return suggesting("suggestion.words_missing", user_of(make_member()), " ")


@case("voicing.suggest", "suggestion.not_a_member")
def a_suggestion_by_somebody_who_is_no_member() -> Try:
    return suggesting("suggestion.not_a_member", staff_user(Role.COUNTY_OFFICER, make_county()))


@case("voicing.suggest", "suggestion.not_used")
def a_suggestion_where_the_scheme_has_none() -> Try:
    publish(suggestions={"enabled": False})
    return suggesting("suggestion.not_used", user_of(make_member()))


def by_resident(code: str, **over: Any) -> Try:
    place = make_community()
    sent = {"words": "灯坏了", "name": "张", "phone": SECRET_PHONE, "kind": "problem"} | over
    page = sent | {"community": place.pk, "stamp": stamp(now() - timedelta(minutes=2))}
    body = sent | {"community": place.code}
    return Try(code, None, reverse("needs:suggestion-new"), "/suggestions/", page, body)


@case("voicing.submit_suggestion", "suggestion.words_missing", asked=True)
def a_residents_suggestion_without_words() -> Try:
    return by_resident("suggestion.words_missing", words=" ")


@case("voicing.submit_suggestion", "suggestion.not_used")
def a_residents_suggestion_where_the_scheme_has_none() -> Try:
    publish(suggestions={"enabled": False})
    return by_resident("suggestion.not_used")


@case("voicing.note_suggestion", "wish.phone_invalid")
def a_suggestion_noted_with_half_a_telephone() -> Try:
    place = make_community()
    sent = {"words": "灯坏了", "phone": "123", "kind": "problem", "origin": "visit"}
    return Try(
        "wish.phone_invalid", staff_user(Role.COMMUNITY_STAFF, place),
        reverse("needs:suggestion-note"), "/desk/suggestions/",
        sent | {"community": place.pk}, sent | {"community": place.code},
    )  # fmt: skip


# ---- pledges: the member -----------------------------------------------------------------------


def mine(code: str, step: str, pledge: Pledge, sent: dict[str, Any] | None = None) -> Try:
    page, api = reverse(f"needs:pledge-{step}"), f"/me/pledge/{step}/"
    return Try(code, user_of(pledge.member), page, api, sent or {}, sent)


@case("pledges.submit_pledge", "pledge.not_draft")
def a_pledge_submitted_twice() -> Try:
    return mine("pledge.not_draft", "submit", make_pledge())


@case("pledges.withdraw_pledge", "pledge.not_waiting")
def a_pledge_withdrawn_after_its_assessment() -> Try:
    return mine("pledge.not_waiting", "withdraw", make_pledge(state="assessed", result="kept"))


@case("pledges.reply_to_assessment", "pledge.not_assessed")
def a_reply_to_nothing() -> Try:
    return mine("pledge.not_assessed", "reply", make_pledge(state="in_hand"), {"text": "谢谢"})


def writing(code: str, user: User, *due: str) -> Try:
    page: dict[str, Any] = {"promise-TOTAL_FORMS": len(due), "promise-INITIAL_FORMS": 0}
    for number, day in enumerate(due):
        page |= {f"promise-{number}-text": "送菜", f"promise-{number}-due_on": day}
    body = {"promises": [{"text": "送菜", "due_on": day} for day in due]}
    return Try(code, user, reverse("needs:pledge-write"), "/me/pledge/", page, body)


@case("pledges.draft_pledge", "pledge.no_item")
def a_pledge_of_nothing() -> Try:
    return writing("pledge.no_item", user_of(make_member(serving_community=make_community())))


@case("pledges.draft_pledge", "pledge.due_outside")
def a_promise_for_another_year() -> Try:
    user = user_of(make_member(serving_community=make_community()))
    return writing("pledge.due_outside", user, (today() + timedelta(days=500)).isoformat())


@case("pledges.draft_pledge", "pledge.not_placed")
def a_pledge_by_somebody_who_serves_nowhere() -> Try:
    return writing("pledge.not_placed", user_of(make_member()), today().isoformat())


@case("pledges.draft_pledge", "pledge.not_a_member")
def a_pledge_by_somebody_who_is_no_member() -> Try:
    user = staff_user(Role.COUNTY_OFFICER, make_county())
    return writing("pledge.not_a_member", user, today().isoformat())


@case("pledges.draft_pledge", "pledge.not_used")
def a_pledge_where_the_scheme_has_none() -> Try:
    publish(pledges={"enabled": False})
    user = user_of(make_member(serving_community=make_community()))
    return writing("pledge.not_used", user, today().isoformat())


def progress(code: str, *, asked: str = "送了", **sent: Any) -> Try:
    pledge = make_pledge(state="in_hand", received_at=now())
    body = {"text": asked, **sent}
    return Try(
        code, user_of(pledge.member), reverse("needs:pledge-progress", args=[1]),
        "/me/pledge/promises/1/progress/", body, body,
    )  # fmt: skip


@case("pledges.note_progress", "pledge.text_missing", asked=True)
def progress_without_a_word() -> Try:
    return progress("pledge.text_missing", asked=" ")


@case("pledges.note_progress", "pledge.done_later")
def something_done_tomorrow() -> Try:
    return progress("pledge.done_later", done_on=(today() + timedelta(days=1)).isoformat())


# ---- pledges: the desks ------------------------------------------------------------------------


def desk(
    code: str, pledge: Pledge, step: str, sent: dict[str, Any] | None = None, *,
    user: User | None = None,
) -> Try:  # fmt: skip
    page = reverse("needs:pledge-step", args=[pledge.code, step])
    who = user or staff_user(Role.COMMUNITY_SECRETARY, pledge.community)
    return Try(code, who, page, f"/desk/pledges/{pledge.pk}/{step}/", sent or {}, sent)


@case("pledges.receive_pledge", "pledge.not_waiting")
def a_pledge_received_before_it_is_approved() -> Try:
    return desk("pledge.not_waiting", make_pledge(), "receive")


@case("pledges.approve_pledge", "pledge.not_waiting")
def a_pledge_approved_twice() -> Try:
    pledge = make_pledge(state="approved")
    user = staff_user(Role.UNIT_SECRETARY, pledge.unit)
    return desk("pledge.not_waiting", pledge, "approve", user=user)


@case("pledges.approve_pledge", "pledge.own")
def ones_own_pledge_approved() -> Try:
    pledge = make_pledge(make_member(make_unit()))
    user = user_of(pledge.member)
    Appointment.objects.create(
        user=user, role=Role.UNIT_SECRETARY, organization=pledge.unit, from_on=today()
    )
    return desk("pledge.own", pledge, "approve", user=user)


@case("pledges.return_pledge", "pledge.reason_missing")
def a_pledge_returned_without_a_reason() -> Try:
    return desk("pledge.reason_missing", make_pledge(state="approved"), "return", {"reason": ""})


@case("pledges.publish_pledge", "pledge.no_consent")
def a_pledge_published_without_consent() -> Try:
    publish(pledges={"public": True})
    return desk("pledge.no_consent", make_pledge(state="in_hand", received_at=now()), "publish")


@case("pledges.publish_pledge", "pledge.not_received")
def a_pledge_published_before_it_is_received() -> Try:
    publish(pledges={"public": True})
    return desk("pledge.not_received", make_pledge(state="approved"), "publish")


@case("pledges.publish_pledge", "pledge.not_public")
def a_pledge_published_where_the_scheme_shows_none() -> Try:
    publish(pledges={"public": False})
    return desk("pledge.not_public", make_pledge(state="in_hand", received_at=now()), "publish")


@case("pledges.unpublish_pledge", "actor.not_permitted")
def a_pledge_taken_off_by_the_inspector() -> Try:
    user = staff_user(Role.INSPECTOR, make_county())
    return desk("actor.not_permitted", make_pledge(), "unpublish", user=user)


@case("pledges.assess_pledge", "pledge.not_waiting")
def a_pledge_assessed_before_it_is_received() -> Try:
    return desk("pledge.not_waiting", make_pledge(), "assess", {"result": "kept"})


# ---- projects ----------------------------------------------------------------------------------


@case("", "project.result_missing")
def a_project_ended_without_a_word() -> Try:
    project = make_project()
    user = staff_user(Role.COMMUNITY_STAFF, project.owner)
    page, sent = reverse("projects:end", args=[project.code]), {"result": ""}
    return Try(
        "project.result_missing", user, page, f"/desk/projects/{project.pk}/end/", sent, sent
    )


@case("projects.gather_wish", "actor.not_permitted")
def a_wish_gathered_by_an_inspector() -> Try:
    wish = make_open_wish(now=now())
    project = make_project(wish.community)
    sent = {"kind": "wish", "item": wish.code}
    return Try(
        "actor.not_permitted", staff_user(Role.INSPECTOR, make_county()),
        reverse("portal:project-gather", args=[project.code]),
        f"/desk/projects/{project.pk}/gather/", sent, sent,
    )  # fmt: skip


@case("", "project.kept")
def a_wish_taken_out_of_an_ended_project() -> Try:
    wish = make_open_wish(now=now())
    project = make_project(wish.community)
    gather_wish(actor=SYSTEM, wish=wish, project=project, now=now())
    end_project(actor=SYSTEM, project=project, result="办成", now=now())
    return Try(
        "project.kept", staff_user(Role.COMMUNITY_STAFF, wish.community),
        reverse("portal:project-gather", args=[project.code]),
        f"/desk/projects/{project.pk}/gather/",
        {"kind": "wish", "item": [wish.code], "out": "1"},
        {"kind": "wish", "items": [wish.code], "out": True},
    )  # fmt: skip
