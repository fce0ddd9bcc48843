"""Why a member was proposed for a community: a code with parameters, and its one sentence.

Stored on a proposal as a code and `{"community", "home", "hops"}`; rendered in the
reader's language when shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LABELS = {
    "residence": gettext_lazy("居住地"),
    "residence_unconfirmed": gettext_lazy("居住地（待核实）"),
    "kept": gettext_lazy("保持上一轮"),
    "nearby": gettext_lazy("居住地已满，就近"),
    "minimum": gettext_lazy("满足最少人数"),
    "near": gettext_lazy("就近"),
    "paired": gettext_lazy("结对共建社区"),
    "paired_near": gettext_lazy("结对共建社区已满，就近"),
    "room": gettext_lazy("按余额"),
    "locked": gettext_lazy("人工指定"),
    "full": gettext_lazy("未编入：已满"),
}


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """The reason in one sentence, for the member as for the officer."""
    values = {"community": "", "home": "", "hops": 0} | dict(params)
    return _texts().get(code, "") % values


def label(code: str) -> str:
    return str(LABELS.get(code, ""))


def _texts() -> dict[str, str]:
    return {
        "residence": _("现居住在%(community)s，编入居住地社区。"),
        "residence_unconfirmed": _(
            "按花名册住址判断居住在%(community)s（待本人核实），编入居住地社区。"
        ),
        "kept": _("上一轮已编入%(community)s，保持不变。"),
        "nearby": _("%(home)s名额已满，编入相距%(hops)s个社区的%(community)s。"),
        "minimum": _("%(community)s尚未达到最少人数，从%(home)s就近编入（相距%(hops)s个社区）。"),
        "paired": _("居住社区不详，编入单位结对共建的%(community)s。"),
        "near": _("从%(home)s就近编入%(community)s（相距%(hops)s个社区）。"),
        "paired_near": _("未能编入居住地%(home)s，编入单位结对共建的%(community)s。"),
        "room": _("没有居住地或结对的线索，编入尚有名额的%(community)s。"),
        "locked": _("由工作人员指定编入%(community)s。"),
        "full": _("可选的社区名额均已满，暂未编入，请工作人员调整。"),
    }
