"""Holdings in words: who sees them, how long they are kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.accounts.choices import Role
from allhours.rights.holdings import Holding
from allhours.rights.limits import DAYS, kept

SELF = "self"


def role_words(roles: Iterable[str]) -> str:
    """`本人、工委干部`; what is no role is left out."""
    labels = dict(Role.choices) | {SELF: _("本人"), "public": _("公众")}
    known = [str(labels[role]) for role in roles if role in labels]
    return _("、").join(known)


def kept_for(holding: Holding, on: date) -> str:
    """How long, as the scheme of the day says."""
    if not holding.keeps:
        return _("与所属记录相同")
    number = kept(holding.keeps, on)
    if holding.keeps.endswith(DAYS):
        return ngettext("%(n)d 天", "%(n)d 天", number) % {"n": number}
    return ngettext("所属年度后 %(n)d 年", "所属年度后 %(n)d 年", number) % {"n": number}
