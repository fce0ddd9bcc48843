"""One cell → one value, or the code of what is wrong with it. Nothing is guessed or repaired."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from allhours.directory.roster.grid import Cell
from allhours.directory.roster.problems import _
from allhours.kernel import masking

HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
BETWEEN_HAN = re.compile(rf"(?<=[{HAN}·])\s+(?=[{HAN}·])")
DOTS = re.compile(r"\s*[·•・．‧∙⋅●]\s*")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d{2}", re.IGNORECASE)
ID_SHAPE = re.compile(r"\d{17}[\dX]")
MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"0\d{2,3}-?[2-9]\d{6,7}(-\d{1,5})?")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
EXACT_DIGITS = 1e15  # a spreadsheet's numbers keep 15 digits


@dataclass(frozen=True)
class Wrong:
    """Why a cell was not taken; `found` is fit to be shown."""

    code: str
    found: str
    expected: str


def plain(cell: Cell) -> str:
    """A cell as the sender sees it, on one line and without invisible characters."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d") if cell.time() == cell.min.time() else str(cell)
    return " ".join(CONTROL.sub("", str(cell)).split())


def _number(number: float) -> str:
    if abs(number) >= EXACT_DIGITS:
        return f"{number:.5E}"  # as a spreadsheet shows it
    return str(int(number)) if number.is_integer() else repr(number)


def key(text: str) -> str:
    """A name as it is compared: full width, spaces and letter case do not tell two apart."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def person_name(cell: Cell) -> str:
    """`张 三` → `张三`; the dot of a long name is always `·`; letters' spaces stay."""
    text = plain(cell).replace("\u3000", " ").strip(" '`")
    text = DOTS.sub("·", text)
    return BETWEEN_HAN.sub("", text)


def mask(text: str) -> str:
    """What may be shown of something that may be an ID number or a phone."""
    if sum(char.isdigit() for char in text) < 7:
        return text
    if len(text) < 8:
        return f"{text[:3]}**{text[-2:]}"
    return masking.phone(text) if len(text) <= 14 else masking.id_number(text)


def id_number(cell: Cell) -> str | Wrong | None:
    """18 characters with a right check digit and a possible birth date (GB 11643)."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= EXACT_DIGITS:
        return damaged(plain(float(cell)))
    text = unicodedata.normalize("NFKC", plain(cell)).upper()
    text = re.sub(r"[\s'`\"‘’=]", "", text).replace("×", "X").replace("Χ", "X").replace("Х", "X")
    if not text:
        return None
    if SCIENTIFIC.fullmatch(text):
        return damaged(f"{float(text):.5E}")
    text = text.replace("-", "")
    if not ID_SHAPE.fullmatch(text):
        return Wrong("id_invalid", mask(text), _shape_expected(text))
    if check_digit(text) != text[17]:
        if text.endswith("000"):
            return damaged(masking.id_number(text))
        return Wrong("id_invalid", mask(text), _("校验位正确的 18 位号码"))
    if id_birth(text) is None:
        return Wrong("id_invalid", mask(text), _("第 7 至 14 位是有效的出生日期"))
    return text


def _shape_expected(text: str) -> str:
    if re.fullmatch(r"\d{15}", text):
        return _("18 位号码（15 位旧号码已停用，请填写现行号码）")
    return _("18 位号码，末位可以是 X")


def damaged(found: str) -> Wrong:
    return Wrong("id_damaged", found, _("把此列设为文本格式，按证件重新填写 18 位号码"))


def check_digit(text: str) -> str:
    """GB 11643's mod 11-2 character for the first 17 digits."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, text[:17], strict=True))
    return "10X98765432"[total % 11]


def id_birth(text: str) -> date | None:
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None
    return born if born.year >= 1900 else None


def id_sex(text: str) -> str:
    """GB/T 2261.1: 1 man, 2 woman, from the 17th digit."""
    return "1" if int(text[16]) % 2 else "2"


def phone(cell: Cell) -> str | Wrong | None:
    """A mainland mobile number, or a landline with its area code; without spaces and +86."""
    text = unicodedata.normalize("NFKC", plain(cell))
    shown = mask(text)
    text = re.sub(r"[\s'`\"‘’=]", "", text).replace("—", "-").replace("–", "-").strip("-;,、。.")
    text = re.sub(r"(?<=\d)\.0$", "", text)  # a number that some program wrote as text
    if not text:
        return None
    digits = re.sub(r"^(\+|00)?86-?(?=1[3-9])", "", text.replace("(", "").replace(")", "-"))
    bare = digits.replace("-", "")
    if MOBILE.fullmatch(bare):
        return bare
    if LANDLINE.fullmatch(digits):
        return bare
    return Wrong("phone_invalid", shown, _("11 位手机号码，或带区号的固定电话"))
