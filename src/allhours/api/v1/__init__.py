"""Version 1 of the contract: one file a subject, endpoints and shapes together.

An endpoint finds its rows through the room's queries (out of sight is 404), calls the action that
the page calls, and shows the outcome. Lists come in pages; a new subject is a router named here.
"""

from __future__ import annotations

from ninja import NinjaAPI

from allhours.api import errors, frame
from allhours.api.v1 import (
    appointments,
    audit,
    changes,
    directory,
    festivals,
    follow_ups,
    letters,
    me,
    menu,
    order_desk,
    orders,
    partnerships,
    placements,
    pledges,
    post_desk,
    post_year,
    posts,
    projects,
    reconcile,
    reporting,
    residents,
    rights,
    rounds,
    suggestions,
    tokens,
    unit_claims,
    wish_desk,
    wish_imports,
    wishes,
)

PREFIX = "api/v1/"
DESCRIPTION = """The programme's interface for other programs, on the same actions as the pages.
Lists are `{items, next}`; a refusal by the rules is 409 with codes and sentences, bad input 422,
unknown or out of sight 404. Sentences are in Chinese, or in English with `Accept-Language: en`."""

SUBJECTS = (
    tokens,
    me,
    directory,
    changes,
    appointments,
    rounds,
    placements,
    letters,
    reporting,
    reconcile,
    partnerships,
    wishes,
    residents,
    unit_claims,
    wish_desk,
    wish_imports,
    follow_ups,
    festivals,
    menu,
    posts,
    post_desk,
    post_year,
    orders,
    order_desk,
    pledges,
    suggestions,
    projects,
    rights,
    audit,
)

api = NinjaAPI(
    title="AllHours",
    version="1",
    description=" ".join(DESCRIPTION.split()),
    openapi_url=None,
    docs_url=None,
    urls_namespace="api-v1",
    parser=frame.StrictParser(),
)
errors.register(api)
for subject in SUBJECTS:
    api.add_router(f"/{PREFIX}", subject.router)
frame.finish(api)
