"""What a member fills in about a wish in hand or a post."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allhours.kernel import clock
from allhours.needs.rules import claims as rules
from allhours.needs.rules.claims import LONGEST_MINUTES, Delivery
from allhours.ui.widgets import CheckboxChips, ChipRadio, DateTimeInput

WHY_BACK = [
    ("personal", _("个人原因")),
    ("duty", _("组织安排")),
    ("away", _("不在本地")),
    ("unable", _("能力所限，办不了")),
]


class DeliveryForm(forms.Form):
    note = forms.CharField(
        label=_("办理情况"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("简要写明做了什么。不写心愿人的姓名和住址。"),
        error_messages={"required": rules.NOTE_MISSING.text},
    )
    started_at = forms.DateTimeField(label=_("开始时间"), widget=DateTimeInput())
    minutes = forms.IntegerField(
        label=_("服务时长（分钟）"),
        min_value=1,
        max_value=LONGEST_MINUTES,
        help_text=_("不含路上时间。"),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), rules.TIME_MISSING.text
        ),
    )
    goods_yuan = forms.DecimalField(
        label=_("捐赠物品折合（元）"), required=False, min_value=0, max_digits=9, decimal_places=2
    )

    helpers = forms.TypedMultipleChoiceField(
        label=_("一同参加的同志"),
        coerce=int,
        required=False,
        widget=CheckboxChips(),
        help_text=_("勾选实际参加的同志，确认后同样记入各人的记录。"),
    )

    def __init__(
        self,
        *args: Any,
        value_recorded: bool = True,
        helpers: Sequence[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if helpers:
            self.fields["helpers"].choices = helpers  # type: ignore[attr-defined]
        else:
            del self.fields["helpers"]
        if not value_recorded:
            del self.fields["goods_yuan"]

    @property
    def delivery(self) -> Delivery:
        data = self.cleaned_data
        goods: Decimal | None = data.get("goods_yuan")
        started_at: datetime = data["started_at"]
        return Delivery(
            note=data["note"],
            started_at=clock.local(started_at),
            minutes=data["minutes"],
            goods_value_fen=None if goods is None else int(goods * 100),
            helpers=frozenset(data["helpers"]) if "helpers" in data else None,
        )


class GiveBackForm(forms.Form):
    """A coarse reason; no details are asked."""

    reason = forms.ChoiceField(
        label=_("原因"), choices=WHY_BACK, widget=ChipRadio(), initial="personal"
    )

    @property
    def words(self) -> str:
        return str(dict(WHY_BACK)[self.cleaned_data["reason"]])
