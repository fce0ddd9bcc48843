from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allhours.directory.models import Organization
from allhours.placement.choices import EndReason, ExcusalClass
from allhours.placement.queries import desk
from allhours.ui.widgets import DateInput, SegmentedRadio


class RoundForm(forms.Form):
    name = forms.CharField(
        label=_("名称"), max_length=60, help_text=_("例如“2026年第一轮”。同名的轮次会重新运算。")
    )


class PlaceForm(forms.Form):
    """An officer's hand: to which community."""

    community = forms.ModelChoiceField(
        label=_("编入社区"), queryset=Organization.objects.none(), empty_label=_("请选择")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = desk.communities_for_choice()  # type: ignore[attr-defined]


class ContestForm(forms.Form):
    text = forms.CharField(
        label=_("异议内容"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("例如：实际居住在另一社区。不用写家庭或健康情况。"),
    )


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("答复"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("本人会看到。如同意调整，请先在“人工调整”中改好。"),
    )


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=_("退回原因"),
        max_length=200,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("例如：不居住在本社区。单位和本人会看到。"),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("证明信编码"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )


class UnitForm(forms.Form):
    """For whom all letters are issued; only units that the actor may issue for."""

    unit = forms.ModelChoiceField(
        label=_("单位"), queryset=Organization.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.only = units[0] if len(units[:2]) == 1 else None
        if self.only is not None:  # a liaison is not asked which unit
            self.fields["unit"].widget = forms.HiddenInput()
            self.initial["unit"] = self.only.pk


class ExcusalForm(forms.Form):
    klass = forms.ChoiceField(
        label=_("类别"),
        choices=ExcusalClass.choices,
        widget=SegmentedRadio,
        help_text=_("只选类别，不写具体情况。社区只看到“免报”。"),
    )
    from_on = forms.DateField(label=_("自"), widget=DateInput)
    until_on = forms.DateField(
        label=_("至（含当日）"),
        required=False,
        widget=DateInput,
        help_text=_("不填表示直到另行结束。"),
    )


class EndForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("原因"),
        choices=[
            (choice.value, choice.label)
            for choice in (EndReason.MOVED, EndReason.TRANSFERRED, EndReason.LEFT)
        ],
        widget=SegmentedRadio,
    )
