"""Inputs beyond Django's own. All are native controls, so they work without script."""

from typing import Any

from django import forms


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # The browser's date control only takes ISO dates, whatever the language.
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%H:%M")


class DateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")


class PhoneInput(forms.TextInput):
    input_type = "tel"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"autocomplete": "tel", "inputmode": "tel", "maxlength": 20} | (attrs or {})
        )


class ChipRadio(forms.RadioSelect):
    template_name = "ui/widgets/choices.html"

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"class": "choices"} | (attrs or {}), choices)


class SegmentedRadio(ChipRadio):
    """Two to four short choices in one strip."""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"class": "choices segmented"} | (attrs or {}), choices)


class CheckboxChips(forms.CheckboxSelectMultiple):
    template_name = "ui/widgets/choices.html"

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"class": "choices"} | (attrs or {}), choices)


class FileDrop(forms.FileInput):
    """``accept``: endings or media types as the HTML attribute takes them."""

    template_name = "ui/widgets/file_drop.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, accept: str = "") -> None:
        super().__init__(({"accept": accept} if accept else {}) | (attrs or {}))
