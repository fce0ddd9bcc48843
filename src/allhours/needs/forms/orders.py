"""What members fill in to ask for a post or to hand one over, and communities about demands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.directory.models import Organization
from allhours.needs.queries.desk import communities_to_note_for
from allhours.needs.rules import orders as rules
from allhours.scheme.schema import Scheme
from allhours.ui.widgets import CheckboxChips


class ProposalForm(forms.Form):
    title = forms.CharField(
        label=_("您愿意做什么"),
        max_length=60,
        help_text=_("例如：教老人用手机、周末修小家电。"),
        error_messages={"required": rules.TITLE_MISSING.text},
    )
    text = forms.CharField(
        label=_("说明"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    times = forms.CharField(label=_("什么时间方便"), required=False, max_length=80)


class HandoverForm(forms.Form):
    """Both, so that nobody's number can be guessed."""

    name = forms.CharField(label=_("对方姓名"), max_length=60)
    member_no = forms.CharField(label=_("对方编号"), max_length=20)


class DemandForm(forms.Form):
    community: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("社区"), queryset=None, empty_label=_("请选择")
    )
    item = forms.ChoiceField(label=_("类别"))
    text = forms.CharField(
        label=_("需求内容"), max_length=200, error_messages={"required": rules.TEXT_MISSING.text}
    )
    heads = forms.IntegerField(label=_("需要人数"), min_value=1, max_value=500, initial=1)
    skills = forms.MultipleChoiceField(label=_("所需特长"), required=False, widget=CheckboxChips())
    times = forms.CharField(label=_("时间"), required=False, max_length=80)

    def __init__(self, *args: Any, actor: Actor, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = communities_to_note_for(actor)
        self.fields["community"].queryset = mine  # type: ignore[attr-defined]
        only = list(mine[:2])
        if len(only) == 1:
            self.fields["community"].initial = only[0].pk
        items = [(each.code, each.title) for each in scheme.menu.items]
        self.fields["item"].choices = [("", _("请选择")), *items]  # type: ignore[attr-defined]
        skills = [(each.code, each.title) for each in scheme.roster.skills]
        if skills:
            self.fields["skills"].choices = skills  # type: ignore[attr-defined]
        else:
            del self.fields["skills"]

    @property
    def asked(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {**data, "skills": tuple(data.get("skills") or ())}
