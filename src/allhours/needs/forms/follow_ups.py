"""What a call to the maker of a confirmed wish found."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allhours.needs.choices import RatingLevel
from allhours.needs.rules.follow_ups import RESULT_MISSING, RESULTS, Findings
from allhours.ui.widgets import ChipRadio

YES, NO = "1", "0"


class FollowUpForm(forms.Form):
    result = forms.ChoiceField(
        label=_("回访情况"),
        choices=[(each.value, each.label) for each in RESULTS],
        error_messages=dict.fromkeys(("required", "invalid_choice"), RESULT_MISSING.text),
        widget=ChipRadio(),
    )
    satisfied = forms.TypedChoiceField(
        label=_("心愿人是否满意"),
        choices=RatingLevel.choices,
        coerce=int,
        empty_value=None,
        required=False,
        widget=ChipRadio(),
        help_text=_("没有联系上的不填。"),
    )
    matches = forms.TypedChoiceField(
        label=_("与登记的办理情况是否一致"),
        choices=[(YES, _("一致")), (NO, _("不一致"))],
        coerce=lambda value: value == YES,
        empty_value=None,
        required=False,
        widget=ChipRadio(),
    )
    note = forms.CharField(
        label=_("说明"), required=False, max_length=200, help_text=_("不写姓名、电话和病情。")
    )

    @property
    def findings(self) -> Findings:
        data: dict[str, Any] = self.cleaned_data
        return Findings(**data)
