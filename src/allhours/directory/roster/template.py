"""The standard roster: the contract's columns, with drop-down lists and text-formatted numbers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from allhours.directory.roster.codes import NATION_NAMES

COLUMNS = (
    ("序号", 6), ("姓名", 12), ("性别", 6), ("民族", 10), ("公民身份号码", 22), ("出生日期", 13),
    ("学历", 12), ("人员类别", 14), ("所在党支部", 24), ("单位", 24), ("职务", 16),
    ("单位类别", 14), ("手机号码", 15), ("入党日期", 13), ("转正日期", 13), ("现居住地", 34),
    ("居住社区", 18), ("特长", 18), ("服务意愿", 18), ("是否离退休", 12), ("备注", 20),
)  # fmt: skip
REQUIRED = ("姓名", "单位", "公民身份号码")
ROWS = 1000  # lines with drop-down lists
LISTS: dict[str, Sequence[str]] = {
    "性别": ("男", "女"),
    "民族": [f"{name}族" for name in NATION_NAMES],
    "学历": ("研究生", "大学本科", "大学专科", "中等职业", "普通高中", "初中", "小学", "其他"),
    "人员类别": ("正式党员", "预备党员", "共青团员", "入党积极分子", "其他志愿者"),
    "单位类别": ("机关", "事业单位", "国有企业", "人民团体", "乡镇（街道）", "其他"),
    "是否离退休": ("否", "是"),
}
NOTES = (
    "填写说明",
    "1. 一人一行。带 * 的栏目必填；公民身份号码和手机号码至少填一项，建议都填。",
    "2. “单位”或“所在党支部”须与系统中的组织名称一致，可从下拉列表选择。",
    "3. 公民身份号码、手机号码已设为文本格式，请勿改为数值，否则末几位会丢失。",
    "4. 日期写作 2020-01-01、2020.01.01、20200101 或 2020年1月均可，不确定日子的可只写年月。",
    "5. 现居住地请写到小区和楼栋；居住社区可以不填，系统按小区、街路名称对应。",
    "6. 特长、服务意愿可写多项，用顿号隔开。",
    "7. 栏目次序可以调整，表头上方可以加标题；不在上述栏目内的列不会导入。",
)


def roster_template(
    units: Sequence[str] = (), communities: Sequence[str] = (), wishes: Sequence[str] = ()
) -> bytes:
    """An empty roster as .xlsx; units, communities and service items fill its lists."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        lists = dict(LISTS)
        for header, values in (("单位", units), ("居住社区", communities), ("服务意愿", wishes)):
            if values:
                lists[header] = list(values)
        _roster_sheet(book, lists)
        list_sheet(book, lists)
        notes_sheet(book, NOTES)
    return out.getvalue()


def _roster_sheet(book: xlsxwriter.Workbook, lists: dict[str, Sequence[str]]) -> None:
    sheet = book.add_worksheet("党员花名册")
    text = book.add_format({"num_format": "@", "valign": "vcenter"})
    title = book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"})
    look: dict[str, Any] = {"bold": True, "border": 1, "align": "center", "valign": "vcenter"}
    head = book.add_format(look | {"bg_color": "#F0EBE2"})
    must = book.add_format(look | {"bg_color": "#FBECEA", "font_color": "#8D1B22"})
    sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, "在职党员花名册", title)
    sheet.set_row(0, 32)
    sheet.set_row(1, 22)
    for place, (header, width) in enumerate(COLUMNS):
        sheet.set_column(place, place, width, text)
        required = header in REQUIRED
        shown, look_of = (f"*{header}", must) if required else (header, head)
        sheet.write_string(1, place, shown, look_of)
        if header in lists:
            sheet.data_validation(2, place, ROWS + 1, place, choice(lists, header))
    sheet.freeze_panes(2, 2)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.repeat_rows(1)
    sheet.fit_to_pages(1, 0)


def choice(lists: dict[str, Sequence[str]], header: str) -> dict[str, Any]:
    """A drop-down over the list sheet's column; what is not in it may still be typed."""
    letter = chr(ord("A") + list(lists).index(header))
    return {
        "validate": "list",
        "source": f"=下拉列表!${letter}$2:${letter}${len(lists[header]) + 1}",
        "error_type": "warning",
        "error_title": "不在列表中",
        "error_message": "请从列表中选择；如确需填写其他内容，请选“是”。",
    }


def list_sheet(book: xlsxwriter.Workbook, lists: dict[str, Sequence[str]]) -> None:
    sheet = book.add_worksheet("下拉列表")
    bold = book.add_format({"bold": True})
    for place, (header, values) in enumerate(lists.items()):
        # not the column's own name: this sheet must not be taken for a roster
        sheet.write_string(0, place, f"可选{header}", bold)
        sheet.set_column(place, place, 20)
        for index, value in enumerate(values, start=1):
            sheet.write_string(index, place, value)


def notes_sheet(book: xlsxwriter.Workbook, notes: Sequence[str]) -> None:
    sheet = book.add_worksheet("填写说明")
    sheet.set_column(0, 0, 90)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for index, note in enumerate(notes):
        sheet.write_string(index, 0, note, wrapped)
