"""Every sentence: it has a category, reads in both languages, and has blanks for plain things."""

import re

import pytest
from django.utils import translation

from allhours.notifications import texts
from tests.support.reference import _texts

# Codes, dates, numbers, and titles that the reader may see anyway: never a person.
PLAIN_BLANKS = {
    "code", "title", "day", "until", "due", "count", "days", "left", "number", "browser",
    "community", "unit", "organization", "from", "to", "on", "at",
}  # fmt: skip
HAN = re.compile(r"[\u4e00-\u9fff]")


def of_the_program() -> dict[str, str]:
    return _texts()


def test_every_text_is_registered_with_a_category() -> None:
    assert set(of_the_program()) <= texts.registered()
    assert {texts.category_of(key) for key in of_the_program()} == set(texts.CATEGORIES)
    assert [key for key in of_the_program() if not texts.title_of(key)] == []


def test_blanks_are_codes_dates_and_titles_only() -> None:
    blanks = {
        (key, blank)
        for key, text in of_the_program().items()
        for blank in re.findall(r"%\((\w+)\)s", str(text))
    }
    assert {each for each in blanks if each[1] not in PLAIN_BLANKS} == set()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_text_reads_in_both_languages(language: str) -> None:
    with translation.override(language):
        sentences = {key: texts.render(key, {}) for key in of_the_program()}
    wrong = {
        key for key, text in sentences.items()
        if not text or "%(" in text or bool(HAN.search(text)) != (language == "zh-hans")
    }  # fmt: skip
    assert wrong == set()


def test_a_key_belongs_to_one_room() -> None:
    with pytest.raises(ValueError, match="twice"):
        texts.register({"account.password_changed": "另一句话"})
    with pytest.raises(ValueError, match="category"):
        texts.register({"test_other": "一句话"}, category="urgent")
    with pytest.raises(ValueError, match="no text"):
        texts.register({"test_other": "一句话"}, action={"test_nothing"})
