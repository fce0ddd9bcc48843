"""Sign-ins of people who are given a role."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.models import User
from allhours.directory import appointing, rules
from allhours.directory.models import Member
from allhours.directory.queries import people as queries
from allhours.kernel.errors import Refused


@transaction.atomic
def open_account(*, actor: Actor, username: str, display_name: str, now: datetime) -> User:
    """A sign-in for somebody who is not a member (a grid worker, an officer); no password yet."""
    actor.require(*appointing.PROPOSING)
    user = User(
        username=username,
        display_name=display_name,
        password=make_password(None),
        created_at=now,
    )
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise Refused(rules.USERNAME_TAKEN) from None
    journal.note(actor=actor, did="account.opened", to=user, now=now)
    return user


def person_named(
    *, actor: Actor, username: str, display_name: str, admin: bool, now: datetime
) -> User:
    """The account of that user name, or a new one: of the member with that number, or of a name.

    A secretary finds people of their own organisation only; of anybody else not even the name.
    An administrator is no member, so a member's number gives no account for one.
    """
    user = User.objects.filter(username=username).first()
    member = Member.objects.on_roster().filter(member_no=username).first()
    if user is not None or member is not None:
        if not queries.may_name(actor, user, member):
            raise Refused(appointing.PERSON_UNKNOWN)
        if user is not None:
            return user
    if admin and member is not None:
        raise Refused(rules.ADMIN_IN_BUSINESS)
    name = member.name if member else display_name
    if not name:
        raise Refused(rules.NAME_NEEDED)
    user = open_account(actor=actor, username=username, display_name=name, now=now)
    if member is not None:
        Member.objects.filter(pk=member.pk, user=None).update(user=user)
    return user
