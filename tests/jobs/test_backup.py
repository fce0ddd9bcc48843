"""Backup and restore as a drill, with the real commands on real folders."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]

PASSPHRASE = "correct horse battery"
ID_NUMBER = "11010519491231002X"
MAKE = f"""
import django; django.setup()
from allhours.kernel import crypto
from allhours.jobs.models import Job
from datetime import datetime
from zoneinfo import ZoneInfo
Job.objects.create(code="KEPT", kind="x", title=crypto.seal("{ID_NUMBER}", "job.title"),
                   created_at=datetime(2026, 6, 10, tzinfo=ZoneInfo("UTC")))
"""
READ = """
import django; django.setup()
from allhours.kernel import crypto
from allhours.jobs.models import Job
print(crypto.unseal(Job.objects.get(code="KEPT").title, "job.title"))
"""


def run(*arguments: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ALLHOURS", "DATABASE"))}
    return subprocess.run(
        [sys.executable, *arguments],
        env={
            **kept,
            "ALLHOURS_DATA": str(data),
            "DJANGO_SETTINGS_MODULE": "allhours.config.settings",
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=120,
    )


def allhours(*arguments: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return run("-m", "allhours", *arguments, data=data, **environment)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with keys, a database and one sealed value in it."""
    from allhours.kernel.crypto import new_key_file

    folder = tmp_path_factory.mktemp("installation")
    new_key_file(folder / "keys.json")
    assert allhours("migrate", "--skip-checks", data=folder).returncode == 0
    (folder / "files").mkdir()
    (folder / "files" / "note.txt").write_text("kept")
    made = run("-c", MAKE, data=folder)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture(scope="module")
def plain(installation: Path) -> Path:
    """A backup without keys."""
    file = installation / "plain.tar.gz"
    done = allhours("backup", str(file), "--json", data=installation)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["keys"] == ["k1"]
    return file


@pytest.fixture(scope="module")
def with_keys(installation: Path) -> Path:
    """A backup with its keys, sealed."""
    file = installation / "with-keys.tar.gz"
    done = allhours(
        "backup", str(file), "--with-keys", data=installation, ALLHOURS_PASSPHRASE=PASSPHRASE
    )
    assert done.returncode == 0, done.stderr
    return file


def test_backup_holds_neither_keys_nor_plain_facts(installation: Path, plain: Path) -> None:
    import tarfile

    with tarfile.open(plain) as tar:
        names = tar.getnames()
        content = b"".join(f.read() for m in tar if (f := tar.extractfile(m)))
    assert sorted(names) == ["database.sqlite3", "files/note.txt", "manifest.json"]
    secret = json.loads((installation / "keys.json").read_text())["lookup"]
    assert ID_NUMBER.encode() not in content
    assert secret.encode() not in content


def test_restore_with_sealed_keys_gives_everything_back(tmp_path: Path, with_keys: Path) -> None:
    done = allhours("restore", str(with_keys), data=tmp_path, ALLHOURS_PASSPHRASE=PASSPHRASE)
    assert done.returncode == 0, done.stderr
    assert run("-c", READ, data=tmp_path).stdout.strip() == ID_NUMBER
    assert (tmp_path / "files" / "note.txt").read_text() == "kept"
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


def test_restore_with_wrong_passphrase_changes_nothing(tmp_path: Path, with_keys: Path) -> None:
    done = allhours("restore", str(with_keys), data=tmp_path, ALLHOURS_PASSPHRASE="not that one")
    assert done.returncode == 1
    assert "passphrase" in done.stderr
    assert not (tmp_path / "allhours.sqlite3").exists()


def test_restore_without_keys_says_which_is_missing(tmp_path: Path, plain: Path) -> None:
    done = allhours("restore", str(plain), data=tmp_path)
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1)
    assert "k1" in done.stderr


def test_restore_refuses_to_overwrite_without_force(installation: Path, plain: Path) -> None:
    before = (installation / "allhours.sqlite3").stat().st_ino
    done = allhours("restore", str(plain), data=installation)
    assert done.returncode == 1
    assert "--force" in done.stderr
    assert (installation / "allhours.sqlite3").stat().st_ino == before


def test_restore_by_force_keeps_what_was_there(
    installation: Path, plain: Path, tmp_path: Path
) -> None:
    (tmp_path / "keys.json").write_bytes((installation / "keys.json").read_bytes())
    assert allhours("restore", str(plain), data=tmp_path).returncode == 0
    assert allhours("restore", str(plain), "--force", data=tmp_path).returncode == 0
    assert len(list(tmp_path.glob("replaced-*/allhours.sqlite3"))) == 1


def test_damaged_backup_is_refused_before_anything_is_touched(
    tmp_path: Path, plain: Path, installation: Path
) -> None:
    content = bytearray(plain.read_bytes())
    content[len(content) // 2] ^= 0xFF
    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(bytes(content))
    (tmp_path / "keys.json").write_bytes((installation / "keys.json").read_bytes())
    done = allhours("restore", str(damaged), data=tmp_path)
    assert done.returncode == 1
    assert "damaged" in done.stderr
    assert not (tmp_path / "allhours.sqlite3").exists()


def test_backup_is_consistent_while_somebody_writes(installation: Path, tmp_path: Path) -> None:
    writer = sqlite3.connect(installation / "allhours.sqlite3")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE jobs_job SET message = 'half' WHERE code = 'KEPT'")
    done = allhours("backup", str(tmp_path / "b.tar.gz"), data=installation)
    writer.rollback()
    writer.close()
    assert done.returncode == 0, done.stderr
