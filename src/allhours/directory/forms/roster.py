from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allhours.directory.models import Organization, RosterImport
from allhours.directory.roster.match import NOBODY
from allhours.ui.widgets import ChipRadio, FileDrop

WHOLE_COUNTY = gettext_lazy("全县（文件可含多个单位）")


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not at run time
    def label_from_instance(self, obj: Organization) -> str:
        return obj.name


class RosterUpload(forms.Form):
    """`units`: those whose own roster may be sent; `county`: a whole county's may be, too."""

    file = forms.FileField(
        label=gettext_lazy("花名册文件"),
        help_text=gettext_lazy("接受 .xlsx、.xls、.csv，不超过 20 MB。先预览，不会直接改动名册。"),
        widget=FileDrop(accept=".xlsx,.xls,.csv"),
    )
    unit = UnitChoice(
        label=gettext_lazy("名册范围"),
        queryset=Organization.objects.none(),
        required=False,
        empty_label=WHOLE_COUNTY,
    )
    create_units = forms.BooleanField(
        label=gettext_lazy("文件中有而系统中没有的单位，一并新建"),
        required=False,
    )

    def __init__(
        self, *args: Any, units: QuerySet[Organization], county: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        if not isinstance(field, forms.ModelChoiceField):
            raise TypeError
        field.queryset = units
        if not county:
            del self.fields["create_units"]
            field.required = True
            field.empty_label = None
            field.initial = units.first()

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > settings.ALLHOURS_MAX_UPLOAD_BYTES:
            raise forms.ValidationError(_("文件超过 20 MB，请拆分后再导入。"))
        return file


class RosterDecisions(forms.Form):
    """Who the doubtful rows are, and whether those who are missing in the file leave."""

    def __init__(self, import_: RosterImport, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflict_rows: list[int] = []
        for item in import_.plan.get("items", {}).get("conflict", []):
            self._ask(item)
        leaves = import_.counts.get("leave", 0)
        if leaves:
            self.fields["with_leaves"] = forms.BooleanField(
                label=_("名册中有而文件中没有的 %(number)s 人，一并办理离开") % {"number": leaves},
                help_text=_("不勾选则这些人保持不变。请先核对“离开”名单。"),
                required=False,
            )

    def _ask(self, item: dict[str, Any]) -> None:
        same = [
            (
                each["pk"],
                _("同一人：编号 %(no)s，%(unit)s")
                % {"no": each["member_no"], "unit": each["unit"]},
            )
            for each in item["candidates"]
        ]
        help_text = "" if same else _("同名者不在本单位名册内，请先与县直机关工委核对。")
        self.fields[f"row_{item['row']}"] = forms.TypedChoiceField(
            label=_("第 %(row)s 行 %(name)s") % {"row": item["row"], "name": item["name"]},
            choices=[*same, (NOBODY, _("另一人，作为新增"))],
            coerce=int,
            widget=ChipRadio,
            help_text=help_text,
            error_messages={"required": _("请选择是否同一人。")},
        )
        self.conflict_rows.append(item["row"])

    @property
    def decisions(self) -> dict[int, int]:
        """Sheet row → member pk, or 0 for another person."""
        return {row: self.cleaned_data[f"row_{row}"] for row in self.conflict_rows}
