import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from allhours import cli
from allhours.commands import COMMANDS


def run(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ALLHOURS_DATA": str(data)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "-m", "allhours", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_overview_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    printed = capsys.readouterr().out
    assert [name for group in COMMANDS.values() for name in group if name not in printed] == []


@pytest.mark.parametrize(
    ("arguments", "kept", "data"),
    [
        (["figures", "--data", "d", "--json"], ["figures", "--json"], "d"),
        (["figures", "--data=d"], ["figures"], "d"),
        (["ledger", "verify", "--data", "d"], ["ledger", "verify"], "d"),
        (["figures"], ["figures"], None),
        (["x", "--", "--data", "d"], ["x", "--", "--data", "d"], None),
    ],
)
def test_data_is_taken_from_anywhere(
    arguments: list[str], kept: list[str], data: str | None
) -> None:
    assert cli.take_data_dir(arguments) == (kept, data)


def test_data_without_directory_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["figures", "--data"]) == 2
    assert "needs a directory" in capsys.readouterr().err


def test_unknown_command_is_wrong_usage_and_names_the_nearest(tmp_path: Path) -> None:
    done = run("figurs", data=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "`figures`" in done.stderr


def test_help_shows_an_example(tmp_path: Path) -> None:
    done = run("backup", "--help", data=tmp_path)
    assert done.returncode == 0
    assert "Example:\n  allhours backup" in done.stdout


def test_wrong_option_is_wrong_usage(tmp_path: Path) -> None:
    assert run("backup", "--no-such-option", data=tmp_path).returncode == 2


def test_missing_installation_is_told_in_one_sentence(tmp_path: Path) -> None:
    done = run("backup", str(tmp_path / "b.tar"), data=tmp_path / "nowhere")
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_failure_with_json_is_one_object_too(tmp_path: Path) -> None:
    done = run("figures", "--json", data=tmp_path / "nowhere")
    assert done.returncode == 1
    assert [refusal["text"] for refusal in json.loads(done.stdout)["refusals"]] == [
        done.stderr.strip()
    ]
