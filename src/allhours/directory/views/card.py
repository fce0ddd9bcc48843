"""The member's own information card."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from allhours.directory import pages
from allhours.directory.actions.members import save_card
from allhours.directory.forms.members import CardForm
from allhours.directory.middleware import ActorRequest
from allhours.directory.models import Member
from allhours.directory.queries.members import member_of
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.scheme.queries import scheme_for
from allhours.ui.parts import Fact


@never_cache
@login_required
def card(request: ActorRequest) -> HttpResponse:
    """What the roster says, to read; what is the member's own, to correct."""
    me = member_of(request.actor)
    if me is None:
        raise Http404
    scheme = scheme_for(on=pages.today())
    form = CardForm(request.POST or None, scheme=scheme, initial=_initial(me))
    if request.method == "POST" and form.is_valid():
        try:
            save_card(actor=request.actor, member=me, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            for sentence in refused.sentences:
                form.add_error(None, sentence)
        else:
            messages.success(request, _("信息卡已保存。"))
            return redirect("directory:card")
    return render(request, "directory/card.html", {"form": form, "facts": _facts(me)})


def _initial(member: Member) -> dict[str, Any]:
    names = (
        "address", "residence", "skills", "skills_text", "wishes_to_serve", "own_post", "free_time",
    )  # fmt: skip
    return {name: getattr(member, name) for name in names}


def _facts(member: Member) -> list[Fact]:
    rows = [
        Fact(_("编号"), member.member_no),
        Fact(_("姓名"), member.name),
        Fact(_("单位"), member.unit.name),
        Fact(_("人员类别"), member.get_category_display()),
        Fact(_("公民身份号码"), member.id_number_masked),
        Fact(_("手机号码"), member.phone_masked),
        Fact(_("入党日期"), str(member.joined_party_on or "")),
        Fact(_("服务社区"), member.serving_community),
    ]
    return [fact if fact.value else Fact(fact.label, "—") for fact in rows]
