"""A person's inbox of what happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from allhours.directory.middleware import ActorRequest
from allhours.kernel import clock
from allhours.notifications import actions, queries
from allhours.notifications.queries import lines
from allhours.notifications.queries.inbox import ACTION, UNREAD
from allhours.ui.parts import NavItem

PER_PAGE = 30
UNDO_SALT = "allhours.notices.undo"
UNDO_SECONDS = 3600


@never_cache
@login_required
def inbox(request: ActorRequest) -> HttpResponse:
    only = request.GET.get("show", "")
    only = only if only in (UNREAD, ACTION) else ""
    pages = Paginator(queries.notices_of(request.actor, only), PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    today = clock.local_date(clock.now())
    context = {
        "notices": [lines.line(notice, today) for notice in page.object_list],
        "unread": queries.unread_count(request.actor),
        "page": page,
        "only": only,
        "filters": _filters(only),
        "undo": request.GET.get("undo", ""),
    }
    return render(request, "notifications/inbox.html", context)


def _filters(only: str) -> list[NavItem]:
    here = reverse("notifications:inbox")
    words = (("", _("全部")), (UNREAD, _("未读")), (ACTION, _("需要办理")))
    return [
        NavItem(label, f"{here}?show={name}" if name else here, current=only == name)
        for name, label in words
    ]


@login_required
@require_POST
def read(request: ActorRequest, pk: int) -> HttpResponse:
    """Mark one read and go where it leads."""
    notice = get_object_or_404(queries.notices_of(request.actor), pk=pk)
    actions.mark_read(actor=request.actor, notice=notice, now=clock.now())
    return redirect(notice.url if _is_ours(request, notice.url) else "notifications:inbox")


@login_required
@require_POST
def unread(request: ActorRequest, pk: int) -> HttpResponse:
    notice = get_object_or_404(queries.notices_of(request.actor), pk=pk)
    actions.mark_unread(actor=request.actor, notice=notice)
    return redirect("notifications:inbox")


@login_required
@require_POST
def read_all(request: ActorRequest) -> HttpResponse:
    """Marks all; the page that follows offers to take it back."""
    now = clock.now()
    if not actions.mark_all_read(actor=request.actor, now=now):
        return redirect("notifications:inbox")
    token: str = signing.dumps(now.isoformat(), salt=UNDO_SALT)
    return redirect(f"{reverse('notifications:inbox')}?undo={token}")


@login_required
@require_POST
def undo_read(request: ActorRequest) -> HttpResponse:
    try:
        at: Any = signing.loads(request.POST.get("undo", ""), salt=UNDO_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature:
        messages.error(request, _("已经过了可以撤销的时间。"))
    else:
        actions.undo_read(actor=request.actor, at=datetime.fromisoformat(at))
    return redirect("notifications:inbox")


def _is_ours(request: HttpRequest, url: str) -> bool:
    return bool(url) and url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()})
