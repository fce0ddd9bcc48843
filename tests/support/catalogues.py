"""Compile the message catalogues: `python -m tests.support.catalogues`. Written only when older."""

from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parents[2] / "src" / "allhours" / "locale"


def compile_all(locale: Path = LOCALE) -> list[Path]:
    """Each .po beside its .mo; gives back what was written."""
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))
            written.append(target)
    return written


if __name__ == "__main__":
    compile_all()
