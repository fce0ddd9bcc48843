"""Named projects: what anybody may see of them, and the desks that run them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import Http404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES, ApiScope
from allhours.api.caller import ApiRequest
from allhours.api.frame import acts, reads
from allhours.api.paging import page
from allhours.api.shapes import Code, Day, Given, Listed, listing
from allhours.directory.models import Organization
from allhours.directory.pages import actor_of
from allhours.directory.queries.organizations import communities
from allhours.kernel import clock
from allhours.projects import actions, queries
from allhours.projects.actions import Outline
from allhours.projects.choices import ProjectState, Span
from allhours.projects.models import Project
from allhours.projects.rules import OPENERS
from allhours.reports import actions as gathering
from allhours.reports import project_rows
from allhours.reports import projects as figures

READ, WRITE = ApiScope.NEEDS_READ, ApiScope.NEEDS_WRITE
DESK = OPENERS | COUNTY_ROLES
Kind = Literal["wish", "post", "activity"]
router = Router(tags=["projects"])


class ProjectOut(Schema):
    id: int
    code: str
    name: str
    span: str
    state: str
    owner: str = Field(description="code of whose project it is")
    owner_name: str
    community: str | None = Field(description="code of whom it serves; null is the whole county")
    aim: str
    result: str
    from_on: date
    until_on: date | None
    published_at: datetime | None
    ended_at: datetime | None


class ResultOut(Schema):
    title: str
    quantity: Decimal
    unit: str


class TotalsOut(Schema):
    """Worked out from what stands in the project."""

    posts: int
    members_on_posts: int
    wishes: int
    wishes_done: int
    goods_fen: int
    activities: int
    activities_done: int
    attendances: int
    served: int
    minutes: int = Field(description="of service, without the way")
    times: int
    results: list[ResultOut]


class ProjectPageOut(ProjectOut):
    totals: TotalsOut


class RowOut(Schema):
    kind: Kind
    code: str
    title: str
    community: str
    on: date
    state_text: str
    people: int = Field(description="members on the post, present, or who fulfilled the wish")
    served: int
    minutes: int
    goods_fen: int


class RowsOut(Schema):
    items: list[RowOut]


class ProjectsAsked(Listed):
    state: ProjectState | None = None
    span: Span | None = None
    owner: Code = ""


class OutlineGiven(Given):
    name: str = Field(max_length=60)
    from_on: Day
    until_on: Day | None = None
    span: Span = Span.SHORT
    community: Code = Field("", description="code of whom it serves; the county if left out")
    aim: str = Field("", max_length=1000)


class ProjectOpened(OutlineGiven):
    owner: Code = Field(min_length=1, description="code of one of the caller's organisations")


class ProjectShown(Given):
    shown: bool


class ProjectEnded(Given):
    result: str = Field(max_length=1000, description="what came of it in words")


class Gathered(Given):
    kind: Kind
    item: Code = Field("", description="code of what is put in")
    items: list[Code] = Field([], max_length=200, description="or of several: all of them or none")
    out: bool = Field(False, description="take it out of the project instead")


def show(project: Project) -> dict[str, Any]:
    names = (
        "code", "name", "span", "state", "aim", "result", "from_on", "until_on", "published_at",
        "ended_at",
    )  # fmt: skip
    return {
        "id": project.pk,
        "owner": project.owner.code,
        "owner_name": project.owner.label,
        "community": project.community.code if project.community else None,
        **{name: getattr(project, name) for name in names},
    }


def show_page(project: Project) -> dict[str, Any]:
    totals = figures.totals(project)
    plain = TotalsOut.model_fields.keys() - {"minutes", "times", "results"}
    return {
        **show(project),
        "totals": {
            **{name: getattr(totals, name) for name in plain},
            "minutes": totals.service.minutes,
            "times": totals.service.times,
            "results": [
                {"title": each.title, "quantity": each.quantity, "unit": each.unit}
                for each in totals.results
            ],
        },
    }


def _row(row: project_rows.Row) -> dict[str, Any]:
    names = RowOut.model_fields.keys() - {"state_text"}
    return {"state_text": row.state, **{name: getattr(row, name) for name in names}}


def _one(rows: Any, **by: Any) -> Any:
    found = rows.filter(**by).first()
    if found is None:
        raise Http404
    return found


def _on_desk(request: ApiRequest, id: int) -> tuple[Actor, Project]:
    actor = actor_of(request, *DESK)
    return actor, _one(queries.on_desk(actor), pk=id)


def _listed(rows: Any, asked: ProjectsAsked, name: str) -> dict[str, Any]:
    wanted = {"state": asked.state, "span": asked.span, "owner__code": asked.owner}
    rows = rows.filter(**{field: value for field, value in wanted.items() if value})
    return page(rows, asked, name=name, show=show, by="-pk")


def _outline(given: OutlineGiven) -> Outline:
    served: Organization | None = None
    if given.community:
        served = _one(communities(), code=given.community)
    values = given.model_dump(exclude={"owner", "community"})
    return Outline(**values, community=served)


@router.get("/projects/", **reads(READ, listing(ProjectOut), public=True))
def list_projects(request: ApiRequest, asked: Query[ProjectsAsked]) -> dict[str, Any]:
    """Projects that are shown in public, the newest first."""
    return _listed(queries.public_projects(), asked, "projects")


@router.get("/projects/{int:id}/", **reads(READ, ProjectPageOut, public=True))
def get_project(request: ApiRequest, id: int) -> dict[str, Any]:
    """One public project with what came of it."""
    return show_page(_one(queries.public_projects(), pk=id))


@router.get("/desk/projects/", **reads(READ, listing(ProjectOut)))
def list_desk_projects(request: ApiRequest, asked: Query[ProjectsAsked]) -> dict[str, Any]:
    """Projects on the caller's desk, the newest first."""
    return _listed(queries.on_desk(actor_of(request, *DESK)), asked, "desk/projects")


@router.post("/desk/projects/", **acts(WRITE, ProjectOut, status=201))
def open_project(request: ApiRequest, given: ProjectOpened) -> Status[dict[str, Any]]:
    """Open a project of one of the caller's organisations."""
    actor = actor_of(request, *OPENERS)
    project = actions.open_project(
        actor=actor,
        owner=_one(queries.owners_for(actor), code=given.owner),
        outline=_outline(given),
        now=clock.now(),
    )
    return Status(201, show(project))


@router.get("/desk/projects/{int:id}/", **reads(READ, ProjectPageOut))
def get_desk_project(request: ApiRequest, id: int) -> dict[str, Any]:
    """One project on the caller's desk with what came of it."""
    return show_page(_on_desk(request, id)[1])


@router.get("/desk/projects/{int:id}/rows/", **reads(READ, RowsOut))
def list_project_rows(request: ApiRequest, id: int, kind: Kind | None = None) -> dict[str, Any]:
    """What the totals are the sums of; without words where another desk does not show them."""
    actor, project = _on_desk(request, id)
    return {"items": [_row(each) for each in project_rows.rows(project, actor, kind or "")]}


@router.post("/desk/projects/{int:id}/edit/", **acts(WRITE, ProjectOut))
def edit_project(request: ApiRequest, id: int, given: OutlineGiven) -> dict[str, Any]:
    """Write the outline anew while the project runs."""
    actor, project = _on_desk(request, id)
    actions.edit_project(actor=actor, project=project, outline=_outline(given), now=clock.now())
    return show(project)


@router.post("/desk/projects/{int:id}/shown/", **acts(WRITE, ProjectOut))
def show_project(request: ApiRequest, id: int, given: ProjectShown) -> dict[str, Any]:
    """Put it on the public page, or take it off."""
    actor, project = _on_desk(request, id)
    actions.show_project(actor=actor, project=project, shown=given.shown, now=clock.now())
    return show(project)


@router.post("/desk/projects/{int:id}/end/", **acts(WRITE, ProjectOut))
def end_project(request: ApiRequest, id: int, given: ProjectEnded) -> dict[str, Any]:
    """It is over, with what came of it in words; the numbers are worked out."""
    actor, project = _on_desk(request, id)
    actions.end_project(actor=actor, project=project, result=given.result, now=clock.now())
    return show(project)


@router.post("/desk/projects/{int:id}/gather/", **acts(WRITE, ProjectPageOut))
def gather(request: ApiRequest, id: int, given: Gathered) -> dict[str, Any]:
    """Wishes, posts or activities of the caller's desk join, or leave."""
    actor, project = _on_desk(request, id)
    codes = {code.upper() for code in (given.item, *given.items) if code}
    found = project_rows.of_desk(actor, given.kind, list(codes))
    if not codes or len(found) < len(codes):
        raise Http404
    into = None if given.out else project
    gathering.gather(actor=actor, kind=given.kind, found=found, project=into, now=clock.now())
    return show_page(project)
