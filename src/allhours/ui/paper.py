"""Paper: a Typst template of an app, filled with plain data, as PDF.

Text reaches the template as JSON, never as markup, so nothing that people typed is ever read as
instructions. Fonts come with a package; a machine's own are ignored, so a page looks the same
everywhere.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import segno
import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template.utils import get_app_template_dirs


@cache
def fonts() -> typst.Fonts:
    """The package's fonts, then those of the installation's own `fonts/` folder.

    The package has the 通用规范汉字; a county with rarer names adds a font that has them
    (docs/operate/install.md), and typst falls back on it character by character.
    """
    shipped, own = Path(pylopdf_fonts_zh_cn.__file__).parent, Path(settings.DATA) / "fonts"
    folders = [str(shipped), *([str(own)] if own.is_dir() else [])]
    return typst.Fonts(include_system_fonts=False, font_paths=folders)


@cache
def template_path(name: str) -> Path:
    """`directory/slips.typ` in the templates of its app."""
    for folder in get_app_template_dirs("templates"):
        path = Path(folder) / name
        if path.is_file():
            return path
    raise FileNotFoundError(name)


def render(template_name: str, data: Mapping[str, Any]) -> bytes:
    """The PDF. The template reads its data with `json(bytes(sys.inputs.data))`.

    Families at hand: "Noto Sans SC", "Noto Serif SC". Dates arrive as ISO strings.
    """
    path = template_path(template_name)
    sent = json.dumps(data, ensure_ascii=False, cls=DjangoJSONEncoder)
    pdf: bytes = typst.compile(
        str(path), root=str(path.parent), font_paths=fonts(), ignore_system_fonts=True,
        sys_inputs={"data": sent}, format="pdf",
    )  # fmt: skip
    return pdf


def qr_svg(text: str) -> str:
    """A QR code as SVG text, for `image(bytes(data.qr), format: "svg")`."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", border=1, xmldecl=False, omitsize=True)
    return out.getvalue().decode()
