"""What the pages of docs/ say is what the program does."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from allhours.commands import COMMANDS
from tests.support import reference

ROOT = Path(__file__).resolve().parents[1]
# Started by other commands, not by people.
INNER = {"work"}


@pytest.mark.parametrize(
    "name", ["commands.md", "scheme.md", "notices.md", "api.md", "openapi.json"]
)
def test_generated_reference_is_up_to_date(name: str) -> None:
    written = reference.REFERENCE / name
    assert written.read_text() == reference.pages()[name], "write it anew with ./run docs"


def test_listing_and_command_modules_agree() -> None:
    ours = {name for name, app in get_commands().items() if str(app).startswith("allhours.")}
    listed = {name for group in COMMANDS.values() for name in group}
    assert ours - INNER == listed


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


def test_settings_from_the_environment_are_documented() -> None:
    text = (ROOT / "docs/operate/install.md").read_text()
    settings = (ROOT / "src/allhours/config/settings.py").read_text()
    names = set(re.findall(r'"(ALLHOURS_[A-Z_]+)"', settings)) - {
        "ALLHOURS_DEBUG",
        "ALLHOURS_TEST_SQLITE",
    }
    assert {name for name in names if name not in text} == set()
