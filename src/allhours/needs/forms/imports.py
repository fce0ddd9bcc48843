"""Sending a spreadsheet of wishes."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from allhours.kernel import clock
from allhours.needs.sheet import MOST_ROWS
from allhours.ui.widgets import DateTimeInput, FileDrop

MAX_BYTES = 5 * 1024 * 1024  # a thousand rows with room to spare
TOO_LARGE = _("文件超过 5 MB，请删去图片和多余的工作表，或拆分后再导入。")


class WishUpload(forms.Form):
    file = forms.FileField(
        label=_("心愿表格"),
        widget=FileDrop(accept=".xlsx,.xls,.csv"),
    )
    publish_at = forms.DateTimeField(
        label=_("发布时间"),
        required=False,
        widget=DateTimeInput(),
        help_text=_(
            "留空则登记后由社区逐个核实、发布。填写则全部在这一刻同时开放认领，每行须有公开内容和类别。"
        ),
    )

    field_order = ("file", "publish_at")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["file"].help_text = _(
            "接受 .xlsx、.xls、.csv，不超过 5 MB，一次最多 %(most)s 个心愿。先预览，不会直接登记。"
        ) % {"most": MOST_ROWS}

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return file

    @property
    def instant(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["publish_at"]
        return clock.local(at) if at else None
