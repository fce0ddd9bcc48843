"""A person's inbox of what happened."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from allhours.directory.middleware import ActorRequest
from allhours.kernel import clock
from allhours.notifications import actions, queries, texts

PER_PAGE = 30


@never_cache
@login_required
def inbox(request: ActorRequest) -> HttpResponse:
    pages = Paginator(queries.notices_of(request.actor), PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    notices = [
        {
            "pk": notice.pk,
            "text": texts.render(notice.key, notice.params),
            "at": notice.created_at,
            "unread": notice.read_at is None,
            "url": notice.url,
        }
        for notice in page.object_list
    ]
    unread = queries.unread_count(request.actor)
    context = {"notices": notices, "unread": unread, "page": page}
    return render(request, "notifications/inbox.html", context)


@login_required
@require_POST
def read(request: ActorRequest, pk: int) -> HttpResponse:
    """Mark one read and go where it leads."""
    notice = get_object_or_404(queries.notices_of(request.actor), pk=pk)
    actions.mark_read(actor=request.actor, notice=notice, now=clock.now())
    return redirect(notice.url if _is_ours(request, notice.url) else "notifications:inbox")


@login_required
@require_POST
def read_all(request: ActorRequest) -> HttpResponse:
    actions.mark_all_read(actor=request.actor, now=clock.now())
    return redirect("notifications:inbox")


def _is_ours(request: HttpRequest, url: str) -> bool:
    return bool(url) and url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()})
