"""What of the board is looked at; kept in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allhours.directory.models import Organization
from allhours.needs.queries.board import Filters
from allhours.needs.queries.limits import PERIODS, period_start


class BoardForm(forms.Form):
    """Unreadable values of an address count as not given: a filter never refuses a page."""

    words = forms.CharField(label=gettext_lazy("公开内容或编号"), required=False, max_length=60)
    place = forms.ChoiceField(label=gettext_lazy("社区"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("类别"), required=False)
    origin = forms.ChoiceField(label=gettext_lazy("来源"), required=False)
    period = forms.ChoiceField(
        required=False, choices=[(each, each) for each in PERIODS], widget=forms.HiddenInput()
    )
    late = forms.BooleanField(label=gettext_lazy("只看超期"), required=False)
    late_first = forms.BooleanField(label=gettext_lazy("超期在前"), required=False)

    def __init__(
        self,
        *args: Any,
        communities: Sequence[Organization],
        categories: Mapping[str, str],
        origins: Mapping[str, str],
        now: datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.organizations = {str(each.pk): each for each in communities}
        self.organizations |= {
            str(each.parent.pk): each.parent for each in communities if each.parent
        }
        self.fields["words"].widget.attrs["placeholder"] = self.fields["words"].label
        self._choose("place", [("", _("全部社区")), *_grouped(communities)])
        self._choose("category", [("", _("全部类别")), *categories.items()])
        self._choose("origin", [("", _("全部来源")), *origins.items()])
        if len(communities) < 2:
            del self.fields["place"]

    def _choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def filters(self) -> Filters:
        self.is_valid()
        found = self.cleaned_data
        return Filters(
            place=self.organizations.get(found.get("place", "")),
            category=found.get("category", ""),
            origin=found.get("origin", ""),
            words=found.get("words", "").strip(),
            late=found.get("late", False),
            late_first=found.get("late_first", False),
            noted_since=period_start(found.get("period", ""), self.now),
        )


def _grouped(communities: Sequence[Organization]) -> list[Any]:
    """Towns as groups with their communities; the town itself can be chosen too."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for each in communities:
        above = each.parent
        if above is not None and above.label not in groups:
            groups[above.label] = [(str(above.pk), _("%(town)s（全部）") % {"town": above.label})]
        group = groups.setdefault(above.label if above is not None else "", [])
        group.append((str(each.pk), each.label))
    return list(groups.items())
