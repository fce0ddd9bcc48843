"""The reference for people, the description for programs, and a person's own tokens."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allhours.accounts import queries
from allhours.accounts.actions import tokens as actions
from allhours.accounts.choices import ApiScope
from allhours.accounts.requests import SignedInRequest
from allhours.api import errors
from allhours.api.forms import TokenForm
from allhours.api.openapi import subjects, text
from allhours.kernel import clock
from allhours.kernel.errors import Refused


@require_GET
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation with what it takes and answers; no script, nothing from elsewhere."""
    context = {"subjects": subjects(), "longest": actions.LONGEST_DAYS, "scopes": ApiScope.choices}
    return render(request, "api/reference.html", context)


def openapi(request: HttpRequest) -> HttpResponse:
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    return HttpResponse(
        text(),
        content_type="application/json",
        headers={"Cache-Control": "public, max-age=300"},
    )


@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponse:
    return errors.not_found(request)


@never_cache
@login_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: SignedInRequest) -> HttpResponse:
    """The owner's tokens; a new one is shown once, in the answer to this very request."""
    now, fresh = clock.now(), None
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.prove_password(user=request.user, password=given.pop("password"), now=now)
            fresh = actions.issue_token(
                user=request.user, proved_twice="factor" in request.session, now=now, **given
            )
        except Refused as refused:
            for sentence in refused.sentences:
                form.add_error(None, sentence)
        else:
            form = TokenForm()
    scopes = dict(ApiScope.choices)
    rows = [
        (token, _("、").join(str(scopes.get(code, code)) for code in token.scopes))
        for token in queries.tokens_of(request.actor, now)[:100]
    ]
    context = {"form": form, "fresh": fresh, "rows": rows}
    return render(request, "api/tokens.html", context)


@login_required
@require_POST
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    now = clock.now()
    token = get_object_or_404(queries.tokens_of(request.actor, now), pk=pk)
    actions.revoke_token(actor=request.actor, token=token, now=now)
    messages.success(request, _("令牌已撤销，用它的程序不能再访问。"))
    return redirect("api:tokens")
