"""The standard sheet of wishes: its columns with drop-down lists, an example on its own page."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from allhours.directory.roster.template import choice, list_sheet, notes_sheet
from allhours.needs.sheet import MOST_ROWS

COLUMNS = (
    ("心愿内容", 44), ("社区", 16), ("姓名", 12), ("联系电话", 16), ("住址", 26), ("公开内容", 34),
    ("类别", 20), ("心愿人类别", 12), ("名额", 8), ("预算", 8), ("来源", 14), ("同意公开", 10),
    ("监护人", 12), ("与孩子关系", 12),
)  # fmt: skip
REQUIRED = ("心愿内容", "社区")
LISTS: dict[str, Sequence[str]] = {
    "心愿人类别": ("居民", "老人", "学生", "儿童", "家庭", "残疾人", "老兵"),
    "同意公开": ("是", "否"),
    "与孩子关系": ("父母", "祖父", "祖母", "外公", "外婆", "亲属", "其他监护人"),
}
# On a page of its own, so that it cannot be imported by mistake.
EXAMPLE = (
    "想要一副老花镜，看报纸用", "（社区名称）", "（心愿人姓名）", "（手机或固定电话）",
    "（楼栋门牌）", "一副老花镜", "（从列表选择）", "老人", "1", "80", "心愿箱", "是", "", "",
)  # fmt: skip
NOTES = (
    "填写说明",
    "1. 一行一个心愿，一次最多 1000 个。带 * 的栏目必填；本社区自己导入时，社区可以留空。",
    "2. “心愿内容”照心愿人的原话写，只有办理的同志看得到。",
    "3. “公开内容”是公众看到的一句话，不写姓名、电话、门牌和病情，不超过 60 字；"
    "填了公开内容就要选类别。留空的由社区核实时再写。",
    "4. “同意公开”填“是”，表示已向心愿人读过公开说明并征得口头同意。不填或填“否”，"
    "只有本社区的党员登录后看得到。",
    "5. 孩子的心愿须填监护人、与孩子关系，且同意公开填“是”。",
    "6. 任何一行有错，整份都不登记；网页会指出第几行、哪一栏、错在哪里，并可下载标红的原表。",
    "7. 以前导入过的行会自动跳过，同一份文件可以放心再次上传。",
    "8. 栏目次序可以调整，表头上方可以加标题；不在上述栏目内的列不会导入。",
)


def wish_template(of_county: Mapping[str, Sequence[str]]) -> bytes:
    """An empty sheet as .xlsx; the county's communities, categories and channels fill its lists."""
    lists = {header: values for header, values in {**of_county, **LISTS}.items() if values}
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        _wish_sheet(book, lists)
        list_sheet(book, lists)
        notes_sheet(book, NOTES)
        _example_sheet(book)
    return out.getvalue()


def _wish_sheet(book: xlsxwriter.Workbook, lists: Mapping[str, Sequence[str]]) -> None:
    sheet = book.add_worksheet("微心愿")
    text = book.add_format({"num_format": "@", "valign": "vcenter", "text_wrap": True})
    title = book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"})
    look: dict[str, Any] = {"bold": True, "border": 1, "align": "center", "valign": "vcenter"}
    head = book.add_format(look | {"bg_color": "#F0EBE2"})
    must = book.add_format(look | {"bg_color": "#FBECEA", "font_color": "#8D1B22"})
    sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, "微心愿登记表", title)
    sheet.set_row(0, 32)
    sheet.set_row(1, 22)
    for place, (header, width) in enumerate(COLUMNS):
        sheet.set_column(place, place, width, text)
        shown, look_of = (f"*{header}", must) if header in REQUIRED else (header, head)
        sheet.write_string(1, place, shown, look_of)
        if header in lists:
            sheet.data_validation(2, place, MOST_ROWS + 1, place, choice(dict(lists), header))
    sheet.freeze_panes(2, 1)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.repeat_rows(1)
    sheet.fit_to_pages(1, 0)


def _example_sheet(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("填写示例")
    bold = book.add_format({"bold": True})
    for place, ((header, width), value) in enumerate(zip(COLUMNS, EXAMPLE, strict=True)):
        sheet.set_column(place, place, width)
        # not the column's own name: this sheet must not be taken for wishes
        sheet.write_string(0, place, f"例：{header}", bold)
        sheet.write_string(1, place, value)
