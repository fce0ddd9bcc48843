"""Sheets to print: from the browser, as PDF, and by the thousand in the background."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from allhours.kernel import clock
from allhours.placement import sheets
from allhours.placement.actions import printing as actions
from allhours.placement.filters import SheetFilter
from allhours.placement.models import Placement, PlacementQuerySet
from allhours.placement.queries import papers
from allhours.placement.views.common import (
    COMMUNITY_SIDE,
    UNIT_SIDE,
    actor_of,
    refusals_as_messages,
    today,
)
from allhours.scheme.queries import scheme_for
from allhours.ui import sheets as ui_sheets

AT_ONCE = 200  # sheets on one page; more are made in the background
NUMBERS = ("unit", "year", "first", "last")


@never_cache
@login_required
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """A sheet of everybody in sight, narrowed by the address: unit, community, one, a batch."""
    rows, scheme = _rows(request, code), scheme_for(today())
    count = rows.count()
    if count > AT_ONCE:
        return _offer(request, code, count)
    return sheets_page(
        request, code, list(rows), back=_back(request), title=sheets.title_of(code, scheme)
    )


@login_required
@require_POST
def make_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """The same as a file, made in the background, to be taken once."""
    rows, scheme = _rows(request, code), scheme_for(today())
    keys = list(rows.values_list("pk", flat=True))
    title = _("打印%(sheet)s：%(n)d 份") % {"sheet": sheets.title_of(code, scheme), "n": len(keys)}
    target = _back(request)
    with refusals_as_messages(request):
        job = actions.start_printing(
            actor=actor_of(request),
            code=code,
            placement_ids=keys,
            base_url=base_url(request),
            title=title,
            now=clock.now(),
        )
        target = reverse("jobs:show", args=[job.code])
    return redirect(target)


def sheets_page(
    request: HttpRequest, code: str, rows: Sequence[Placement], *, back: str, title: str
) -> HttpResponse:
    """To print from the browser or, with `?format=pdf`, as a file."""
    pages = sheets.pages_of(code, rows, on=today(), base_url=base_url(request))
    if pages:
        actions.note_printed(actor=actor_of(request), code=code, count=len(pages), now=clock.now())
    if request.GET.get("format") == "pdf" and pages:
        answer = HttpResponse(ui_sheets.pdf(pages), content_type="application/pdf")
        answer["Content-Disposition"] = content_disposition_header(True, f"{title}.pdf") or ""
        return answer
    query = request.GET.copy()
    query["format"] = "pdf"
    context = {
        "title": title,
        "pages": pages,
        "pdf_url": f"{request.path}?{query.urlencode()}",
        "back": back,
        "note": _note(len(pages)),
    }
    return render(request, "ui/print_sheets.html", context)


def base_url(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _note(count: int) -> str:
    if not count:
        return ""
    return ngettext("共 %(n)d 张", "共 %(n)d 张", count) % {"n": count}


def _rows(request: HttpRequest, code: str) -> PlacementQuerySet:
    actor = actor_of(request, *UNIT_SIDE, *COMMUNITY_SIDE)
    if code not in papers.sheets_for(actor):
        raise Http404
    rows = papers.printable(actor, code)
    numbers = {name: request.GET.get(name, "") for name in NUMBERS}
    if all(value.isdigit() and len(value) < 10 for value in numbers.values()):
        return papers.batch(rows, **{name: int(value) for name, value in numbers.items()})
    found: PlacementQuerySet = SheetFilter(request.GET, queryset=rows, request=request).qs
    return found


def _offer(request: HttpRequest, code: str, count: int) -> HttpResponse:
    """Too many for a page: a button instead of a browser that hangs."""
    context = {
        "title": sheets.title_of(code, scheme_for(today())),
        "count": count,
        "make_url": f"{reverse('placement:make-sheet', args=[code])}?{request.GET.urlencode()}",
        "back": _back(request),
    }
    return render(request, "placement/make_sheet.html", context)


def _back(request: HttpRequest) -> str:
    actor = actor_of(request)
    return reverse("placement:issued" if actor.holds(*UNIT_SIDE) else "placement:here")
