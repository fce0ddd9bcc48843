"""`allhours init` in a process of its own, as an operator runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]


def allhours(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in {"DATABASE_URL", "ALLHOURS_KEY_FILE", "DJANGO_SETTINGS_MODULE"}
    } | {"ALLHOURS_DATA": str(data)}
    return subprocess.run(
        [sys.executable, "-m", "allhours", *arguments],
        capture_output=True, text=True, env=environment, timeout=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    data = tmp_path_factory.mktemp("county") / "data"
    arguments = ("init", "--scheme", "base", "--county", "测试县", "--officer", "王测试", "--json")
    return data, allhours(*arguments, data=data)


def test_init_tells_four_accounts_with_codes(made) -> None:
    data, done = made
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert [account["role"] for account in answer["accounts"]] == [
        "system_admin", "security_admin", "audit_admin", "county_officer",
    ]  # fmt: skip
    assert len({account["activation_code"] for account in answer["accounts"]}) == 4
    assert (data / "keys.json").stat().st_mode & 0o077 == 0
    assert json.loads((data / "installation.json").read_text())["demo"] is False


def test_init_changes_nothing_where_a_county_stands(made) -> None:
    data, _done = made
    before = (data / "keys.json").read_bytes()
    again = allhours("init", "--scheme", "base", "--county", "别县", data=data)
    assert (again.returncode, again.stdout) == (1, "")
    assert "already" in again.stderr
    assert (data / "keys.json").read_bytes() == before


def test_init_with_an_unknown_scheme_leaves_nothing(tmp_path) -> None:
    data = tmp_path / "data"
    done = allhours("init", "--scheme", "no-such", "--county", "测试县", data=data)
    assert done.returncode == 1
    assert "no-such" in done.stderr
    assert not (data / "keys.json").exists()
    assert not (data / "allhours.sqlite3").exists()


def test_init_needs_a_county(tmp_path) -> None:
    assert allhours("init", "--scheme", "base", data=tmp_path).returncode == 2


def test_orgs_are_imported_into_it_by_the_command(made, tmp_path) -> None:
    data, _done = made
    path = tmp_path / "orgs.csv"
    path.write_text("编码,名称,类别,上级\nT1,城东街道,街道,\nC1,向阳社区,社区,T1\n", "gb18030")
    done = allhours("import_orgs", str(path), "--apply", "--json", data=data)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["new"] == 2
    path.write_text("编码,名称,类别,上级\nT1,城东街道,街道,\nC2,幸福社区,星球,T1\n")
    refused = allhours("import_orgs", str(path), "--apply", "--json", data=data)
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["problems"][0]["code"] == "kind_unknown"
