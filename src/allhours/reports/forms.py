from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allhours.reports.registers import REGISTERS
from allhours.ui.widgets import DateInput


class DayForm(forms.Form):
    """As of which day."""

    on = forms.DateField(label=_("截至日期"), required=False, widget=DateInput)


class RegisterForm(forms.Form):
    """Which register, and what for."""

    register = forms.ChoiceField(label=_("登记册"))
    purpose = forms.CharField(
        label=_("用途"), max_length=100, help_text=_("例如“年度核对”。用途会记入操作记录。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, register.title) for name, register in REGISTERS.items()]
        self.fields["register"].choices = choices  # type: ignore[attr-defined]
