"""Tree paths: `/3/17/` is the node 17 below 3. A node's path begins with each ancestor's path."""

from __future__ import annotations

ROOT = "/"


def child(parent: str, pk: int) -> str:
    return f"{parent or ROOT}{pk}/"


def covers(above: str, below: str) -> bool:
    """Whether `below` is `above` or stands under it."""
    return below.startswith(above)


def ids(path: str) -> list[int]:
    return [int(part) for part in path.split("/") if part]
