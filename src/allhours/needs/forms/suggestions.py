"""意见建议: the public form, a member's, and the desk's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.directory.models import Organization
from allhours.kernel import clock
from allhours.needs.choices import AuthorPurpose, SuggestionKind, SuggestionOutcome
from allhours.needs.forms.public import StampedForm
from allhours.needs.models import Suggestion
from allhours.needs.queries.channels import offered_at_desk, suggestion_channels
from allhours.needs.queries.desk import communities_to_note_for
from allhours.needs.queries.routes import place_choices, places_for
from allhours.needs.queries.wall import communities
from allhours.needs.rules import suggestions as rules
from allhours.needs.rules import wishes
from allhours.ui.widgets import ChipRadio, PhoneInput


class WordsForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("这是"),
        choices=SuggestionKind.choices,
        initial=SuggestionKind.SUGGESTION,
        widget=ChipRadio(),
    )
    words = forms.CharField(
        label=_("内容"),
        max_length=500,
        error_messages={"required": rules.WORDS_MISSING.text},
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("说明是哪里、什么事、希望怎么办。请不要写身份证号。"),
    )
    community: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("向哪个社区提出"), queryset=None, empty_label=_("请选择社区")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = communities()  # type: ignore[attr-defined]


class PublicForm(WordsForm, StampedForm):
    """The page without an account."""

    name = forms.CharField(
        label=_("怎么称呼您"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("联系电话"),
        max_length=20,
        widget=PhoneInput(),
        error_messages={"required": wishes.PHONE_INVALID.text},
        help_text=_("只有办理的同志看得到。"),
    )

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        found = wishes.voice_refusals(wishes.Voice(words="-", phone=phone), phone_needed=True)
        if found:
            raise forms.ValidationError([str(reason) for reason in found])
        return phone

    @property
    def voice(self) -> wishes.Voice:
        data = self.cleaned_data
        return wishes.Voice(words=data["words"], name=data["name"], phone=data["phone"])


class MemberForm(WordsForm):
    """A member's own; their name need not be asked."""


class DeskForm(WordsForm):
    """Taken down by somebody on duty."""

    field_order = ("origin", "kind", "words", "name", "phone", "community")
    origin = forms.ChoiceField(label=_("从哪里来"), widget=ChipRadio())
    name = forms.CharField(label=_("提出人姓名"), max_length=20, required=False)
    phone = forms.CharField(label=_("联系电话"), max_length=20, required=False, widget=PhoneInput())

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = communities_to_note_for(actor)
        self.fields["community"].queryset = mine  # type: ignore[attr-defined]
        self.fields["origin"].choices = offered_at_desk(suggestion_channels(clock.now()))  # type: ignore[attr-defined]
        only = list(mine[:2])
        if len(only) == 1:
            self.fields["community"].initial = only[0].pk

    @property
    def voice(self) -> wishes.Voice:
        data = self.cleaned_data
        return wishes.Voice(words=data["words"], name=data["name"], phone=data["phone"])


class AuthorForm(forms.Form):
    purpose = forms.ChoiceField(label=_("查看用途"), choices=AuthorPurpose.choices)


class AcceptForm(forms.Form):
    kind = forms.ChoiceField(label=_("性质"), choices=SuggestionKind.choices, widget=ChipRadio())
    title = forms.CharField(
        label=_("事由"),
        max_length=60,
        help_text=_("一句话，不写姓名、电话和门牌。"),
        error_messages={"required": rules.TITLE_MISSING.text},
    )
    category = forms.ChoiceField(
        label=_("类别"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), rules.CATEGORY_UNKNOWN.text),
    )

    def __init__(self, *args: Any, categories: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("请选择")), *categories.items()]  # type: ignore[attr-defined]

    @property
    def made(self) -> rules.Accepted:
        return rules.Accepted(**self.cleaned_data)


class RouteForm(forms.Form):
    handler: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("转给"), queryset=None, empty_label=_("请选择")
    )
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, suggestion: Suggestion, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["handler"]
        field.queryset = places_for(suggestion, now)  # type: ignore[attr-defined]
        field.choices = [("", _("请选择")), *place_choices(suggestion, now)]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("办理结果"), choices=SuggestionOutcome.choices, widget=ChipRadio()
    )
    text = forms.CharField(
        label=_("答复"),
        max_length=500,
        error_messages={"required": rules.ANSWER_MISSING.text},
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("提出人会看到。不采纳的请写明原因。"),
    )


class JoinForm(forms.Form):
    main: forms.ModelChoiceField[Suggestion] = forms.ModelChoiceField(
        label=_("并入"), queryset=None, empty_label=_("请选择"), to_field_name="code"
    )

    def __init__(self, *args: Any, choices: QuerySet[Suggestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["main"]
        field.queryset = choices  # type: ignore[attr-defined]
        field.label_from_instance = lambda each: f"{each.code} {each.title}"  # type: ignore[attr-defined]
