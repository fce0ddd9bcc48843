"""Forms of the desk for festivals of wishes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.directory.models import Organization
from allhours.kernel import clock
from allhours.needs.queries.festival_desk import audiences_for
from allhours.needs.rules.festivals import MOST_EACH, Outline
from allhours.ui.widgets import DateInput, DateTimeInput


class FestivalForm(forms.Form):
    title = forms.CharField(
        label=_("主题"), max_length=40, help_text=_("公众看到的名称，例如：“七一”微心愿集中认领。")
    )
    text = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("为谁、怎样参加，几句话就够。"),
    )
    audience: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("范围"),
        queryset=None,
        required=False,
        empty_label=_("全县"),
        help_text=_("归集哪里的心愿、由哪里的党员认领。"),
    )
    opens_at = forms.DateTimeField(
        label=_("开放时间"),
        widget=DateTimeInput(),
        help_text=_("所有心愿在这一刻同时开放认领。"),
    )
    closes_on = forms.DateField(
        label=_("最后一天"),
        required=False,
        widget=DateInput(),
        help_text=_("过了这一天，余下的就是心愿墙上的普通心愿。可以不填。"),
    )
    claims_each = forms.IntegerField(
        label=_("每人最多认领"),
        required=False,
        min_value=1,
        max_value=MOST_EACH,
        help_text=_("这次每位党员最多认领几个；不填就只按平时的上限。"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["audience"]
        field.queryset = audiences_for(actor)  # type: ignore[attr-defined]
        if not actor.holds(Role.COUNTY_OFFICER):
            field.required, field.empty_label = True, None  # type: ignore[attr-defined]

    @property
    def outline(self) -> Outline:
        values = self.cleaned_data | {"opens_at": clock.local(self.cleaned_data["opens_at"])}
        return Outline(**values)


class MoveForm(forms.Form):
    opens_at = forms.DateTimeField(label=_("新的开放时间"), widget=DateTimeInput())

    @property
    def instant(self) -> datetime:
        return clock.local(self.cleaned_data["opens_at"])
