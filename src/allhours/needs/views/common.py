"""What the pages of needs do alike."""

from __future__ import annotations

import ipaddress

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES
from allhours.directory.middleware import ActorRequest
from allhours.directory.pages import refusals_as_messages
from allhours.kernel.errors import Refused
from allhours.needs.queries.wall import communities
from allhours.needs.scope import HANDLERS, NOTERS

__all__ = ["refusals_as_messages"]
DESK_ROLES = HANDLERS | NOTERS | COUNTY_ROLES


def add_refusals(form: Form, refused: Refused) -> None:
    for sentence in refused.sentences:
        form.add_error(None, sentence)


def desk_actor(request: ActorRequest, roles: frozenset[str] = DESK_ROLES) -> Actor:
    """404 for those who have no desk, or none of the roles that the page is made for."""
    if not request.actor.holds(*roles):
        raise Http404
    return request.actor


def back_or(request: HttpRequest, address: str) -> HttpResponse:
    """To where the form was sent from, if it says so and that is a board; else to the address."""
    back = request.POST.get("back", "")
    board = reverse("needs:board")
    from_board = back == board or back.startswith(f"{board}?")
    return redirect(back if from_board else address)


def private(response: HttpResponse) -> HttpResponse:
    """A page that holds somebody's facts is kept by no cache and no history."""
    response["Cache-Control"] = "no-store"
    return response


def address_of(request: HttpRequest) -> str:
    """The caller's network address, behind the machine's own proxy too; a network for IPv6."""
    remote: str = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip()
    try:
        if forwarded and ipaddress.ip_address(remote).is_loopback:
            remote = forwarded
        address = ipaddress.ip_address(remote)
    except ValueError:
        return remote
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(address)


def prefilled(request: HttpRequest) -> dict[str, int]:
    """`?community=CODE`, as the posters' codes have it: the community is chosen already."""
    found = communities().filter(code=request.GET.get("community", "")[:40]).first()
    return {"community": found.pk} if found else {}
