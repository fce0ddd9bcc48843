"""The actor: who does something, as plain values.

`directory.middleware` fills the grants of a signed-in person from appointments; jobs and commands
act as `Actor.system(...)`, which is journaled as such.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from allhours.accounts.choices import ADMIN_ROLES, READ_ONLY_ROLES
from allhours.kernel import paths
from allhours.kernel.errors import Refusal, Refused

NOT_YOURS_TO_DO = Refusal("actor.not_permitted", _("您的职务不能办理此事，请联系有权限的同志。"))


@dataclass(frozen=True)
class Grant:
    """A role held over a subtree of the organisation tree, by one appointment."""

    role: str
    path: str
    appointment_id: int | None = None
    organization_id: int | None = None
    acting_for: int | None = None  # the appointment whose holder delegated this one (代理)
    for_user: int | None = None  # and that holder


@dataclass(frozen=True)
class Actor:
    user_id: int | None = None
    member_id: int | None = None
    grants: tuple[Grant, ...] = ()
    label: str = ""  # for a system actor: what runs
    is_system: bool = False
    # The grant that the last permission check found: under which of several an act was done.
    found: list[Grant] = field(default_factory=list, compare=False, repr=False)

    @classmethod
    def system(cls, label: str) -> Actor:
        """A job or command; it may do everything, and the journal says which one it was."""
        return cls(label=label, is_system=True)

    @classmethod
    def public(cls) -> Actor:
        """Somebody without an account."""
        return cls(label="public")

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants)

    def grants_of(self, roles: Iterable[str]) -> tuple[Grant, ...]:
        wanted = frozenset(roles)
        return tuple(grant for grant in self.grants if grant.role in wanted)

    def holds(self, *roles: str, over: str | None = None) -> bool:
        """Whether the actor holds one of the roles (over the node at path `over`, if given)."""
        if self.is_system:
            return True
        grant = self.acting_as(*roles, over=over)
        if grant is not None:
            self.found[:] = [grant]
        return grant is not None

    def require(self, *roles: str, over: str | None = None) -> None:
        """Refuse unless `holds`."""
        if not self.holds(*roles, over=over):
            raise Refused(NOT_YOURS_TO_DO)

    def acting_as(self, *roles: str, over: str | None = None) -> Grant | None:
        """The grant under which an act of these roles is done, for the journal."""
        for grant in self.grants_of(roles):
            if over is None or paths.covers(grant.path, over):
                return grant
        return None

    @property
    def is_admin(self) -> bool:
        return bool(self.roles & ADMIN_ROLES)

    @property
    def writes(self) -> bool:
        return self.is_system or bool(self.roles - READ_ONLY_ROLES) or self.member_id is not None
