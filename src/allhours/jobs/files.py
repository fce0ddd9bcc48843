"""Files that long work made for one person: taken once, then gone; a day old, gone as well.

They lie beside the database, not among the files that a backup holds. Taking one is a rename, so
that of two requests in the same moment one gets it.
"""

from __future__ import annotations

import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.jobs.models import Job
from allhours.kernel import clock
from allhours.kernel.errors import Refusal, Refused

FOLDER = "made"
KEEP = timedelta(hours=24)
FILE_GONE = Refusal("job.file_gone", _("文件已经下载过或已过期删除，请重新生成。"))


def keep_file(job: Job, content: bytes, *, name: str) -> dict[str, str | int]:
    """What a handler puts into its result as `file`; `name` is the name for the download."""
    path = _path(job)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    part.replace(path)
    return {"name": name, "bytes": len(content)}


def take_file(*, actor: Actor, job: Job, now: datetime) -> bytes:
    """The file, once, for the person who had it made."""
    if actor.user_id is None or job.user_id_plain != actor.user_id:
        raise Refused(FILE_GONE)
    path = _path(job)
    taken = path.with_suffix(f".{secrets.token_hex(6)}")
    with transaction.atomic():
        journal.note(actor=actor, did="job.file_taken", to=job, now=now, kind=job.kind)
        try:
            path.rename(taken)
        except FileNotFoundError:
            raise Refused(FILE_GONE) from None
    content = taken.read_bytes()
    taken.unlink()
    return content


def is_there(job: Job) -> bool:
    return "file" in job.result and _path(job).is_file()


def discard_old(*, now: datetime) -> int:
    """Nightly: whatever nobody took, and what a killed process left half-made."""
    gone = 0
    for path in _folder().glob("*"):
        if path.stat().st_mtime < (clock.wall(now) - KEEP).timestamp():
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _folder() -> Path:
    return Path(settings.DATA) / FOLDER


def _path(job: Job) -> Path:
    return _folder() / f"{job.code}.made"
