"""Which confirmed wishes are drawn for a call, and what may be noted of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from allhours.kernel import crypto
from allhours.kernel.errors import Refusal
from allhours.needs.choices import FollowUpResult, RatingLevel

DRAW = "wish.follow_up"  # purpose of the draw's digest
RESULTS = (FollowUpResult.REACHED, FollowUpResult.NOT_REACHED)
DONE = Refusal("follow_up.done", _("这个心愿已经回访过。"))
RESULT_MISSING = Refusal("follow_up.result_missing", _("请选择回访情况。"))
ANSWERS_MISSING = Refusal(
    "follow_up.answers_missing", _("联系上的，请填写心愿人是否满意，以及与登记的办理情况是否一致。")
)
NOT_BY_CLAIMER = Refusal("follow_up.not_by_claimer", _("您办理过这个心愿，请由社区其他同志回访。"))


@dataclass(frozen=True)
class Findings:
    """What the call found; only who was reached can say whether it is so."""

    result: str
    satisfied: int | None = None
    matches: bool | None = None
    note: str = ""


def drawn(code: str, percent: int) -> bool:
    """Whether the wish with this code is drawn where `percent` of 100 are.

    The code alone decides, by a digest under the installation's key: whoever asks again gets the
    same answer, nobody can pick, and a claimer cannot know beforehand.
    """
    return int(crypto.lookup_hash(code, DRAW)[:12], 16) % 100 < percent


def findings_refusals(former: str, findings: Findings) -> list[Refusal]:
    """`former`: what was noted before; one that was not reached may be tried again."""
    if former == FollowUpResult.REACHED:
        return [DONE]
    if findings.result not in RESULTS:
        return [RESULT_MISSING]
    answered = findings.satisfied in RatingLevel.values and findings.matches is not None
    if findings.result == FollowUpResult.REACHED and not answered:
        return [ANSWERS_MISSING]
    return []
