"""Accounts and the journal, as their readers may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import OuterRef, QuerySet, Subquery

from allhours.accounts import throttle
from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import (
    ApiToken,
    JournalEntry,
    Passkey,
    RecoveryCode,
    SignedIn,
    SignInRecord,
    TotpDevice,
    User,
)
from allhours.kernel import clock, codes, crypto


def user_named(username: str) -> User | None:
    return User.objects.filter(username=username).first()


def active_user(pk: int) -> User | None:
    return User.objects.filter(pk=pk, is_active=True).first()


def browsers_of(user: User) -> list[str]:
    """The different browsers (as they call themselves) by which the person got in before."""
    rows = SignInRecord.objects.filter(user=user, succeeded=True)
    return list(rows.order_by().values_list("browser", flat=True).distinct()[:200])


def sign_ins_of(user: User) -> QuerySet[SignInRecord]:
    """The newest first."""
    return SignInRecord.objects.filter(user=user).order_by("-at", "-pk")


@dataclass(frozen=True)
class Lock:
    """One account that cannot be used now: stopped, or locked after wrong tries."""

    user: User
    until: datetime | None  # None: until somebody reopens it


def locks_visible_to(actor: Actor, now: datetime) -> list[Lock]:
    """All of them for the security administrator, none for anybody else."""
    if not actor.holds(Role.SECURITY_ADMIN):
        return []
    users = User.objects.order_by("username")
    until = _locked_names(now)
    ends = _locked_by_factor(now)
    by_factor = users.filter(pk__in=ends).exclude(username__in=until)
    return [
        *(Lock(user, until[user.username]) for user in users.filter(username__in=until)),
        *(Lock(user, ends[user.pk]) for user in by_factor),
        *(Lock(user, None) for user in users.filter(is_active=False)),
    ]


def _locked_names(now: datetime) -> dict[str, datetime]:
    """User name → end of its lock, on this installation's clock (axes keeps the real one)."""
    since = clock.wall(now) - (get_cool_off() or timedelta(0))
    rows = AccessAttempt.objects.filter(
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gt=since
    ).values_list("username", "attempt_time")
    return {name: now + (at - since) for name, at in rows if name}


def _locked_by_factor(now: datetime) -> dict[int, datetime]:
    """Counts bear no names, so those who have a factor are held against them."""
    limit = throttle.SECOND_FACTOR
    keys = throttle.locked(limit, now)
    if not keys:
        return {}
    owners = TotpDevice.objects.values_list("user_id").union(
        RecoveryCode.objects.values_list("user_id")
    )
    return {pk: keys[key] for (pk,) in owners if (key := limit.key(pk)) in keys}


def accounts_visible_to(actor: Actor) -> QuerySet[User]:
    """Any account for the security administrator, who looks it up by its user name."""
    rows = User.objects.all()
    return rows if actor.holds(Role.SECURITY_ADMIN) else rows.none()


def lock_of(user: User, now: datetime) -> datetime | None:
    """Until when the account is locked after wrong tries; None where it is not."""
    by_password = _locked_names(now).get(user.username)
    left = throttle.remaining(throttle.SECOND_FACTOR, user.pk, now)
    by_factor = now + left if left else None
    return max((at for at in (by_password, by_factor) if at), default=None)


def has_second_factor(user: User) -> bool:
    """Whether the person set up an app or a passkey (recovery codes alone are none)."""
    return (
        TotpDevice.objects.filter(user=user).exists() or Passkey.objects.filter(user=user).exists()
    )


def passkeys_of(user: User) -> QuerySet[Passkey]:
    return Passkey.objects.filter(user=user).order_by("created_at", "pk")


def passkey_named(credential_id: str, user: User | None) -> Passkey | None:
    """By the id that a browser sent; of this person only, if one is given."""
    rows = Passkey.objects.select_related("user").filter(
        credential_hash=codes.sha256(credential_id.encode())
    )
    return (rows if user is None else rows.filter(user=user)).first()


def totp_of(user: User) -> TotpDevice | None:
    return TotpDevice.objects.filter(user=user).first()


def recovery_codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def sessions_of(user: User, now: datetime) -> QuerySet[SignedIn]:
    """Sessions that can still be used, the latest first."""
    alive = Session.objects.filter(expire_date__gt=clock.wall(now)).values("session_key")
    return SignedIn.objects.filter(user=user, session_key__in=alive).order_by("-seen_at", "-pk")


def lock_remaining(username: str, at: datetime) -> timedelta:
    """How long a locked user name stays locked, by the lock-out's own (real) clock."""
    latest = (
        AccessAttempt.objects.filter(username=username)
        .order_by("-attempt_time")
        .values_list("attempt_time", flat=True)
        .first()
    )
    cool_off = get_cool_off() or timedelta(0)
    return max(timedelta(0), (latest or at) + cool_off - at)


def journal_visible_to(actor: Actor) -> QuerySet[JournalEntry]:
    """All lines for the audit administrator, none for anybody else; the newest first."""
    if not actor.holds(Role.AUDIT_ADMIN):
        return JournalEntry.objects.none()
    name = User.objects.filter(pk=OuterRef("user_id_plain")).values("username")
    return JournalEntry.objects.annotate(username=Subquery(name)).order_by("-pk")


def sign_ins_visible_to(actor: Actor) -> QuerySet[SignInRecord]:
    """Everybody's for the audit administrator."""
    if not actor.holds(Role.AUDIT_ADMIN):
        return SignInRecord.objects.none()
    return SignInRecord.objects.select_related("user").order_by("-at", "-pk")


def openings_about(subject: str, subject_id: int, did: str) -> QuerySet[JournalEntry]:
    """When somebody's sealed facts were opened; the newest first."""
    rows = JournalEntry.objects.filter(subject=subject, subject_id=str(subject_id), did=did)
    return rows.order_by("-at", "-pk")


def token_hash(plain: str) -> str:
    return crypto.lookup_hash(plain, "token.code")


def token_in_force(plain: str, now: datetime) -> ApiToken | None:
    rows = ApiToken.objects.in_force(now).select_related("user")
    return rows.filter(token_hash=token_hash(plain)).first()


def tokens_of(actor: Actor, now: datetime) -> QuerySet[ApiToken]:
    """The actor's own tokens that still hold, the newest first."""
    rows = ApiToken.objects.in_force(now).select_related("user")
    return rows.filter(user_id=actor.user_id or 0).order_by("-pk")


def new_name_of(username: str, password: str) -> str:
    """The user name that replaced this one, told only to who knows its password; else ""."""
    old = User.objects.filter(username=username).exclude(moved_to="").first()
    return old.moved_to if old is not None and old.check_password(password) else ""
