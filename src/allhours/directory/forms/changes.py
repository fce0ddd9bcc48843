"""Forms of the changes of a person and of mergers."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from allhours.accounts.actor import Actor
from allhours.directory.change_rules import Change
from allhours.directory.choices import (
    LEAVE_CHOICES,
    ChangeKind,
    ChangeState,
    MergeState,
)
from allhours.directory.models import Member, MemberChange, MemberMerge, Organization
from allhours.directory.queries import changes as queries
from allhours.directory.queries import organizations
from allhours.ui.widgets import DateInput, SegmentedRadio

DAYS = {
    ChangeKind.DEATH: _("日期"),
    ChangeKind.LEAVE: _("离开日期"),
    ChangeKind.RETIRE: _("离退休日期"),
}


class ChangeForm(forms.Form):
    """The fields that one kind of change needs, and no others."""

    on = forms.DateField(label=_("生效日期"), widget=DateInput)
    reason = forms.ChoiceField(
        label=_("原因"),
        choices=[(reason.value, reason.label) for reason in LEAVE_CHOICES],
        widget=SegmentedRadio,
        help_text=_("只选类别，不写具体情况。"),
    )
    to_unit: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        None, label=_("调入单位"), empty_label=_("请选择")
    )
    position = forms.CharField(label=_("新职务"), max_length=80, required=False)
    to_community: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        None, label=_("新的居住社区"), required=False, empty_label=_("县外或不清楚")
    )
    address = forms.CharField(
        label=_("新住址"), max_length=200, required=False, help_text=_("写到小区即可。")
    )
    stays = forms.BooleanField(label=_("本人愿意继续在原社区服务"), required=False)

    NEEDED: ClassVar[dict[str, tuple[str, ...]]] = {
        ChangeKind.MOVE: ("on", "to_community", "address", "stays"),
        ChangeKind.TRANSFER: ("on", "to_unit", "position"),
        ChangeKind.LEAVE: ("on", "reason"),
        ChangeKind.RETIRE: ("on", "stays"),
        ChangeKind.DEATH: ("on",),
        ChangeKind.RETURN: ("on", "to_unit"),
    }

    def __init__(
        self,
        *args: Any,
        actor: Actor,
        member: Member,
        kind: ChangeKind,
        may_stay: bool = True,
        hint: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        wanted = set(self.NEEDED[kind])
        if hint:  # a community says where to, nothing more
            wanted = {"on", "to_community"}
        if kind == ChangeKind.MOVE and not may_stay:
            wanted.discard("stays")
        for name in set(self.fields) - wanted:
            del self.fields[name]
        if kind in DAYS:
            self.fields["on"].label = DAYS[kind]
        self._choose("to_community", organizations.communities())
        if kind == ChangeKind.RETURN:
            self._choose("to_unit", queries.units_to_come_back_to(actor, member))
            self.fields["to_unit"].label = _("所在单位")
            self.fields["to_unit"].initial = member.unit_id
        else:
            self._choose("to_unit", queries.units_to_go_to(member))

    def _choose(self, name: str, rows: Any) -> None:
        field = self.fields.get(name)
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows

    def change(self) -> Change:
        return Change(kind=self.kind, **self.cleaned_data)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What was entered, to be sent again by the button that confirms."""
        return [
            (name, str(value))
            for name in self.fields
            for value in self.data.getlist(name)  # type: ignore[attr-defined]
        ]


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("不同意的原因"),
        max_length=200,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("提出方会看到。"),
    )


class OtherNumberForm(forms.Form):
    """Which other number belongs to the same person."""

    other = forms.CharField(
        label=_("另一个编号"), max_length=20, widget=forms.TextInput({"autocomplete": "off"})
    )


class ChangeFilter(FilterSet):
    q = CharFilter(field_name="member__name", lookup_expr="contains", label=_("姓名"))
    kind = ChoiceFilter(choices=ChangeKind.choices, label=_("变动"), empty_label=_("全部"))
    state = ChoiceFilter(choices=ChangeState.choices, label=_("状态"), empty_label=_("全部"))

    class Meta:
        model = MemberChange
        fields: ClassVar[list[str]] = []


class MergeFilter(FilterSet):
    state = ChoiceFilter(choices=MergeState.choices, label=_("状态"), empty_label=_("全部"))

    class Meta:
        model = MemberMerge
        fields: ClassVar[list[str]] = []
