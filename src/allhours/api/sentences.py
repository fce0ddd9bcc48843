"""What is wrong with a value, in our words: a validator's finding → a sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allhours.api.shapes import OUR_ERROR

WRONG = gettext_lazy("填写的值不正确，请核对。")
NUMBER = gettext_lazy("应为整数。")
DAY = gettext_lazy("应为日期，如 2026-05-15。")
MOMENT = gettext_lazy("应为日期和时间，如 2026-05-15T09:30:00+08:00。")
LIST = gettext_lazy("应为列表。")
PLAIN = {
    "missing": gettext_lazy("此项必填。"),
    "extra_forbidden": gettext_lazy("没有这一项，请核对名称。"),
    "int_type": NUMBER,
    "int_parsing": NUMBER,
    "int_from_float": NUMBER,
    "int_parsing_size": gettext_lazy("数字太大。"),
    "string_type": gettext_lazy("应为文字。"),
    "bool_type": gettext_lazy("应为 true 或 false。"),
    "bool_parsing": gettext_lazy("应为 true 或 false。"),
    "date_type": DAY,
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
    "datetime_type": MOMENT,
    "datetime_parsing": MOMENT,
    "datetime_from_date_parsing": MOMENT,
    "datetime_object_invalid": MOMENT,
    "list_type": LIST,
    "model_attributes_type": gettext_lazy("应为 JSON 对象。"),
    "model_type": gettext_lazy("应为 JSON 对象。"),
    "dict_type": gettext_lazy("应为 JSON 对象。"),
}


def sentence_of(error: dict[str, Any]) -> str:
    """`error` is one of pydantic's: `type`, `ctx`, `msg`."""
    kind, facts = error["type"], error.get("ctx", {})
    if kind == OUR_ERROR:
        return str(error["msg"])
    if kind in PLAIN:
        return str(PLAIN[kind])
    return _bounded(kind, facts) or str(WRONG)


def _bounded(kind: str, facts: dict[str, Any]) -> str:
    if kind == "greater_than_equal":
        return _("不能小于 %(n)s。") % {"n": facts["ge"]}
    if kind == "less_than_equal":
        return _("不能大于 %(n)s。") % {"n": facts["le"]}
    if kind == "string_too_long":
        return _("最多 %(n)s 个字。") % {"n": facts["max_length"]}
    if kind == "string_too_short":
        return _("至少 %(n)s 个字。") % {"n": facts["min_length"]}
    if kind == "too_long":
        return _("最多 %(n)s 项。") % {"n": facts["max_length"]}
    if kind == "too_short":
        return _("至少 %(n)s 项。") % {"n": facts["min_length"]}
    if kind in ("literal_error", "enum"):
        return _("只能是：%(choices)s。") % {
            "choices": str(facts["expected"]).replace("'", "").replace(" or ", ", ")
        }
    return ""
