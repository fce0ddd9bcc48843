from __future__ import annotations

from django.db.models import QuerySet

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import User
from allhours.directory.models import Member
from allhours.rights.choices import ErasureState
from allhours.rights.models import Erasure


def erased_members() -> QuerySet[Erasure]:
    """Ids of members whose data is gone."""
    done = Erasure.objects.filter(state=ErasureState.DONE, member__isnull=False)
    return done.values("member_id")  # type: ignore[return-value]


def erasures_visible_to(actor: Actor) -> QuerySet[Erasure]:
    return Erasure.objects.visible_to(actor).order_by("-asked_at", "-pk")


def own_erasure(actor: Actor) -> Erasure | None:
    """The one in hand."""
    mine = Erasure.objects.filter(user_id=actor.user_id or 0).open()
    return mine.order_by("-asked_at").first()


def subject_named(actor: Actor, text: str) -> tuple[Member | None, User | None]:
    """A member by number, or an account by user name that belongs to no member."""
    if not actor.holds(Role.COUNTY_OFFICER):
        return None, None
    member = Member.objects.visible_to(actor).filter(member_no=text.strip()).first()
    if member is not None:
        return member, None
    taken = Member.objects.filter(user__isnull=False).values("user_id")
    return None, User.objects.filter(username=text.strip()).exclude(pk__in=taken).first()
