"""The journal, for the audit administrator: who did what, by account, without anybody's facts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404
from ninja import Query, Router, Schema
from pydantic import Field

from allhours.accounts.choices import ApiScope, Role
from allhours.accounts.queries import journal_visible_to
from allhours.api.caller import ApiRequest
from allhours.api.frame import reads
from allhours.api.paging import page
from allhours.api.shapes import Code, Day, Listed, listing
from allhours.kernel import clock

router = Router(tags=["journal"])


class LineOut(Schema):
    id: int
    at: datetime
    username: str | None
    label: str = Field(description="what ran, where no person acted")
    role: str
    did: str
    subject: str
    subject_id: str
    facts: dict[str, Any] = Field(description="ids, codes and numbers")


class JournalAsked(Listed):
    username: Code = ""
    did: Code = Field("", description="what was done, or how it begins")
    subject: Code = ""
    subject_id: Code = ""
    from_on: Day | None = None
    until_on: Day | None = None


def show(line: Any) -> dict[str, Any]:
    names = ("at", "username", "label", "role", "did", "subject", "subject_id", "facts")
    return {"id": line.pk, **{name: getattr(line, name) for name in names}}


@router.get("/journal/", **reads(ApiScope.JOURNAL_READ, listing(LineOut)))
def list_journal(request: ApiRequest, asked: Query[JournalAsked]) -> dict[str, Any]:
    """Lines of the journal, the newest first."""
    if not request.actor.holds(Role.AUDIT_ADMIN):
        raise Http404
    rows = journal_visible_to(request.actor)
    for name in ("username", "subject", "subject_id"):
        if value := getattr(asked, name):
            rows = rows.filter(**{name: value})
    if asked.did:
        rows = rows.filter(did__startswith=asked.did)
    if asked.from_on:
        rows = rows.filter(at__gte=clock.at(asked.from_on))
    if asked.until_on:
        rows = rows.filter(at__lt=clock.end_of(asked.until_on))
    return page(rows, asked, name="journal", show=show, by="-pk")
