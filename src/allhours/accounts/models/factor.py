"""What proves a person besides the password."""

from __future__ import annotations

from django.db import models

from allhours.accounts.models.user import User


class TotpDevice(models.Model):
    """An authenticator app. Its key was shown once; `last_step` lets each code pass once."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="totp")
    key_sealed = models.CharField(max_length=200)  # of the key in base32
    last_step = models.BigIntegerField(default=0)  # RFC 6238: the 30 s step of the last code taken
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"totp {self.pk}"


class Passkey(models.Model):
    """A WebAuthn credential: only its public half is here."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=40)
    credential_id = models.TextField()  # base64url
    credential_hash = models.CharField(max_length=64, unique=True)  # of the id, to find it
    public_key = models.BinaryField()  # COSE
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"passkey {self.pk}"


class RecoveryCode(models.Model):
    """One of ten codes on paper, for the day the phone is lost."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "code_hash"], name="one_recovery_code")
        ]

    def __str__(self) -> str:
        return f"recovery code {self.pk}"


class Attempts(models.Model):
    """How often something was tried since an instant, e.g. a person's second factor.

    `key` is a digest: no user name or address of somebody unknown is kept here.
    """

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"attempts {self.pk}"


class SignedIn(models.Model):
    """A session in use, as its owner may see and end it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    method = models.CharField(max_length=10)
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"session {self.pk}"
