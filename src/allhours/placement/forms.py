from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allhours.directory.choices import OrgKind
from allhours.directory.models import Organization
from allhours.placement.choices import EndReason, ExcusalClass
from allhours.placement.queries import desk, papers
from allhours.scheme.schema import Choice
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


class ReasonForm(forms.Form):
    """One of the scheme's reasons, or words of one's own, or both; `text` is what people read."""

    code = forms.ChoiceField(label=_("原因"), required=False)
    words = forms.CharField(
        label=_("说明"),
        max_length=100,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("不写家庭或健康情况。"),
    )

    def __init__(self, *args: Any, reasons: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._titles = {choice.code: choice.title for choice in reasons}
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", _("请选择")), *self._titles.items(), ("other", _("其他，见说明"))]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.text:
            raise forms.ValidationError(_("请选择原因，或写明原因。"))
        return found

    @property
    def text(self) -> str:
        title = self._titles.get(self.cleaned_data.get("code", ""), "")
        words = (self.cleaned_data.get("words") or "").strip()
        return gettext("：").join(part for part in (title, words) if part)


class PlacesForm(forms.Form):
    """Where a received member joins: the suggested temporary branch, or another; grid, team."""

    branch = forms.ModelChoiceField(
        label=_("编入临时党支部"), queryset=Organization.objects.none(), required=False,
        empty_label=_("按系统建议"),
    )  # fmt: skip
    grid = forms.ModelChoiceField(
        label=_("网格"), queryset=Organization.objects.none(), required=False, empty_label="—"
    )
    team = forms.ModelChoiceField(
        label=_("服务队"), queryset=Organization.objects.none(), required=False, empty_label="—"
    )
    KINDS = {
        "branch": (OrgKind.TEMP_BRANCH,),
        "grid": (OrgKind.GRID,),
        "team": (OrgKind.TEAM, OrgKind.YOUTH_TEAM),
    }

    def __init__(self, *args: Any, community: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [kind for some in self.KINDS.values() for kind in some]
        places = list(papers.places_within(community, kinds))
        for name, wanted in self.KINDS.items():
            keys = [place.pk for place in places if place.kind in wanted]
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
            if keys:
                field.queryset = papers.places_within(community, wanted)
            else:
                del self.fields[name]

    @property
    def chosen(self) -> dict[str, Organization | None]:
        return {name: self.cleaned_data.get(name) for name in self.KINDS}


class StackForm(forms.Form):
    """For a whole stack: one temporary branch for all, or as the system suggests for each."""

    branch = forms.ModelChoiceField(
        label=_("编入临时党支部"), queryset=Organization.objects.none(), required=False,
        empty_label=_("按系统建议分别编入"),
    )  # fmt: skip

    def __init__(self, *args: Any, branches: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = branches  # type: ignore[attr-defined]


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


class ExtendForm(forms.Form):
    """Another last day of an excusal that runs."""

    until_on = forms.DateField(
        label=_("延长至（含当日）"),
        required=False,
        widget=DateInput,
        help_text=_("不填表示直到另行结束。"),
    )


class LastDayForm(forms.Form):
    last_day = forms.DateField(label=_("最后一日"), widget=DateInput)


class EndForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("原因"),
        choices=[
            (choice.value, choice.label)
            for choice in (EndReason.MOVED, EndReason.TRANSFERRED, EndReason.LEFT)
        ],
        widget=SegmentedRadio,
    )
