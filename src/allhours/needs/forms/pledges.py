"""A pledge as its member writes it, and what the desks say of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from allhours.needs.choices import PledgeResult
from allhours.needs.models import Pledge, Post
from allhours.needs.rules import pledges as rules
from allhours.needs.rules.pledges import Promise
from allhours.ui.widgets import ChipRadio, DateInput

AT_FIRST = 2  # rows shown on an empty form


class PromiseForm(forms.Form):
    """One thing promised; a row left empty is no promise."""

    text = forms.CharField(label=_("承诺事项"), max_length=200, required=False)
    measures = forms.CharField(
        label=_("具体措施"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    for_whom = forms.CharField(label=_("服务对象"), max_length=60, required=False)
    due_on = forms.DateField(
        label=_("完成时限"),
        required=False,
        widget=DateInput(),
        help_text=_("写了承诺事项的，请选完成时限。"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("text", "").strip():
            if not data.get("due_on") and "due_on" not in self.errors:
                self.add_error("due_on", _now("请选择完成时限。"))
        elif any(data.get(name) for name in ("measures", "for_whom", "due_on")):
            self.add_error("text", _now("请写明承诺事项，或清空这一件。"))
        return data


class PledgeForm(forms.Form):
    """The head of a pledge; its rows are a formset beside it."""

    post: forms.ModelChoiceField[Post] = forms.ModelChoiceField(
        label=_("认领岗位"), queryset=None, required=False, empty_label=_("不写岗位")
    )
    may_publish = forms.BooleanField(
        label=_("同意公示：只显示姓氏、单位和承诺事项，可随时收回"), required=False
    )

    def __init__(self, *args: Any, posts: QuerySet[Post], public: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not public:  # the county shows no pledges
            del self.fields["may_publish"]
        self.fields["post"].queryset = posts  # type: ignore[attr-defined]


def promise_forms(data: Any, *, most: int, pledge: Pledge | None) -> Any:
    """The rows: as many as the scheme allows, filled with what was written before."""
    written = [
        {
            "text": item.text,
            "measures": item.measures,
            "for_whom": item.for_whom,
            "due_on": item.due_on,
        }
        for item in (pledge.items.all() if pledge else ())
    ]
    extra = max(0, min(most, max(AT_FIRST, len(written) + 1)) - len(written))
    made = forms.formset_factory(
        PromiseForm, extra=extra, max_num=most, validate_max=True, absolute_max=most
    )
    return made(data, initial=written or None, prefix="promise")


def promises_of(rows: Any) -> list[Promise]:
    return [
        Promise(
            text=row["text"],
            measures=row["measures"],
            for_whom=row["for_whom"],
            due_on=row["due_on"],
        )
        for row in rows.cleaned_data
        if row.get("text", "").strip()
    ]


class ProgressForm(forms.Form):
    text = forms.CharField(
        label=_("进展"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": rules.TEXT_MISSING.text},
    )
    done_on = forms.DateField(
        label=_("完成日期"), required=False, widget=DateInput(), help_text=_("还没完成就不填。")
    )


class AssessForm(forms.Form):
    result = forms.ChoiceField(
        label=_("评诺结果"), choices=PledgeResult.choices, widget=ChipRadio()
    )
    text = forms.CharField(
        label=_("说明"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("本人会看到，并可以填写自己的说明。"),
    )


class ReplyForm(forms.Form):
    text = forms.CharField(
        label=_("本人说明"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
