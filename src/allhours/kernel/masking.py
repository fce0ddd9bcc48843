"""How sealed facts look on a screen: enough to tell two apart, not enough to use."""

from __future__ import annotations


def id_number(plain: str) -> str:
    """`330***********1234`"""
    return (
        f"{plain[:3]}{'*' * (len(plain) - 7)}{plain[-4:]}" if len(plain) > 7 else "*" * len(plain)
    )


def phone(plain: str) -> str:
    """`138****5678`"""
    return f"{plain[:3]}****{plain[-4:]}" if len(plain) >= 8 else "*" * len(plain)


def name(plain: str) -> str:
    """`张*`, `欧阳**`: the first character only."""
    return plain[:1] + "*" * (len(plain) - 1)
