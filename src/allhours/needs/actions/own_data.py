"""What a resident may do with what is held of their wish, by its follow code."""

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
from allhours.needs.models import Wish
from allhours.needs.queries.follow import wish_followed
from allhours.rights import export, persons
from allhours.rights.actions.erasure import ask_resident_erasure, undo_resident_erasure
from allhours.rights.rules import WISH_IN_HAND


def _wish(code: str, address: str, now: datetime) -> Wish:
    """Call it outside `atomic`: a wrong code must not roll back that it was counted."""
    flood.pass_or_refuse(limit=flood.FOLLOW_BY_ADDRESS, value=address, now=now)
    wish = wish_followed(code)
    if wish is None:
        raise Refused(UNKNOWN_CODE)
    return wish


def copy_for_resident(*, actor: Actor, code: str, address: str, now: datetime) -> bytes:
    """Everything held of the wish and its maker, as the zip that members get."""
    wish = _wish(code, address, now)
    person = persons.person_of_resident(wish.code)
    if person is None:
        raise Refused(UNKNOWN_CODE)
    content = export.copy_of(person, now=now)
    with transaction.atomic():
        journal.note(actor=actor, did="copy.taken", to=wish, now=now)
    return content


def erase_by_resident(*, actor: Actor, code: str, address: str, now: datetime) -> str:
    """Off the wall at once; the identity goes when the days for undoing are over."""
    wish = _wish(code, address, now)
    if wish.state not in ENDED:
        raise Refused(WISH_IN_HAND)
    with transaction.atomic():
        asked = ask_resident_erasure(actor=actor, code=wish.code, now=now)
        end_consent(actor=actor, wish=wish, now=now)
    day = clock.local_date(asked.due_at or now).isoformat()
    return _("已登记，%(day)s 起删除您的信息；此前可用查询码撤销。") % {"day": day}


def keep_by_resident(*, actor: Actor, code: str, address: str, now: datetime) -> str:
    wish = _wish(code, address, now)
    undo_resident_erasure(actor=actor, code=wish.code, now=now)
    return _("已撤销，您的信息照旧保存。")
