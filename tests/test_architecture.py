"""What the import contracts cannot see. The order of packages is read from pyproject.toml."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "allhours"
MAX_LINES = 400
MAX_FUNCTION_LINES = 40
MAX_TEMPLATE_LINES = 120


@cache
def heights() -> dict[str, int]:
    """Package name -> height; siblings share one."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = contracts["contracts"][0]["layers"]
    return {
        name.strip(): height
        for height, layer in enumerate(reversed(layers))
        for name in layer.split("|")
    }


def sources(pattern: str = "**/*.py") -> Iterator[Path]:
    for path in sorted(PACKAGE.glob(pattern)):
        if "migrations" not in path.parts:
            yield path


def named(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def test_foreign_keys_point_downward() -> None:
    wrong = []
    for model in apps.get_models():
        app = model._meta.app_config.name.removeprefix("allhours.")
        if app not in heights():
            continue
        for field in model._meta.get_fields():
            other = field.related_model
            if other is None or field.auto_created or not hasattr(other, "_meta"):
                continue
            target = other._meta.app_config.name.removeprefix("allhours.")
            if target in heights() and target != app and heights()[target] >= heights()[app]:
                wrong.append(f"{model.__name__}.{field.name} points up to {target}")
    assert wrong == []


def test_relations_across_apps_leave_no_name_below() -> None:
    named_below = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("allhours.")
        for field in model._meta.get_fields()
        if field.is_relation
        and not field.auto_created
        and field.related_model is not None
        and field.related_model._meta.app_label != model._meta.app_label
        and not field.remote_field.hidden
    ]
    assert named_below == [], 'use related_name="+"'


@pytest.mark.parametrize("shelf", ["views", "forms"])
def test_faces_fetch_through_queries(shelf: str) -> None:
    paths = [*sources(f"*/{shelf}.py"), *sources(f"*/{shelf}/**/*.py")]
    found = [
        f"{named(path)}:{number}"
        for path in paths
        for number, text in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"\.objects\b(?!\.none\(\))|_default_manager\b", text)
    ]
    assert found == [], "put the query into queries.py, scoped by visible_to(actor)"


def scheme_names() -> set[str]:
    """Codes and names of the shipped counties (`base` is nobody's)."""
    names = set()
    for document in (PACKAGE / "schemes").glob("*/scheme.toml"):
        if document.parent.name == "base":
            continue
        names.add(document.parent.name)
        content = tomllib.loads(document.read_text())
        names.update(
            v for k, v in content.items() if k in {"county", "name"} and isinstance(v, str)
        )
    return names


def test_code_knows_no_county() -> None:
    names = scheme_names()
    # The demo command's default is the one place where a shipped scheme is named: an argument.
    allowed = {"nongan": {"demo", "cli.py", "commands.py"}}
    found = [
        f"{named(path)}: {name}"
        for path in sources()
        for name in names
        if named(path).split("/")[0] not in allowed.get(name, set())
        and re.search(rf"(?<![a-z]){re.escape(name)}(?![a-z])", path.read_text())
    ]
    assert found == [], "a county's numbers and words belong in its scheme"


def test_no_model_signals_carry_consequences() -> None:
    found = [
        named(path)
        for path in sources()
        if re.search(r"\b(post|pre)_(save|delete)\b|m2m_changed", path.read_text())
    ]
    assert found == [], "name the consequence in the action"


def test_templates_extend_own_app_or_ui() -> None:
    wrong = []
    for path in sorted(PACKAGE.glob("*/templates/**/*.html")):
        app = path.relative_to(PACKAGE).parts[0]
        for used in re.findall(r'{%\s*(?:extends|include)\s+"([^"]+)"', path.read_text()):
            owner = used.split("/")[0]
            if owner not in {app, "ui"} and (PACKAGE / owner).is_dir():
                wrong.append(f"{named(path)} uses {used}")
    assert wrong == []


def test_files_stay_readable() -> None:
    long = [
        f"{named(path)}: {lines}"
        for path in sources()
        if (lines := len(path.read_text().splitlines())) > MAX_LINES
    ]
    long += [
        f"{named(path)}: {lines}"
        for path in sorted(PACKAGE.glob("*/templates/**/*.html"))
        if (lines := len(path.read_text().splitlines())) > MAX_TEMPLATE_LINES
    ]
    assert long == []


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            explained = len((ast.get_docstring(node) or "").splitlines())
            lines = (node.end_lineno or 0) - node.lineno + 1 - explained
            yield f"{named(path)}:{node.name}", lines


def test_functions_stay_short() -> None:
    long = {
        name: lines
        for path in sources()
        for name, lines in functions(path)
        if lines > MAX_FUNCTION_LINES
    }
    assert long == {}


def test_every_package_says_what_it_owns() -> None:
    silent = [
        name
        for name in heights()
        if (PACKAGE / name / "__init__.py").exists()
        and ast.get_docstring(ast.parse((PACKAGE / name / "__init__.py").read_text())) is None
    ]
    assert silent == []
