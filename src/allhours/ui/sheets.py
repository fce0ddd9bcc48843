"""Printed forms out of blocks: the same data as a page to print from the browser and as PDF.

A form is a list of pages, a page a list of blocks; `Block.kind` says which of its values count:

    heading text · right text · text text · indent text · small text · gap (rows[0][0] millimetres)
    fields  rows of (label, value) pairs; a row of one pair takes the whole width
    table   head, rows, widths (shares of the width)
    seals   rows of (label, text, where to stamp and date)
    cut     text that stands across the perforation
    foot    svg and code at the left, rows of lines at the right
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO

from django.utils.safestring import SafeString, mark_safe
from pypdf import PdfWriter

from allhours.ui import paper

TEMPLATE = "ui/sheets.typ"
AT_ONCE = 200  # pages in one run of the typesetter

Row = tuple[str, ...]


@dataclass(frozen=True)
class Block:
    kind: str
    text: str = ""
    rows: tuple[Row, ...] = ()
    head: Row = ()
    widths: tuple[float, ...] = ()
    code: str = ""
    svg: str = ""

    @property
    def pairs(self) -> list[list[tuple[str, str]]]:
        """`fields` for the template: each row as its (label, value) pairs."""
        return [list(zip(row[::2], row[1::2], strict=True)) for row in self.rows]

    @property
    def drawing(self) -> SafeString:
        return mark_safe(self.svg)  # noqa: S308 - drawn by segno; text is only encoded in modules


@dataclass(frozen=True)
class Page:
    """`half`: two of them share a page of A4. `name` tells screen readers which one it is."""

    name: str
    blocks: tuple[Block, ...]
    landscape: bool = False
    half: bool = False


def heading(text: str) -> Block:
    return Block("heading", text)


def right(text: str) -> Block:
    return Block("right", text)


def text(words: str) -> Block:
    return Block("text", words)


def indent(words: str) -> Block:
    return Block("indent", words)


def small(words: str) -> Block:
    return Block("small", words)


def gap(millimetres: int) -> Block:
    return Block("gap", rows=((str(millimetres),),))


def cut(words: str) -> Block:
    return Block("cut", words)


def fields(*rows: Sequence[str]) -> Block:
    """Each row: label, value, label, value …"""
    return Block("fields", rows=tuple(tuple(row) for row in rows))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float]) -> Block:
    return Block("table", head=tuple(head), rows=tuple(map(tuple, rows)), widths=tuple(widths))


def seals(*boxes: tuple[str, str, str]) -> Block:
    return Block("seals", rows=boxes)


def foot(*lines: str, svg: str = "", code: str = "") -> Block:
    return Block("foot", rows=tuple((line,) for line in lines), svg=svg, code=code)


def pdf(pages: Sequence[Page]) -> bytes:
    """All pages as one file; a few hundred at once, use `parts` for more."""
    data = {"pages": [asdict(page) for page in pages]}
    return paper.render(TEMPLATE, data)


def parts(pages: Sequence[Page], at_once: int = AT_ONCE) -> Iterable[bytes]:
    """The same, part by part, so that progress can be told between them."""
    for start in range(0, len(pages), at_once):
        yield pdf(pages[start : start + at_once])


def joined(files: Sequence[bytes]) -> bytes:
    """Parts as one file."""
    if len(files) == 1:
        return files[0]
    whole = PdfWriter()
    for file in files:
        whole.append(BytesIO(file))
    out = BytesIO()
    whole.write(out)
    return out.getvalue()
