from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from allhours.activities.actions import Sheet
from allhours.activities.queries.attendance import Marks, Quantity

SEPARATORS = re.compile(r"[\s,，、;；]+")
MINUTES = re.compile(r"minutes-(\d{1,18})$")


class SheetForm:
    """The posted sheet: ticks by member id, minutes by member, people typed or chosen.

    Not a Django form: a service day's sheet has thousands of rows and no field of its own.
    """

    def __init__(self, data: QueryDict) -> None:
        self.revision = next(iter(_ids([data.get("revision", "")])), 0)
        self.absent = _ids(data.getlist("absent"))
        self.excused = _ids(data.getlist("excused"))
        self.chosen = [number for number in data.getlist("extra") if number]
        typed = data.get("people", "")
        if self.chosen and typed == data.get("searched"):
            typed = ""  # it only served to find those who were then ticked
        self.people = [word for word in SEPARATORS.split(typed) if word]
        self.minutes = {
            int(match[1]): str(value).strip()
            for name, value in data.items()
            if str(value).strip() and (match := MINUTES.match(name))
        }

    @property
    def marks(self) -> Marks:
        return Marks(self.absent, self.excused, self.minutes)

    def sheet(self, extra: set[int]) -> Sheet:
        """Minutes that are no number become 0, which the action refuses with a sentence."""
        return Sheet(
            revision=self.revision,
            absent=self.absent,
            excused=self.excused,
            extra=frozenset(extra),
            minutes={
                pk: int(text) if text.isdecimal() and len(text) < 5 else 0
                for pk, text in self.minutes.items()
            },
        )


def _ids(values: Sequence[str]) -> frozenset[int]:
    return frozenset(int(value) for value in values if value.isdecimal() and len(value) < 19)


class OutcomesForm(forms.Form):
    """One field per outcome of the scheme; empty means none."""

    def __init__(self, *args: Any, quantities: Sequence[Quantity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in quantities:
            self.fields[each.kind.code] = forms.DecimalField(
                label=_("%(title)s（%(unit)s）")
                % {"title": each.kind.title, "unit": each.kind.unit},
                min_value=0,
                max_value=Decimal("999999999"),
                decimal_places=each.kind.decimals,
                required=False,
                initial=each.text,
            )
