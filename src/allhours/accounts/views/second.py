"""The second step of signing in, signing in by passkey alone, and the form that was kept."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from allhours.accounts import entry, kept, passkeys, queries
from allhours.accounts.actions import factors
from allhours.accounts.choices import Method
from allhours.accounts.forms import CodeForm
from allhours.accounts.models import Passkey, User
from allhours.accounts.requests import SignedInRequest
from allhours.kernel import clock
from allhours.kernel.errors import Refused

CHALLENGE = "challenge"


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """After the right password: a code, or a passkey."""
    now = clock.now()
    user = entry.pending_user(request, now)
    if user is None:
        messages.info(request, _("请先输入用户名和密码。"))
        return redirect("accounts:sign-in")
    form = CodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST":
        try:
            method = prove(request, user, form)
        except Refused as refused:
            entry.record(request, user, succeeded=False, method=Method.TOTP, now=now)
            say(request, form, "code", refused)
        else:
            if method is not None:
                return entry.enter(request, user, method=method, now=now)
    context = {"form": form, "asked": ask(request, user), "has_code": has_code(user)}
    return render(request, "accounts/second.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """A passkey in place of user name and password: it verified its user by itself."""
    if request.user.is_authenticated:
        return redirect("portal:home")
    if request.method == "POST":
        now = clock.now()
        try:
            user = answered(request, None)
        except Refused as refused:
            for sentence in refused.sentences:
                messages.error(request, sentence)
        else:
            return entry.enter(request, user, method=Method.PASSKEY, now=now)
    return render(request, "accounts/passkey_sign_in.html", {"asked": ask(request, None)})


@never_cache
@login_required
def resume(request: SignedInRequest) -> HttpResponse:
    """What was being sent when the session ended: look at it, and send it, or leave it."""
    form = request.session.get(kept.KEY) or {}
    if request.method == "POST" or not kept.belongs_to(form, request.user.pk, clock.now()):
        request.session.pop(kept.KEY, None)
        return redirect("portal:home")
    fields = kept.fields(form)
    texts = [text for _name, values in fields for text in values if len(text) > 1]
    context = {"path": form["path"], "fields": fields, "texts": texts, "files": form["files"]}
    return render(request, "accounts/resume.html", context)


def ask(request: HttpRequest, user: User | None) -> passkeys.Asked | None:
    """What to ask the browser for, with its challenge kept; None where passkeys cannot help."""
    party = passkeys.party_of(request)
    have: list[Passkey] = list(queries.passkeys_of(user)) if user else []
    if not party.rp_id or (user is not None and not have):
        return None
    asked = passkeys.ask_proof(party=party, have=have, alone=user is None)
    request.session[CHALLENGE] = asked.challenge
    return asked


def answered(request: HttpRequest, user: User | None) -> User:
    """Whose passkey answered the challenge; each challenge is good for one answer."""
    return factors.verify_passkey(
        party=passkeys.party_of(request),
        challenge=request.session.pop(CHALLENGE, ""),
        answer=request.POST.get("credential", ""),
        user=user,
        now=clock.now(),
    )


def prove(request: HttpRequest, user: User, form: CodeForm) -> Method | None:
    """By what the person proved themself; None where the form is not whole."""
    if "credential" in request.POST:
        answered(request, user)
        return Method.PASSKEY
    if not form.is_valid():
        return None
    return factors.verify_second_factor(user=user, code=form.cleaned_data["code"], now=clock.now())


def has_code(user: User) -> bool:
    return queries.totp_of(user) is not None or queries.recovery_codes_left(user) > 0


def say(request: HttpRequest, form: Form, field: str, refused: Refused) -> None:
    """Beside the field, or above the page where there was no field."""
    for sentence in refused.sentences:
        if form.is_bound:
            form.add_error(field, sentence)
        else:
            messages.error(request, sentence)
