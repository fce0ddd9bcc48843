"""Which facts a member may ask to have corrected, who keeps them, and how the words are read.

An accepted request goes through the keeper's own action with the value as the member wrote it:
nothing is typed twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from allhours.directory.choices import NATIONS, Education, Sex
from allhours.directory.roster import cells
from allhours.directory.roster.cells import Wrong

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

UNIT, COMMUNITY = "unit", "community"


class Unreadable(ValueError):  # noqa: N818 - says what the text is
    """What was written is no value of this fact."""


@dataclass(frozen=True)
class Correctable:
    """`field`: what `edit_member` calls it; "": the keeper corrects it on the record's own page."""

    code: str
    title: str | _StrPromise
    keeper: str
    read: Callable[[str], Any]
    field: str = ""
    help: str | _StrPromise = ""


def _text(text: str) -> str:
    return text.strip()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Unreadable from error


def _cell(read: Callable[[Any], Any]) -> Callable[[str], str]:
    def of(text: str) -> str:
        value = read(text)
        if isinstance(value, Wrong) or not value:
            raise Unreadable
        return str(value)

    return of


def _choice(choices: Iterable[tuple[Any, object]]) -> Callable[[str], Any]:
    words = {str(label): value for value, label in choices}

    def of(text: str) -> Any:
        wanted = text.strip()
        if wanted not in words:
            raise Unreadable
        return words[wanted]

    return of


def _nation(text: str) -> int:
    wanted = text.strip().removesuffix("族")
    for code, name in NATIONS.items():
        if name == wanted:
            return code
    raise Unreadable


DAY = _("写成 2001-07-01 的样子。")
FACTS: dict[str, Correctable] = {
    each.code: each
    for each in (
        Correctable("name", _("姓名"), UNIT, _text, "name"),
        Correctable("sex", _("性别"), UNIT, _choice(Sex.choices), "sex", _("男或女。")),
        Correctable("nation", _("民族"), UNIT, _nation, "nation"),
        Correctable("birth_date", _("出生日期"), UNIT, _day, "birth_date", DAY),
        Correctable("education", _("学历"), UNIT, _choice(Education.choices), "education"),
        Correctable("position", _("职务"), UNIT, _text, "position"),
        Correctable("joined_party_on", _("入党日期"), UNIT, _day, "joined_party_on", DAY),
        Correctable("full_member_on", _("转正日期"), UNIT, _day, "full_member_on", DAY),
        Correctable("id_number", _("公民身份号码"), UNIT, _cell(cells.id_number), "id_number"),
        Correctable("phone", _("手机号码"), UNIT, _cell(cells.phone), "phone"),
        Correctable("address", _("现居住地"), UNIT, _text, "address"),
        Correctable(
            "service", _("服务记录"), COMMUNITY, _text,
            help=_("写明哪一天、哪项服务、哪里不对。"),
        ),
    )
}  # fmt: skip
