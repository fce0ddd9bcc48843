from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allhours.directory.models import Organization
from allhours.placement.choices import CloseReason, RunSource
from allhours.ui.widgets import DateInput, FileDrop, SegmentedRadio

FILES = (
    (RunSource.REGISTER.value, gettext_lazy("社区报到登记册")),
    (RunSource.ROSTER.value, gettext_lazy("单位党员名单")),
)


class OverChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not at run time
    def label_from_instance(self, obj: Organization) -> str:
        return obj.name


class RunForm(forms.Form):
    """The system's rosters against its receipts."""

    over = OverChoice(
        label=gettext_lazy("范围"), queryset=Organization.objects.none(), empty_label=None
    )
    on = forms.DateField(label=gettext_lazy("截至日期"), widget=DateInput)

    def __init__(
        self, *args: Any, over: QuerySet[Organization], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **{"initial": {"on": today}} | kwargs)
        self.fields["over"].queryset = over  # type: ignore[attr-defined]


class FileRunForm(RunForm):
    """A file against the system."""

    source = forms.ChoiceField(
        label=gettext_lazy("文件是"),
        widget=SegmentedRadio,
    )
    file = forms.FileField(
        label=gettext_lazy("文件"),
        help_text=gettext_lazy("接受 .xlsx、.xls、.csv。只用来核对，不保存文件，不改动名册。"),
        widget=FileDrop(accept=".xlsx,.xls,.csv"),
    )
    field_order = ("source", "over", "on", "file")

    def __init__(self, *args: Any, sources: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["source"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [pair for pair in FILES if pair[0] in sources]
        field.initial = sources[0] if sources else None
        if len(sources) == 1:
            field.widget = forms.HiddenInput()

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > settings.ALLHOURS_MAX_UPLOAD_BYTES:
            raise forms.ValidationError(_("文件超过 20 MB，请拆分后再核对。"))
        return file


class CloseForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("处理结果"),
        choices=[pair for pair in CloseReason.choices if pair[0] != CloseReason.DEED],
    )
    words = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=200,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("选“其他”时必填。不写家庭、健康等个人情况。"),
    )
