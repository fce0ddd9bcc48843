"""How the home pages say how long something took."""

from __future__ import annotations


def hours_text(minutes: int) -> str:
    """Hours to one decimal, without a needless “.0”."""
    return f"{minutes / 60:.1f}".rstrip("0").rstrip(".")
