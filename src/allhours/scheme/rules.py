"""When a scheme may be published: pure, over what is already loaded."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from allhours.kernel.errors import Refusal

NOT_AFTER_LAST = Refusal(
    "scheme.not_after_last",
    _("生效日期不能早于上一版本的生效日期%(last)s，请另选日期。"),
)
IN_THE_PAST = Refusal(
    "scheme.in_the_past",
    _("方案不能从过去的日期起生效，最早为%(today)s。"),
)
ALREADY_IN_FORCE = Refusal(
    "scheme.already_in_force",
    _("%(last)s起生效的版本已经施行，请选择更晚的日期。"),
)
UNCHANGED = Refusal("scheme.unchanged", _("与最新版本的内容相同，无需再次发布。"))
INVALID = Refusal("scheme.invalid", _("方案有%(count)s处问题，未发布。第一处：%(first)s"))
PUBLISHED_MEANWHILE = Refusal("scheme.published_meanwhile", _("刚才有另一版本发布，请查看后再试。"))


def publication_refusals(
    *, effective_from: date, checksum: str, last: tuple[date, str] | None, today: date
) -> list[Refusal]:
    """Why a document may not be published. `last`: date and checksum of the newest version.

    The first version may begin on any day. Later ones never reach back: neither before the newest
    version, nor before today, nor onto a version that is in force already.
    """
    if last is None:
        return []
    last_from, last_checksum = last
    past = effective_from < today
    earlier = effective_from < last_from
    taken = effective_from == last_from <= today
    return [
        refusal
        for unmet, refusal in (
            (checksum == last_checksum, UNCHANGED),
            (past, IN_THE_PAST.having(today=today.isoformat())),
            (earlier and not past, NOT_AFTER_LAST.having(last=last_from.isoformat())),
            (taken and not past, ALREADY_IN_FORCE.having(last=last_from.isoformat())),
        )
        if unmet
    ]
