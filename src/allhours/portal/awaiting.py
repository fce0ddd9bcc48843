"""Who puts what on the home pages. A room adds its function to one of the two tuples.

`DESK` is the desks' 待办, `MEMBER` the member's 今天. A function returns nothing for an actor whom
it does not concern, without asking the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from allhours.accounts.actor import Actor
from allhours.directory.queries.changes_awaiting import desk_awaiting as changes_desk
from allhours.directory.queries.people_awaiting import desk_awaiting as people_desk
from allhours.needs.queries.awaiting import pledges_on_desk, returned_pledge, suggestions_on_desk
from allhours.needs.queries.follow_ups import follow_ups_on_desk
from allhours.needs.queries.orders import handovers_awaiting, posts_awaiting
from allhours.needs.queries.pledge_checks import assess_awaiting, check_awaiting
from allhours.needs.queries.review import reviews_on_desk
from allhours.needs.queries.unclaimed import unclaimed_on_desk
from allhours.needs.queries.unit_claims import unit_claims_awaiting
from allhours.placement.queries.awaiting import desk_awaiting as placement_desk
from allhours.placement.queries.differences import differences_awaiting
from allhours.placement.queries.partnerships import partnerships_awaiting
from allhours.portal import desk_rows, member_rows
from allhours.rights.queries.corrections import desk_awaiting as rights_desk
from allhours.ui.awaiting import Awaiting, Waiting, in_order, worked_out

Source = Callable[[Actor, datetime], Waiting]

DESK: tuple[Source, ...] = (
    placement_desk,
    differences_awaiting,
    partnerships_awaiting,
    people_desk,
    rights_desk,
    changes_desk,
    desk_rows.wishes,
    reviews_on_desk,
    unclaimed_on_desk,
    unit_claims_awaiting,
    follow_ups_on_desk,
    suggestions_on_desk,
    pledges_on_desk,
    assess_awaiting,
    posts_awaiting,
    desk_rows.notes,
    desk_rows.attendance,
)
MEMBER: tuple[Source, ...] = (
    member_rows.returned_notes,
    handovers_awaiting,
    returned_pledge,
    check_awaiting,
)


def awaiting(
    sources: Iterable[Source], actor: Actor, now: datetime, *, also: Iterable[Awaiting] = ()
) -> list[Awaiting]:
    """All rows of the sources, and those the page has at hand: the soonest due first, then age."""
    found = worked_out(item for source in sources for item in source(actor, now))
    return in_order([*also, *found])
