"""Correcting a node of the tree, and taking a file of them."""

from __future__ import annotations

import base64
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allhours.directory.choices import OrgKind, PlaceKind
from allhours.directory.models import Organization
from allhours.directory.queries import organizations
from allhours.directory.roster.cells import plain
from allhours.ui.widgets import CheckboxChips, FileDrop

MOST_BYTES = 1_000_000  # a county's tree is some hundred rows; more goes by the command


class OrganizationForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """What may be corrected by hand; the action stores it."""

    neighbours: forms.ModelMultipleChoiceField[Organization] = forms.ModelMultipleChoiceField(
        None, label=_("相邻社区"), required=False, widget=CheckboxChips,
        help_text=_("编入社区时按相邻关系计算远近。"),
    )  # fmt: skip
    estates = forms.CharField(
        label=_("小区"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("每行一个，用来按住址找到社区。"),
    )  # fmt: skip
    streets = forms.CharField(
        label=_("街路"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    class Meta:
        model = Organization
        fields = (
            "name", "short_name", "unit_class", "paired_community", "min_members", "max_members",
            "address", "phone",
        )  # fmt: skip

    COMMUNITY_ONLY = ("min_members", "max_members", "neighbours", "estates", "streets")
    UNIT_ONLY = ("unit_class", "paired_community")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        org = self.instance
        absent: tuple[str, ...] = () if org.kind == OrgKind.COMMUNITY else self.COMMUNITY_ONLY
        absent += () if org.kind == OrgKind.UNIT else self.UNIT_ONLY
        for name in absent:
            del self.fields[name]
        others = organizations.communities()
        for name in ("paired_community", "neighbours"):
            field = self.fields.get(name)
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = others.exclude(pk=org.pk)
        if "paired_community" in self.fields:
            self.fields["paired_community"].label = _("结对社区")
        if "neighbours" in self.fields:
            self.initial["neighbours"] = list(organizations.neighbours_of(org))
            names = organizations.place_names(org)
            self.initial["estates"] = "\n".join(names[PlaceKind.ESTATE])
            self.initial["streets"] = "\n".join(names[PlaceKind.STREET])

    def facts(self) -> dict[str, Any]:
        own = set(self.Meta.fields)
        return {name: value for name, value in self.cleaned_data.items() if name in own}

    def neighbour_list(self) -> list[Organization] | None:
        """None where the field is not asked."""
        return list(self.cleaned_data["neighbours"]) if "neighbours" in self.fields else None

    def place_names(self) -> dict[str, list[str]]:
        return {
            kind: [plain(line)[:80] for line in self.cleaned_data[name].splitlines()]
            for name, kind in (("estates", PlaceKind.ESTATE), ("streets", PlaceKind.STREET))
            if name in self.fields
        }

    def _post_clean(self) -> None:
        """Leave the instance as it is: the action compares it with what was entered."""


class NewOrganizationForm(forms.Form):
    kind = forms.ChoiceField(label=_("类别"))
    name = forms.CharField(label=_("名称"), max_length=120)
    code = forms.CharField(
        label=_("编码"), max_length=40, required=False, help_text=_("不填则自动编号。")
    )

    def __init__(self, *args: Any, kinds: list[OrgKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(kind.value, kind.label) for kind in kinds]


class OrgFileForm(forms.Form):
    """A file to look at, or (with `kept`) the one just looked at, to be taken over."""

    file = forms.FileField(
        label=_("组织表"), required=False, widget=FileDrop(accept=".xlsx,.xls,.csv"),
        help_text=_("栏目：编码、名称、类别、上级、最少、最多、相邻社区、小区、街路、结对社区、单位类别。"),
    )  # fmt: skip
    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    filename = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        upload = data.get("file")
        if upload is None and not data.get("kept"):
            self.add_error("file", _("请选择文件。"))
        elif upload is not None and upload.size > MOST_BYTES:
            self.add_error("file", _("文件超过 1 MB，请拆分后再上传。"))
        return data

    def content(self) -> tuple[bytes, str]:
        """Bytes and name; a damaged `kept` reads as an empty file."""
        upload = self.cleaned_data.get("file")
        if upload is not None:
            return upload.read(), upload.name
        try:
            return base64.b64decode(self.cleaned_data["kept"], validate=True), (
                self.cleaned_data["filename"] or "orgs.xlsx"
            )
        except ValueError:
            return b"", "orgs.csv"
