"""What of suggestions and pledges awaits the desks and the member."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, Role
from allhours.accounts.scope import within
from allhours.needs.choices import PledgeState, SuggestionState
from allhours.needs.models import Pledge
from allhours.needs.queries.limits import pledge_rules, programme_year, receivers, suggestion_rules
from allhours.needs.queries.pledges import desk_pledges
from allhours.needs.queries.suggestions import on_desk
from allhours.needs.rules.suggestions import HANDLERS
from allhours.ui.awaiting import Awaiting, Counted, Waiting


def pledges_on_desk(actor: Actor, now: datetime) -> Waiting:
    """The unit's to approve, the community's to receive."""
    settings = pledge_rules(now)
    if not settings.enabled:
        return []
    found: list[Awaiting | Counted] = []
    if actor.holds(*settings.approved_by):
        found.append(
            Counted(
                rows=desk_pledges(actor).filter(state=PledgeState.SUBMITTED),
                title=lambda n: (
                    ngettext("%(n)d 份服务承诺待审定", "%(n)d 份服务承诺待审定", n) % {"n": n}
                ),
                url=reverse("needs:desk-pledges") + "?state=submitted",
                oldest="submitted_at",
                kind="warn",
            )
        )
    if actor.holds(*receivers(settings)):
        found.append(
            Counted(
                rows=desk_pledges(actor).filter(state=PledgeState.APPROVED),
                title=lambda n: (
                    ngettext("%(n)d 份服务承诺待接收", "%(n)d 份服务承诺待接收", n) % {"n": n}
                ),
                url=reverse("needs:desk-pledges") + "?state=approved",
                oldest="approved_at",
                kind="warn",
            )
        )
    return found


def returned_pledge(actor: Actor, now: datetime) -> Waiting:
    """The member's own pledge that came back."""
    if actor.member_id is None or not pledge_rules(now).enabled:
        return []
    return [
        Counted(
            rows=Pledge.objects.filter(
                member_id=actor.member_id, year=programme_year(now), state=PledgeState.DRAFT
            ).exclude(returned_reason=""),
            title=lambda n: _("服务承诺已退回，请修改后再提交"),
            url=reverse("needs:my-pledge"),
            oldest="drafted_at",
            kind="warn",
        )
    ]


def suggestions_on_desk(actor: Actor, now: datetime) -> Waiting:
    """The community's to take on, and what lies with this desk to answer."""
    if not actor.holds(*HANDLERS) or not suggestion_rules(now).enabled:
        return []
    found: list[Awaiting | Counted] = []
    if actor.holds(*COMMUNITY_ROLES):
        found.append(
            Counted(
                rows=on_desk(actor).filter(state=SuggestionState.NOTED),
                title=lambda n: (
                    ngettext("%(n)d 条意见建议待受理", "%(n)d 条意见建议待受理", n) % {"n": n}
                ),
                url=reverse("needs:desk-suggestions") + "?state=noted",
                oldest="due_on",
                due=lambda day: day,
                kind="warn",
            )
        )
    mine = within(actor, "handler__path", roles=HANDLERS - {Role.COUNTY_OFFICER})
    found.append(
        Counted(
            rows=on_desk(actor).filter(mine, state=SuggestionState.IN_HAND),
            title=lambda n: (
                ngettext("%(n)d 条意见建议待答复", "%(n)d 条意见建议待答复", n) % {"n": n}
            ),
            url=reverse("needs:desk-suggestions") + "?state=in_hand",
            oldest="due_on",
            due=lambda day: day,
            kind="info",
        )
    )
    return found
