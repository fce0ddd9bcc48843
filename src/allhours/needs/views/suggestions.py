"""意见建议: without an account, a member's own, and the desks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES
from allhours.directory.middleware import ActorRequest
from allhours.directory.pages import actor_of, journaled
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs.actions import flood, voicing
from allhours.needs.actions import suggestions as actions
from allhours.needs.filters import SuggestionFilter
from allhours.needs.forms.public import stamp
from allhours.needs.forms.suggestions import (
    AcceptForm,
    AnswerForm,
    AuthorForm,
    DeskForm,
    JoinForm,
    MemberForm,
    PublicForm,
    RouteForm,
)
from allhours.needs.models import Suggestion
from allhours.needs.queries import suggestions as queries
from allhours.needs.queries.channels import origin_title, suggestion_channels
from allhours.needs.queries.limits import due_is_provisional, suggestion_rules
from allhours.needs.queries.suggestion_duplicates import alike_to
from allhours.needs.register_tables import MOST_ROWS, SUGGESTION_HIDDEN, SuggestionTable
from allhours.needs.rules.suggestions import HANDLERS
from allhours.needs.scope import NOTERS
from allhours.needs.views.common import (
    add_refusals,
    address_of,
    prefilled,
    private,
    refusals_as_messages,
)
from allhours.needs.views.told import codes_told, stamped_anew, told_at
from allhours.ui.lists import list_response

DESK = HANDLERS | COUNTY_ROLES
TOO_MANY = 429


def _used(request: HttpRequest) -> None:
    """No page where the scheme has none; what is sent all the same, the action refuses."""
    if request.method != "POST" and not suggestion_rules(clock.now()).enabled:
        raise Http404


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    _used(request)
    now = clock.now()
    if request.method != "POST":
        return _form(request, PublicForm(initial={"stamp": stamp(now)} | prefilled(request)))
    form = PublicForm(request.POST)
    if not form.is_valid():
        return _form(request, form)
    read = form.read_stamp(now)
    if read is None:
        form.add_error(None, _("页面打开的时间太久了，内容已为您保留，请再提交一次。"))
        return _form(request, form)
    key, quick = read
    try:
        voiced = voicing.submit_suggestion(
            actor=cast("ActorRequest", request).actor,
            community=form.cleaned_data["community"],
            voice=form.voice,
            kind=form.cleaned_data["kind"],
            intake_key=key,
            address=address_of(request),
            quick=quick,
            now=now,
        )
    except Refused as refused:
        add_refusals(form, refused)
        return _form(request, form, TOO_MANY if flood.TOO_OFTEN.code in refused.codes else 200)
    return told_at("needs:suggestion-done", request, voiced.suggestion.code, voiced.follow_code)


def _form(request: HttpRequest, form: PublicForm, status: int = 200) -> HttpResponse:
    stamped_anew(request, form)
    return private(render(request, "needs/suggestion_new.html", {"form": form}, status=status))


@never_cache
@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """The two codes, shown while the sealed cookie lasts and then never again."""
    context = codes_told(request)
    if context is None:
        return redirect("needs:suggestion-new")
    return private(render(request, "needs/suggestion_done.html", context))


def _member(request: HttpRequest) -> Actor:
    _used(request)
    actor = cast("ActorRequest", request).actor
    if request.method != "POST" and actor.member_id is None:
        raise Http404
    return actor


@require_http_methods(["GET", "POST"])
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The member's own, and the form for another."""
    actor, now = _member(request), clock.now()
    initial = {"community": queries.usual_community(actor)}
    form = MemberForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = voicing.suggest(actor=actor, now=now, **form.cleaned_data)
        except Refused as refused:
            add_refusals(form, refused)
        else:
            messages.success(request, _("已收到，社区受理后会通知您。"))
            return redirect("needs:my-suggestion", code=made.code)
    context = {"form": form, "rows": [queries.told(each) for each in queries.of_author(actor)[:50]]}
    return render(request, "needs/my_suggestions.html", context)


def _own(request: HttpRequest, code: str) -> tuple[Actor, Suggestion]:
    actor = _member(request)
    found = queries.own_suggestion(actor, code)
    if found is None:
        raise Http404
    return actor, found


@require_GET
@login_required
def my_suggestion(request: HttpRequest, code: str) -> HttpResponse:
    _actor, found = _own(request, code)
    return render(request, "needs/my_suggestion.html", {"found": queries.told(found)})


@require_POST
@login_required
def my_step(request: HttpRequest, code: str) -> HttpResponse:
    actor, found = _own(request, code)
    with refusals_as_messages(request) as answer:
        sentence = actions.author_says(
            actor=actor,
            suggestion=found,
            do=request.POST.get("do", ""),
            rating=request.POST.get("rating", ""),
            note=request.POST.get("note", ""),
            now=clock.now(),
        )
    if not answer.refused:
        messages.success(request, sentence)
    return redirect("needs:my-suggestion", code=code)


@require_GET
@login_required
def desk(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *DESK)
    return list_response(
        request,
        "needs/desk_suggestions.html",
        rows=queries.register(actor),
        table=SuggestionTable,
        filters=SuggestionFilter,
        name=_("意见建议登记表"),
        hide=SUGGESTION_HIDDEN,
        export_most=MOST_ROWS,
        on_export=journaled(request, "suggestions"),
        context={
            "notes": actor.holds(*NOTERS),
            "problems": suggestion_rules(clock.now()).problem_collection,
        },
    )


@require_http_methods(["GET", "POST"])
@login_required
def desk_note(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request, *NOTERS)
    form = DeskForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            voiced = voicing.note_suggestion(
                actor=actor,
                community=data["community"],
                voice=form.voice,
                kind=data["kind"],
                origin=data["origin"],
                now=clock.now(),
            )
        except Refused as refused:
            add_refusals(form, refused)
        else:
            codes = {"code": voiced.suggestion.code, "follow_code": voiced.follow_code}
            return private(render(request, "needs/desk_suggestion_noted.html", codes))
    return render(request, "needs/desk_suggestion_note.html", {"form": form})


def _on_desk(request: HttpRequest, code: str) -> tuple[Actor, Suggestion]:
    actor = actor_of(request, *DESK)
    found = queries.desk_suggestion(actor, code)
    if found is None:
        raise Http404
    return actor, found


def _page(request: HttpRequest, actor: Actor, found: Suggestion, **more: Any) -> HttpResponse:
    steps = queries.steps_for(actor, found)
    titles = queries.category_titles(clock.now())
    context = {
        "found": found,
        "origin": origin_title(found.origin, suggestion_channels(clock.now())),
        "category": titles.get(found.category, ""),
        "steps": steps,
        "log": found.steps.select_related("handler"),
        "due_is_provisional": due_is_provisional(found.due_on),
        "late": queries.is_late(found, clock.local_date(clock.now())),
        "alike": alike_to(actor, found, clock.now()) if steps.join else [],
        "joined": queries.authors_joined(found),
        "accept": AcceptForm(categories=titles, initial={"kind": found.kind}),
        "route": RouteForm(suggestion=found, now=clock.now()),
        "answer": AnswerForm(),
        "join": JoinForm(choices=queries.joinable(actor, found)),
        "purpose": AuthorForm(),
        **more,
    }
    return private(render(request, "needs/desk_suggestion.html", context))


@require_GET
@login_required
def desk_show(request: HttpRequest, code: str) -> HttpResponse:
    actor, found = _on_desk(request, code)
    return _page(request, actor, found)


@require_POST
@login_required
def desk_open(request: HttpRequest, code: str) -> HttpResponse:
    """Who said it and in which words; with a purpose."""
    actor, found = _on_desk(request, code)
    form = AuthorForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选择查看用途。"))
        return redirect("needs:desk-suggestion", code=code)
    author = None
    with refusals_as_messages(request):
        author = actions.open_author(
            actor=actor, suggestion=found, now=clock.now(), **form.cleaned_data
        )
    return _page(request, actor, found, author=author)


@require_POST
@login_required
def desk_step(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One step of the desk; a form with a mistake comes back as it was filled in."""
    actor, found = _on_desk(request, code)
    forms: dict[str, Any] = {
        "accept": AcceptForm(request.POST, categories=queries.category_titles(clock.now())),
        "route": RouteForm(request.POST, suggestion=found, now=clock.now()),
        "answer": AnswerForm(request.POST),
        "join": JoinForm(request.POST, choices=queries.joinable(actor, found)),
    }
    if name == "refuse":
        form = None
    elif name in forms:
        form = forms[name]
        if not form.is_valid():
            return _again(request, actor, found, name, form)
    else:
        raise Http404
    with refusals_as_messages(request) as answer:
        _act(name, form, request, actor, found)()
    if answer.refused:
        return _again(request, actor, found, name, form)
    messages.success(request, _("已办理。"))
    return redirect("needs:desk-suggestion", code=code)


def _again(
    request: HttpRequest, actor: Actor, found: Suggestion, name: str, form: Any
) -> HttpResponse:
    """What was typed stays in the form; the small ones that fold away say it as a message."""
    if name in ("route", "join"):
        for errors in form.errors.values():
            messages.error(request, errors[0])
    return _page(request, actor, found, **({name: form} if form else {}))


def _act(
    name: str, form: Any, request: HttpRequest, actor: Actor, found: Suggestion
) -> Callable[[], None]:
    now = clock.now()
    data = form.cleaned_data if form else {}
    acts: dict[str, Callable[[], None]] = {
        "accept": lambda: actions.accept_suggestion(
            actor=actor, suggestion=found, made=form.made, now=now
        ),
        "route": lambda: actions.route_suggestion(actor=actor, suggestion=found, now=now, **data),
        "answer": lambda: actions.answer_suggestion(actor=actor, suggestion=found, now=now, **data),
        "join": lambda: actions.join_suggestions(actor=actor, suggestion=found, now=now, **data),
        "refuse": lambda: actions.refuse_suggestion(
            actor=actor, suggestion=found, reason=request.POST.get("reason", ""), now=now
        ),
    }
    return acts[name]
