"""Wishes from a spreadsheet: sent, looked at, and taken over all or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.directory.actions.roster import HAS_PROBLEMS, KEPT_DAYS, LARGE_BYTES, NOT_STAGED
from allhours.directory.models import ImportState, short_name
from allhours.directory.roster.error_file import problems_workbook
from allhours.directory.roster.problems import UNREADABLE, Unreadable
from allhours.jobs.actions import start_job
from allhours.jobs.models import Job
from allhours.kernel import codes
from allhours.kernel.errors import Refusal, Refused
from allhours.kernel.retry import with_retry
from allhours.needs import notices
from allhours.needs.actions.intake import ALREADY_SENT, Noted, note_wish
from allhours.needs.actions.publication import publish_wish, verify_wish
from allhours.needs.models import Wish, WishImport
from allhours.needs.queries import imports as queries
from allhours.needs.queries.limits import wish_limits
from allhours.needs.rules import wishes as rules
from allhours.needs.scope import HANDLERS
from allhours.needs.sheet import MOST_ROWS, Row, WishSheet, parse, parse_file
from allhours.needs.sheet_rows import grid_of

MOVED_ON = Refusal("wishes.moved_on", _("预览之后情况有变，请重新核对后再导入。没有登记任何心愿。"))
FILE_GONE = Refusal("wishes.file_gone", _("文件已不在系统中，请重新上传。"))
REVIEWED_FIRST = Refusal(
    "wishes.reviewed_first", _("本县的心愿须逐级审核，不能在导入时定时发布，请不填发布时间。")
)
UNREADABLE_HERE = {
    "no_header": _("没有找到表头：前几行中应有“心愿内容”和“社区”等栏目名称。"),
    "too_many_rows": _("一次最多导入 %(most)s 个心愿，请分成几份文件。没有导入任何一行。"),
}
LARGE_ROWS = 100  # taken over in the background
Step = Callable[[int, int], None]


def _no_step(_done: int, _total: int) -> None:
    return None


def _require(actor: Actor) -> None:
    actor.require(*HANDLERS)


def unreadable_refusal(code: str) -> Refusal:
    here = UNREADABLE_HERE.get(code)
    text = here % {"most": MOST_ROWS} if here else _(UNREADABLE[code])
    return Refusal(f"wishes.{code}", text)


def read_wishes(
    *, actor: Actor, content: bytes, filename: str, publish_at: datetime | None, now: datetime
) -> WishSheet:
    """What the file would bring; wishes that an earlier import brought are marked and left out."""
    known = queries.known_to(actor, to_publish=publish_at is not None, now=now)
    return queries.without_old(parse_file(content, filename, known))


def read_rows(
    *, actor: Actor, rows: Sequence[Mapping[str, Any]], publish_at: datetime | None, now: datetime
) -> WishSheet:
    """The same of rows that a program sends (`sheet_rows.FIELDS`); ways in are told by code too."""
    _refuse_hour(publish_at, now)
    known = queries.known_to(actor, to_publish=publish_at is not None, now=now)
    codes_too = {**known.channels, **{kind: kind for kind in known.channels.values()}}
    return queries.without_old(parse(grid_of(rows), replace(known, channels=codes_too)))


def _read_or_refuse(actor: Actor, import_: WishImport, content: bytes, now: datetime) -> WishSheet:
    _refuse_hour(import_.publish_at, now)
    try:
        return read_wishes(
            actor=actor, content=content, filename=import_.filename,
            publish_at=import_.publish_at, now=now,
        )  # fmt: skip
    except Unreadable as unreadable:
        raise Refused(unreadable_refusal(unreadable.code)) from None


def _refuse_hour(publish_at: datetime | None, now: datetime) -> None:
    if publish_at is None:
        return
    if publish_at <= now:
        raise Refused(rules.HOUR_PAST)
    if wish_limits(now).review_levels:
        raise Refused(REVIEWED_FIRST)


def stage_wishes(
    *, actor: Actor, filename: str, content: bytes, publish_at: datetime | None, now: datetime
) -> WishImport:
    """Keep an uploaded file and work out what it would bring; nothing else is written.

    An unreadable file is refused with one plain sentence. A large one is read in the background:
    then the import comes back `reading`, with its job's code.
    """
    _require(actor)
    import_ = WishImport(
        filename=short_name(filename),
        checksum=codes.sha256(content),
        size=len(content),
        community=queries.usual_community(actor),
        publish_at=publish_at,
        created_by_id=actor.user_id,
        created_at=now,
        plan={"sent_for": sorted({grant.path for grant in actor.grants_of(HANDLERS)})},
    )
    in_background = len(content) > LARGE_BYTES and actor.is_signed_in
    if not in_background:
        _fill(import_, _read_or_refuse(actor, import_, content, now), now)
    with transaction.atomic():
        import_.content_sealed = WishImport.seal_content(content)
        import_.save(force_insert=True)
        journal.note(
            actor=actor, did="wishimport.staged", to=import_, now=now, size=len(content),
            checksum=import_.checksum,
        )  # fmt: skip
        if in_background:
            _queue(actor, import_, "needs.read_wishes", now)
    return import_


def _fill(import_: WishImport, sheet: WishSheet, now: datetime) -> None:
    import_.plan = _sent_for(import_) | queries.shown_plan(sheet, now)
    import_.digest = queries.digest(sheet)
    import_.state = ImportState.STAGED


def _sent_for(import_: WishImport) -> dict[str, Any]:
    """What stays in the plan whatever becomes of the file: who may see it hangs on it."""
    return {"sent_for": import_.plan.get("sent_for", [])}


def _queue(actor: Actor, import_: WishImport, kind: str, now: datetime) -> Job:
    job = start_job(actor=actor, kind=kind, args={"import_id": import_.pk}, now=now)
    WishImport.objects.filter(pk=import_.pk).update(job_code=job.code)
    import_.job_code = job.code
    return job


def review_wishes(*, actor: Actor, import_: WishImport, now: datetime) -> WishImport:
    """Work out anew what a staged or waiting file would bring as things are now."""
    _require(actor)
    open_ = (ImportState.READING, ImportState.STAGED)
    if import_.state not in open_:
        raise Refused(NOT_STAGED)
    _fill(import_, _read_or_refuse(actor, import_, import_.content, now), now)
    WishImport.objects.filter(pk=import_.pk, state__in=open_).update(
        state=import_.state, plan=import_.plan, digest=import_.digest
    )
    return import_


@transaction.atomic
def discard_wishes(*, actor: Actor, import_: WishImport, now: datetime, refusal: str = "") -> None:
    """Give a file up: its content goes, the line that it was sent stays."""
    _require(actor)
    gone = WishImport.objects.filter(
        pk=import_.pk, state__in=[ImportState.READING, ImportState.STAGED]
    ).update(
        state=ImportState.DISCARDED,
        content_sealed="",
        plan=_sent_for(import_),
        refusal=refusal[:200],
    )
    if gone:
        journal.note(actor=actor, did="wishimport.discarded", to=import_, now=now)


def discard_old_imports(*, actor: Actor, now: datetime) -> int:
    """Give up what nobody took over for a month: a file of personal facts is not kept for later."""
    old = WishImport.objects.filter(
        state__in=[ImportState.READING, ImportState.STAGED],
        created_at__lt=now - timedelta(days=KEPT_DAYS),
    ).defer("content_sealed", "plan")
    for import_ in old:
        discard_wishes(actor=actor, import_=import_, now=now)
    return len(old)


def submit_wishes(*, actor: Actor, import_: WishImport, now: datetime) -> Job | None:
    """Take over at once, or queue a long sheet and give back its job."""
    _require(actor)
    if import_.counts.get("accepted", 0) < LARGE_ROWS or import_.state != ImportState.STAGED:
        apply_wishes(actor=actor, import_=import_, now=now)
        return None
    with transaction.atomic():
        return _queue(actor, import_, "needs.apply_wishes", now)


def apply_wishes(
    *, actor: Actor, import_: WishImport, now: datetime, step: Step = _no_step
) -> WishImport:
    """Note every wish of the file in one transaction, or refuse and note none.

    An import that is applied already is left alone: applying again is a no-op. Refused when what
    the file would bring is no longer what the preview showed.
    """
    _require(actor)
    import_.refresh_from_db()
    if import_.state == ImportState.APPLIED:
        return import_
    if import_.state != ImportState.STAGED:
        raise Refused(NOT_STAGED)
    try:
        sheet = _as_shown(actor, import_, now)
        with_retry(lambda: _write(actor, import_, sheet, now, step))
    except Refused:
        import_.refresh_from_db()
        if import_.state != ImportState.APPLIED:
            raise  # else what moved on is this very file, taken over by a first click
    import_.refresh_from_db()
    return import_


def _as_shown(actor: Actor, import_: WishImport, now: datetime) -> WishSheet:
    """What the file would bring, or refuse when the preview showed something else."""
    sheet = _read_or_refuse(actor, import_, import_.content, now)
    if sheet.errors:
        raise Refused(HAS_PROBLEMS.having(number=len(sheet.errors)))
    if queries.digest(sheet) != import_.digest:
        raise Refused(MOVED_ON)
    return sheet


@transaction.atomic
def _write(actor: Actor, import_: WishImport, sheet: WishSheet, now: datetime, step: Step) -> None:
    won = WishImport.objects.filter(pk=import_.pk, state=ImportState.STAGED).update(
        state=ImportState.APPLIED, applied_at=now, content_sealed=""
    )
    if not won:  # a second click
        return
    noted = import_wishes(
        actor=actor, sheet=sheet, publish_at=import_.publish_at, now=now, step=step
    )
    rows = [[one.wish.pk, row.number] for one, row in zip(noted, sheet.taken, strict=True)]
    WishImport.objects.filter(pk=import_.pk).update(plan=import_.plan | {"rows": rows})
    journal.note(
        actor=actor, did="wishimport.applied", to=import_, now=now, count=len(rows),
        at=import_.publish_at.isoformat() if import_.publish_at else None,
    )  # fmt: skip


@transaction.atomic
def import_wishes(
    *,
    actor: Actor,
    sheet: WishSheet,
    publish_at: datetime | None,
    now: datetime,
    step: Step = _no_step,
) -> list[Noted]:
    """Note every wish of a sheet without errors, publish it at an hour; what was noted, in order.

    Each community is told once how many it has to verify.
    """
    _require(actor)
    if sheet.errors:
        raise Refused(HAS_PROBLEMS.having(number=len(sheet.errors)))
    _refuse_hour(publish_at, now)
    noted = []
    for done, row in enumerate(sheet.taken):
        step(done, len(sheet.taken))
        noted.append(_take_over(actor, row, publish_at, now))
    to_verify = Counter(row.community.pk for row in sheet.taken if row.public is None)
    for community_id, count in to_verify.items():
        notices.wishes_imported_after_commit(community_id, count, but=actor.user_id, now=now)
    return noted


def _take_over(actor: Actor, row: Row, publish_at: datetime | None, now: datetime) -> Noted:
    try:
        noted = note_wish(
            actor=actor,
            community=row.community,
            voice=row.voice,
            origin=row.origin,
            consent=row.consent,
            wisher_kind=row.wisher_kind,
            intake_key=row.key,
            tell=False,
            now=now,
        )
    except Refused as refused:  # somebody sent the same row at the same moment
        raise Refused(MOVED_ON) if ALREADY_SENT.code in refused.codes else refused from None
    if row.public is not None:
        wish: Wish = verify_wish(actor=actor, wish=noted.wish, text=row.public, now=now)
        if publish_at is not None:
            publish_wish(actor=actor, wish=wish, at=publish_at, now=now)
    return noted


@transaction.atomic
def problems_file(*, actor: Actor, import_: WishImport, now: datetime) -> bytes:
    """The sender's own sheet back with its wrong cells marked; taking it is journaled."""
    _require(actor)
    if import_.state != ImportState.STAGED:
        raise Refused(FILE_GONE)
    sheet = _read_or_refuse(actor, import_, import_.content, now)
    journal.note(actor=actor, did="wishimport.problems_taken", to=import_, now=now)
    return problems_workbook(sheet.grid, sheet.header, sheet.problems, gettext)
