"""What a resident may do with what is held of their wish or suggestion, by its follow code."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs.actions import flood
from allhours.needs.actions.publication import end_consent
from allhours.needs.actions.resident import UNKNOWN_CODE
from allhours.needs.choices import ENDED
from allhours.needs.models import Suggestion, Wish
from allhours.needs.queries.follow import wish_followed
from allhours.needs.queries.suggestions import OPEN, by_follow_code
from allhours.needs.rules.suggestions import IN_HAND
from allhours.rights import export, persons
from allhours.rights.actions.erasure import ask_resident_erasure, undo_resident_erasure
from allhours.rights.rules import WISH_IN_HAND


def _followed(code: str, address: str, now: datetime) -> Wish | Suggestion:
    """Call it outside `atomic`: a wrong code must not roll back that it was counted.

    A member's suggestion is theirs by sign-in, with all else that is held of them.
    """
    flood.pass_or_refuse(limit=flood.FOLLOW_BY_ADDRESS, value=address, now=now)
    found = wish_followed(code) or by_follow_code(code)
    if found is None or (isinstance(found, Suggestion) and found.member_id is not None):
        raise Refused(UNKNOWN_CODE)
    return found


def copy_for_resident(*, actor: Actor, code: str, address: str, now: datetime) -> bytes:
    """Everything held of it and its maker, as the zip that members get."""
    found = _followed(code, address, now)
    person = persons.person_of_resident(found.code)
    if person is None:
        raise Refused(UNKNOWN_CODE)
    content = export.copy_of(person, now=now)
    with transaction.atomic():
        journal.note(actor=actor, did="copy.taken", to=found, now=now)
    return content


def erase_by_resident(*, actor: Actor, code: str, address: str, now: datetime) -> str:
    """A wish is off the wall at once; who made it goes when the days for undoing are over."""
    found = _followed(code, address, now)
    _require_ended(found)
    with transaction.atomic():
        asked = ask_resident_erasure(actor=actor, code=found.code, now=now)
        if isinstance(found, Wish):
            end_consent(actor=actor, wish=found, now=now)
    day = clock.local_date(asked.due_at or now).isoformat()
    return _("已登记，%(day)s 起删除您的信息；此前可用查询码撤销。") % {"day": day}


def _require_ended(found: Wish | Suggestion) -> None:
    """Who is still waited for cannot be forgotten."""
    if isinstance(found, Wish):
        if found.state not in ENDED:
            raise Refused(WISH_IN_HAND)
    elif found.state in OPEN:
        raise Refused(IN_HAND)


def keep_by_resident(*, actor: Actor, code: str, address: str, now: datetime) -> str:
    found = _followed(code, address, now)
    undo_resident_erasure(actor=actor, code=found.code, now=now)
    return _("已撤销，您的信息照旧保存。")
