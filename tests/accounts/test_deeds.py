"""Every word of the journal has a sentence, in both languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import allhours
from allhours.accounts import deeds
from allhours.needs.choices import WishState

SOURCE = Path(allhours.__file__).parent
SHAPE = re.compile(r"[a-z_]+\.[a-z_]+")
WRITERS = re.compile(r"(^|[._])(note|line)$")  # journal.note, _note, self._note, journal.line


def words_written() -> set[str]:
    """`did="…"`, `did = "…"`, and what is handed to the functions that write a line."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        if "migrations" not in path.parts:
            found |= set(_words(ast.parse(path.read_text())))
    return {word for word in found if SHAPE.fullmatch(word)} - {"journal.note"}


def _words(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            given = [each.value for each in node.keywords if each.arg == "did"]
            if WRITERS.search(ast.unparse(node.func)):
                given += node.args
        elif isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "did" for target in node.targets
        ):
            given = [node.value]
        else:
            continue
        for value in given:
            yield from (
                each.value
                for each in ast.walk(value)
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )


def test_every_word_of_the_journal_has_a_sentence() -> None:
    written = words_written()
    assert len(written) > 100  # the search still finds them
    assert written - set(deeds.all_words()[0]) == set()


def test_every_end_of_a_wish_has_a_sentence() -> None:
    """`wish.<state>` is put together from the state."""
    ends = {WishState.DECLINED, WishState.EXPIRED, WishState.WITHDRAWN}
    assert {f"wish.{state.value}" for state in ends} <= set(deeds.all_words()[0])
