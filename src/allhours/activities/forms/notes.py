from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allhours.activities.actions import NoteFacts
from allhours.activities.models import ServiceNote
from allhours.kernel import clock
from allhours.kernel.codes import public_code
from allhours.ledger.choices import EntryKind
from allhours.scheme.queries import scheme_for
from allhours.ui.widgets import ChipRadio, DateInput, TimeInput

NOTED_KINDS = [
    EntryKind.POST_SERVICE,
    EntryKind.ACTIVITY,
    EntryKind.VISIT,
    EntryKind.GROUP_SERVICE,
    EntryKind.OTHER,
]


class NoteForm(forms.Form):
    """A member's own note: what, when, how long; the community is the one they serve in."""

    kind = forms.ChoiceField(
        label=_("做的是"),
        choices=[(kind.value, kind.label) for kind in NOTED_KINDS],
        initial=EntryKind.POST_SERVICE,
        widget=ChipRadio,
    )
    text = forms.CharField(
        label=_("做了什么"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("一句话，不写居民姓名和住址。"),
    )
    day = forms.DateField(label=_("哪一天"), widget=DateInput)
    starts = forms.TimeField(label=_("几点开始"), widget=TimeInput)
    hours = forms.DecimalField(
        label=_("几小时"),
        min_value=0,
        max_value=24,
        decimal_places=2,
        help_text=_("按实际服务时间，不含路途；半小时写 0.5。"),
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.25"}),
    )
    item = forms.ChoiceField(label=_("服务项目"), required=False)
    place = forms.CharField(label=_("地点"), max_length=80, required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=60, required=False)

    def __init__(
        self, *args: Any, today: date, note: ServiceNote | None = None, **kwargs: Any
    ) -> None:
        kwargs["initial"] = _initial(note) if note else {"day": today, "key": public_code(20)}
        super().__init__(*args, **kwargs)
        items = scheme_for(today).menu.items
        self.fields["item"].choices = [  # type: ignore[attr-defined]
            ("", _("不选")),
            *((item.code, item.title) for item in items),
        ]
        if not items:
            del self.fields["item"]

    def facts(self) -> NoteFacts:
        data = self.cleaned_data
        return NoteFacts(
            kind=data["kind"],
            started_at=clock.at(data["day"], data["starts"]),
            minutes=round(data["hours"] * 60),
            text=data["text"],
            place=data["place"],
            item=data.get("item", ""),
        )


def _initial(note: ServiceNote) -> dict[str, Any]:
    start = clock.local(note.started_at)
    return {
        "kind": note.kind,
        "text": note.text,
        "day": start.date(),
        "starts": start.time(),
        "hours": f"{note.minutes / 60:.2f}".rstrip("0").rstrip("."),
        "item": note.item,
        "place": note.place,
    }
