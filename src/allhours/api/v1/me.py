"""The caller's own: who they are, what awaits them, notices, duties, hours, card."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404
from ninja import Query, Router, Schema
from pydantic import Field

from allhours.accounts.choices import ApiScope
from allhours.api.caller import ApiRequest, user_of
from allhours.api.frame import acts, reads
from allhours.api.paging import page
from allhours.api.shapes import Listed, listing
from allhours.appraisal.duties import Progress
from allhours.appraisal.queries import progress_of
from allhours.directory.models import Member
from allhours.directory.queries.members import member_of
from allhours.directory.queries.organizations import organizations_by_id
from allhours.kernel import clock
from allhours.ledger.queries import entries_visible_to
from allhours.notifications import actions as notices
from allhours.notifications import texts
from allhours.notifications.queries import notices_of, unread_count

router = Router(tags=["me"])


class Office(Schema):
    role: str
    organization: str | None = Field(description="its code")
    organization_name: str
    acting: bool = Field(description="for somebody else, for a time")


class Myself(Schema):
    member_no: str
    name: str
    unit: str
    unit_name: str
    serving_community: str | None
    id_number: str = Field(description="masked")
    phone: str = Field(description="masked")


class MeOut(Schema):
    username: str
    scopes: list[str]
    offices: list[Office]
    member: Myself | None


class Period(Schema):
    first: date
    last: date
    times: int
    minutes: int
    met: bool


class DutyOut(Schema):
    code: str
    title: str
    kind: str
    met: bool
    times: int
    minutes: int
    short_times: int
    short_minutes: int | None
    periods: list[Period]


class Duties(Schema):
    on: date
    items: list[DutyOut]


class EntryOut(Schema):
    id: int
    on: date
    kind: str
    kind_title: str
    minutes: int
    minutes_off: int
    quantity: int
    community: str
    reverses: int | None


class NoticeOut(Schema):
    id: int
    key: str
    text: str
    url: str
    created_at: datetime
    read_at: datetime | None


class Marked(Schema):
    marked: int


def _member(request: ApiRequest) -> Member:
    member = member_of(request.actor)
    if member is None:
        raise Http404
    return member


@router.get("/me/", **reads(ApiScope.ME, MeOut))
def get_me(request: ApiRequest) -> dict[str, Any]:
    """The caller: their member, if they are one, and the offices in force today."""
    actor, member = request.actor, member_of(request.actor)
    nodes = organizations_by_id(grant.organization_id for grant in actor.grants)
    return {
        "username": user_of(request).username,
        "scopes": request.token.scopes if request.token else [],
        "offices": [
            {
                "role": grant.role,
                "organization": node.code if (node := nodes.get(grant.organization_id)) else None,
                "organization_name": node.label if node else "",
                "acting": grant.acting_for is not None,
            }
            for grant in actor.grants
        ],
        "member": _myself(member) if member else None,
    }


def _myself(member: Member) -> dict[str, Any]:
    place = member.serving_community
    return {
        "member_no": member.member_no,
        "name": member.name,
        "unit": member.unit.code,
        "unit_name": member.unit.label,
        "serving_community": place.code if place else None,
        "id_number": member.id_number_masked,
        "phone": member.phone_masked,
    }


@router.get("/me/duties/", **reads(ApiScope.ME, Duties))
def list_duties(request: ApiRequest) -> dict[str, Any]:
    """The caller's duties of the programme year as they stand today."""
    member, on = _member(request), clock.local_date(clock.now())
    return {"on": on, "items": [_duty(each) for each in progress_of(member.pk, on=on)]}


def _duty(progress: Progress) -> dict[str, Any]:
    names = ("kind", "met", "times", "minutes", "short_times", "short_minutes")
    return {
        "code": progress.duty.code,
        "title": progress.duty.title,
        **{name: getattr(progress, name) for name in names},
        "periods": [
            {
                "first": part.period.first,
                "last": part.period.last,
                "times": part.times,
                "minutes": part.minutes,
                "met": part.met,
            }
            for part in progress.parts
        ],
    }


@router.get("/me/entries/", **reads(ApiScope.ME, listing(EntryOut)))
def list_entries(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """The caller's lines of the service ledger, the newest first; reversals are lines too."""
    rows = entries_visible_to(request.actor).filter(member_id=_member(request).pk)
    return page(rows, asked, name="entries", show=_entry, by="-pk")


def _entry(entry: Any) -> dict[str, Any]:
    names = ("on", "kind", "minutes", "minutes_off", "quantity")
    return {
        "id": entry.pk,
        **{name: getattr(entry, name) for name in names},
        "kind_title": entry.get_kind_display(),
        "community": entry.community_code,
        "reverses": entry.reverses_id,
    }


@router.get("/me/notices/", **reads(ApiScope.ME, listing(NoticeOut)))
def list_notices(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """What happened, the newest first."""
    return page(notices_of(request.actor), asked, name="notices", show=_notice, by="-pk")


def _notice(notice: Any) -> dict[str, Any]:
    names = ("key", "url", "created_at", "read_at")
    return {
        "id": notice.pk,
        "text": texts.render(notice.key, notice.params),
        **{name: getattr(notice, name) for name in names},
    }


@router.post("/me/notices/read/", **acts(ApiScope.ME, Marked))
def read_all_notices(request: ApiRequest) -> dict[str, Any]:
    """Mark all of them as read; says how many were not."""
    before = unread_count(request.actor)
    notices.mark_all_read(actor=request.actor, now=clock.now())
    return {"marked": before}


@router.post("/me/notices/{int:id}/read/", **acts(ApiScope.ME, Marked))
def read_notice(request: ApiRequest, id: int) -> dict[str, Any]:
    """Mark one as read; once more changes nothing."""
    notice = notices_of(request.actor).filter(pk=id).first()
    if notice is None:
        raise Http404
    fresh = notice.read_at is None
    notices.mark_read(actor=request.actor, notice=notice, now=clock.now())
    return {"marked": int(fresh)}
