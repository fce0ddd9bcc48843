"""Planted secrets in what goes out by machine: the API to every role, registers, commands."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client

from allhours.accounts.choices import Role
from allhours.directory.models import Organization
from allhours.kernel import clock
from allhours.needs.actions.voicing import note_suggestion
from allhours.reports.registers import REGISTERS
from tests.factories.api import Caller, member_caller
from tests.factories.directory import make_community, make_county, make_member, staff_user
from tests.factories.needs import (
    SECRET_ADDRESS,
    SECRET_NAME,
    SECRET_PHONE,
    SECRET_WORDS,
    SYSTEM,
    make_claim,
    make_delivered,
    make_open_wish,
    make_suggestion,
    make_voice,
    note_wish,
)

pytestmark = pytest.mark.django_db
GUARDIAN = "监护封存"
OPENAPI = Path(__file__).parents[2] / "docs/reference/openapi.json"
ABOUT = ("wishes", "claims", "suggestions", "posts", "follow", "festivals", "projects", "orders")


def planted(community: Organization) -> tuple[list[str], list[int]]:
    """Wishes in each state and a suggestion; what must not be told, and the wishes' ids."""
    now = clock.now()
    child = {"is_minor": True, "guardian_name": GUARDIAN, "guardian_relation": "parent"}
    child["guardian_consents"] = True
    noted = note_wish(community, now=now, **child)
    open_ = make_open_wish(community, now=now)
    claimed = make_claim(make_open_wish(community, now=now), now=now)
    make_delivered(
        make_claim(
            make_open_wish(community, now=now - timedelta(hours=9)), now=now - timedelta(hours=9)
        ),
        now=now - timedelta(hours=9),
    )
    make_suggestion(community)
    secrets = [SECRET_NAME, SECRET_PHONE, SECRET_ADDRESS, SECRET_WORDS, GUARDIAN, noted.follow_code]
    assert claimed.wish is not None
    return secrets, [noted.wish.pk, open_.pk, claimed.wish.pk]


def callers(community: Organization) -> dict[str, Caller]:
    places = {
        Role.COUNTY_OFFICER: make_county(),
        Role.INSPECTOR: make_county(),
        Role.COMMUNITY_SECRETARY: community,
        Role.GRID_WORKER: community,
    }
    staff = {str(role): Caller(staff_user(role, place)) for role, place in places.items()}
    return {
        "public": Caller(),
        "member": member_caller(make_member(serving_community=community)),
        **staff,
    }


def readable() -> list[str]:
    paths = json.loads(OPENAPI.read_text())["paths"]
    return [
        path.removeprefix("/api/v1")
        for path, methods in paths.items()
        if "get" in methods and any(word in path for word in ABOUT)
    ]


def hidden_in(text: str, secrets: list[str]) -> list[str]:
    """Also as JSON writes it."""
    return [each for each in secrets if each in text or json.dumps(each)[1:-1] in text]


def test_no_answer_of_the_api_tells_a_planted_secret_to_any_role() -> None:
    community = make_community()
    secrets, ids = planted(community)
    found, told = [], 0
    for who, caller in callers(community).items():
        for path in readable():
            numbers = ids if "{id}" in path else [0]
            for number in numbers:
                answer = caller.get(path.replace("{id}", str(number)))
                if hasattr(answer, "content"):
                    told += answer.status_code == 200
                    found += [(who, path, s) for s in hidden_in(answer.content.decode(), secrets)]
    assert found == []
    assert told > 20


def test_no_register_command_or_error_page_tells_a_planted_secret(tmp_path, capsys, caplog) -> None:
    secrets, _ids = planted(make_community())
    for name in REGISTERS:
        call_command("export", name, out=tmp_path / f"{name}.csv", purpose="核对")
    call_command("ledger", "export", out=tmp_path / "ledger.csv")
    call_command("wishes", "--json")
    call_command("figures", "--json")
    written = "".join(file.read_text() for file in tmp_path.glob("*.csv"))
    assert "open" in written
    nobody = Client()
    missing = [nobody.get(f"/wishes/{secrets[-1]}/"), nobody.post("/follow/", {"code": "X"})]
    pages = "".join(answer.content.decode() for answer in missing)
    printed = capsys.readouterr()
    everything = written + printed.out + printed.err + pages
    assert hidden_in(everything, secrets[:-1]) == []
    assert hidden_in(written + printed.out + printed.err, secrets[-1:]) == []
    assert hidden_in(caplog.text, secrets[:-1]) == []


def stored() -> str:
    """Every value of every row, as the database has it."""
    rows = (row for model in apps.get_models() for row in model._default_manager.values_list())
    return "\n".join(
        bytes(each).decode("latin-1") if isinstance(each, bytes | memoryview) else str(each)
        for row in rows
        for each in row
    )


def code_of(kind: str, community: Organization) -> str:
    now = clock.now()
    if kind == "wish":
        return note_wish(community, now=now).follow_code
    told = {"kind": "suggestion", "origin": "visit", "voice": make_voice()}
    return note_suggestion(actor=SYSTEM, community=community, now=now, **told).follow_code


@pytest.mark.parametrize("kind", ["wish", "suggestion"])
def test_a_follow_code_is_told_once_and_written_nowhere(kind, caplog, mailoutbox) -> None:
    caplog.set_level("DEBUG")
    browser, code = Client(), code_of(kind, make_community())
    answer = browser.post("/follow/", {"code": code})
    assert (answer.status_code, answer.context["answer"]) == (200, "")
    assert (answer.context["found"] or answer.context["told"]) is not None
    assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))
    mails = "".join(f"{mail.subject}{mail.body}" for mail in mailoutbox)
    rows, page = stored(), browser.get("/follow/").content.decode()
    written = {"rows": rows, "log": caplog.text, "mails": mails, "next page": page}
    ways = {code, code.replace("-", ""), code.lower()}
    assert [where for where, text in written.items() if any(way in text for way in ways)] == []
    assert hidden_in(rows, [SECRET_NAME, SECRET_PHONE, SECRET_ADDRESS, SECRET_WORDS]) == []
