"""Signing in, activating, changing the password, preferences."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.functional import lazy
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from allhours.accounts.choices import AccountReason
from allhours.accounts.queries import new_name_of
from allhours.kernel.errors import Refused
from allhours.ui.widgets import SegmentedRadio

THEMES = [("", _("跟随设备")), ("light", _("浅色")), ("dark", _("深色"))]
MISMATCH = _("两次输入的密码不一致，请重新输入。")


def _rules_in_words() -> SafeString:
    """The password rules that are really in force, one sentence each."""
    sentences = ((text,) for text in password_validators_help_texts())
    return format_html('<ul class="rules">{}</ul>', format_html_join("", "<li>{}</li>", sentences))


password_rules = lazy(_rules_in_words, SafeString)


def password_field(label: Any, autocomplete: str, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        **options,
    )


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("用户名或密码不对。请检查大小写；连续输错 5 次会暂时锁定。"),
        "inactive": _("该账号已停用，请联系安全管理员。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("用户名")
        self.fields["username"].help_text = _("党员的用户名是激活单上的编号。")
        self.fields["username"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        self.fields["password"].label = _("密码")

    def get_invalid_login_error(self) -> forms.ValidationError:
        """Somebody whose number was merged into another is told which, by their own password."""
        given = (self.cleaned_data.get("username") or "", self.cleaned_data.get("password") or "")
        if name := new_name_of(*given):
            sentence = _("您的编号已并入 %(name)s，请改用这个编号和原来的密码登录。")
            return forms.ValidationError(sentence, code="moved", params={"name": name})
        return super().get_invalid_login_error()


class NewPasswordForm(forms.Form):
    """Two equal entries of a new password; the rules are the action's to check."""

    new_password1 = password_field(_("新密码"), "new-password", help_text=password_rules())
    new_password2 = password_field(_("再输入一次新密码"), "new-password")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, second = data.get("new_password1"), data.get("new_password2")
        if first and second and first != second:
            self.add_error("new_password2", str(MISMATCH))
        return data

    def add_refusals(self, refused: Refused) -> None:
        """Put each reason beside the field it is about."""
        for reason in refused.reasons:
            self.add_error(self.field_of(reason.code), str(reason))

    def field_of(self, code: str) -> str | None:
        return "new_password1" if code.startswith("password.") else None


class ActivateForm(NewPasswordForm):
    username = UsernameField(label=_("编号"), max_length=40, help_text=_("印在激活单上。"))
    code = forms.CharField(
        label=_("激活码"),
        max_length=40,
        help_text=_("印在激活单上，不分大小写，可不输横线。"),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}
        ),
    )
    field_order = ["username", "code", "new_password1", "new_password2"]

    def field_of(self, code: str) -> str | None:
        return "code" if code.startswith("slip.") else super().field_of(code)


class ChangePasswordForm(NewPasswordForm):
    old_password = password_field(_("原密码"), "current-password")
    field_order = ["old_password", "new_password1", "new_password2"]

    def field_of(self, code: str) -> str | None:
        return "old_password" if code == "password.old_wrong" else super().field_of(code)


class PreferencesForm(forms.Form):
    elder_mode = forms.BooleanField(
        label=_("适老模式"), required=False, help_text=_("大字、单列、高对比度。")
    )
    theme = forms.ChoiceField(
        label=_("颜色"), choices=THEMES, required=False, widget=SegmentedRadio
    )
    language = forms.ChoiceField(label=_("语言"), choices=settings.LANGUAGES, widget=SegmentedRadio)


class CodeForm(forms.Form):
    """Six digits of an app, or one of the codes on paper."""

    code = forms.CharField(
        label=_("动态口令或备用码"),
        max_length=20,
        help_text=_("验证器应用里现在显示的 6 位数字；手机不在身边时，用一个备用码。"),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false"}
        ),
    )


class NewAppForm(forms.Form):
    code = forms.CharField(
        label=_("应用里显示的 6 位数字"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class NewPasskeyForm(forms.Form):
    name = forms.CharField(
        label=_("给它起个名字"), max_length=40, help_text=_("例如：办公电脑、我的手机。")
    )


class ProofForm(forms.Form):
    """The password again, or a code of the second factor."""

    proof = password_field(_("密码或动态口令"), "current-password")


class FindAccountForm(forms.Form):
    username = forms.CharField(label=_("用户名"), max_length=40)


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(label=_("理由"), choices=AccountReason.choices)
