"""Every sentence of the program is in every catalogue: `python -m tests.support.translations`.

The sentences are extracted anew into a scratch copy of the package, so the check leaves the tree
as it is. `--write` updates the catalogues instead (new sentences empty, gone ones dropped).
"""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import django
import polib

SOURCE = Path(__file__).resolve().parents[2] / "src" / "allhours"
LANGUAGES = ["en"]
IN_PYTHON = re.compile(r"""\{% translate ("[^"]+"|'[^']+')""")


def extract(folder: Path) -> dict[str, polib.POFile]:
    """Sentences of the whole package by language, merged with the catalogues at hand."""
    copy = folder / "allhours"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("static", "__pycache__", "*.mo"))
    (copy / "locale").mkdir(exist_ok=True)
    _lift_templates(copy)
    from django.conf import settings

    if not settings.configured:
        settings.configure(LOCALE_PATHS=[str(copy / "locale")], USE_I18N=True)
        django.setup()
    from django.core.management import call_command

    here = Path.cwd()
    os.chdir(copy)
    try:
        call_command("makemessages", locale=LANGUAGES, no_location=True, no_wrap=True, verbosity=0)
    finally:
        os.chdir(here)
    return {
        language: polib.pofile(str(copy / "locale" / language / "LC_MESSAGES" / "django.po"))
        for language in LANGUAGES
    }


def _lift_templates(copy: Path) -> None:
    """Let gettext see the sentences of templates that stand in Python strings (table columns)."""
    found = {said for path in copy.rglob("*.py") for said in IN_PYTHON.findall(path.read_text())}
    lines = [f"_({said})\n" for said in sorted(found)]
    (copy / "templates_in_python.py").write_text("".join(lines))


def problems(language: str, catalogue: polib.POFile) -> list[str]:
    """What a catalogue lacks, one line each."""
    found = [f"{language}: not translated: {e.msgid!r}" for e in catalogue.untranslated_entries()]
    found += [f"{language}: only guessed (fuzzy): {e.msgid!r}" for e in catalogue.fuzzy_entries()]
    return found


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        catalogues = extract(Path(folder))
    if "--write" in arguments:
        for language, catalogue in catalogues.items():
            target = SOURCE / "locale" / language / "LC_MESSAGES" / "django.po"
            target.parent.mkdir(parents=True, exist_ok=True)
            for entry in catalogue.obsolete_entries():
                catalogue.remove(entry)
            catalogue.save(str(target))
        return 0
    found = [line for each in catalogues.items() for line in problems(*each)]
    for line in found[:40]:
        print(line)
    if found:
        print(
            f"{len(found)} sentences; add them with: python -m tests.support.translations --write"
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
