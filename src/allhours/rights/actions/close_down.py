"""The end of an installation: everything out, then nameless or gone, and a certificate of it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, connections, models, transaction
from django.db.models import Q
from django_tasks_db.models import DBTaskResult

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.kernel import crypto
from allhours.kernel.errors import Refused
from allhours.ledger.verify import verify
from allhours.rights import holdings, rules, sweep, traces
from allhours.rights.actions.execute import erase_rows
from allhours.rights.declared.rosters import forget_in_rosters
from allhours.rights.holdings import SEALED, Person
from allhours.scheme.queries import county

MANIFEST = "manifest.json"
#: Proofs of identity and look-up digests: of no use outside this installation.
NEVER_OUT = ("password", "_hash", "public_key", "credential_id", "key_sealed", "session_key")


def export_all(*, actor: Actor, target: Path, with_sealed: bool, now: datetime) -> dict[str, Any]:
    """Every table as lines of JSON in one zip, with a manifest; sealed facts only if asked for."""
    counts: Counter[str] = Counter()
    descriptor = os.open(target, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    with (
        os.fdopen(descriptor, "w+b") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for model, label in sweep.tables():
            with archive.open(f"{label}.jsonl", "w") as part:
                for line in _lines(model, with_sealed=with_sealed):
                    part.write(line)
                    counts[label] += 1
        manifest = {
            "county": county().name, "made_at": now.isoformat(), "rows": dict(counts),
            "sealed_facts": with_sealed,
        }  # fmt: skip
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    with transaction.atomic():
        journal.note(
            actor=actor, did="installation.exported", to=("installation", "all"), now=now,
            rows=sum(counts.values()), sealed=with_sealed,
        )  # fmt: skip
    return {**manifest, "sha256": _digest(target)}


def _lines(model: type[models.Model], *, with_sealed: bool) -> Iterator[bytes]:
    names = [
        column.name
        for column in model._meta.concrete_fields
        if not column.name.endswith(NEVER_OUT)
        and (with_sealed or not column.name.endswith(SEALED))
        and not isinstance(column, models.BinaryField)
    ]
    for row in model._default_manager.order_by("pk").values(*names).iterator(chunk_size=1000):
        for name in [each for each in names if each.endswith(SEALED)]:
            purpose = f"{model._meta.model_name}.{name.removesuffix(SEALED)}"
            row[name.removesuffix(SEALED)] = crypto.unseal(row.pop(name) or "", purpose)
        text = json.dumps(row, ensure_ascii=False, cls=DjangoJSONEncoder)
        yield text.encode() + b"\n"


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def check(*, name: str, archive: Path) -> dict[str, Any]:
    """The two keys to the second step: the county's name as typed, and a whole export of it."""
    if name != county().name:
        raise Refused(rules.NAME_NEEDED.having(name=county().name))
    try:
        with zipfile.ZipFile(archive) as made:
            if made.testzip() is not None:
                raise Refused(rules.NO_EXPORT)
            manifest: dict[str, Any] = json.loads(made.read(MANIFEST))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        raise Refused(rules.NO_EXPORT) from None
    if manifest.get("county") != name:
        raise Refused(rules.NO_EXPORT)
    return {"export": archive.name, "sha256": _digest(archive), "rows": manifest["rows"]}


def anonymise(*, actor: Actor, name: str, archive: Path, now: datetime) -> dict[str, Any]:
    """Nobody is named any more; ledger, counts and journal stay and can be verified."""
    proof = check(name=name, archive=archive)
    traces.overwrite_from_now_on()
    counts: Counter[str] = Counter()
    for held, part in holdings.parts():
        counts[held.code] += erase_rows(part, Q())
    for model, column in holdings.free_columns():
        counts["texts"] += _blank(model, column)
    everybody = Person(kind="member", code="", member_ids=(0,))
    counts["roster_files"] += forget_in_rosters(everybody)
    Session.objects.all().delete()
    AccessAttempt.objects.all().delete()
    DBTaskResult.objects.all().delete()
    counts["files"] = traces.remove_files()
    problems = [problem.code for problem in verify()]
    with transaction.atomic():
        journal.note(
            actor=actor, did="installation.anonymised", to=("installation", "all"), now=now,
            counts=dict(counts),
        )  # fmt: skip
    purged = traces.purge_pages()
    return _certificate(name, "anonymised", proof, now) | {
        "rows": dict(+counts), "ledger_problems": problems, "pages_rewritten": purged,
    }  # fmt: skip


def _blank(model: type[models.Model], name: str) -> int:
    column = model._meta.get_field(name)
    empty: Any = ""
    if isinstance(column, models.JSONField):
        empty = column.get_default()
    return int(model._default_manager.exclude(**{name: empty}).update(**{name: empty}))


def delete(*, name: str, archive: Path, now: datetime) -> dict[str, Any]:
    """Nothing is left here. The keys go first: with them goes what any old copy had sealed."""
    proof = check(name=name, archive=archive)
    data = Path(settings.DATA)
    keys = Path(settings.ALLHOURS_KEY_FILE)
    size = keys.stat().st_size
    with keys.open("r+b") as file:
        file.write(os.urandom(size))
        file.flush()
        os.fsync(file.fileno())
    keys.unlink()
    removed = _drop_database()
    for path in sorted(data.iterdir()):
        if path.resolve() == archive.resolve():
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        removed += 1
    return _certificate(name, "deleted", proof, now) | {"removed": removed}


def _drop_database() -> int:
    if connection.vendor == "sqlite":
        connections.close_all()
        return 0
    names = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in names:
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)} CASCADE")
    return len(names)


def _certificate(name: str, done: str, proof: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "county": name,
        "done": done,
        "at": now.isoformat(),
        "export": proof,
        "not_reached": "backups and copies outside of this data folder: destroy them too",
    }
