"""What is asked of people about their data."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allhours.rights.choices import ErasureReason
from allhours.rights.facts import FACTS

BY_OFFICER = (ErasureReason.AFTER_LEAVING, ErasureReason.OWN_WISH, ErasureReason.KIN)


class CorrectionForm(forms.Form):
    fact = forms.ChoiceField(label=_("哪一项不对"))
    wanted = forms.CharField(
        label=_("应为"), max_length=300,
        help_text=_("日期写成 2001-07-01 的样子；性别、民族、学历写名称。"),
    )  # fmt: skip
    note = forms.CharField(label=_("说明"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fact = self.fields["fact"]
        assert isinstance(fact, forms.ChoiceField)  # noqa: S101 - declared above
        fact.choices = [("", _("请选择")), *((f.code, f.title) for f in FACTS.values())]


class AnswerForm(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=200, required=False)


class ErasureForm(forms.Form):
    """Of somebody who has left: a member by number, or an account without a member."""

    subject = forms.CharField(label=_("党员编号或用户名"), max_length=40)
    reason = forms.ChoiceField(
        label=_("原因"), choices=[(each.value, each.label) for each in BY_OFFICER]
    )
