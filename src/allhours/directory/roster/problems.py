"""What can be wrong with a roster: the codes of the contract, and how each is said.

Sentences are message ids for gettext; whoever shows them translates `text` and `expected` and
fills in `params`. `found` is masked where the cell holds an ID number or a phone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

ERROR = "error"
WARNING = "warning"


def _(message: str) -> str:
    """Marks a sentence for the catalogue; translated where it is shown."""
    return message


TEXTS = {
    "name_missing": _("没有填写姓名，或所填的不能用作姓名"),
    "key_missing": _("公民身份号码和手机号码都没有填写，无法确定是谁"),
    "unit_missing": _("没有填写单位，也没有填写所在党支部"),
    "unit_unknown": _("系统中没有这个单位"),
    "id_damaged": _("公民身份号码已被表格软件改成数值，末几位丢失"),
    "id_invalid": _("公民身份号码不正确"),
    "id_birth_differs": _("出生日期与公民身份号码不一致"),
    "id_sex_differs": _("性别与公民身份号码不一致"),
    "date_unreadable": _("日期无法识别"),
    "date_future": _("日期在今天之后"),
    "phone_invalid": _("手机号码不正确"),
    "duplicate_in_file": _("同一人在文件中出现多次"),
    "not_yours": _("此人或此单位不在本单位的名册范围内"),
    "identity_unsure": _("名册中已有同名且出生日期相同、但证件或电话不同的人，请确认是否同一人"),
    "column_unknown": _("这一列不在名册栏目内，未导入"),
    "community_unknown": _("没有找到对应的社区，居住社区待确认"),
}
WARNINGS = frozenset({"column_unknown", "community_unknown"})

UNREADABLE = {
    "empty": _("文件是空的，请检查后重新上传。"),
    "too_large": _("文件太大或展开后太大，请拆分后再导入。"),
    "too_many_rows": _("行数超过上限，请按单位拆分后再导入。"),
    "not_a_spreadsheet": _("这不是有效的表格文件，请另存为 .xlsx 后重新上传。"),
    "html_renamed": _("这是改了扩展名的网页文件，请用表格软件打开后另存为 .xlsx 再上传。"),
    "encrypted": _("文件设有打开密码，请取消密码后重新上传。"),
    "damaged": _("文件已损坏，无法读取，请重新保存后再上传。"),
    "encoding": _("文字编码无法识别，请另存为 .xlsx 或 UTF-8 编码的 .csv。"),
    "no_header": _("没有找到表头：前几行中应有“姓名”和“单位”“公民身份号码”等栏目名称。"),
    "kind_unknown": _("只接受 .xlsx、.xls 和 .csv 文件。"),
    "too_slow": _("读取文件用时过长，已停止。请删去多余的格式和工作表后再上传。"),
}


class Unreadable(Exception):  # noqa: N818 - names what is the matter
    """The file as a whole cannot be taken: a code and one plain sentence."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.text = UNREADABLE[code]
        super().__init__(code)


@dataclass(frozen=True)
class Problem:
    """One wrong cell: `row` is the sheet's own number, `column` the header as in the file."""

    row: int
    column: str
    code: str
    found: str = ""
    expected: str = ""
    params: dict[str, Any] = field(default_factory=dict, hash=False)
    place: int = field(default=0, compare=False)  # column index, for sorting and marking

    @property
    def severity(self) -> str:
        return WARNING if self.code in WARNINGS else ERROR

    @property
    def is_error(self) -> bool:
        return self.code not in WARNINGS

    @property
    def text(self) -> str:
        return TEXTS[self.code]

    def as_json(self, translate: Callable[[str], str] = str) -> dict[str, Any]:
        """The shape of the contract: row column code severity found expected text."""
        expected = translate(self.expected) if self.expected else ""
        return {
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "severity": self.severity,
            "found": self.found,
            "expected": expected % self.params if self.params else expected,
            "text": translate(self.text),
        }
