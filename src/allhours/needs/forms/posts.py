"""Forms about posts on the community's desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.directory.models import Organization
from allhours.needs.actions import PostText
from allhours.needs.queries.desk import communities_to_note_for
from allhours.needs.queries.wall import communities
from allhours.needs.rules import posts as rules
from allhours.scheme.schema import Scheme
from allhours.ui.widgets import CheckboxChips, DateInput


class PostForm(forms.Form):
    """A service post; item, skills and weekly times come from the scheme."""

    community: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("社区"), queryset=None, empty_label=_("请选择")
    )
    item = forms.ChoiceField(label=_("服务项目"), required=False)
    title = forms.CharField(
        label=_("岗位名称"), max_length=60, error_messages={"required": rules.TITLE_MISSING.text}
    )
    text = forms.CharField(
        label=_("做什么"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    place = forms.CharField(label=_("地点"), required=False, max_length=80)
    weekly = forms.MultipleChoiceField(
        label=_("服务时段"), required=False, widget=CheckboxChips(),
        help_text=_("与党员填的可服务时间对照。"),
    )  # fmt: skip
    times = forms.CharField(
        label=_("具体时间"), required=False, max_length=80, help_text=_("例如：每周六上午")
    )
    from_on = forms.DateField(
        label=_("从哪天起"), required=False, widget=DateInput(), help_text=_("留空为即日起。")
    )
    until_on = forms.DateField(
        label=_("到哪天止"), required=False, widget=DateInput(), help_text=_("留空为到年度末。")
    )
    places = forms.IntegerField(label=_("需要人数"), min_value=1, max_value=500, initial=1)
    skills = forms.MultipleChoiceField(label=_("所需特长"), required=False, widget=CheckboxChips())

    def __init__(self, *args: Any, actor: Actor, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = communities_to_note_for(actor)
        self.fields["community"].queryset = mine  # type: ignore[attr-defined]
        only = list(mine[:2])
        if len(only) == 1:
            self.fields["community"].initial = only[0].pk
        menu, roster = scheme.menu, scheme.roster
        outside = [("", _("菜单以外") if menu.outside_allowed else _("请选择"))]
        items = [(each.code, each.title) for each in menu.items]
        has = str(self.initial.get("item", ""))
        if has and menu.item(has) is None:  # retired since
            items.append((has, menu.title_of(has)))
        self._choose("item", [*outside, *items])
        self._choose("skills", [(each.code, each.title) for each in roster.skills])
        self._choose("weekly", [(each.code, each.title) for each in roster.free_times])

    def keep_community(self) -> None:
        """Of what is there already: its own, whoever asks; who may is the action's to say."""
        self.fields["community"].queryset = communities()  # type: ignore[attr-defined]
        self.fields["community"].disabled = True

    def _choose(self, name: str, choices: list[Any]) -> None:
        if choices:
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields[name]

    @property
    def post_text(self) -> PostText:
        data = self.cleaned_data
        return PostText(
            title=data["title"],
            item=data["item"],
            text=data["text"],
            place=data["place"],
            times=data["times"],
            skills=tuple(data.get("skills") or ()),
            places=data["places"],
            weekly=tuple(data.get("weekly") or ()),
            from_on=data["from_on"],
            until_on=data["until_on"],
        )
