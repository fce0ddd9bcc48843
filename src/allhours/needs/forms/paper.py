"""Which blank paper, for whose box or stairwell, how much of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.directory.models import Organization
from allhours.needs.queries.desk import communities_to_note_for
from allhours.ui.widgets import ChipRadio

SHEETS = (
    ("wish_card", _("微心愿卡")),
    ("suggestion_slip", _("意见建议单")),
    ("wish_poster", _("楼道海报")),
)
MOST_PAGES = 50


class BlankForm(forms.Form):
    community: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("社区"), queryset=None, to_field_name="code", required=False,
        empty_label=_("全部社区"),
    )  # fmt: skip
    pages = forms.IntegerField(
        label=_("每个社区打印几页"),
        min_value=1,
        max_value=MOST_PAGES,
        initial=1,
        required=False,
        help_text=_("卡片和建议单每页两张。"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = communities_to_note_for(actor)
        field = self.fields["community"]
        field.queryset = mine  # type: ignore[attr-defined]
        if mine.count() == 1:
            field.empty_label = None  # type: ignore[attr-defined]

    @property
    def communities(self) -> list[Organization]:
        one = self.cleaned_data.get("community")
        return [one] if one else list(self.fields["community"].queryset)  # type: ignore[attr-defined]


class ChooseForm(BlankForm):
    field_order = ("sheet", "community", "pages")
    sheet = forms.ChoiceField(
        label=_("打印什么"), choices=SHEETS, initial="wish_card", widget=ChipRadio()
    )
