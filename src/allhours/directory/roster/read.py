"""A stranger's file → one grid, or one plain sentence. Never more than bounded memory and time.

Size, kind and the unzipped total are checked here; the file itself is opened in a child process
with its own limits (`worker`).
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from allhours.directory.roster.grid import Cell, Grid
from allhours.directory.roster.problems import Unreadable

MAX_BYTES = 20 * 1024 * 1024
MAX_UNZIPPED = 400 * 1024 * 1024
SMALL_UNZIPPED = 30 * 1024 * 1024  # below this, no ratio is suspicious
MAX_RATIO = 120
MAX_PARTS = 2_000
SECONDS = 90
OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"


def read(content: bytes, filename: str, aliases: Mapping[str, str] | None = None) -> Grid:
    """The grid of the first sheet with a recognisable header; raises `Unreadable`."""
    kind = kind_of(content, filename)
    if kind == "xlsx":
        check_zip(content)
    with tempfile.TemporaryFile() as out:
        ended = run_worker(content, kind, out, aliases)
        out.seek(0)
        return unpacked(out, ended)


def content_of(path: Path) -> bytes:
    """A file's bytes; of one that is too large only so many that `read` says so."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def kind_of(content: bytes, filename: str) -> str:
    """`xlsx`, `xls` or `csv`, by what the bytes are; the name only tells text from rubbish."""
    suffix = filename.rpartition(".")[2].lower() if "." in filename else ""
    if suffix not in {"xlsx", "xls", "csv", "txt", "xlsm", "et"}:
        raise Unreadable("kind_unknown")
    if len(content) > MAX_BYTES:
        raise Unreadable("too_large")
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise Unreadable("empty")
    if content.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Unreadable("encrypted")
        return "xls"
    if content.startswith(ZIP):
        return "xlsx"
    return text_kind(content, suffix)


def text_kind(content: bytes, suffix: str) -> str:
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(
        (b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<head", b"<style")
    ):
        raise Unreadable("html_renamed")
    if suffix not in {"csv", "txt"}:
        marks = (b"<html", b"<table", b"mime-version:")
        raise Unreadable(
            "html_renamed" if any(mark in start for mark in marks) else "not_a_spreadsheet"
        )
    return "csv"


def check_zip(content: bytes) -> None:
    """Refuse a zip that would unfold beyond reason, before anything unfolds it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        raise Unreadable("damaged") from None
    unzipped = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or unzipped > MAX_UNZIPPED:
        raise Unreadable("too_large")
    if unzipped > SMALL_UNZIPPED and unzipped > MAX_RATIO * len(content):
        raise Unreadable("too_large")
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("encrypted")
    if not any(part.filename.startswith(("xl/", "XL/")) for part in parts):
        raise Unreadable("not_a_spreadsheet")


def run_worker(content: bytes, kind: str, out: IO[bytes], aliases: Mapping[str, str] | None) -> int:
    command = [sys.executable, "-P", "-m", "allhours.directory.roster.worker", kind]
    if aliases:
        command.append(json.dumps(dict(aliases)))
    environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        return subprocess.run(  # noqa: S603 - our own module, a fixed word as its argument
            command,
            input=content,
            stdout=out,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            env=environment,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        raise Unreadable("too_slow") from None


def unpacked(out: IO[bytes], ended: int) -> Grid:
    """The worker's lines as a grid; a worker that died reads as a file too large or too slow."""
    if ended != 0:
        raise Unreadable(
            "too_slow" if ended in (-24, -9) else "too_large" if ended < 0 else "damaged"
        )
    head = json.loads(out.readline() or b'{"unreadable": "damaged"}')
    if "unreadable" in head:
        raise Unreadable(head["unreadable"])
    rows = [[restored(cell) for cell in json.loads(line)] for line in out]
    if not rows:
        raise Unreadable("empty")
    return Grid(
        rows,
        sheet=head["sheet"],
        merges=[(a, b, c, d) for a, b, c, d in head["merges"]],
        other_sheets=head["other_sheets"],
    )


def restored(cell: Any) -> Cell:
    if not isinstance(cell, list):
        return cell  # type: ignore[no-any-return]
    kind, text = cell
    if kind == "t":
        return datetime.fromisoformat(text)
    return date.fromisoformat(text) if kind == "d" else str(text)
