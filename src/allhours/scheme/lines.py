"""Where each key of a TOML text stands, so that a problem can name its line.

Reads only texts that `tomllib` has already accepted, and therefore checks nothing itself.
"""

from __future__ import annotations

import re

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SPACE = re.compile(r"(?:[ \t\r\n,]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_SCALAR = re.compile(r"[^,\]\}\n#]+")
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"""', re.S),
    re.compile(r"'''.*?'''", re.S),
    re.compile(r'"(?:[^"\\]|\\.)*"'),
    re.compile(r"'[^']*'"),
)


def key_lines(text: str) -> dict[str, int]:
    """Path ("wishes.open_claims", "duties[1].times") to line number, counted from 1."""
    return _Walk(text).run()


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[str, int] = {}
        self.counts: dict[str, int] = {}

    def run(self) -> dict[str, int]:
        table = ""
        while self.skip(_SPACE) < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
        return self.lines

    def skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.at)
        if match:
            self.at = match.end()
        return self.at

    def note(self, path: str) -> None:
        self.lines.setdefault(path, self.text.count("\n", 0, self.at) + 1)

    def header(self) -> str:
        """`[a.b]` or `[[a.b]]`: the path of what follows."""
        many = self.text.startswith("[[", self.at)
        start = self.at
        self.at += 2 if many else 1
        path = self.inside(self.key())
        self.at = self.text.index("]", self.at) + (2 if many else 1)
        end, self.at = self.at, start
        self.note(path)
        if many:
            index = self.counts.get(path, 0)
            self.counts[path] = index + 1
            path = f"{path}[{index}]"
            self.note(path)
        self.at = end
        return path

    def inside(self, path: str) -> str:
        """The path with the present index of each list of tables on the way to it."""
        parts = path.split(".")
        for depth in range(1, len(parts)):
            head = ".".join(parts[:depth])
            if head in self.counts:
                parts[depth - 1] += f"[{self.counts[head] - 1}]"
        return ".".join(parts)

    def key(self) -> str:
        """A bare, quoted or dotted key."""
        parts: list[str] = []
        while True:
            self.skip(_BLANK)
            match = _BARE.match(self.text, self.at) or self.string()
            if match is None:
                return ".".join(parts)
            parts.append(match[0].strip("\"'"))
            self.at = match.end()
            self.skip(_BLANK)
            if not self.text.startswith(".", self.at):
                return ".".join(parts)
            self.at += 1

    def pair(self, table: str) -> None:
        start = self.at
        key = self.key()
        path = f"{table}.{key}" if table else key
        end, self.at = self.at, start
        self.note(path)
        self.at = self.text.index("=", end) + 1
        self.value(path)

    def value(self, path: str) -> None:
        self.skip(_BLANK)
        if self.text[self.at] == "[":
            self.array(path)
        elif self.text[self.at] == "{":
            self.inline(path)
        else:
            match = self.string() or _SCALAR.match(self.text, self.at)
            self.at = match.end() if match else self.at + 1

    def string(self) -> re.Match[str] | None:
        found = (pattern.match(self.text, self.at) for pattern in _STRINGS)
        return next((match for match in found if match), None)

    def array(self, path: str) -> None:
        self.at += 1
        index = 0
        while self.text[self.skip(_SPACE)] != "]":
            self.note(f"{path}[{index}]")
            self.value(f"{path}[{index}]")
            index += 1
        self.at += 1

    def inline(self, path: str) -> None:
        self.at += 1
        while self.text[self.skip(_SPACE)] != "}":
            self.pair(path)
        self.at += 1
