"""What `scheme try` compares. Filled from above: the scheme knows no judgement itself.

A package that judges (appraisal) appends a `Trial` in its `AppConfig.ready`; `scheme try` runs
them all. A trial only reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from allhours.scheme.schema import Scheme


@dataclass(frozen=True)
class Moved:
    """A member whose result differs under the draft: what is judged, and both results."""

    member_no: str
    what: str
    before: str
    after: str


#: (scheme in force, draft, programme year, as of) -> who would move
Trial = Callable[[Scheme, Scheme, int, date], list[Moved]]

trials: list[Trial] = []
