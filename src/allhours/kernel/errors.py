"""Refusals: a rule's answer in words and a code, the same on page, API and command."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Refusal:
    """One reason why something may not be done: a stable `code` and a sentence for people."""

    code: str
    text: str | _StrPromise
    params: dict[str, Any] = field(default_factory=dict, compare=False, hash=False)

    def __str__(self) -> str:
        return str(self.text) % self.params if self.params else str(self.text)

    def having(self, **params: Any) -> Refusal:
        """The same refusal with its sentence's blanks filled in."""
        return Refusal(self.code, self.text, params)


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """Raised by actions: nothing was done, for these reasons."""

    def __init__(self, *reasons: Refusal) -> None:
        if not reasons:
            raise ValueError("a refusal needs at least one reason")
        self.reasons = reasons
        super().__init__("; ".join(reason.code for reason in reasons))

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(reason.code for reason in self.reasons)

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(str(reason) for reason in self.reasons)


def refuse_if(reasons: list[Refusal]) -> None:
    """Raise `Refused` when a rule gave any reason."""
    if reasons:
        raise Refused(*reasons)
