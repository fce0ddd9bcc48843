import json
from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from allhours.scheme import trials
from allhours.scheme.models import SchemeVersion
from tests.factories.scheme import publish


def run(capsys, *arguments):
    """The command's JSON and its exit status."""
    call_command("scheme", *arguments, "--json")
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def county(tmp_path):
    text = 'code = "county"\ntitle = "某县方案"\n[wishes]\nopen_claims = 3\n'
    (tmp_path / "scheme.toml").write_text(text)
    return tmp_path


def test_check_lists_what_is_to_be_set(capsys):
    result = run(capsys, "check", "nongan")
    assert (result["code"], result["problems"]) == ("nongan", [])
    assert "placement.default_max" in result["to_set"]
    assert not any(path.startswith("demo.") for path in result["to_set"])


def test_check_tells_line_and_expectation(capsys, county):
    (county / "scheme.toml").write_text("[wishes]\nopen_claim = 3\n")
    (problem,) = run(capsys, "check", str(county))["problems"]
    assert (problem["line"], problem["path"]) == (2, "wishes.open_claim")
    assert problem["expected"] == "did you mean open_claims?"


@pytest.mark.django_db
def test_diff_compares_with_the_latest_version(capsys, county):
    publish()
    changes = run(capsys, "diff", str(county))["changes"]
    assert {"path": "wishes.open_claims", "before": "2", "after": "3"} in changes


@pytest.mark.django_db
def test_publish_begins_with_the_programme_year_and_then_tomorrow(capsys, county):
    first = run(capsys, "publish", "base")
    assert (first["number"], first["effective_from"][4:]) == (1, "-01-01")
    second = run(capsys, "publish", str(county), "--from", "2099-01-01")
    assert (second["number"], second["effective_from"]) == (2, "2099-01-01")
    assert SchemeVersion.objects.get(number=2).effective_from == date(2099, 1, 1)


@pytest.mark.django_db
def test_publish_of_the_same_is_refused(county):
    call_command("scheme", "publish", str(county))
    with pytest.raises(CommandError, match="相同"):
        call_command("scheme", "publish", str(county))
    assert SchemeVersion.objects.count() == 1


def test_publish_of_what_is_no_scheme_names_the_file(tmp_path):
    with pytest.raises(CommandError, match=r"scheme\.toml"):
        call_command("scheme", "publish", str(tmp_path))


def test_try_without_a_judge_says_so(monkeypatch):
    monkeypatch.setattr(trials, "trials", [])
    with pytest.raises(CommandError, match="worked out again"):
        call_command("scheme", "try", "base", "--year", "2026")


@pytest.mark.django_db
def test_try_shows_who_moves(capsys, monkeypatch):
    def trial(before, draft, year, as_of):
        return [trials.Moved("M1", "post", before.code, f"{draft.code} {year} {as_of}")]

    monkeypatch.setattr(trials, "trials", [trial])
    result = run(capsys, "try", "nongan", "--year", "2025")
    assert result["moved"] == [
        {"member_no": "M1", "what": "post", "before": "base", "after": "nongan 2025 2025-12-31"}
    ]
