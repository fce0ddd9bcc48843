"""The request as this app's views meet it."""

from __future__ import annotations

from django.http import HttpRequest

from allhours.accounts.actor import Actor
from allhours.accounts.models import User


class SignedInRequest(HttpRequest):
    """Somebody has signed in; `directory.middleware` has put their actor here."""

    user: User
    actor: Actor
