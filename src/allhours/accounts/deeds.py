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
    "account.closed": _("关闭账号"),
    "account.password_changed": _("更改密码"),
    "account.renamed": _("更改用户名"),
    "account.reopened": _("恢复账号"),
    "account.stopped": _("停用账号"),
    "account.unlocked": _("解除锁定"),
    "factor.added": _("新增第二重验证"),
    "factor.code_used": _("使用备用码"),
    "factor.codes_made": _("生成备用码"),
    "factor.removed": _("去掉第二重验证"),
    "factor.reset": _("重置第二重验证"),
    "journal.exported": _("导出操作记录"),
    "session.ended": _("结束登录"),
    "sign_ins.exported": _("导出登录记录"),
    "slip.issued": _("签发激活单"),
    "token.issued": _("签发接口令牌"),
    "token.revoked": _("撤销接口令牌"),
}
SUBJECTS: Words = {
    "user": _("账号"),
    "apitoken": _("接口令牌"),
    "totpdevice": _("第二重验证"),
    "passkey": _("通行密钥"),
    "signedin": _("登录"),
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
