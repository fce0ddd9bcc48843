"""The set-up script says what it does and refuses what it does not know."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", "run", *arguments], cwd=ROOT, capture_output=True, text=True)


def test_run_alone_lists_its_commands() -> None:
    done = run()
    assert done.returncode == 0
    for name in ("setup", "demo", "test", "dev", "check", "bench", "fmt", "docs"):
        assert f"  {name} " in done.stdout


def test_run_refuses_what_it_does_not_know() -> None:
    done = run("dmeo")
    assert done.returncode == 2
    assert "There is no command dmeo" in done.stderr
