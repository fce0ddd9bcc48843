from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.directory.models import Organization
from allhours.directory.queries.organizations import communities
from allhours.projects.actions import Outline
from allhours.projects.choices import Span
from allhours.projects.models import Project
from allhours.projects.queries import owners_for
from allhours.ui.widgets import ChipRadio, DateInput


class ProjectForm(forms.Form):
    owner: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("主办"), queryset=None, empty_label=_("请选择")
    )
    name = forms.CharField(label=_("项目名称"), max_length=60)
    span = forms.ChoiceField(
        label=_("期限"), choices=Span.choices, initial=Span.SHORT, widget=ChipRadio()
    )
    community: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("服务哪个社区"), queryset=None, required=False, empty_label=_("全县")
    )
    from_on = forms.DateField(label=_("开始日期"), widget=DateInput())
    until_on = forms.DateField(
        label=_("结束日期"), required=False, widget=DateInput(), help_text=_("长期项目可以不填。")
    )
    aim = forms.CharField(
        label=_("做什么"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, actor: Actor, project: Project | None = None, **kw: Any) -> None:
        super().__init__(*args, **kw)
        owners = owners_for(actor)
        self.fields["community"].queryset = communities()  # type: ignore[attr-defined]
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]
        only = list(owners[:2])
        if len(only) == 1:
            self.fields["owner"].initial = only[0].pk
        if project is not None:
            del self.fields["owner"]

    @property
    def outline(self) -> Outline:
        data = {name: value for name, value in self.cleaned_data.items() if name != "owner"}
        return Outline(**data)


class EndForm(forms.Form):
    result = forms.CharField(
        label=_("成效"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
