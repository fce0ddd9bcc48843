"""What of changes and mergers awaits a desk (ui.awaiting)."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import ngettext

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.directory.queries.changes import KEEPERS, awaiting_answer, merges_to_approve
from allhours.ui.awaiting import Counted, Waiting


def desk_awaiting(actor: Actor, now: datetime) -> Waiting:
    if not actor.holds(*KEEPERS):
        return ()
    rows = [
        Counted(
            awaiting_answer(actor),
            lambda n: ngettext("%(n)d 项人员变动待答复", "%(n)d 项人员变动待答复", n) % {"n": n},
            f"{reverse('directory:changes')}?state=asked",
            oldest="asked_at",
        )
    ]
    if actor.holds(Role.COUNTY_OFFICER):
        rows.append(
            Counted(
                merges_to_approve(actor),
                lambda n: (
                    ngettext("%(n)d 项编号合并待批准", "%(n)d 项编号合并待批准", n) % {"n": n}
                ),
                reverse("directory:merges"),
                oldest="proposed_at",
            )
        )
    return rows
