from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.choices import Method


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=username)


class User(AbstractBaseUser):
    """A sign-in. Not a member: officers may be none, and a member may never sign in."""

    username = models.CharField(_("用户名"), max_length=40, unique=True)
    display_name = models.CharField(_("姓名"), max_length=60, blank=True)
    is_active = models.BooleanField(default=True)  # locked by the security administrator
    closed_why = models.CharField(max_length=10, blank=True)  # left, deceased, moved: no locking
    moved_to = models.CharField(max_length=40, blank=True)  # the user name that replaces this one
    must_change_password = models.BooleanField(default=False)
    elder_mode = models.BooleanField(default=False)
    language = models.CharField(max_length=10, blank=True)
    theme = models.CharField(max_length=10, blank=True)  # "", light, dark
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    def __str__(self) -> str:
        return self.username


class ActivationSlip(models.Model):
    """A one-time code by which a person sets their first (or a recovered) password."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="slips")
    code_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    issued_by = models.BigIntegerField(null=True)  # user id; null: a command
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(used_at=None, revoked_at=None),
                name="one_live_slip_per_user",
            )
        ]

    def __str__(self) -> str:
        return f"slip {self.pk}"


class SignInRecord(models.Model):
    """What its owner sees as their sign-in history."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    at = models.DateTimeField(db_index=True)
    succeeded = models.BooleanField()
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200, blank=True)
    method = models.CharField(max_length=10, choices=Method, default=Method.PASSWORD)

    def __str__(self) -> str:
        return f"sign-in {self.pk}"
