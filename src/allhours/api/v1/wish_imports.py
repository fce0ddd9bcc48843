"""Many wishes at once, from another program: all of them or none, with what is wrong by row."""

from __future__ import annotations

from typing import Any, Literal

from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from allhours.accounts.choices import ApiScope
from allhours.api.caller import ApiRequest
from allhours.api.errors import Invalid
from allhours.api.frame import acts
from allhours.api.shapes import Code, Given, Moment
from allhours.directory.pages import actor_of
from allhours.kernel import clock
from allhours.needs import actions
from allhours.needs.choices import GuardianRelation, WisherKind
from allhours.needs.scope import HANDLERS
from allhours.needs.sheet import MOST_ROWS, WishSheet
from allhours.needs.sheet_columns import Problem
from allhours.needs.sheet_rows import FIRST

router = Router(tags=["wishes"])


class WishRow(Given):
    """As a row of the spreadsheet; what may not be so long or so many is told by row."""

    words: str = Field(min_length=1, max_length=1000, description="as the wisher said it")
    community: Code = Field("", description="code or name; the caller's own where it is one only")
    name: str = Field("", max_length=100)
    phone: str = Field("", max_length=40)
    address: str = Field("", max_length=200)
    title: str = Field("", max_length=200, description="the public text, with a category")
    category: Code = Field("", description="code or title")
    wisher_kind: WisherKind | Literal[""] = ""
    places: int | None = Field(None, ge=0, le=10**6)
    budget: int | None = Field(None, ge=0, le=10**7, description="in yuan")
    channel: Code = Field("", description="way in by which it came: box, hotline, visit …")
    consent: bool = Field(False, description="it may be shown in public")
    guardian: str = Field("", max_length=100, description="of a child")
    relation: GuardianRelation | Literal[""] = ""


class WishesSent(Given):
    rows: list[WishRow] = Field(min_length=1, max_length=MOST_ROWS)
    publish_at: Moment | None = Field(None, description="the hour at which all of them open")
    dry_run: bool = Field(False, description="only look: what would come of it")


class RowProblem(Schema):
    row: int = Field(description="its place in `rows`, from 0")
    column: str
    code: str
    severity: Literal["error", "warning"]
    text: str


class RowNoted(Schema):
    row: int
    id: int
    code: str
    follow_code: str = Field(description="for the wisher; told once")


class WishesTaken(Schema):
    rows: int
    accepted: int = Field(description="noted, or to be noted; a wish noted before is left out")
    problems: list[RowProblem]
    noted: list[RowNoted]


def _row(problem: Problem) -> int:
    return max(0, problem.row - FIRST)


def show_problem(problem: Problem) -> dict[str, Any]:
    return {
        "row": _row(problem),
        "column": problem.column,
        "code": problem.code,
        "severity": "error" if problem.is_error else "warning",
        "text": _(problem.text),
    }


@router.post("/desk/wishes/import/", **acts(ApiScope.NEEDS_WRITE, WishesTaken))
def import_wishes(request: ApiRequest, given: WishesSent) -> dict[str, Any]:
    """Note many wishes, all or none, and publish those with a public text at an hour.

    Errors are 422, one a cell, as `rows.<place from 0>.<column>`; with `dry_run` they are told as
    problems, and nothing is written. A row that was noted before is skipped, so that sending the
    same again does nothing.
    """
    actor, now = actor_of(request, *HANDLERS), clock.now()
    at = None if given.publish_at is None else clock.local(given.publish_at)
    rows = [row.model_dump() for row in given.rows]
    sheet = actions.read_rows(actor=actor, rows=rows, publish_at=at, now=now)
    if given.dry_run:
        return _taken(sheet, [])
    if sheet.errors:
        first, *more = [(f"rows.{_row(each)}.{each.column}", _(each.text)) for each in sheet.errors]
        raise Invalid(*first, *more)
    noted = actions.import_wishes(actor=actor, sheet=sheet, publish_at=at, now=now)
    told = [
        {
            "row": row.number - FIRST,
            "id": each.wish.pk,
            "code": each.wish.code,
            "follow_code": each.follow_code,
        }
        for row, each in zip(sheet.taken, noted, strict=True)
    ]
    return _taken(sheet, told)


def _taken(sheet: WishSheet, noted: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "rows": sheet.rows,
        "accepted": len(sheet.taken),
        "problems": [show_problem(each) for each in sheet.problems],
        "noted": noted,
    }
