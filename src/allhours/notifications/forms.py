"""A person's address, its code, and what they want to hear of."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from allhours.kernel.errors import Refused
from allhours.notifications.actions.addresses import Choices
from allhours.notifications.choices import When
from allhours.notifications.models import Contact
from allhours.ui.widgets import CheckboxChips, SegmentedRadio, TimeInput

AT_ONCE = (When.AT_ONCE.value, When.AT_ONCE.label)
DIGEST = (When.DIGEST.value, When.DIGEST.label)
NEVER = (When.NEVER.value, When.NEVER.label)


class RefusingForm(forms.Form):
    """A form whose action may refuse; each reason stands beside the field it is about."""

    fields_of: dict[str, str] = {}

    def add_refusals(self, refused: Refused) -> None:
        for reason in refused.reasons:
            self.add_error(self.fields_of.get(reason.code), str(reason))


class AddressForm(RefusingForm):
    address = forms.CharField(
        label=_("邮箱"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("我们先发一封确认邮件；确认以后才会使用。"),
    )
    fields_of = dict.fromkeys(
        ("mail.address_wrong", "mail.same_address", "mail.too_often"), "address"
    )


class CodeForm(RefusingForm):
    code = forms.CharField(
        label=_("确认码"),
        max_length=40,
        help_text=_("在确认邮件里，不分大小写，可不输横线。"),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}
        ),
    )
    fields_of = {"mail.code_wrong": "code"}


class ChoicesForm(RefusingForm):
    action = forms.ChoiceField(
        label=_("需要我办理的"), choices=[AT_ONCE, DIGEST, NEVER], widget=SegmentedRadio
    )
    info = forms.ChoiceField(label=_("告知的"), choices=[DIGEST, NEVER], widget=SegmentedRadio)
    security = forms.ChoiceField(
        label=_("账号安全"),
        choices=[AT_ONCE, NEVER],
        widget=SegmentedRadio,
        help_text=_("系统内的账号安全消息始终保留。"),
    )
    days = forms.TypedMultipleChoiceField(
        label=_("每周汇总在"),
        coerce=int,
        required=False,
        choices=lambda: [(number, str(name)) for number, name in sorted(WEEKDAYS.items())],
        widget=CheckboxChips,
    )
    quiet_from = forms.TimeField(label=_("免打扰开始"), required=False, widget=TimeInput)
    quiet_to = forms.TimeField(label=_("免打扰结束"), required=False, widget=TimeInput)
    fields_of = {
        "mail.quiet_half": "quiet_to",
        "mail.quiet_narrow": "quiet_from",
        "mail.quiet_all_day": "quiet_from",
        "mail.days_too_many": "days",
        "mail.days_missing": "days",
    }

    def __init__(self, *args: Any, county: str, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quiet_from"].help_text = _(
            "本县 %(span)s 不发邮件；可以延长，不填照此执行。"
        ) % {"span": county}
        self.fields["days"].help_text = _("每周最多 %(most)s 天，上午 9 点发。") % {"most": most}
        if not most:
            del self.fields["days"]

    def choices(self) -> Choices:
        data = self.cleaned_data
        return Choices(
            action=data["action"],
            info=data["info"],
            security=data["security"],
            digest_days=data.get("days", ()),
            quiet_from=data["quiet_from"],
            quiet_to=data["quiet_to"],
        )


def initial_of(contact: Contact | None) -> dict[str, Any]:
    """What the form shows at first; the defaults for somebody without a row."""
    row = contact or Contact()
    return {
        "action": row.action,
        "info": row.info,
        "security": row.security,
        "days": row.digest_days,
        "quiet_from": row.quiet_from,
        "quiet_to": row.quiet_to,
    }
