"""The end of an installation, with the real command on throw-away ones."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.jobs.test_backup import allhours, run

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]
NAME, ID_NUMBER = "植关闭某", "110105194912310021"
MAKE = f"""
import django; django.setup()
from allhours.scheme.models import County
from tests.factories.directory import make_member
from tests.factories.ledger import make_entry
County.objects.update_or_create(pk=1, defaults=dict(name="测试县"))
make_entry(make_member(name="{NAME}", id_number="{ID_NUMBER}", remarks="{NAME}会电工"))
"""


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from allhours.kernel.crypto import new_key_file

    folder = tmp_path_factory.mktemp("made")
    new_key_file(folder / "keys.json")
    assert allhours("migrate", "--skip-checks", data=folder).returncode == 0
    made = run("-c", MAKE, data=folder)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def installation(made_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made_once, tmp_path / "data"))


def exported(installation: Path, *more: str) -> Path:
    archive = installation.parent / "all.zip"
    done = allhours("close_down", "export", str(archive), *more, data=installation)
    assert done.returncode == 0, done.stderr
    return archive


def text_of(archive: Path) -> str:
    with zipfile.ZipFile(archive) as made:
        return "".join(made.read(name).decode() for name in made.namelist())


def second(installation: Path, step: str, archive: Path, name: str) -> dict[str, object]:
    certificate = installation.parent / "certificate.json"
    done = allhours(
        "close_down", step, str(archive), "--confirm", name, "--certificate", str(certificate),
        data=installation,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(certificate.read_text()))


def raw(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_the_export_opens_sealed_facts_only_when_asked(installation: Path) -> None:
    plain = text_of(exported(installation))
    assert (NAME in plain, ID_NUMBER in plain, "id_number_sealed" in plain) == (True, False, False)
    assert ID_NUMBER in text_of(exported(installation, "--with-sealed-facts"))


def test_anonymised_nobody_is_named_and_the_ledger_holds(installation: Path) -> None:
    archive = exported(installation)
    done = second(installation, "anonymise", archive, "测试县")
    assert (done["done"], done["ledger_problems"], done["pages_rewritten"]) == (
        "anonymised", [], True,
    )  # fmt: skip
    left = raw(installation)
    assert [word for word in (NAME, json.dumps(NAME)[1:-1]) if word.encode() in left] == []
    assert allhours("ledger", "verify", data=installation).returncode == 0


def test_deleted_nothing_is_left(installation: Path) -> None:
    archive = exported(installation)
    done = second(installation, "delete", archive, "测试县")
    assert (done["done"], list(installation.iterdir())) == ("deleted", [])


@pytest.mark.parametrize("name", ["", "别的县"])
def test_without_the_name_nothing_happens(installation: Path, name: str) -> None:
    archive = exported(installation)
    done = allhours(
        "close_down", "delete", str(archive), "--confirm", name, "--certificate",
        str(installation.parent / "c.json"), data=installation,
    )  # fmt: skip
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1)
    assert "测试县" in done.stderr
    assert (installation / "allhours.sqlite3").exists()


def test_without_the_export_nothing_happens(installation: Path) -> None:
    fake = installation.parent / "fake.zip"
    fake.write_bytes(b"nothing")
    done = allhours(
        "close_down", "anonymise", str(fake), "--confirm", "测试县", "--certificate",
        str(installation.parent / "c.json"), data=installation,
    )  # fmt: skip
    assert done.returncode == 1
    assert NAME.encode() in raw(installation)
