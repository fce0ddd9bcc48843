"""What the journal's words mean, in sentences: each room says its own in `<room>/deeds.py`.

    DEEDS = {"wish.claimed": _("认领心愿"), …}      what was done
    SUBJECTS = {"wish": _("心愿"), …}              to what

The rooms above are found by name when somebody reads the journal; nothing here imports them.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from django.apps import apps
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words = dict[str, "str | _StrPromise"]

DEEDS: Words = {
    "account.activated": _("凭激活单设定密码"),
    "account.opened": _("开设账号"),
    "account.password_changed": _("更改密码"),
    "account.reopened": _("恢复账号"),
    "account.stopped": _("停用账号"),
    "journal.exported": _("导出操作记录"),
    "sign_ins.exported": _("导出登录记录"),
    "slip.issued": _("签发激活单"),
}
SUBJECTS: Words = {
    "user": _("账号"),
    "journal": _("操作记录"),
    "sign_ins": _("登录记录"),
}


@lru_cache(maxsize=1)
def all_words() -> tuple[Words, Words]:
    """(deeds, subjects) of every room."""
    deeds, subjects = dict(DEEDS), dict(SUBJECTS)
    for app in apps.get_app_configs():
        name = f"{app.name}.deeds"
        if app.name.startswith("allhours.") and name != __name__ and find_spec(name):
            module = import_module(name)
            deeds.update(getattr(module, "DEEDS", {}))
            subjects.update(getattr(module, "SUBJECTS", {}))
    return deeds, subjects


def deed(did: str) -> str:
    """What was done, in words; a word that no room explains stays as it is stored."""
    return str(all_words()[0].get(did, did))


def subject(name: str) -> str:
    return str(all_words()[1].get(name, name))
