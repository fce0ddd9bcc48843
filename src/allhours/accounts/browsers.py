"""A browser's own description in a word or two, for the sign-in history."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

# The first match wins: most browsers also claim to be Safari.
BROWSERS = [
    ("MicroMessenger", gettext_noop("微信")),
    ("DingTalk", gettext_noop("钉钉")),
    ("wxwork", gettext_noop("企业微信")),
    ("HuaweiBrowser", gettext_noop("华为浏览器")),
    ("MiuiBrowser", gettext_noop("小米浏览器")),
    ("UCBrowser", "UC"),
    ("QQBrowser", gettext_noop("QQ 浏览器")),
    ("360SE", "360"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
]
SYSTEMS = [
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
]


def browser_name(agent: str) -> str:
    """`Chrome · Android`; the empty string for what is not recognised."""
    words = (
        next((word for mark, word in table if mark in agent), "") for table in (BROWSERS, SYSTEMS)
    )
    return " · ".join(gettext(word) for word in words if word)
