"""The code on a letter, opened by a phone: one tap for its community, a bare answer for others."""

from __future__ import annotations

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from allhours.accounts.choices import COMMUNITY_ROLES
from allhours.kernel import clock, crypto
from allhours.placement.actions import reporting as actions
from allhours.placement.models import Placement
from allhours.placement.queries import papers, person
from allhours.placement.views.common import actor_of, refusals_as_messages, today

MOST, SECONDS = 30, 600  # looks at codes from one address
TOO_MANY = 429


@never_cache
@require_GET
def scan(request: HttpRequest, code: str) -> HttpResponse:
    """What the code on paper leads to: staff of the letter's community go on to its bearer."""
    placement = actions.placement_of_code(code)
    if placement is not None and _receives(request, placement):
        return redirect("placement:scan-here", code)
    return _standing(request, code)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def scan_here(request: HttpRequest, code: str) -> HttpResponse:
    """The bearer's page with one button: present and received in one tap."""
    placement = actions.placement_of_code(code)
    if placement is None or not _receives(request, placement):
        return redirect("placement:scan", code)
    if request.method == "POST":
        with refusals_as_messages(request):
            actions.receive_by_code(actor=actor_of(request), code=code, now=clock.now())
            messages.success(request, _("已接收%s同志，回执已送出。") % placement.member.name)
        return redirect("placement:placement", placement.pk)
    context = {
        "card": person.card(placement, actor_of(request), today()),
        "may": person.may_receive_by_code(placement, actor_of(request), today()),
        "code": code,
    }
    return render(request, "placement/scan.html", context)


def _receives(request: HttpRequest, placement: Placement) -> bool:
    return actor_of(request).holds(*COMMUNITY_ROLES, over=placement.community.path)


def _standing(request: HttpRequest, code: str) -> HttpResponse:
    """Whether there is such a letter and whether it is good; for anybody, not too often."""
    if _too_often(request):
        return render(request, "placement/standing.html", {"too_often": True}, status=TOO_MANY)
    standing = papers.standing_of(code, today())
    context = {"standing": standing, "too_often": False}
    return render(request, "placement/standing.html", context, status=200 if standing else 404)


def _too_often(request: HttpRequest) -> bool:
    slot = int(clock.now().timestamp()) // SECONDS
    key = f"scan:{slot}:{crypto.lookup_hash(get_client_ip_address(request), 'letter.scan')}"
    cache.add(key, 0, SECONDS)
    return int(cache.incr(key)) > MOST
