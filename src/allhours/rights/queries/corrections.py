from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.rights.choices import ErasureState
from allhours.rights.models import Correction, Erasure
from allhours.ui.awaiting import Counted, Waiting


def corrections_visible_to(actor: Actor) -> QuerySet[Correction]:
    """Those on the actor's desk; a member's own stand on their page."""
    rows = Correction.objects.visible_to(actor).exclude(member_id=actor.member_id or 0)
    return rows.select_related("member__unit", "member__serving_community").order_by("-asked_at")


def own_corrections(actor: Actor) -> QuerySet[Correction]:
    return Correction.objects.filter(member_id=actor.member_id or 0).order_by("-asked_at")


def desk_awaiting(actor: Actor, _now: datetime) -> Waiting:
    """Corrections to decide, by their keepers; erasures to decide, by the county."""
    found: list[Counted] = []
    if actor.holds(*UNIT_ROLES, *COMMUNITY_ROLES):
        found.append(
            Counted(
                rows=corrections_visible_to(actor).open(),  # type: ignore[attr-defined]
                title=lambda n: (
                    ngettext("%(n)d 项更正申请待办理", "%(n)d 项更正申请待办理", n) % {"n": n}
                ),
                url=reverse("rights:corrections"),
                oldest="due_on",
                due=_same_day,
                meta=_("本人要求更正信息"),
            )
        )
    if actor.holds(Role.COUNTY_OFFICER):
        waiting = Erasure.objects.filter(state__in=[ErasureState.ASKED, ErasureState.PROPOSED])
        found.append(
            Counted(
                rows=waiting,
                title=lambda n: ngettext("%(n)d 项删除待办理", "%(n)d 项删除待办理", n) % {"n": n},
                url=reverse("rights:erasures"),
                oldest="asked_at",
                meta=_("删除个人信息，须两人办理"),
            )
        )
    return found


def _same_day(day: date) -> date:
    return day
