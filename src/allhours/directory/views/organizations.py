"""The tree of organisations: reading, correcting, founding, and a file of them."""

from __future__ import annotations

import base64
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from allhours.accounts.choices import COUNTY_ROLES, Role
from allhours.directory import pages, rules
from allhours.directory.actions.import_orgs import import_organizations, plan_organizations
from allhours.directory.actions.organizations import (
    close_organization,
    correct_organization,
    create_organization,
)
from allhours.directory.choices import OrgKind
from allhours.directory.forms.organizations import (
    NewOrganizationForm,
    OrganizationForm,
    OrgFileForm,
)
from allhours.directory.middleware import ActorRequest
from allhours.directory.models import Organization
from allhours.directory.orgfile import OrgFile, parse_file
from allhours.directory.queries import organizations as queries
from allhours.directory.roster.problems import Unreadable
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.ui.parts import Crumb, Fact

SHOWN = 100


@login_required
def tree(request: ActorRequest) -> HttpResponse:
    """The roots and what stands right below them."""
    actor = pages.actor_of(request, *COUNTY_ROLES)
    roots = [
        {"top": top, "below": list(queries.tree_below(top))}
        for top in queries.roots_visible_to(actor)
    ]
    edits = actor.holds(Role.COUNTY_OFFICER)
    return render(request, "directory/organizations.html", {"roots": roots, "edits": edits})


def _organization(request: ActorRequest, code: str) -> Organization:
    actor = pages.actor_of(request, *COUNTY_ROLES)
    rows = queries.organizations_visible_to(actor).select_related("paired_community")
    return get_object_or_404(rows, code=code)


@login_required
def organization(request: ActorRequest, code: str) -> HttpResponse:
    org = _organization(request, code)
    return render(
        request,
        "directory/organization.html",
        {
            "org": org,
            "crumbs": _crumbs(org),
            "facts": _facts(org),
            "below": list(queries.tree_below(org)),
            "edits": request.actor.holds(Role.COUNTY_OFFICER) and org.closed_on is None,
            "may_found": bool(_kinds_below(org)),
        },
    )


def _crumbs(org: Organization) -> list[Crumb]:
    return [
        Crumb(above.label, reverse("directory:organization", args=[above.code]))
        for above in queries.ancestors(org)
    ]


def _facts(org: Organization) -> list[Fact]:
    rows: list[tuple[str, Any]] = [
        (_("编码"), org.code),
        (_("类别"), org.get_kind_display()),
        (_("简称"), org.short_name),
        (_("单位类别"), org.get_unit_class_display()),
        (_("地址"), org.address),
        (_("办公电话"), org.phone),
        (_("设立日期"), str(org.opened_on or "")),
        (_("撤销日期"), str(org.closed_on or "")),
    ]
    if org.kind == OrgKind.UNIT:
        rows.append((_("结对社区"), org.paired_community or _("未结对")))
    if org.kind == OrgKind.COMMUNITY:
        names = queries.place_names(org)
        near = _("、").join(each.label for each in queries.neighbours_of(org))
        least, most = org.min_members, org.max_members
        rows += [
            (_("最少编入"), _("未定") if least is None else least),
            (_("最多编入"), _("未定") if most is None else most),
            (_("相邻社区"), near or _("未填")),
            (_("小区"), _("、").join(names["estate"]) or _("未填")),
            (_("街路"), _("、").join(names["street"])),
        ]
    return [Fact(label, value) for label, value in rows if value not in (None, "")]


@login_required
def edit(request: ActorRequest, code: str) -> HttpResponse:
    org = _organization(request, code)
    if not request.actor.holds(Role.COUNTY_OFFICER):
        raise Http404
    form = OrganizationForm(request.POST or None, instance=org)
    if request.method == "POST" and form.is_valid():
        try:
            correct_organization(
                actor=request.actor, organization=org, facts=form.facts(),
                neighbours=form.neighbour_list(), places=form.place_names(), now=clock.now(),
            )  # fmt: skip
        except Refused as refused:
            for sentence in refused.sentences:
                form.add_error(None, sentence)
        else:
            messages.success(request, _("已保存。"))
            return redirect("directory:organization", code=code)
    return render(request, "directory/organization_edit.html", {"form": form, "org": org})


@login_required
def found(request: ActorRequest, code: str) -> HttpResponse:
    """A new node below this one."""
    parent = _organization(request, code)
    kinds = _kinds_below(parent)
    if not request.actor.holds(Role.COUNTY_OFFICER) or not kinds:
        raise Http404
    form = NewOrganizationForm(request.POST or None, kinds=kinds)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_organization(
                actor=request.actor, parent=parent, now=clock.now(), **form.cleaned_data
            )
        except Refused as refused:
            for sentence in refused.sentences:
                form.add_error(None, sentence)
        else:
            messages.success(request, _("“%(name)s”已设立。") % {"name": made.name})
            return redirect("directory:organization", code=made.code)
    return render(request, "directory/organization_new.html", {"form": form, "org": parent})


def _kinds_below(parent: Organization) -> list[OrgKind]:
    return [
        kind
        for kind in OrgKind
        if kind not in rules.ROOTS and not rules.place_refusals(kind, parent)
    ]


@login_required
def close(request: ActorRequest, code: str) -> HttpResponse:
    org = _organization(request, code)
    if request.method == "POST":
        with pages.refusals_as_messages(request):
            close_organization(actor=request.actor, organization=org, now=clock.now())
            messages.success(request, _("“%(name)s”已撤销。") % {"name": org.name})
    return redirect("directory:organization", code=code)


@login_required
def upload(request: ActorRequest) -> HttpResponse:
    """Look at a file first; take it over with the second button, all or nothing."""
    actor = pages.actor_of(request, Role.COUNTY_OFFICER)
    form = OrgFileForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "directory/orgs_import.html", {"form": form})
    content, filename = form.content()
    try:
        file = parse_file(content, filename)
    except Unreadable as unreadable:
        form.add_error("file", _(unreadable.text))
        return render(request, "directory/orgs_import.html", {"form": form})
    if "apply" in request.POST:
        with pages.refusals_as_messages(request):
            plan = import_organizations(actor=actor, file=file, now=clock.now())
            done = {"new": len(plan.new), "change": len(plan.changes)}
            messages.success(request, _("已导入：新设 %(new)d 个，更改 %(change)d 个。") % done)
            return redirect("directory:organizations")
    kept = OrgFileForm(
        initial={"kept": base64.b64encode(content).decode(), "filename": filename[:200]}
    )
    return _preview(request, file, kept)


def _preview(request: ActorRequest, file: OrgFile, kept: OrgFileForm) -> HttpResponse:
    plan = plan_organizations(actor=request.actor, file=file)
    problems = [problem.as_json(_) for problem in plan.problems[:SHOWN]]
    new = [
        {"name": node.name, "kind": OrgKind(node.kind).label,
         "parent": node.parent.name if node.parent else ""}
        for node in plan.new[:SHOWN]
        if node.kind
    ]  # fmt: skip
    return render(
        request,
        "directory/orgs_preview.html",
        {"plan": plan, "problems": problems, "new": new, "form": kept, "shown": SHOWN},
    )
