"""The rows of a member's “today”."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.accounts.actor import Actor
from allhours.activities.choices import NoteState
from allhours.activities.queries.notes import notes_of_member
from allhours.kernel import clock
from allhours.needs.queries.mine import InHand
from allhours.notifications.queries import unread_count
from allhours.placement.choices import PlacementState, RoundState
from allhours.placement.models import Placement
from allhours.placement.queries.desk import letter_of, open_proposal_of
from allhours.ui.awaiting import Awaiting, Counted, Waiting

SOON = timedelta(days=3)  # a wish due by then is a task of today


def reporting(actor: Actor, placement: Placement | None, on: date) -> Awaiting | None:
    """How far the member's own reporting-in is; nothing once they are received."""
    url = reverse("placement:mine")
    if placement is None:
        return _proposal(actor, url)
    if placement.state == PlacementState.REPORTED:
        return None
    words = {"c": placement.community.label}
    if placement.state == PlacementState.PRESENTED:
        since = clock.local_date(placement.presented_at or placement.assigned_at)
        return Awaiting(_("已到%(c)s，等社区接收") % words, url, since=since)
    since = clock.local_date(placement.assigned_at)
    if placement.state == PlacementState.ASSIGNED:
        title = _("已编入%(c)s，等单位开证明信") % words
        return Awaiting(title, url, since=since, kind="neutral")
    letter = letter_of(placement)
    return Awaiting(
        _("请到%(c)s报到") % words,
        url,
        due_on=letter.valid_until if letter else on,
        since=since,
        kind="warn",
        meta=_("带上证明信，或出示编码"),
        action_label=_("报到"),
        action_url=url,
    )


def _proposal(actor: Actor, url: str) -> Awaiting | None:
    """A community was suggested and nothing is decided: the member may still object."""
    proposal = open_proposal_of(actor.member_id or 0)
    undecided = proposal is not None and proposal.round.state == RoundState.PROPOSED
    if proposal is None or not undecided or proposal.community is None:
        return None
    title = _("系统建议把您编入%(c)s") % {"c": proposal.community.label}
    return Awaiting(title, url, meta=_("有不同意见可以提出"))


def wish(each: InHand, on: date) -> Awaiting | None:
    """Only wishes that ask for something now; the others wait in their own card."""
    claim = each.claim
    if claim.delivered_at is not None or claim.due_at is None:
        return None
    due = clock.local_date(claim.due_at)
    if each.kind == "info" and due > on + SOON:
        return None
    url = reverse("needs:my-claim", args=[each.code])
    return Awaiting(
        _("心愿“%(title)s”") % {"title": each.title},
        url,
        due_on=due,
        kind=each.kind,
        meta=f"{each.community} · {each.pill}",
        action_label=each.next_step,
        action_url=url if each.next_step else "",
    )


def returned_notes(actor: Actor, now: datetime) -> Waiting:
    return [
        Counted(
            notes_of_member(actor).filter(state=NoteState.RETURNED),
            lambda n: ngettext("%(n)d 条写实被退回", "%(n)d 条写实被退回", n) % {"n": n},
            reverse("activities:my_notes"),
            oldest="submitted_at",
            kind="warn",
            meta=_("请补充后再提交"),
        )
    ]


def messages(actor: Actor) -> list[Awaiting]:
    """New messages stand below what is to be done."""
    unread = unread_count(actor)
    title = ngettext("%(n)d 条新消息", "%(n)d 条新消息", unread) % {"n": unread}
    return [Awaiting(title, reverse("notifications:inbox"), count=unread)] if unread else []
