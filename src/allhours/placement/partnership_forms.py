from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from allhours.directory.models import Member, Organization
from allhours.placement.reconcile_forms import OverChoice
from allhours.ui.widgets import DateInput, PhoneInput

TEXT = forms.Textarea({"rows": 3})


class LeaderChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not at run time
    def label_from_instance(self, obj: Member) -> str:
        return f"{obj.name}（{obj.unit.label} {obj.position}）"


class SidesForm(forms.Form):
    """Which unit with which community; a choice of one is not asked."""

    unit = OverChoice(
        label=_("单位"), queryset=Organization.objects.none(), empty_label=_("请选择")
    )
    community = OverChoice(
        label=_("社区"), queryset=Organization.objects.none(), empty_label=_("请选择")
    )

    def __init__(
        self,
        *args: Any,
        units: QuerySet[Organization],
        communities: QuerySet[Organization],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("unit", units), ("community", communities)):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
            first = list(rows[:2])
            if len(first) == 1:
                self.fields[name].initial = first[0].pk


class UnitReportForm(SidesForm):
    contact = forms.CharField(
        label=_("联系人"), max_length=60, required=False, help_text=_("写科室或职务即可。")
    )
    contact_phone = forms.CharField(
        label=_("联系电话"),
        max_length=40,
        required=False,
        widget=PhoneInput,
        help_text=_("写单位办公电话。"),
    )
    offers = forms.CharField(
        label=_("可提供的服务和资源"), max_length=300, required=False, widget=TEXT
    )


class PairingForm(SidesForm):
    """With one text for each aspect that the scheme's agreement speaks of."""

    def __init__(self, *args: Any, aspects: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, title in aspects.items():
            self.fields[f"aspect_{code}"] = forms.CharField(
                label=title,
                max_length=300,
                required=False,
                widget=forms.Textarea({"rows": 2}),
            )

    @property
    def agreement(self) -> dict[str, str]:
        return {
            name.removeprefix("aspect_"): text
            for name, text in self.cleaned_data.items()
            if name.startswith("aspect_") and text
        }


class ContactPointForm(forms.Form):
    leader = LeaderChoice(
        label=_("领导干部"), queryset=Member.objects.none(), empty_label=_("请选择")
    )
    community = OverChoice(
        label=_("联系社区"), queryset=Organization.objects.none(), empty_label=_("请选择")
    )
    position = forms.CharField(
        label=_("职务"),
        max_length=80,
        required=False,
        help_text=_("不填则用花名册上的职务。"),
    )

    def __init__(
        self,
        *args: Any,
        leaders: QuerySet[Member],
        communities: QuerySet[Organization],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leader"].queryset = leaders  # type: ignore[attr-defined]
        self.fields["community"].queryset = communities  # type: ignore[attr-defined]


class VisitForm(forms.Form):
    held_on = forms.DateField(label=_("走访日期"), widget=DateInput)
    people = forms.CharField(
        label=_("参加人"), max_length=200, help_text=_("例如：单位书记、社区书记、网格员。")
    )
    discussed = forms.CharField(
        label=_("交流内容"),
        max_length=500,
        widget=TEXT,
        help_text=_("只写工作和服务，不写居民的家庭、健康等个人情况。"),
    )
    matters = forms.CharField(
        label=_("提出的事项"),
        max_length=2000,
        required=False,
        widget=TEXT,
        help_text=_("每行一件，由单位办理后写明结果。"),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"held_on": today}} | kwargs)

    def clean_matters(self) -> list[str]:
        text: str = self.cleaned_data["matters"]
        return [line.strip() for line in text.splitlines() if line.strip()]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.Textarea({"rows": 2}))


class OutcomeForm(forms.Form):
    outcome = forms.CharField(
        label=_("办理结果"), max_length=300, widget=forms.Textarea({"rows": 2})
    )
