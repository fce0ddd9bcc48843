import json

import pytest

from allhours.scheme import loader
from allhours.scheme.schema import parse

COUNTY = """code = "county"
title = "某县"

[wishes]
open_claims = 3
confirm_dayz = 5

[[duties]]
kind = "count"
code = "a"
title = "A"
fact = "suggestion"
times = 0
"""


def write(folder, text=COUNTY, menu=None):
    folder.mkdir(exist_ok=True)
    (folder / "scheme.toml").write_text(text)
    if menu is not None:
        (folder / "menu.csv").write_text(menu)
    return folder


def told(folder):
    return [
        (problem.file, problem.line, problem.path, problem.code)
        for problem in loader.read(folder).problems
    ]


@pytest.mark.parametrize("name", loader.shipped())
def test_every_shipped_scheme_is_sound_and_can_be_stored(name):
    scheme, document = loader.load(name)
    stored = json.loads(json.dumps(document))
    assert parse(stored).scheme == scheme
    assert loader.checksum(stored) == loader.checksum(document)


def test_read_tells_the_line_of_each_problem(tmp_path):
    assert told(write(tmp_path / "county")) == [
        ("county/scheme.toml", 6, "wishes.confirm_dayz", "unknown_key"),
        ("county/scheme.toml", 13, "duties[0].times", "out_of_range"),
    ]


def test_read_lays_the_county_over_the_base(tmp_path):
    text = "[wishes]\nopen_claims = 3\n[reporting]\nletter_valid_days = 15\nways = []\n"
    loaded = loader.read(write(tmp_path / "county", text))
    base = loader.load("base")[0]
    assert loaded.problems == []
    assert loaded.scheme.wishes.open_claims == 3
    assert loaded.scheme.wishes.confirm_days == base.wishes.confirm_days
    assert loaded.scheme.reporting.letter_valid_days == 15
    assert "reporting.letter_valid_days" in base.to_set
    assert "reporting.letter_valid_days" not in loaded.scheme.to_set
    assert loaded.scheme.reporting.ways == ()


def test_read_tells_the_line_of_a_wrong_menu_row(tmp_path):
    menu = "code,title\nlaw,法律\nBAD CODE,坏\n,空\n"
    assert told(write(tmp_path / "county", "", menu)) == [
        ("county/menu.csv", 3, "menu.items[1].code", "out_of_range"),
        ("county/menu.csv", 4, "menu.items[2].code", "out_of_range"),
    ]


def test_read_tells_a_wrong_menu_header(tmp_path):
    folder = write(tmp_path / "county", "", "代码,名称\n1,2\n")
    assert told(folder) == [("county/menu.csv", 1, "menu", "unreadable")]


def test_read_tells_the_line_where_toml_breaks(tmp_path):
    folder = write(tmp_path / "county", 'code = "x"\ntitle = \n')
    assert told(folder) == [("county/scheme.toml", 2, "", "unreadable")]


@pytest.mark.parametrize("content", [b"\xd6\xd0\xb9\xfa", None])
def test_read_of_what_is_no_scheme_says_so(tmp_path, content):
    if content is not None:
        (tmp_path / "scheme.toml").write_bytes(content)
    assert [code for *_, code in told(tmp_path)] == ["unreadable"]


def test_load_raises_with_all_problems(tmp_path):
    with pytest.raises(loader.SchemeInvalid) as raised:
        loader.load(write(tmp_path / "county"))
    assert len(raised.value.problems) == 2
    assert "county/scheme.toml:6: wishes.confirm_dayz" in str(raised.value)


def test_a_problem_of_the_base_names_the_base(tmp_path):
    base = write(tmp_path / "base", '[placement]\ndefault_max = "x"\n')
    county = write(tmp_path / "county", "[placement]\ndefault_min = 1\n")
    (problem,) = loader.read(county, base).problems
    assert (problem.file, problem.line) == ("base/scheme.toml", 2)


def test_find_takes_a_name_a_folder_or_the_file(tmp_path):
    folder = write(tmp_path / "county")
    assert loader.find("base") == loader.BASE
    assert loader.find(folder) == loader.find(folder / "scheme.toml") == folder


def test_a_document_of_a_later_program_can_still_be_read():
    document = {"wishes": {"open_claims": 4, "unheard_of": 1}, "another": {}}
    assert loader.from_document(document).wishes.open_claims == 4
