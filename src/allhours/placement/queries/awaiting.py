"""What placement puts on the home pages of county, unit and community."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.kernel import clock
from allhours.placement.choices import RoundState
from allhours.placement.models import PlacementQuerySet, Proposal
from allhours.placement.queries.desk import returned, to_issue, to_receive, without_placement
from allhours.placement.queries.papers import branch_receipts_open, unit_receipts_open
from allhours.scheme.queries import calendar_around, scheme_for
from allhours.scheme.worktime import add_working_days
from allhours.ui.awaiting import Counted, Waiting

Due = Callable[[date], "date | None"]


def desk_awaiting(actor: Actor, now: datetime) -> Waiting:
    """To receive, to issue letters for, returned, without a place, contested."""
    on = clock.local_date(now)
    found: list[Counted] = []
    if actor.holds(*COMMUNITY_ROLES):
        found.append(_receiving(actor, on))
    if actor.holds(Role.BRANCH_SECRETARY):
        found.append(_receipts(branch_receipts_open(actor), "placement:branch-receipts"))
    if actor.holds(*UNIT_ROLES):
        found += _of_units(actor, on)
    if actor.holds(Role.COUNTY_OFFICER):
        found += _of_county(actor, on)
    return found


def _receiving(actor: Actor, on: date) -> Counted:
    scheme = scheme_for(on)
    days, calendar = scheme.reporting.receive_working_days, calendar_around(on, scheme)
    return Counted(
        to_receive(actor),
        lambda n: (
            ngettext("%(n)d 名党员到社区报到，待接收", "%(n)d 名党员到社区报到，待接收", n)
            % {"n": n}
        ),
        reverse("placement:reporting"),
        oldest="presented_at",
        due=lambda day: add_working_days(day, days, calendar),
        kind="warn",
        meta=_("接收后回执自动送出"),
    )


def _of_units(actor: Actor, on: date) -> list[Counted]:
    url = reverse("placement:letters")
    return [
        Counted(
            to_issue(actor, on),
            lambda n: (
                ngettext("%(n)d 名党员待开报到证明信", "%(n)d 名党员待开报到证明信", n) % {"n": n}
            ),
            url,
            oldest="assigned_at",
            due=_by_the_deadline(on),
            meta=_("可以一次全部开具"),
        ),
        Counted(
            returned(actor),
            lambda n: ngettext("%(n)d 名党员被社区退回", "%(n)d 名党员被社区退回", n) % {"n": n},
            url,
            oldest="ended_at",
            due=_by_the_deadline(on),
            meta=_("请核对居住地，重新编入或报工委改编"),
        ),
        _receipts(unit_receipts_open(actor), "placement:receipts"),
    ]


def _receipts(rows: PlacementQuerySet, view: str) -> Counted:
    return Counted(
        rows,
        lambda n: ngettext("%(n)d 份报到回执待签收", "%(n)d 份报到回执待签收", n) % {"n": n},
        reverse(view),
        oldest="reported_at",
        kind="info",
        meta=_("可以一次全部签收"),
    )


def _of_county(actor: Actor, on: date) -> list[Counted]:
    url = reverse("placement:rounds")
    contested = Proposal.objects.filter(
        round__state__in=(RoundState.PROPOSED, RoundState.ADOPTED),
        contested_at__isnull=False,
        answered_at=None,
    )
    return [
        Counted(
            without_placement(on, actor=actor),
            lambda n: (
                ngettext("%(n)d 名党员还没有编入社区", "%(n)d 名党员还没有编入社区", n) % {"n": n}
            ),
            url,
            oldest="registered_on",
            due=_by_the_deadline(on),
            meta=_("运算一轮编入建议，或逐人指定"),
        ),
        Counted(
            contested,
            lambda n: (
                ngettext("%(n)d 名党员对编入建议有异议", "%(n)d 名党员对编入建议有异议", n)
                % {"n": n}
            ),
            url,
            oldest="contested_at",
            meta=_("请逐一答复或调整"),
        ),
    ]


def _by_the_deadline(on: date) -> Due:
    """The scheme's last day of reporting-in, for what began before it."""
    deadline = scheme_for(on).reporting.deadline
    last = deadline.on(on.year) if deadline else None
    return lambda day: last if last is not None and day <= last else None
