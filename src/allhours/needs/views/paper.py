"""Paper for those who write by hand: blank cards, slips, posters; and filled ones to sign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from allhours.accounts.choices import COUNTY_ROLES
from allhours.directory.middleware import ActorRequest
from allhours.directory.models import Organization
from allhours.directory.pages import actor_of
from allhours.kernel import clock
from allhours.needs import sheet_cards
from allhours.needs.forms.paper import SHEETS, BlankForm, ChooseForm
from allhours.needs.queries import filled
from allhours.needs.queries.desk import desk_wish
from allhours.needs.queries.limits import scheme_now
from allhours.needs.queries.suggestions import desk_suggestion
from allhours.needs.rules.suggestions import HANDLERS as SUGGESTION_HANDLERS
from allhours.needs.scope import NOTERS
from allhours.needs.views.common import desk_actor
from allhours.ui import paper
from allhours.ui import sheets as ui
from allhours.ui.sheets import Page

CARDS_A_PAGE = 2
MOST_SHOWN = 4  # cards on the screen; the file has all


@require_GET
@login_required
def choose(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request, *NOTERS)
    form = ChooseForm(request.GET if "sheet" in request.GET else None, actor=actor)
    if form.is_bound and form.is_valid():
        one = form.cleaned_data["community"]
        asked = {"community": one.code if one else "", "pages": form.cleaned_data["pages"] or 1}
        address = reverse("needs:paper-blank", args=[form.cleaned_data["sheet"]])
        return redirect(f"{address}?{urlencode(asked)}")
    return render(request, "needs/paper.html", {"form": form})


@require_GET
@login_required
def blank(request: HttpRequest, sheet: str) -> HttpResponse:
    """Cards and slips to print from the page or as a file; posters as a file."""
    actor = actor_of(request, *NOTERS)
    form = BlankForm(request.GET, actor=actor)
    if sheet not in dict(SHEETS) or not form.is_valid():
        raise Http404
    communities, pages = form.communities, form.cleaned_data["pages"] or 1
    if sheet == "wish_poster":
        return _pdf(_posters(request, communities), _("心愿海报"))
    scheme = scheme_now(clock.now())
    draw = sheet_cards.blank_wish if sheet == "wish_card" else sheet_cards.blank_slip
    follow = request.build_absolute_uri(reverse("needs:follow"))
    svg = paper.qr_svg(follow)
    drawn = [
        draw(sheet_cards.Blank(community.name, svg, follow), scheme)
        for community in communities
        for _each in range(pages * CARDS_A_PAGE)
    ]
    return _shown(request, drawn, sheet_cards.title(scheme, sheet), reverse("needs:paper"))


def _posters(request: HttpRequest, communities: Sequence[Organization]) -> bytes:
    """A page for each community, with a code that opens the form with the community chosen."""
    site = request.build_absolute_uri(reverse("needs:wish-new"))
    posters = [
        {
            "community": each.name,
            "phone": each.phone,
            "url": site,
            "qr": paper.qr_svg(f"{site}?{urlencode({'community': each.code})}"),
        }
        for each in communities
    ]
    return paper.render(
        "needs/poster.typ",
        {
            "title": _("您有微心愿吗？"),
            "steps": [
                _("扫码写下心愿，不用注册"),
                _("社区核实，身边的党员认领"),
                _("凭查询码看进度、作评价"),
            ],
            "scan": _("微信扫一扫"),
            "paper": _("也可以填心愿卡投进心愿箱"),
            "call": _("打电话："),
            "promise": _("姓名、电话、住址不公开，只有社区和认领的党员看得到。"),
            "posters": posters,
        },
    )


@require_GET
@login_required
def card(request: HttpRequest, code: str) -> HttpResponse:
    """The card of a wish as it stands, to be signed; without who wished."""
    actor, now = desk_actor(cast("ActorRequest", request)), clock.now()
    found = desk_wish(actor, code)
    if found is None:
        raise Http404
    scheme = scheme_now(now)
    page = sheet_cards.filled_wish(filled.wish_sheet(found, now), scheme)
    back = reverse("needs:desk-wish", args=[found.code])
    return _shown(request, [page], sheet_cards.title(scheme, sheet_cards.WISH_CARD), back)


@require_GET
@login_required
def slip(request: HttpRequest, code: str) -> HttpResponse:
    """The slip of a suggestion with its way and its answer; without who made it."""
    actor, now = actor_of(request, *SUGGESTION_HANDLERS, *COUNTY_ROLES), clock.now()
    found = desk_suggestion(actor, code)
    if found is None:
        raise Http404
    scheme = scheme_now(now)
    page = sheet_cards.filled_slip(filled.suggestion_sheet(found, now), scheme)
    back = reverse("needs:desk-suggestion", args=[found.code])
    return _shown(request, [page], sheet_cards.title(scheme, sheet_cards.SUGGESTION_SLIP), back)


def _shown(request: HttpRequest, pages: list[Page], title: str, back: str) -> HttpResponse:
    if request.GET.get("format") == "pdf" and pages:
        return _pdf(ui.joined(list(ui.parts(pages))), title)
    query = request.GET.copy()
    query["format"] = "pdf"
    context = {
        "title": title,
        "pages": pages[:MOST_SHOWN],
        "pdf_url": f"{request.path}?{query.urlencode()}",
        "back": back,
        "note": _("共 %(n)s 张，页面上只列出前几张，请下载 PDF。") % {"n": len(pages)}
        if len(pages) > MOST_SHOWN
        else "",
    }
    return render(request, "ui/print_sheets.html", context)


def _pdf(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.pdf") or ""
    return answer
