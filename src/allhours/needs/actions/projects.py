"""Wishes and posts join a named project (特色项目); a wish too large for one becomes one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.kernel.errors import Refused, refuse_if
from allhours.needs.actions import claims
from allhours.needs.choices import NEXT, WishState
from allhours.needs.models import Post, Wish
from allhours.needs.queries.limits import wish_limits
from allhours.needs.rules import wishes as rules
from allhours.needs.scope import HANDLERS, handles
from allhours.projects.actions import move, require_joinable
from allhours.projects.models import Project


@transaction.atomic
def gather_wish(*, actor: Actor, wish: Wish, project: Project | None, now: datetime) -> None:
    """Count the wish to a project; None takes it out."""
    if not handles(actor, wish.community.path, HANDLERS):
        raise Refused(NOT_YOURS_TO_DO)
    if project is not None:
        require_joinable(actor=actor, project=project, now=now)
    elif wish.state == WishState.CONVERTED:  # the project is all that sees to it
        raise Refused(rules.NOT_IN_STATE.having(state=wish.get_state_display()))
    rows = Wish.objects.filter(pk=wish.pk)
    move(rows if project else rows.exclude(state=WishState.CONVERTED), into=project)
    journal.note(
        actor=actor, did="wish.gathered", to=wish, now=now, project=project.pk if project else None
    )


@transaction.atomic
def gather_post(*, actor: Actor, post: Post, project: Project | None, now: datetime) -> None:
    """Count the post to a project; None takes it out."""
    if not handles(actor, post.community.path, HANDLERS):
        raise Refused(NOT_YOURS_TO_DO)
    if project is not None:
        require_joinable(actor=actor, project=project, now=now)
    move(Post.objects.filter(pk=post.pk), into=project)
    journal.note(
        actor=actor, did="post.gathered", to=post, now=now, project=project.pk if project else None
    )


@transaction.atomic
def convert_wish(*, actor: Actor, wish: Wish, project: Project, reason: str, now: datetime) -> Wish:
    """Too large for one wish: from now on the project sees to it (转实事项目).

    Live and waiting claims end; the resident reads the reason and the project's name.
    """
    if not handles(actor, wish.community.path, HANDLERS):
        raise Refused(NOT_YOURS_TO_DO)
    if not wish_limits(now).convert_to_project:
        raise Refused(rules.NO_CONVERSION)
    if not reason.strip():
        raise Refused(rules.REASON_MISSING)
    refuse_if(rules.state_refusals(wish, WishState.CONVERTED))
    require_joinable(actor=actor, project=project, now=now)
    before = [state for state, following in NEXT.items() if WishState.CONVERTED in following]
    won = Wish.objects.filter(pk=wish.pk, state__in=before).update(
        state=WishState.CONVERTED,
        project=project,
        taken=0,
        ended_at=now,
        end_reason=reason.strip()[:200],
    )
    if not won:
        wish.refresh_from_db()
        raise Refused(rules.NOT_IN_STATE.having(state=wish.get_state_display()))
    claims.end_all(actor=actor, wish=wish, now=now)
    journal.note(
        actor=actor, did="wish.converted", to=wish, now=now,
        before=str(wish.state), project=project.pk,
    )  # fmt: skip
    wish.refresh_from_db()
    return wish
