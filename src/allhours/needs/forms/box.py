"""A stack of cards typed in one after another: what is alike on all of them is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.needs.forms.desk import NoteForm
from allhours.needs.forms.public import OnceForm
from allhours.needs.forms.suggestions import DeskForm
from allhours.scheme.schema.needs import Wishes

KEPT = ("origin", "community", "signed", "kind")  # of the stack; consent is each person's own


class WishCardForm(NoteForm):
    """As at the door, with the version of the consent that stands on the cards."""

    signed = forms.CharField(
        label=_("卡上的同意书版本"),
        max_length=20,
        required=False,
        help_text=_("印在卡片右上角。留空表示卡上没有签字，是口头征得同意的。"),
    )

    def __init__(self, *args: Any, actor: Actor, limits: Wishes, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, limits=limits, **kwargs)
        self.fields["consent"].label = _("卡上勾了同意公开，并已签字（或口头征得同意）")
        self.fields["words"].widget.attrs |= {"autofocus": True, "rows": 3}
        self.fields["words"].help_text = ""
        self.fields["address"].help_text = ""


class SlipForm(DeskForm, OnceForm):
    """A suggestion from the box."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        self.fields["words"].widget.attrs |= {"autofocus": True, "rows": 3}
        self.fields["words"].help_text = ""
