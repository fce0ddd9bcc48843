"""What is printed: the letter with its stub, and QR codes."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe


def qr(text: str, *, title: str = "") -> SafeString:
    """A QR code as inline SVG, dark on light in every theme; sized by CSS."""
    code = segno.make(text, error="m", micro=False)
    svg = code.svg_inline(omitsize=True, border=2, light="#fff", title=title or None)
    return mark_safe(svg)  # noqa: S308 - drawn by segno; the text is only encoded in modules
