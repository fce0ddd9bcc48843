"""The tree of organisations and its members, within the caller's sight; personal facts masked."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.db.models import Q
from django.http import Http404
from ninja import Query, Router, Schema
from pydantic import Field

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES, ApiScope, Role
from allhours.api.caller import ApiRequest
from allhours.api.frame import reads
from allhours.api.paging import page
from allhours.api.shapes import Code, Listed, listing
from allhours.directory.choices import OrgKind
from allhours.directory.models import Member, Organization
from allhours.directory.queries.members import facts_openable, may_edit, members_visible_to
from allhours.directory.queries.organizations import organizations_visible_to

router = Router(tags=["directory"])
READERS = COUNTY_ROLES | UNIT_ROLES | COMMUNITY_ROLES


class OrganizationOut(Schema):
    code: str
    name: str
    short_name: str
    kind: str
    side: str
    parent: str | None = Field(description="its code")
    min_members: int | None
    max_members: int | None
    closed_on: date | None


class OrganizationsAsked(Listed):
    kind: OrgKind | Literal[""] = ""
    under: Code = Field("", description="code of an organisation: those below it, itself included")
    closed: Literal["", "yes"] = Field("", description="those that were closed, too")


class MemberOut(Schema):
    member_no: str
    name: str
    sex: str
    category: str
    position: str
    unit: str = Field(description="its code")
    unit_name: str
    branch: str | None
    serving_community: str | None
    residence: str | None
    residence_confirmed: bool
    is_retired: bool
    left_on: date | None
    id_number: str | None = Field(description="masked; null for those who may not open it")
    phone: str | None = Field(description="masked; null for those who may not open it")
    birth_date: date | None = Field(description="null for those who do not keep the roster")
    joined_party_on: date | None


class MembersAsked(Listed):
    unit: Code = Field("", description="code of a unit, those below it included")
    community: Code = Field("", description="code of the community where they serve")
    q: str = Field("", max_length=40, description="part of a name, or a member number")
    roster: Literal["", "on", "left"] = "on"


def show_organization(node: Organization) -> dict[str, Any]:
    names = ("code", "name", "short_name", "kind", "side", "min_members", "max_members")
    return {
        "parent": node.parent.code if node.parent else None,
        "closed_on": node.closed_on,
        **{name: getattr(node, name) for name in names},
    }


def show_member(member: Member, actor: Actor) -> dict[str, Any]:
    openable = facts_openable(actor, member)
    keeps = may_edit(actor, member) or actor.holds(Role.INSPECTOR)
    names = ("member_no", "name", "sex", "category", "position", "residence_confirmed")
    return {
        **{name: getattr(member, name) for name in (*names, "is_retired", "left_on")},
        "unit": member.unit.code,
        "unit_name": member.unit.label,
        "branch": member.branch.code if member.branch else None,
        "serving_community": _code(member.serving_community),
        "residence": _code(member.residence),
        "id_number": member.id_number_masked if "id_number" in openable else None,
        "phone": member.phone_masked if "phone" in openable else None,
        "birth_date": member.birth_date if keeps else None,
        "joined_party_on": member.joined_party_on if keeps else None,
    }


def _code(node: Organization | None) -> str | None:
    return node.code if node else None


def member_numbered(actor: Actor, member_no: str) -> Member:
    """As on the desk: those who read the register; out of sight is unknown."""
    if not actor.holds(*READERS):
        raise Http404
    found = members_visible_to(actor).filter(member_no=member_no).first()
    if found is None:
        raise Http404
    return found


def organization_coded(actor: Actor, code: str) -> Organization:
    rows = organizations_visible_to(actor).select_related("parent")
    found = rows.filter(code=code).first()
    if found is None:
        raise Http404
    return found


@router.get("/organizations/", **reads(ApiScope.DIRECTORY_READ, listing(OrganizationOut)))
def list_organizations(request: ApiRequest, asked: Query[OrganizationsAsked]) -> dict[str, Any]:
    """Nodes of the tree within the caller's sight, in the order of their codes."""
    rows = organizations_visible_to(request.actor).select_related("parent")
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.under:
        rows = rows.filter(path__startswith=organization_coded(request.actor, asked.under).path)
    if not asked.closed:
        rows = rows.filter(closed_on=None)
    return page(rows, asked, name="organizations", show=show_organization, by="code")


@router.get("/organizations/{code}/", **reads(ApiScope.DIRECTORY_READ, OrganizationOut))
def get_organization(request: ApiRequest, code: str) -> dict[str, Any]:
    """One node of the tree."""
    return show_organization(organization_coded(request.actor, code))


@router.get("/members/", **reads(ApiScope.DIRECTORY_READ, listing(MemberOut)))
def list_members(request: ApiRequest, asked: Query[MembersAsked]) -> dict[str, Any]:
    """Members of the caller's units and communities, in the order of their numbers."""
    actor = request.actor
    if not actor.holds(*READERS):
        raise Http404
    rows = members_visible_to(actor)
    if asked.unit:
        rows = rows.filter(unit__path__startswith=organization_coded(actor, asked.unit).path)
    if asked.community:
        rows = rows.filter(serving_community__code=asked.community)
    if asked.q:
        rows = rows.filter(Q(name__contains=asked.q) | Q(member_no=asked.q))
    if asked.roster:
        rows = rows.filter(left_on__isnull=asked.roster == "on")
    return page(
        rows, asked, name="members", show=lambda each: show_member(each, actor), by="member_no"
    )


@router.get("/members/{member_no}/", **reads(ApiScope.DIRECTORY_READ, MemberOut))
def get_member(request: ApiRequest, member_no: str) -> dict[str, Any]:
    """One member, as the caller may see them."""
    return show_member(member_numbered(request.actor, member_no), request.actor)
