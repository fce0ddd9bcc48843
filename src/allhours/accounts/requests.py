"""The request as this app's views meet it."""

from __future__ import annotations

from ipaddress import ip_address

from django.http import HttpRequest

from allhours.accounts.actor import Actor
from allhours.accounts.models import User


class SignedInRequest(HttpRequest):
    """Somebody has signed in; `directory.middleware` has put their actor here."""

    user: User
    actor: Actor


def address_of(request: HttpRequest) -> str:
    """Where a request came from; the proxy's word counts only if it stands on this machine."""
    remote: str = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip()
    try:
        if forwarded and ip_address(remote).is_loopback:
            return str(ip_address(forwarded))
        return str(ip_address(remote))
    except ValueError:
        return ""
