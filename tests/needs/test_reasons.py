"""Why something ended is stored once and read in each reader's language."""

import pytest
from django.utils import translation

from allhours.needs import reasons


@pytest.mark.parametrize("reason", reasons.PLAIN)
@pytest.mark.parametrize("writer", ["zh-hans", "en"])
def test_a_reason_of_the_program_is_read_in_the_readers_language(reason, writer):
    with translation.override(writer):
        kept = reasons.stored(reason)
    assert not kept.isascii()  # as the source has it
    with translation.override("zh-hans"):
        assert reasons.shown(kept) == kept
    with translation.override("en"):
        assert reasons.shown(kept).isascii()


def test_its_blanks_are_kept():
    with translation.override("en"):
        kept = reasons.stored(reasons.MERGED, code="ABC2345")
        assert "ABC2345" in kept
        shown = reasons.shown(kept)
    assert shown != kept
    assert "ABC2345" in shown
    assert reasons.shown(reasons.stored(reasons.UNCLAIMED, days=30)).count("30") == 1


def test_a_persons_words_stand_as_they_are():
    assert reasons.stored(" 老人已搬走 100% ") == " 老人已搬走 100% "
    with translation.override("en"):
        assert reasons.shown("老人已搬走") == "老人已搬走"
