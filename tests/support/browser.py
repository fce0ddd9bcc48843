"""Chromium for tests: found on the machine, never downloaded."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

PHONE = {"width": 360, "height": 780}
DESKTOP = {"width": 1280, "height": 820}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """The path of a Chromium that answers."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path and subprocess.run([path, "--version"], capture_output=True).returncode == 0:
            return path
    return None


def required() -> bool:
    """Whether a missing tool fails the run instead of skipping its tests."""
    return os.environ.get("CI") == "true" or os.environ.get("ALLHOURS_REQUIRE_ALL") == "1"


def chromium_or_skip() -> str:
    path = chromium()
    if path is None:
        (pytest.fail if required() else pytest.skip)("Chromium is not installed")
    return path


def sign_in(page: Any, username: str, password: str) -> None:
    """Sign in through the page, as a person does."""
    page.goto("/sign-in/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    page.locator("form:has(input[name=password]) [type=submit]").click()
    page.wait_for_url(lambda url: not url.split("?")[0].endswith("/sign-in/"))


def axe(page: Any, **options: Any) -> list[str]:
    """The page's accessibility violations, one line each: rule, impact, first places."""
    import axe_playwright_python

    source = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")
    page.evaluate(source)
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{each['id']} ({each['impact']}): "
        + "; ".join(" ".join(map(str, node["target"])) for node in each["nodes"][:5])
        for each in found["violations"]
    ]


def overflows(page: Any) -> list[str]:
    """What sticks out of the window sideways."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
        [...document.querySelectorAll('body *')]
          .filter(e => e.getBoundingClientRect().right > window.innerWidth + 1)
          .slice(0, 5).map(e => e.tagName + '.' + e.className)"""
    )
