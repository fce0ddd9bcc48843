"""A person's own second factors and sessions."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from allhours.accounts import entry, passkeys, policy, queries
from allhours.accounts.actions import factors, people, sessions
from allhours.accounts.browsers import browser_name
from allhours.accounts.choices import Method
from allhours.accounts.forms import NewAppForm, NewPasskeyForm, ProofForm
from allhours.accounts.requests import SignedInRequest
from allhours.accounts.views import second
from allhours.kernel import clock, crypto
from allhours.kernel.errors import Refused

NEW_KEY = "new_key"  # in the session, sealed, until a code proves that the app has it
NEW_KEY_PURPOSE = "session.new_key"


@never_cache
@login_required
def security(request: SignedInRequest) -> HttpResponse:
    user, now = request.user, clock.now()
    needed = policy.needs_second_factor(request.actor.roles)
    totp, keys = queries.totp_of(user), list(queries.passkeys_of(user))
    context = {
        "needed": needed,
        "missing": needed and "factor" not in request.session,
        "totp": totp,
        "passkeys": keys,
        "removable": not needed or len(keys) + bool(totp) > 1,
        "codes_left": queries.recovery_codes_left(user),
        "has_factor": bool(totp or keys),
        "sessions": [
            {
                "pk": each.pk,
                "browser": browser_name(each.browser),
                "address": each.address or "",
                "method": Method(each.method).label,
                "began": each.began_at,
                "seen": each.seen_at,
                "here": each.session_key == request.session.session_key,
            }
            for each in queries.sessions_of(user, now)
        ],
    }
    return render(request, "accounts/security.html", context)


@never_cache
@login_required
@entry.recently_confirmed
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def totp(request: SignedInRequest) -> HttpResponse:
    """Show a fresh key as QR code and text; a code from the app proves that it arrived."""
    form = NewAppForm(request.POST or None)
    sealed = request.session.get(NEW_KEY, "")
    if request.method == "POST" and form.is_valid() and sealed:
        try:
            factors.add_totp(
                actor=request.actor,
                user=request.user,
                key=crypto.unseal(sealed, NEW_KEY_PURPOSE),
                code=form.cleaned_data["code"],
                session_key=request.session.session_key or "",
                now=clock.now(),
            )
        except Refused as refused:
            for sentence in refused.sentences:
                form.add_error("code", sentence)
        else:
            del request.session[NEW_KEY]
            return _proven(request, Method.TOTP)
    if not sealed or request.method == "GET":
        sealed = crypto.seal(factors.new_key(), NEW_KEY_PURPOSE)
        request.session[NEW_KEY] = sealed
    key = crypto.unseal(sealed, NEW_KEY_PURPOSE)
    uri = _otpauth(request, key)
    groups = " ".join(key[at : at + 4] for at in range(0, len(key), 4))
    context = {"form": form, "key": groups, "uri": uri, "qr": _qr(uri)}
    return render(request, "accounts/totp.html", context)


def _otpauth(request: SignedInRequest, key: str) -> str:
    issuer = str(_("全天候"))
    label = quote(f"{issuer}:{request.user.username}")
    return f"otpauth://totp/{label}?{urlencode({'secret': key, 'issuer': issuer})}"


def _qr(uri: str) -> SafeString:
    """SVG made by the library from our own address; dark on white in every theme."""
    drawn = segno.make(uri, error="m").svg_inline(scale=4, border=2, light="white")
    return mark_safe(drawn)  # noqa: S308 - nothing that a person typed stands in it


def _proven(request: SignedInRequest, method: Method) -> HttpResponse:
    """Setting a factor up proves it for this session too."""
    request.session["factor"] = str(method)
    messages.success(request, _("第二重验证已设好。"))
    if queries.recovery_codes_left(request.user):
        return redirect("accounts:security")
    messages.info(request, _("请接着生成一组备用码，手机丢失时靠它登录。"))
    return redirect("accounts:recovery-codes")


@login_required
@require_POST
@entry.recently_confirmed
def totp_remove(request: SignedInRequest) -> HttpResponse:
    try:
        factors.remove_totp(actor=request.actor, user=request.user, now=clock.now())
    except Refused as refused:
        return _refused(request, refused)
    messages.success(request, _("动态口令已去掉。"))
    return redirect("accounts:security")


@never_cache
@login_required
@entry.recently_confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def passkey_add(request: SignedInRequest) -> HttpResponse:
    user, party = request.user, passkeys.party_of(request)
    form = NewPasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = passkeys.registered(
            party=party,
            challenge=request.session.pop(second.CHALLENGE, ""),
            answer=request.POST.get("credential", ""),
        )
        try:
            factors.add_passkey(
                actor=request.actor,
                user=user,
                name=form.cleaned_data["name"],
                made=made,
                session_key=request.session.session_key or "",
                now=clock.now(),
            )
        except Refused as refused:
            for sentence in refused.sentences:
                form.add_error(None, sentence)
        else:
            return _proven(request, Method.PASSKEY)
    asked = None
    if party.rp_id:
        have = list(queries.passkeys_of(user))
        asked = passkeys.ask_registration(party=party, user=user, have=have, title=_("全天候"))
        request.session[second.CHALLENGE] = asked.challenge
    return render(request, "accounts/passkey_add.html", {"form": form, "asked": asked})


@login_required
@require_POST
@entry.recently_confirmed
def passkey_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    try:
        factors.remove_passkey(actor=request.actor, user=request.user, pk=pk, now=clock.now())
    except Refused as refused:
        return _refused(request, refused)
    messages.success(request, _("通行密钥已去掉。"))
    return redirect("accounts:security")


@never_cache
@login_required
@entry.recently_confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: SignedInRequest) -> HttpResponse:
    """Ten codes, shown in the answer to the POST and never again."""
    if not queries.has_second_factor(request.user):
        raise Http404
    made: list[str] = []
    if request.method == "POST":
        made = factors.make_recovery_codes(actor=request.actor, user=request.user, now=clock.now())
    context = {"codes": made, "left": queries.recovery_codes_left(request.user)}
    return render(request, "accounts/recovery_codes.html", context)


@login_required
@require_POST
def session_end(request: SignedInRequest) -> HttpResponse:
    """End one session by its number, or all but this one."""
    chosen = request.POST.get("session", "")
    actor, user, now = request.actor, request.user, clock.now()
    if chosen == "others":
        keep = request.session.session_key or ""
        sessions.end_others(actor=actor, user=user, keep=keep, now=now)
    elif not chosen.isdecimal() or not sessions.end_one(
        actor=actor, user=user, pk=int(chosen), now=now
    ):
        raise Http404
    messages.success(request, _("已退出所选的登录。"))
    return redirect("accounts:security")


@never_cache
@login_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: SignedInRequest) -> HttpResponse:
    """Prove oneself again before a delicate act.

    In a session without its second factor the password is not enough, for it was given already.
    """
    user, after = request.user, _after(request)
    form = ProofForm(request.POST if "proof" in request.POST else None)
    if request.method == "POST":
        try:
            proven = _prove_again(request, form)
        except Refused as refused:
            second.say(request, form, "proof", refused)
        else:
            if proven:
                request.session["confirmed"] = clock.now().timestamp()
                return redirect(after)
    context = {"form": form, "asked": second.ask(request, user), "after": after}
    return render(request, "accounts/confirm.html", context)


def _prove_again(request: SignedInRequest, form: ProofForm) -> bool:
    if "credential" in request.POST:
        second.answered(request, request.user)
        request.session["factor"] = str(Method.PASSKEY)
        return True
    if not form.is_valid():
        return False
    by = people.prove_again(
        user=request.user,
        proof=form.cleaned_data["proof"],
        by_password="factor" in request.session or not queries.has_second_factor(request.user),
        now=clock.now(),
    )
    if by != Method.PASSWORD:
        request.session["factor"] = str(by)
    return True


def _after(request: SignedInRequest) -> str:
    after = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(after, allowed_hosts={request.get_host()})
    return after if ours else reverse("accounts:security")


def _refused(request: SignedInRequest, refused: Refused) -> HttpResponse:
    for sentence in refused.sentences:
        messages.error(request, sentence)
    return redirect("accounts:security")
