"""Forms of the community's desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.kernel import clock
from allhours.needs.choices import SightPurpose, WisherKind
from allhours.needs.forms.public import OnceForm, VoiceForm
from allhours.needs.queries.channels import offered_at_desk, wish_channels
from allhours.needs.queries.desk import communities_to_note_for
from allhours.needs.rules import wishes as rules
from allhours.needs.rules.wishes import TITLE_LENGTH, PublicText
from allhours.projects.models import Project
from allhours.scheme.schema.needs import Wishes
from allhours.ui.widgets import ChipRadio, DateTimeInput


class NoteForm(VoiceForm, OnceForm):
    """A wish taken down by somebody on duty; consent is spoken and noted."""

    field_order = ("origin", "wisher_kind", "words", "name", "phone", "community", "address")
    origin = forms.ChoiceField(label=_("从哪里来"), widget=ChipRadio())
    wisher_kind = forms.ChoiceField(
        label=_("公开时怎么称呼"), choices=WisherKind.choices, widget=ChipRadio()
    )

    def __init__(self, *args: Any, actor: Actor, limits: Wishes, **kwargs: Any) -> None:
        super().__init__(*args, limits=limits, **kwargs)
        mine = communities_to_note_for(actor)
        self.fields["community"].queryset = mine  # type: ignore[attr-defined]
        only = list(mine[:2])
        if len(only) == 1:
            self.fields["community"].initial = only[0].pk
        self.fields["origin"].choices = offered_at_desk(wish_channels(clock.now()))  # type: ignore[attr-defined]
        self.fields["name"].label = _("心愿人姓名")
        self.fields["phone"].required = False
        self.fields["words"].help_text = _("照心愿人的原话记。")
        self.fields["consent"].label = _("已向心愿人读过以下内容并征得口头同意：%(text)s") % {
            "text": limits.consent_text
        }


class CheckForm(forms.Form):
    """What the public will see, decided by a person."""

    title = forms.CharField(
        label=_("公开的心愿"),
        max_length=TITLE_LENGTH,
        help_text=_("公众看到的就是这一句。不写姓名、电话、门牌和病情。"),
        error_messages={"required": rules.TITLE_MISSING.text},
    )
    category = forms.ChoiceField(
        label=_("类别"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), rules.CATEGORY_MISSING.text),
    )
    wisher_kind = forms.ChoiceField(
        label=_("怎么称呼心愿人"), choices=WisherKind.choices, widget=ChipRadio()
    )
    places = forms.IntegerField(label=_("需要几位党员"), min_value=1, max_value=50, initial=1)
    budget_yuan = forms.IntegerField(label=_("预算（元）"), min_value=0, required=False)
    show_wisher_kind = forms.BooleanField(
        label=_("公众看到怎么称呼"),
        required=False,
        initial=True,
        help_text=_("不勾选，一律写“一位居民”。"),
    )
    show_community = forms.BooleanField(
        label=_("公众看到是哪个社区"),
        required=False,
        initial=True,
        help_text=_("不勾选，只写到镇街；本社区的党员和认领以后的认领人看得到社区。"),
    )
    own_community_only = forms.BooleanField(label=_("只由本社区党员认领"), required=False)

    def __init__(
        self, *args: Any, categories: Mapping[str, str], proposed: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("请选择")), *categories.items()]  # type: ignore[attr-defined]
        if proposed:
            self.fields["category"].help_text = _(
                "系统建议：%(title)s。按心愿原话里的用词得出，请核对，不对就改选。"
            ) % {"title": categories.get(proposed, proposed)}

    @property
    def text(self) -> PublicText:
        return PublicText(**self.cleaned_data)


class PublishForm(forms.Form):
    at = forms.DateTimeField(
        label=_("发布时间"),
        required=False,
        widget=DateTimeInput(),
        help_text=_("留空就是现在发布。到了时间自动开放认领。"),
    )

    @property
    def instant(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["at"]
        return clock.local(at) if at else None


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("原因"),
        max_length=200,
        error_messages={"required": rules.REASON_MISSING.text},
    )


class ConvertForm(forms.Form):
    """A wish becomes part of a named project."""

    project: forms.ModelChoiceField[Project] = forms.ModelChoiceField(
        label=_("转入项目"), queryset=None, empty_label=_("请选择")
    )
    reason = forms.CharField(label=_("原因"), max_length=200, help_text=_("心愿人查询时会看到。"))

    def __init__(self, *args: Any, projects: QuerySet[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]


class ExtendForm(forms.Form):
    days = forms.IntegerField(label=_("延长几天"), min_value=1, max_value=30, initial=7)


class PurposeForm(forms.Form):
    purpose = forms.ChoiceField(label=_("查看用途"), choices=SightPurpose.choices)
