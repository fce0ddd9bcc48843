"""The follow code on its way to the next page: in a sealed cookie, shown there and nowhere else."""

from __future__ import annotations

import json
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from allhours.kernel import clock, crypto
from allhours.needs.forms.public import stamp

TOLD = "told"  # the cookie, and the purpose it is sealed for
TOLD_FOR = 600  # seconds


def told_at(view: str, request: HttpRequest, code: str, follow_code: str) -> HttpResponse:
    """Go to the page that shows both codes."""
    response = redirect(view)
    response.set_cookie(
        TOLD,
        crypto.seal(json.dumps([code, follow_code]), TOLD),
        max_age=TOLD_FOR,
        path=reverse(view),
        httponly=True,
        samesite="Strict",
        secure=request.is_secure(),
    )
    return response


def codes_told(request: HttpRequest) -> dict[str, Any] | None:
    """Both codes while the cookie lasts; None afterwards, or when somebody meddled with it."""
    try:
        code, follow = json.loads(crypto.unseal(request.COOKIES.get(TOLD, ""), TOLD))
    except (ValueError, crypto.KeyMissing):
        return None
    return {"code": code, "follow_code": follow}


def stamped_anew(request: HttpRequest, form: Form) -> None:
    """What was typed stays; the stamp is fresh."""
    if form.is_bound:
        data = request.POST.copy()
        data["stamp"] = stamp(clock.now())
        form.data = data
