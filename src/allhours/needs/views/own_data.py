"""A resident's own data: everything by POST, so that the code stands in no address."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allhours.directory.middleware import ActorRequest
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs.actions import own_data
from allhours.needs.views.common import address_of, private
from allhours.ui.exports import disposition


@require_POST
def follow_data(request: HttpRequest) -> HttpResponse:
    """`do`: `copy` sends the file, `erase` asks for erasure, `keep` undoes that."""
    code, do = request.POST.get("code", ""), request.POST.get("do", "")
    actor, now = cast("ActorRequest", request).actor, clock.now()
    address = address_of(request)
    answer, refusals = "", list[str]()
    try:
        if do == "copy":
            content = own_data.copy_for_resident(actor=actor, code=code, address=address, now=now)
            return _file(content)
        work = own_data.erase_by_resident if do == "erase" else own_data.keep_by_resident
        answer = work(actor=actor, code=code, address=address, now=now)
    except Refused as refused:
        refusals = list(refused.sentences)
    context = {"code": code, "answer": answer, "refusals": refusals, "asked": do == "erase"}
    return private(render(request, "needs/follow_data.html", context))


def _file(content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = disposition(_("我的数据") + ".zip")
    return private(response)
