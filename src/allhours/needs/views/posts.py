"""Posts: the public menu, taking one, the member's own, and the community's desk."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allhours.accounts.actor import Actor
from allhours.directory.middleware import ActorRequest
from allhours.directory.pages import journaled
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs import actions
from allhours.needs.choices import ClaimState
from allhours.needs.filters import PostFilter
from allhours.needs.forms.desk import ReasonForm
from allhours.needs.forms.member import GiveBackForm
from allhours.needs.forms.posts import PostForm
from allhours.needs.models import Post
from allhours.needs.queries import limits
from allhours.needs.queries import posts as queries
from allhours.needs.queries.desk import desk_claim
from allhours.needs.queries.orders import offers_by, offers_to, orders_of
from allhours.needs.queries.year import year_posts
from allhours.needs.register_tables import MOST_ROWS
from allhours.needs.scope import HANDLERS, handles
from allhours.needs.tables import PostTable
from allhours.needs.views.common import add_refusals, desk_actor, refusals_as_messages
from allhours.projects.queries import joinable
from allhours.ui.lists import list_response


def _post(code: str) -> Post:
    found = queries.post_by_code(code)
    if found is None:
        raise Http404
    return found


def _post_page(request: HttpRequest, post: Post) -> HttpResponse:
    actor, now = cast("ActorRequest", request).actor, clock.now()
    context = {
        "post": post,
        "item": limits.menu(now).title_of(post.item) if post.item else "",
        "page": queries.post_page(actor, post, now),
        "both_sides": limits.menu(now).both_sides,
        **queries.words_of(post, now),
        "give_back": GiveBackForm(),
    }
    return render(request, "needs/post.html", context)


@require_GET
def post(request: HttpRequest, code: str) -> HttpResponse:
    return _post_page(request, _post(code))


@require_http_methods(["GET", "POST"])
@login_required
def take(request: HttpRequest, code: str) -> HttpResponse:
    if request.method != "POST":
        return redirect("needs:post", code=code)
    wanted = _post(code)
    with refusals_as_messages(request) as answer:
        claim = actions.take_post(
            actor=cast("ActorRequest", request).actor, post=wanted, now=clock.now()
        )
    if answer.refused:
        return _post_page(request, _post(code))
    if claim.state == ClaimState.WAITING:
        messages.success(request, _("已提交申请，请等社区确认。"))
    else:
        messages.success(request, _("已认领岗位，请按约定时间到社区服务。"))
    return redirect("needs:my-posts")


@require_GET
@login_required
def my_posts(request: HttpRequest) -> HttpResponse:
    actor, now = cast("ActorRequest", request).actor, clock.now()
    claims, asked = list(queries.my_posts(actor)), offers_by(actor)
    year = year_posts(claims, now)
    for claim in claims:
        claim.offer = asked.get(claim.pk)  # type: ignore[attr-defined]
        claim.counts = year.why.get(claim.pk, "")  # type: ignore[attr-defined]
    context = {
        "claims": claims,
        "year": year,
        "give_back": GiveBackForm(),
        "orders": orders_of(actor, now),
        "offers": offers_to(actor),
        "may_propose": actor.member_id is not None and limits.menu(now).outside_allowed,
    }
    return render(request, "needs/my_posts.html", context)


@require_POST
@login_required
def leave(request: HttpRequest, code: str) -> HttpResponse:
    actor = cast("ActorRequest", request).actor
    claim, form = queries.my_post_claim(actor, code), GiveBackForm(request.POST)
    if claim is None:
        raise Http404
    if not form.is_valid():
        messages.error(request, _("请选择原因。"))
        return redirect("needs:my-posts")
    with refusals_as_messages(request) as answer:
        actions.leave_post(actor=actor, claim=claim, reason=form.words, now=clock.now())
    if not answer.refused:
        messages.success(request, _("已退出岗位，谢谢您及时告知。"))
    return redirect("needs:my-posts")


@require_GET
@login_required
def desk_posts(request: HttpRequest) -> HttpResponseBase:
    actor = desk_actor(cast("ActorRequest", request))
    rows = queries.posts_of_year(actor, clock.now())
    return list_response(
        request,
        "needs/desk_posts.html",
        rows=rows,
        table=PostTable,
        export_most=MOST_ROWS,
        filters=PostFilter,
        name="posts",
        on_export=journaled(request, "posts"),
        context={"any": rows.exists(), "publishes": actor.holds(*HANDLERS)},
    )


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    actor, now = desk_actor(cast("ActorRequest", request), HANDLERS), clock.now()
    form = PostForm(request.POST or None, actor=actor, scheme=limits.scheme_now(now))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.publish_post(
                actor=actor,
                community=form.cleaned_data["community"],
                text=form.post_text,
                now=now,
            )
        except Refused as refused:
            add_refusals(form, refused)
        else:
            messages.success(request, _("岗位已发布。"))
            return redirect("needs:desk-post", code=made.code)
    return render(request, "needs/desk_post_form.html", {"form": form, "post": None})


def _on_desk(request: HttpRequest, code: str) -> tuple[Actor, Post]:
    actor = desk_actor(cast("ActorRequest", request))
    found = queries.desk_post(actor, code)
    if found is None:
        raise Http404
    return actor, found


@require_GET
@login_required
def desk_post(request: HttpRequest, code: str) -> HttpResponse:
    actor, found = _on_desk(request, code)
    now = clock.now()
    context = {
        "post": found,
        "manages": handles(actor, found.community.path),
        "joinable": joinable(actor, now),
        "item": limits.menu(now).title_of(found.item) if found.item else "",
        "takers": queries.takers(found),
        **queries.words_of(found, now),
        "reason": ReasonForm(),
    }
    return render(request, "needs/desk_post.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, code: str) -> HttpResponse:
    actor, found = _on_desk(request, code)
    now = clock.now()
    names = (
        "community", "item", "title", "text", "place", "times", "places", "skills", "weekly",
        "from_on", "until_on",
    )  # fmt: skip
    initial = {name: getattr(found, name) for name in names}
    scheme = limits.scheme_now(now)
    form = PostForm(request.POST or None, actor=actor, scheme=scheme, initial=initial)
    form.keep_community()
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_post(actor=actor, post=found, text=form.post_text, now=now)
        except Refused as refused:
            add_refusals(form, refused)
        else:
            messages.success(request, _("已保存。"))
            return redirect("needs:desk-post", code=found.code)
    return render(request, "needs/desk_post_form.html", {"form": form, "post": found})


@require_POST
@login_required
def close(request: HttpRequest, code: str) -> HttpResponse:
    actor, found = _on_desk(request, code)
    with refusals_as_messages(request):
        actions.close_post(actor=actor, post=found, now=clock.now())
    return redirect("needs:desk-post", code=found.code)


@require_POST
@login_required
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    actor, found = _on_desk(request, code)
    with refusals_as_messages(request):
        actions.reopen_post(actor=actor, post=found, now=clock.now())
    return redirect("needs:desk-post", code=found.code)


@require_POST
@login_required
def release(request: HttpRequest, pk: int) -> HttpResponse:
    actor = desk_actor(cast("ActorRequest", request))
    claim = desk_claim(actor, pk)
    if claim is None or claim.post is None:
        raise Http404
    with refusals_as_messages(request) as answer:
        actions.release_from_post(
            actor=actor, claim=claim, reason=request.POST.get("reason", ""), now=clock.now()
        )
    if not answer.refused:
        messages.success(request, _("已调整。"))
    return redirect("needs:desk-post", code=claim.post.code)
