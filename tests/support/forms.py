"""What a browser would send of a form as it stands on a page."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        name, value = facts.get("name", ""), facts.get("value", "")
        if tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            if "selected" in facts or self.select not in self.sent:
                self.sent[self.select] = value
        elif tag == "textarea":
            self.area, self.sent[name] = name, ""
        elif tag == "input" and name:
            ticked = facts.get("type") not in ("checkbox", "radio") or "checked" in facts
            if ticked:
                self.sent[name] = value or ("on" if facts.get("type") == "checkbox" else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.sent[self.area] += data.removeprefix("\n")


def as_posted(page: str) -> dict[str, str]:
    """Of the first form that is sent, within the main part of the page."""
    parser = _Form()
    main = page.split("<main", 1)[1]
    parser.feed(main.split('method="post"', 1)[1].split("</form>", 1)[0].split(">", 1)[1])
    return parser.sent
