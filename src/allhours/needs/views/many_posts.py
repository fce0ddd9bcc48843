"""Many posts at once: last year's and those of demands; and the sheets of one post."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from allhours.directory.middleware import ActorRequest
from allhours.kernel import clock
from allhours.needs import sheet_post
from allhours.needs.actions import renewal
from allhours.needs.choices import ClaimState
from allhours.needs.queries import orders, posts
from allhours.needs.queries.limits import item_titles
from allhours.needs.scope import HANDLERS
from allhours.needs.views.common import desk_actor, refusals_as_messages
from allhours.ui import sheets as ui_sheets


@require_http_methods(["GET", "POST"])
@login_required
def renew(request: HttpRequest) -> HttpResponse:
    """Last year's posts, ticked unless they are set up again already."""
    actor, now = desk_actor(cast("ActorRequest", request), HANDLERS), clock.now()
    rows = posts.last_years(actor, now)
    if request.method == "POST":
        return _do(request, rows, renewal.renew_posts, "posts", "needs:posts")
    return render(request, "needs/desk_renew.html", {"rows": rows, "titles": item_titles(now)})


@require_http_methods(["GET", "POST"])
@login_required
def meet(request: HttpRequest) -> HttpResponse:
    """Open demands, each to become a post as it stands."""
    actor, now = desk_actor(cast("ActorRequest", request), HANDLERS), clock.now()
    rows = orders.desk_demands(actor, now).filter(state="open")
    if request.method == "POST":
        return _do(request, rows, renewal.meet_demands, "demands", "needs:demands")
    return render(request, "needs/desk_meet_all.html", {"rows": rows, "titles": item_titles(now)})


def _do(
    request: HttpRequest, rows: Any, action: Callable[..., renewal.Done], name: str, then: str
) -> HttpResponse:
    chosen = rows.filter(code__in=request.POST.getlist("chosen"))
    actor = cast("ActorRequest", request).actor
    with refusals_as_messages(request):
        made, refused = action(actor=actor, now=clock.now(), **{name: chosen})
        text = ngettext("已发布 %(n)d 个岗位。", "已发布 %(n)d 个岗位。", len(made))
        messages.success(request, text % {"n": len(made)})
        for refusal in refused:
            messages.warning(request, str(refusal))
    return redirect(then)


@require_GET
@login_required
def sheet(request: HttpRequest, code: str, sheet: str) -> HttpResponse:
    """The list to sign in on, or the notice for the board; to print or as a file."""
    actor, now = desk_actor(cast("ActorRequest", request)), clock.now()
    post = posts.desk_post(actor, code)
    if post is None or sheet not in ("sign-in", "poster"):
        raise Http404
    words = posts.words_of(post, now)
    if sheet == "sign-in":
        takers = posts.takers(post).filter(state=ClaimState.LIVE)
        page = sheet_post.sign_in(post, takers, words, clock.local_date(now))
    else:
        url = request.build_absolute_uri(reverse("needs:post", args=[post.code]))
        page = sheet_post.poster(post, item_titles(now).get(post.item, ""), words, url)
    if request.GET.get("format") == "pdf":
        answer = HttpResponse(ui_sheets.pdf([page]), content_type="application/pdf")
        name = content_disposition_header(True, f"{post.title}.pdf")
        answer["Content-Disposition"] = name or ""
        return answer
    context = {
        "title": post.title if sheet == "poster" else _("岗位服务签到表"),
        "pages": [page],
        "pdf_url": f"{request.path}?format=pdf",
        "back": reverse("needs:desk-post", args=[post.code]),
        "note": "",
    }
    return render(request, "ui/print_sheets.html", context)
