"""Two numbers of one person: compare, propose, approve by another, undo."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allhours.accounts.choices import COUNTY_ROLES, UNIT_ROLES, Role
from allhours.directory import merge_rules, pages
from allhours.directory.actions import merging
from allhours.directory.change_tables import MergeTable
from allhours.directory.choices import MergeState
from allhours.directory.forms.changes import MergeFilter, OtherNumberForm
from allhours.directory.middleware import ActorRequest
from allhours.directory.models import MemberMerge
from allhours.directory.queries import changes as queries
from allhours.directory.shown_changes import lines, side_by_side
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.scheme.queries import scheme_for
from allhours.ui.lists import list_response

READERS = COUNTY_ROLES | UNIT_ROLES


@login_required
def merges(request: ActorRequest) -> HttpResponseBase:
    actor = pages.actor_of(request, *READERS)
    return list_response(
        request,
        "directory/merges.html",
        rows=queries.merges_visible_to(actor),
        table=MergeTable,
        filters=MergeFilter,
        name=_("编号合并"),
        on_export=pages.journaled(request, "merges"),
    )


@login_required
def propose(request: ActorRequest, member_no: str) -> HttpResponse:
    """The number that stays, the other one, and field by field which value stays."""
    actor = pages.actor_of(request, *queries.KEEPERS)
    mine = queries.members_kept_by(actor)
    kept = get_object_or_404(mine, member_no=member_no)
    asked = request.POST.get("other") or request.GET.get("other", "")
    form = OtherNumberForm(request.GET if "other" in request.GET else None)
    gone = mine.filter(member_no=asked.strip()).first() if asked else None
    context = {"member": kept, "form": form, "gone": gone}
    if gone is None:
        if asked and form.is_valid():
            form.add_error("other", _("在您的范围内没有这个编号，请核对。"))
        return render(request, "directory/merge_new.html", context)
    taken = [field for field in merge_rules.FIELDS if request.POST.get(f"take-{field}") == "gone"]
    if request.method == "POST":
        try:
            made = merging.propose_merge(
                actor=actor, kept=kept, gone=gone, taken=taken, now=clock.now()
            )
        except Refused as refused:
            for sentence in refused.sentences:
                messages.error(request, sentence)
        else:
            messages.success(request, _("已提出，由另一位工委干部批准。"))
            return redirect("directory:merge", pk=made.pk)
    scheme = scheme_for(on=pages.today())
    refusals = merge_rules.merge_refusals(kept, gone, [])
    context |= {
        "pairs": side_by_side(kept, gone, taken, scheme),
        "refusals": [str(r) for r in refusals],
    }
    return render(request, "directory/merge_new.html", context)


def _merge(request: ActorRequest, pk: int) -> MemberMerge:
    actor = pages.actor_of(request, *READERS)
    return get_object_or_404(queries.merges_visible_to(actor), pk=pk)


@login_required
def merge(request: ActorRequest, pk: int) -> HttpResponse:
    row = _merge(request, pk)
    officer = request.actor.holds(Role.COUNTY_OFFICER)
    mine = request.actor.user_id == row.proposed_by_plain
    proposed = row.state == MergeState.PROPOSED
    scheme = scheme_for(on=pages.today())
    context = {
        "merge": row,
        "pairs": side_by_side(row.kept, row.gone, row.taken, scheme) if proposed else [],
        "lines": lines(merging.foresee_merge(row, clock.now())) if proposed else [],
        "may_approve": proposed and officer and not mine,
        "may_decline": proposed and (officer or mine),
        "may_undo": officer and not merge_rules.undo_refusals(row, pages.today()),
        "mine": mine,
    }
    return render(request, "directory/merge.html", context)


@login_required
@require_POST
def approve(request: ActorRequest, pk: int) -> HttpResponse:
    row = _merge(request, pk)
    with pages.refusals_as_messages(request):
        merging.approve_merge(actor=request.actor, merge=row, now=clock.now())
        messages.success(request, _("已合并，全部记录已转到保留的编号。"))
    return redirect(reverse("directory:merge", args=[pk]))


@login_required
@require_POST
def decline(request: ActorRequest, pk: int) -> HttpResponse:
    row = _merge(request, pk)
    with pages.refusals_as_messages(request):
        merging.decline_merge(actor=request.actor, merge=row, now=clock.now())
        messages.success(request, _("这项合并不再办理。"))
    return redirect(reverse("directory:merge", args=[pk]))


@login_required
@require_POST
def undo(request: ActorRequest, pk: int) -> HttpResponse:
    row = _merge(request, pk)
    with pages.refusals_as_messages(request):
        merging.undo_merge(actor=request.actor, merge=row, now=clock.now())
        messages.success(request, _("已撤销合并，两个编号恢复原样。"))
    return redirect(reverse("directory:merge", args=[pk]))
