"""The county changes the scheme's menu: a new dated version with nothing else changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.kernel.errors import Refused, refuse_if
from allhours.needs import notices, post_notices
from allhours.needs.rules import menu as rules
from allhours.scheme import loader
from allhours.scheme.actions import publish_scheme
from allhours.scheme.menus import MenuLine, with_menu
from allhours.scheme.models import SchemeVersion
from allhours.scheme.queries import latest
from allhours.scheme.schema import Scheme


def drafted(
    actor: Actor, lines: Sequence[MenuLine]
) -> tuple[SchemeVersion, Mapping[str, Any], Scheme]:
    """The newest version and what it becomes with these items; refused as publishing would be."""
    actor.require(Role.COUNTY_OFFICER)
    last = latest()
    if last is None:
        raise Refused(rules.NOT_PUBLISHED)
    scheme = loader.from_document(last.document)
    named = last.document.get("wishes", {}).get("categories", ())
    refuse_if(rules.menu_refusals(lines, menu=scheme.menu, categories=named))
    document = with_menu(last.document, lines)
    return last, document, loader.from_document(document)


@transaction.atomic
def change_menu(
    *,
    actor: Actor,
    lines: Sequence[MenuLine],
    after: int,
    effective_from: date,
    now: datetime,
) -> SchemeVersion:
    """Publish the menu with these items in this order; those left out are retired from that day.

    `after`: the number of the version that was looked at; who comes second is refused.
    """
    last, document, scheme = drafted(actor, lines)
    version = publish_scheme(
        actor=actor, document=document, effective_from=effective_from, now=now, after=after
    )
    before = loader.from_document(last.document).menu
    was, is_ = ({item.code for item in menu.items} for menu in (before, scheme.menu))
    journal.note(
        actor=actor,
        did="menu.changed",
        to=version,
        now=now,
        under=actor.acting_as(Role.COUNTY_OFFICER),
        added=sorted(is_ - was),
        retired=sorted(was - is_),
        effective_from=effective_from.isoformat(),
    )
    notices.after_commit(post_notices.menu_changed, version.pk, now=now)
    return version
