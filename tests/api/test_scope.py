"""Every operation × every role: nothing of the far side, nothing done to it, few queries."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allhours.accounts.models import JournalEntry
from allhours.api.openapi import document, operations_of
from tests.api import world
from tests.factories.needs import SECRET_ADDRESS, SECRET_NAME, SECRET_PHONE

MOST_QUERIES = 15
OPERATIONS = operations_of(document())
# What a sensible program would send; the rest need no body.
BODIES: dict[str, dict] = {
    "give_back": {"reason": "出差"},
    "renew_posts": {"posts": [1]},
    "meet_demands": {"demands": [1]},
    "remind_without_post": {},
    "claim_for_unit": {"responsible": "x"},
    "reassign_unit_claim": {"responsible": "x"},
    "name_helpers": {"helpers": ["x"]},
    "remove_helpers": {"helpers": ["x"]},
    "give_back_for_unit": {"reason": "出差"},
    "deliver_claim": {"note": "好", "started_at": "2026-05-01T09:00:00+08:00", "minutes": 30},
    "place_member": {"community": "{community}"},
    "receive_member": {},
    "change_place": {"branch": "x"},
    "return_member": {"reason": "地址有误"},
    "ask_for_another": {"community": "{community}"},
    "end_placement": {"reason": "moved"},
    "void_letter": {"reason": "写错"},
    "reissue_letter": {"reason": "写错"},
    "move_proposal": {},
    "lock_proposal": {"locked": True},
    "contest_proposal": {"text": "不便"},
    "answer_contest": {"text": "好"},
    "grant_excusal": {"klass": "away", "from_on": "2026-11-01"},
    "end_excusal": {"last_day": "2026-12-01"},
    "close_difference": {"reason": "explained"},
    "return_unit": {"reason": "不便"},
    "end_unit_report": {"reason": "调整"},
    "decline_pairing": {"reason": "不便"},
    "end_pairing": {"reason": "调整"},
    "end_contact_point": {"reason": "调整"},
    "handle_matter": {"outcome": "已办"},
    "accept_correction": {},
    "decline_correction": {"reason": "无误"},
    "decline_erasure": {"reason": "不同意"},
    "foresee_change": {"kind": "retire", "on": "2026-11-20"},
    "propose_change": {"kind": "retire", "on": "2026-11-20"},
    "decline_change": {"answer": "不同意"},
    "approve_appointment": {},
    "decline_appointment": {"reason": "不同意"},
    "end_appointment": {"reason": "调整"},
    "say_not_solved": {"text": "仍未解决"},
    "rate_answer": {"rating": 3},
    "accept_suggestion": {"kind": "problem", "title": "照明", "category": "facility"},
    "route_suggestion": {"handler": "{unit}"},
    "answer_suggestion": {"outcome": "solved", "text": "已办"},
    "join_suggestions": {"main": 1},
    "refuse_suggestion": {"reason": "不属本县"},
    "note_progress": {"text": "已办"},
    "return_pledge": {"reason": "请补充"},
    "assess_pledge": {"result": "kept"},
    "edit_festival": {"title": "七一", "opens_at": "2199-07-01T09:00:00+08:00"},
    "gather_wishes": {"wishes": [1]},
    "move_festival": {"opens_at": "2199-07-01T09:00:00+08:00"},
    "cancel_festival": {"reason": "改期"},
    "edit_project": {"name": "银龄", "from_on": "2026-11-01"},
    "show_project": {"shown": True},
    "end_project": {"result": "办成"},
    "gather": {"kind": "wish", "item": "x"},
    "check_wish": {"title": "想要一副老花镜", "category": "x", "wisher_kind": "elder"},
    "publish_wish": {},
    "send_back": {"note": "缺"},
    "decline_wish": {"reason": "不便"},
    "withdraw_wish": {"reason": "不便"},
    "expire_wish": {"reason": "不便"},
    "convert": {"project": 1, "reason": "太大"},
    "merge_wishes": {"into": 1},
    "release_claim": {"reason": "不便"},
    "extend_claim": {"days": 3},
    "note_follow_up": {"result": "not_reached"},
    "edit_post": {"title": "楼道清洁", "places": 3},
    "offer_post": {"name": "x", "member_no": "x"},
    "meet_order": {"title": "楼道清洁"},
    "decline_order": {"reason": "暂无需要"},
    "meet_demand": {"title": "楼道清洁"},
    "decline_application": {"reason": "名额已满"},
    "delegate_appointment": {
        "username": "x", "from_on": "2026-11-23", "until_on": "2026-12-01"
    },
}  # fmt: skip


@pytest.fixture
def county(db) -> world.World:
    return world.build()


def filled(path: str, side: world.Side) -> str:
    """The path with the identifiers of one side."""
    values = {"sheet": "report_letter"}

    def value(found: re.Match[str]) -> str:
        return f"{found[1]}/{values.get(found[2]) or side.ids[found[1]]}"

    return re.sub(r"([\w-]+)/{(\w+)}", value, path).removeprefix("/api/v1")


def body_of(operation: dict, side: world.Side) -> dict | None:
    body = BODIES.get(operation["operationId"])
    if body is None:
        return None
    return {name: side.ids.get(str(value).strip("{}"), value) for name, value in body.items()}


def said(answer) -> str:
    return str(answer.json()) if answer["Content-Type"] == "application/json" else ""


def lines() -> int:
    return JournalEntry.objects.count()


def test_a_body_is_known_for_every_operation_on_somebodys_things() -> None:
    unknown = [
        operation["operationId"]
        for method, path, operation in OPERATIONS
        if method == "post"
        and "{" in path
        and "requestBody" in operation
        and operation["operationId"] not in BODIES
    ]
    assert unknown == []


def test_the_far_side_is_unknown_and_stays_as_it_is(county) -> None:
    """Posts are public, so a far one is seen; taking it is any member's right."""
    wrong = []
    before = lines()
    for method, path, operation in OPERATIONS:
        if "{" not in path or path.startswith("/api/v1/posts/") or "/me/consents/" in path:
            continue
        for role in world.NARROW:
            answer = county.callers[role].send(
                method.upper(), filled(path, county.far), body_of(operation, county.far)
            )
            if role == world.Role.SYSTEM_ADMIN and "/jobs/" in path:
                continue  # that long work ran is their business
            open_to_all = {} in operation["security"]
            allowed = {401} if role == "public" and not open_to_all else {404}
            if role in world.ADMINS and path.startswith("/api/v1/appointments/"):
                allowed = {200, 404, 409, 422}  # the security administrator's own work
            if answer.status_code not in allowed or world.SECRET in said(answer):
                wrong.append((role, method, path, answer.status_code, answer.content[:200]))
    assert wrong == []
    assert lines() == before


def test_lists_say_nothing_of_the_far_side(county) -> None:
    wrong = []
    for method, path, _operation in OPERATIONS:
        if method != "get" or "{" in path:
            continue
        for role in world.NARROW:
            answer = county.callers[role].get(path.removeprefix("/api/v1"))
            text = str(answer.json())
            told = [
                secret
                for secret in (f"{world.SECRET}0", f"{world.SECRET}1", f"{world.SECRET}心愿")
                + (SECRET_NAME, SECRET_PHONE, SECRET_ADDRESS)
                if secret in text
            ]
            if told or answer.status_code not in {200, 401, 404}:
                wrong.append((role, path, answer.status_code, told))
    assert wrong == []


def test_an_inspector_looks_at_anything_and_changes_nothing(county) -> None:
    wrong = []
    inspector = county.callers[world.Role.INSPECTOR]
    before = lines()
    for method, path, operation in OPERATIONS:
        if method != "post" or "{" not in path:
            continue
        answer = inspector.send("POST", filled(path, county.far), body_of(operation, county.far))
        if answer.status_code not in {404, 409, 422} and "foresee" not in path:
            wrong.append((path, answer.status_code, answer.content[:200]))
    assert wrong == []
    assert lines() == before


def test_reading_costs_few_queries(county) -> None:
    costly = {}
    for role in (world.Role.COUNTY_OFFICER, world.Role.LIAISON, world.Role.COMMUNITY_STAFF):
        for method, path, _operation in OPERATIONS:
            if method == "get":
                with CaptureQueriesContext(
                    connection,
                ) as seen:
                    county.callers[role].get(filled(path, county.near))
                if len(seen) > MOST_QUERIES:
                    costly[f"{role} {path}"] = len(seen)
    assert costly == {}
