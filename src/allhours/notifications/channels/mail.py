"""The mail: how many new things there are and where to sign in; no name, no content.

Sent from the installation's one address through its own mail server; nothing else is contacted.
"""

from __future__ import annotations

from email import charset
from email.charset import Charset
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.kernel.codes import public_code
from allhours.notifications.choices import OutgoingKind

NAME = "mail"
BASE64 = Charset("utf-8")  # old servers garble eight bits
BASE64.body_encoding = charset.BASE64
SALT = "allhours.notices.stop"


def is_on() -> bool:
    """Whether the operator named a mail server, a sender and the address of the site."""
    return bool(settings.ALLHOURS_MAIL_FROM and settings.ALLHOURS_SITE)


def stop_token(code: str) -> str:
    """What stands in the link that ends all mail: the contact's code, signed."""
    return signing.Signer(salt=SALT).sign(code)


def code_of(token: str) -> str | None:
    try:
        return signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None


def message(
    kind: str, *, to: str, language: str, stop_code: str, count: int = 0, secret: str = ""
) -> EmailMessage:
    """One mail to one address, in its reader's language. `secret`: the code of a confirmation."""
    stop = _link("notifications:stop", stop_token(stop_code))
    with translation.override(language or settings.LANGUAGE_CODE):
        subject, body = _words(kind, count, secret)
        if kind != OutgoingKind.CONFIRM:
            body += "\n\n" + _("不想再收到邮件，请打开：%(url)s") % {"url": stop}
    headers = {"Message-ID": _message_id(), "Auto-Submitted": "auto-generated"}
    if kind != OutgoingKind.CONFIRM:
        headers["List-Unsubscribe"] = f"<{stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter = EmailMessage(subject, body + "\n", settings.ALLHOURS_MAIL_FROM, [to], headers=headers)
    letter.encoding = BASE64
    return letter


def _words(kind: str, count: int, secret: str) -> tuple[str, str]:
    if kind == OutgoingKind.CONFIRM:
        words = {"url": _link("notifications:confirm", secret.replace("-", "")), "code": secret}
        return _("请确认邮箱"), _(
            "有人请求向这个邮箱发送新事项提醒。\n\n"
            "是您本人的，请打开 %(url)s 并点“确认”，或在通知设置页输入确认码 %(code)s。"
            "24 小时内有效。\n\n不是您本人的，不必理会。"
        ) % words
    site = {"url": _link("notifications:inbox")}
    if kind == OutgoingKind.TEST:
        return _("测试邮件"), _("发信设置正常。%(url)s") % site
    subject = ngettext("您有 %(n)d 件新事项", "您有 %(n)d 件新事项", count) % {"n": count}
    return subject, _("%(subject)s，请登录查看：%(url)s") % {"subject": subject, **site}


def _link(view: str, *args: str) -> str:
    return settings.ALLHOURS_SITE.rstrip("/") + reverse(view, args=args)


def _message_id() -> str:
    """Of the site's own name: the machine's would tell where the server stands."""
    return f"<{public_code(20).lower()}@{urlsplit(settings.ALLHOURS_SITE).hostname}>"
