"""What the rules of needs and projects refuse is refused alike on page and API.

The table stands in `cases_*.py`. Every refusal of `needs.rules` and every action of
`needs.actions` is in it, or is named here with the reason why it cannot be.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import pytest

from allhours.kernel.errors import Refusal
from allhours.needs import actions, rules
from tests.api import (
    cases_orders,
    cases_posts,
    cases_residents,
    cases_said,
    cases_units,
    cases_wishes,
)
from tests.api.alike import Told, refused_alike
from tests.factories.scheme import seed_calendar

TABLE: list[Told] = [
    each
    for cases in (
        cases_wishes,
        cases_units,
        cases_residents,
        cases_posts,
        cases_orders,
        cases_said,
    )
    for each in cases.TABLE
]

HIDDEN = "out of sight on both: page and API answer 404, see test_scope"
TYPED = "bad input: the page offers no other choice, the API answers 422 by its shape"
PAGE_ONLY = "has no address of the API, see docs/develop/api.md"
NIGHTLY = "the system's own, by task or consequence; nobody asks for it"
INNER = "part of another action, which is in the table"
CODES: dict[str, str] = {
    "claim.not_yours": HIDDEN,
    "claim.not_published": HIDDEN,
    "claim.not_a_unit": HIDDEN,
    "claim.not_of_unit": "the page's list asks again; tests/api/test_unit_claims.py",
    "claim.nobody_named": TYPED,
    "claim.too_many_helpers": "the page names one at a time; tests/needs/test_unit_claims.py",
    "claim.not_helping": "the page offers no such choice; tests/api/test_unit_claims.py",
    "order.not_yours": HIDDEN,
    "post.not_yours": HIDDEN,
    "order.ordered": "said by the menu's button; ordering again gives the same order",
    "follow.rating_missing": TYPED,
    "suggestion.rating_missing": TYPED,
    "suggestion.outcome_missing": TYPED,
    "suggestion.not_a_place": TYPED,
    "suggestion.join_self": "the page offers no such choice; tests/needs/test_suggestions.py",
    "suggestion.join_ended": "the page offers no such choice; tests/needs/test_suggestions.py",
    "suggestion.no_community": "the page asks for the community; tests/needs/test_suggestions.py",
    "pledge.result_missing": TYPED,
    "pledge.not_your_post": TYPED,
    "pledge.too_many": "the page has only so many rows",
    "demand.heads_missing": TYPED,
    "wish.in_festival": "not in the table yet: tests/needs/test_festival*.py",
    "erasure.suggestion_in_hand": PAGE_ONLY,
    "erasure.wish_in_hand": PAGE_ONLY,
    "pledge.nothing_chosen": PAGE_ONLY,
    "pledge.of_row": PAGE_ONLY,
    "wish.already_sent": "a program that repeats itself is told its first answer",
    "wish.channel_closed": "the page offers no such way in; tests/needs/test_channels.py",
    "suggestion.channel_closed": "the page offers no such way in; tests/needs/test_channels.py",
    "form.too_often": "429 on both, see test_residents",
}
MODULES = {
    "menu": "the county's menu: tests/needs/test_county_menu.py",
    "imports": "files on the page, rows by the API: test_wish_imports, tests/needs/test_import*.py",
    "festivals": "not in the table yet: tests/api/test_festivals.py, tests/needs/test_festival*.py",
    "festival_seats": "not in the table yet: tests/needs/test_festival_counters.py",
    "renewal": "many at once, the refusals stand in the answer: test_post_year",
    "year": "on the page only as yet",
    "choosing": "one refusal for many, asked of both in test_post_year",
    "import_codes": "codes printed on the page: tests/needs/test_import_pages.py",
}
ACTIONS: dict[str, str] = {
    "applications.apply": INNER,
    "claims.leave_for_good": NIGHTLY,
    "claims.end_all": INNER,
    "claims.leave_claim": INNER,
    "unit_claims.ask_for_departed": NIGHTLY,
    "unit_claims.leave_to_unit": INNER,
    "unit_claims.release_of_closed_units": NIGHTLY,
    "unit_claims.remove_helpers": "one by one by `remove_helper`, which is in the table",
    "claims.foresee_claim": INNER,
    "claims.release_departed": NIGHTLY,
    "desk.require_handler": INNER,
    "intake.note_once": "`note_wish`, which is in the table, for a form that is sent twice",
    "expiry.expire_unclaimed": NIGHTLY,
    "follow_ups.draw_follow_ups": NIGHTLY,
    "own_data.copy_for_resident": PAGE_ONLY,
    "own_data.erase_by_resident": PAGE_ONLY,
    "own_data.keep_by_resident": PAGE_ONLY,
    "pledge_year.assess_pledges": PAGE_ONLY,
    "pledges.consent_to_publish": HIDDEN,
    "posts.leave_for_good": NIGHTLY,
    "posts.leave_post": HIDDEN + ", and the page's reason is chosen",
    "publication.require_handler": INNER,
    "publication.verify_wish": INNER,
    "publication.end_consent": "is refused to nobody who has the code",
    "publication.open_due_wishes": NIGHTLY,
    "returned.release_returned": NIGHTLY,
    "sight.open_wisher": PAGE_ONLY,
    "suggestions.author_says": INNER,
    "suggestions.open_author": PAGE_ONLY,
    "terms.end_terms": NIGHTLY,
}


@pytest.mark.django_db
@pytest.mark.parametrize("told", TABLE, ids=lambda told: told.make.__name__)
def test_refused_alike(told: Told) -> None:
    seed_calendar(2026)
    refused_alike(told.make, action=told.action, asked=told.asked)


def modules(package: ModuleType) -> Iterator[tuple[str, ModuleType]]:
    for found in pkgutil.iter_modules(package.__path__):
        if found.name not in MODULES:
            yield found.name, importlib.import_module(f"{package.__name__}.{found.name}")


def test_every_refusal_is_in_the_table() -> None:
    told = {
        value.code
        for package in (rules, actions)
        for _name, module in modules(package)
        for value in vars(module).values()
        if isinstance(value, Refusal)
    }
    tried = {each.code for each in TABLE}
    assert sorted(told - tried - CODES.keys()) == [], "add a case, or say why there cannot be one"
    assert sorted(tried & CODES.keys()) == [], "in the table, so no longer an exception"
    assert sorted(CODES.keys() - told) == [], "no such refusal any more"


def test_every_action_is_in_the_table() -> None:
    known = {
        f"{name}.{key}"
        for name, module in modules(actions)
        for key, value in vars(module).items()
        if inspect.isfunction(value)
        and value.__module__ == module.__name__
        and not key.startswith("_")
        and "actor" in inspect.signature(value).parameters
    }
    tried = {each.action for each in TABLE}
    assert sorted(known - tried - ACTIONS.keys()) == [], "add a case, or say why there is none"
    assert sorted((tried - {""}) - known) == [], "no such action"
    assert sorted(ACTIONS.keys() - known) == [], "no such action any more"
