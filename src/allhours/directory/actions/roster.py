"""Importing a roster: stage it, look at what it would do, apply it whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import UNIT_ROLES, Role
from allhours.directory.actions.roster_write import Writer
from allhours.directory.models import (
    ImportState,
    Member,
    Organization,
    RosterImport,
    short_name,
)
from allhours.directory.queries import roster as queries
from allhours.directory.queries.roster_shown import shown_plan
from allhours.directory.roster import read
from allhours.directory.roster.error_file import problems_workbook
from allhours.directory.roster.grid import Grid
from allhours.directory.roster.parse import parse
from allhours.directory.roster.plan import Plan, plan
from allhours.directory.roster.problems import UNREADABLE, Unreadable
from allhours.directory.roster.rows import Parsed
from allhours.directory.roster.snapshot import Scope, Snapshot
from allhours.jobs.actions import start_job
from allhours.jobs.models import Job
from allhours.jobs.statistics import learn_sizes
from allhours.kernel import clock, codes
from allhours.kernel.errors import Refusal, Refused
from allhours.kernel.retry import with_retry

MOVED_ON = Refusal(
    "roster.moved_on", _("预览之后名册又有变动，请重新核对后再应用。没有改动任何数据。")
)
HAS_PROBLEMS = Refusal(
    "roster.has_problems", _("还有 %(number)s 处错误，改正后才能应用。没有改动任何数据。")
)
NOT_STAGED = Refusal("roster.not_staged", _("这次导入不在待应用状态，不能应用。"))
FILE_GONE = Refusal("roster.file_gone", _("文件已不在系统中，请重新上传。"))
UNIT_NEEDED = Refusal("roster.unit_needed", _("请选择要导入名册的单位。"))

LARGE_BYTES = 600_000  # about 10,000 rows: read in the background
LARGE_ROWS = 2_000  # applied in the background
KEPT_DAYS = 30
ATTEMPTS = 3  # to find the roster still as it was planned upon
Step = Callable[[int, int], None]


def _no_step(_done: int, _total: int) -> None:
    return None


@dataclass
class Worked:
    """A file read and held against the county."""

    grid: Grid
    parsed: Parsed
    snapshot: Snapshot
    plan: Plan


def stage_roster(
    *,
    actor: Actor,
    filename: str,
    content: bytes,
    now: datetime,
    unit: Organization | None = None,
    create_units: bool = False,
    worked: Worked | None = None,
) -> RosterImport:
    """Keep an uploaded file and work out what it would do; nothing else is written.

    `unit` limits the import to that unit's own roster; without it it is the county's. An
    unreadable file is refused with one plain sentence. A person's large file is read in the
    background: then the import comes back `reading`, with its job's code. `worked` is what
    `preview_roster` gave for the same file.
    """
    _require(actor, unit)
    import_ = _unsaved(actor, filename, content, unit, now, create_units=create_units)
    in_background = len(content) > LARGE_BYTES and actor.is_signed_in
    if worked is None and not in_background:
        worked = _read_or_refuse(import_, content, now)
    with transaction.atomic():
        import_.content_sealed = RosterImport.seal_content(content)
        if worked:
            _fill(import_, worked)
        import_.save(force_insert=True)
        journal.note(
            actor=actor, did="roster.staged", to=import_, now=now,
            unit=unit.pk if unit else None, size=len(content), checksum=import_.checksum,
        )  # fmt: skip
        if in_background:
            _queue(actor, import_, "directory.read_roster", now)
    return import_


def preview_roster(
    *,
    actor: Actor,
    filename: str,
    content: bytes,
    now: datetime,
    unit: Organization | None = None,
    create_units: bool = False,
) -> Worked:
    """What a file would do, without keeping anything of it."""
    _require(actor, unit)
    import_ = _unsaved(actor, filename, content, unit, now, create_units=create_units)
    return _read_or_refuse(import_, content, now)


def _unsaved(
    actor: Actor,
    filename: str,
    content: bytes,
    unit: Organization | None,
    now: datetime,
    *,
    create_units: bool,
) -> RosterImport:
    return RosterImport(
        filename=short_name(filename),
        checksum=codes.sha256(content),
        size=len(content),
        unit=unit,
        create_units=create_units and unit is None,
        created_by_id=actor.user_id,
        created_at=now,
    )


def _require(actor: Actor, unit: Organization | None) -> None:
    if unit is None:
        if actor.holds(*UNIT_ROLES) and not actor.holds(Role.COUNTY_OFFICER):
            raise Refused(UNIT_NEEDED)
        actor.require(Role.COUNTY_OFFICER)
    else:
        actor.require(Role.COUNTY_OFFICER, *UNIT_ROLES, over=unit.path)


def _read_or_refuse(import_: RosterImport, content: bytes, now: datetime) -> Worked:
    try:
        return work_out(import_, content, now)
    except Unreadable as unreadable:
        raise Refused(unreadable_refusal(unreadable.code)) from None


def unreadable_refusal(code: str) -> Refusal:
    return Refusal(f"roster.{code}", _(UNREADABLE[code]))


def work_out(
    import_: RosterImport,
    content: bytes,
    now: datetime,
    decisions: Mapping[int, int] | None = None,
) -> Worked:
    """Read the bytes and hold them against the county as it is; raises `Unreadable`."""
    grid, parsed = _parsed(import_, content, now)
    snapshot = queries.roster_snapshot(clock.local_date(now))
    return Worked(grid, parsed, snapshot, plan(parsed, snapshot, scope_of(import_), decisions))


def _parsed(import_: RosterImport, content: bytes, now: datetime) -> tuple[Grid, Parsed]:
    today = clock.local_date(now)
    aliases = queries.aliases_for(today)
    grid = read.read(content, import_.filename, aliases)
    own_unit = import_.unit.name if import_.unit else ""
    return grid, parse(grid, today, own_unit=own_unit, aliases=aliases)


def scope_of(import_: RosterImport) -> Scope:
    if import_.unit is None:
        return Scope(create_units=import_.create_units)
    return Scope(unit=import_.unit.pk, unit_name=import_.unit.name, path=import_.unit.path)


def _fill(import_: RosterImport, worked: Worked) -> None:
    import_.plan = shown_plan(worked.parsed, worked.plan, worked.snapshot, scope_of(import_))
    import_.digest = worked.plan.digest()
    import_.state = ImportState.STAGED


def _queue(actor: Actor, import_: RosterImport, kind: str, now: datetime, **args: object) -> Job:
    job = start_job(actor=actor, kind=kind, args={"import_id": import_.pk, **args}, now=now)
    import_.job_code = job.code
    import_.save(update_fields=["job_code"])
    return job


def review_roster(*, actor: Actor, import_: RosterImport, now: datetime) -> RosterImport:
    """Work out anew what a staged or waiting file would do to the county as it is now."""
    _require(actor, import_.unit)
    if import_.state not in (ImportState.READING, ImportState.STAGED):
        raise Refused(NOT_STAGED)
    worked = _read_or_refuse(import_, import_.content, now)
    _fill(import_, worked)
    still = RosterImport.objects.filter(
        pk=import_.pk, state__in=[ImportState.READING, ImportState.STAGED]
    )
    still.update(state=import_.state, plan=import_.plan, digest=import_.digest)
    return import_


def request_review(*, actor: Actor, import_: RosterImport, now: datetime) -> Job | None:
    """`review_roster` at once, or in the background for a large file: then its job."""
    _require(actor, import_.unit)
    if import_.size <= LARGE_BYTES:
        review_roster(actor=actor, import_=import_, now=now)
        return None
    with transaction.atomic():
        waiting = RosterImport.objects.filter(pk=import_.pk, state=ImportState.STAGED)
        if not waiting.update(state=ImportState.READING):
            raise Refused(NOT_STAGED)
        return _queue(actor, import_, "directory.read_roster", now)


def discard_old_rosters(*, actor: Actor, now: datetime) -> int:
    """Give up what nobody applied for a month: a file of personal facts is not kept for later."""
    old = RosterImport.objects.filter(
        state__in=[ImportState.READING, ImportState.STAGED],
        created_at__lt=now - timedelta(days=KEPT_DAYS),
    ).defer("content_sealed", "plan")
    for import_ in old:
        discard_roster(actor=actor, import_=import_, now=now)
    return len(old)


@transaction.atomic
def discard_roster(
    *, actor: Actor, import_: RosterImport, now: datetime, refusal: str = ""
) -> None:
    """Give a file up: its content goes, the line that it was sent stays."""
    _require(actor, import_.unit)
    gone = RosterImport.objects.filter(
        pk=import_.pk, state__in=[ImportState.READING, ImportState.STAGED]
    ).update(state=ImportState.DISCARDED, content_sealed="", plan={}, refusal=refusal[:200])
    if gone:
        journal.note(actor=actor, did="roster.discarded", to=import_, now=now)


def submit_roster(
    *,
    actor: Actor,
    import_: RosterImport,
    now: datetime,
    with_leaves: bool = False,
    decisions: Mapping[int, int] | None = None,
) -> Job | None:
    """Apply at once, or queue a large roster and give back its job."""
    _require(actor, import_.unit)
    large = import_.counts.get("rows", 0) >= LARGE_ROWS
    if not large or import_.state != ImportState.STAGED:
        apply_roster(
            actor=actor, import_=import_, now=now, with_leaves=with_leaves, decisions=decisions
        )
        return None
    given = {str(row): pk for row, pk in (decisions or {}).items()}
    with transaction.atomic():
        return _queue(
            actor, import_, "directory.apply_roster", now, with_leaves=with_leaves, decisions=given
        )


def apply_roster(
    *,
    actor: Actor,
    import_: RosterImport,
    now: datetime,
    with_leaves: bool = False,
    decisions: Mapping[int, int] | None = None,
    step: Step = _no_step,
    parsed: Parsed | None = None,
) -> RosterImport:
    """Write the whole plan in one transaction, or refuse and change nothing.

    An import that is applied already is left alone: applying again is a no-op. `decisions` say
    who a row is where keys do not tell (sheet row → member pk, 0 for another person). Leavers
    leave only `with_leaves`. Refused when the county has moved on since the preview. `parsed` is
    the file as read a moment ago, if the caller has it.
    """
    _require(actor, import_.unit)
    import_.refresh_from_db()
    if import_.state != ImportState.STAGED:
        return _already(import_)
    if parsed is None:
        _grid, parsed = _parsed(import_, import_.content, now)
    for _attempt in range(ATTEMPTS):
        work = _prepared(actor, import_, parsed, with_leaves, decisions or {}, now, step)
        try:
            with_retry(work)
        except _Stale:
            continue
        except IntegrityError:  # somebody else took in one of these people at the same moment
            break
        learn_sizes(Member)
        import_.refresh_from_db()
        return import_
    raise Refused(MOVED_ON)


def _already(import_: RosterImport) -> RosterImport:
    if import_.state == ImportState.APPLIED:
        return import_
    raise Refused(NOT_STAGED)


class _Stale(Exception):  # noqa: N818 - says what the prepared plan is
    """Between planning and writing somebody changed the roster."""


def _prepared(
    actor: Actor,
    import_: RosterImport,
    parsed: Parsed,
    with_leaves: bool,
    decisions: Mapping[int, int],
    now: datetime,
    step: Step,
) -> Callable[[], None]:
    """Plan and seal outside of any transaction; what comes back only writes."""
    today = clock.local_date(now)
    snapshot, scope = queries.roster_snapshot(today), scope_of(import_)
    made = plan(parsed, snapshot, scope)
    if made.digest() != import_.digest:
        raise Refused(MOVED_ON)
    if decisions:
        made = plan(parsed, snapshot, scope, decisions)
    if made.errors:
        raise Refused(HAS_PROBLEMS.having(number=len(made.errors)))
    shown = shown_plan(parsed, made, snapshot, scope)
    writer = Writer(actor, import_, parsed, queries.words_for(today), now, step)
    writer.prepare(made)

    @transaction.atomic
    def write() -> None:
        won = RosterImport.objects.filter(pk=import_.pk, state=ImportState.STAGED).update(
            state=ImportState.APPLIED, applied_at=now, content_sealed="", with_leaves=with_leaves
        )
        if not won:
            return
        writer.begin()
        if queries.roster_fingerprint() != snapshot.fingerprint:
            raise _Stale
        written = writer.write(made, with_leaves=with_leaves)
        RosterImport.objects.filter(pk=import_.pk).update(plan=shown | {"written": written})
        journal.note(
            actor=actor, did="roster.applied", to=import_, now=now, counts=made.counts,
            written=written, with_leaves=with_leaves,
        )  # fmt: skip

    return write


def problems_file(*, actor: Actor, import_: RosterImport, now: datetime) -> bytes:
    """The sender's own sheet back with its wrong cells marked; taking it is journaled."""
    _require(actor, import_.unit)
    if import_.state != ImportState.STAGED:
        raise Refused(FILE_GONE)
    worked = _read_or_refuse(import_, import_.content, now)
    journal.note(actor=actor, did="roster.problems_taken", to=import_, now=now)
    return problems_workbook(worked.grid, worked.parsed.header, worked.plan.problems, gettext)
