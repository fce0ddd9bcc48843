"""The forms without an account: a wish, and following it."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from allhours.directory.models import Organization
from allhours.kernel import codes, crypto
from allhours.needs.choices import GuardianRelation
from allhours.needs.queries.wall import communities
from allhours.needs.rules import wishes as rules
from allhours.scheme.schema.needs import Wishes
from allhours.ui.widgets import PhoneInput

STAMP = "needs.wish-form"  # salt of the form's own time stamp
FOLLOW = "needs.wish-form.follow"  # purpose of the digest that a desk form's code comes from
OPEN_FOR = timedelta(days=1)
HUMAN = timedelta(seconds=3)


def stamp(now: datetime) -> str:
    """When the form was shown, signed, with a number that makes it usable once."""
    return signing.dumps([int(now.timestamp()), secrets.token_urlsafe(12)], salt=STAMP)


class VoiceForm(forms.Form):
    """What a wish needs, on the page and at the desk alike."""

    words = forms.CharField(
        label=_("心愿内容"),
        max_length=300,
        error_messages={"required": rules.WORDS_MISSING.text},
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("一句话写清想要什么、想请人帮什么。请不要写身份证号和银行卡号。"),
    )
    name = forms.CharField(
        label=_("怎么称呼您"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("联系电话"),
        max_length=20,
        widget=PhoneInput(),
        error_messages={"required": rules.PHONE_INVALID.text},
    )
    community: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("住在哪个社区"), queryset=None, empty_label=_("请选择社区")
    )
    address = forms.CharField(
        label=_("门牌"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
        help_text=_("方便认领人上门。只有社区和认领人看得到。"),
    )
    is_minor = forms.BooleanField(label=_("这是孩子的心愿"), required=False)
    guardian_name = forms.CharField(label=_("监护人姓名"), max_length=20, required=False)
    guardian_relation = forms.ChoiceField(
        label=_("与孩子的关系"),
        required=False,
        choices=[("", _("请选择")), *GuardianRelation.choices],
    )
    guardian_consents = forms.BooleanField(label=_("监护人同意"), required=False)
    consent = forms.BooleanField(label=_("同意公开"), required=False)

    def __init__(self, *args: Any, limits: Wishes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = communities()  # type: ignore[attr-defined]
        self.fields["consent"].label = limits.consent_text
        self.fields["guardian_consents"].label = limits.guardian_text
        self.fields["is_minor"].help_text = _("不满 %(age)s 周岁，须由监护人同意。") % {
            "age": limits.guardian_under_age
        }

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        found = rules.voice_refusals(
            rules.Voice(words="-", phone=phone), phone_needed=self.fields["phone"].required
        )
        if found:
            raise forms.ValidationError([str(reason) for reason in found])
        return phone

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("is_minor"):
            for name in ("guardian_name", "guardian_relation"):
                if not data.get(name):
                    self.add_error(name, self.fields[name].error_messages["required"])
            if not data.get("guardian_consents"):
                self.add_error("guardian_consents", str(rules.GUARDIAN_MISSING))
        return data

    @property
    def voice(self) -> rules.Voice:
        data = self.cleaned_data
        return rules.Voice(
            words=data["words"],
            name=data["name"],
            phone=data["phone"],
            address=data["address"],
            is_minor=data["is_minor"],
            guardian_name=data["guardian_name"] if data["is_minor"] else "",
            guardian_relation=data["guardian_relation"] if data["is_minor"] else "",
            guardian_consents=bool(data["is_minor"] and data["guardian_consents"]),
        )


class OnceForm(forms.Form):
    """A form of the desk: sent twice, it is noted once and gives the same two codes again."""

    stamp = forms.CharField(required=False, widget=forms.HiddenInput())

    def once(self) -> tuple[str, str] | tuple[None, None]:
        """Key and follow code of what was typed under this stamp; none without a sound stamp."""
        try:
            _shown, number = signing.loads(str(self.data.get("stamp", "")), salt=STAMP)
        except (signing.BadSignature, ValueError, TypeError):
            return None, None
        typed = [str(self.cleaned_data.get(name, "")) for name in ("words", "name", "phone")]
        sent = json.dumps([number, *typed])
        return crypto.lookup_hash(sent, STAMP), codes.code_from(crypto.lookup_hash(sent, FOLLOW))


class StampedForm(forms.Form):
    """A public form: usable once, with a trap for programs instead of a puzzle for people."""

    leave_empty = forms.CharField(
        label=_("请不要填写这一栏"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    stamp = forms.CharField(widget=forms.HiddenInput())

    def clean_leave_empty(self) -> str:
        if self.cleaned_data["leave_empty"]:
            raise forms.ValidationError(_("请把这一栏清空后再提交。"))
        return ""

    def read_stamp(self, now: datetime) -> tuple[str, bool] | None:
        """The key that makes the form usable once, and whether it came faster than people write.

        None when the form has no valid stamp, or was open for more than a day.
        """
        try:
            shown, number = signing.loads(str(self.data.get("stamp", "")), salt=STAMP)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        open_for = now.timestamp() - shown
        if not 0 <= open_for <= OPEN_FOR.total_seconds():
            return None
        quick = open_for < HUMAN.total_seconds()
        return crypto.lookup_hash(number, STAMP), quick


class WishForm(VoiceForm, StampedForm):
    """A wish from the public page."""


class FollowForm(forms.Form):
    code = forms.CharField(
        label=_("查询码"),
        max_length=40,
        help_text=_("提交心愿后页面上给出的 12 位查询码，大小写、横线都不影响。"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
