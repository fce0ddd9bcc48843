from django.apps import AppConfig
from django.core import validators
from django.forms import Field
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    name = "allhours.ui"
    label = "ui"

    def ready(self) -> None:
        # Django's own sentences speak of “fields” and “values”, as nobody at a counter does.
        Field.default_error_messages["required"] = _("请填写这一项。")
        validators.MinValueValidator.message = _("不能小于 %(limit_value)s。")
        validators.MaxValueValidator.message = _("不能大于 %(limit_value)s。")
        validators.MaxLengthValidator.message = _(
            "最多 %(limit_value)d 个字，现在有 %(show_value)d 个，请缩短。"
        )
