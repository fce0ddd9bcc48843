"""A browser's own description in a word or two, for the sign-in history."""

from __future__ import annotations

# The first match wins: most browsers also claim to be Safari.
BROWSERS = [
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("wxwork", "企业微信"),
    ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"),
    ("UCBrowser", "UC"),
    ("QQBrowser", "QQ 浏览器"),
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
    return " · ".join(filter(None, words))
