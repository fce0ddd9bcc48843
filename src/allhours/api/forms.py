"""A token asked for on the page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actions.tokens import LONGEST_DAYS
from allhours.accounts.choices import ApiScope
from allhours.ui.widgets import CheckboxChips


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("用途"), max_length=60, help_text=_("写明给哪个程序使用，便于以后辨认。")
    )
    scopes = forms.MultipleChoiceField(
        label=_("范围"),
        choices=ApiScope.choices,
        widget=CheckboxChips,
        help_text=_("令牌只能办您本人有权办理的事；范围越小越安全。"),
    )
    days = forms.IntegerField(label=_("有效天数"), min_value=1, max_value=LONGEST_DAYS, initial=30)
    password = forms.CharField(
        label=_("您的密码"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("为防他人冒用，请再输一次密码。"),
    )
