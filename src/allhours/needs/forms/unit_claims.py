"""Whom a unit names: typed or chosen from the list of its people, without script."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allhours.directory.models import Member
from allhours.directory.models.member import MemberQuerySet

PEOPLE = "unit-people"  # id of the page's <datalist>
HELPERS = ("helper_1", "helper_2", "helper_3")


def option(member: Member) -> str:
    """As it stands in the list and comes back from the input."""
    return f"{member.name} {member.member_no}"


class PersonField(forms.CharField):
    """One of the unit's people by name and number, number, or a name that only one has."""

    people: MemberQuerySet

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"list": PEOPLE, "autocomplete": "off", "spellcheck": "false"})
        super().__init__(max_length=80, widget=widget, **kwargs)

    def clean(self, value: Any) -> Member | None:
        words = super().clean(value).split()
        if not words:
            return None
        by_number = self.people.filter(member_no=words[-1].upper()).first()
        if by_number is not None:
            return by_number
        same = list(self.people.filter(name="".join(words))[:2])
        if len(same) == 1:
            return same[0]
        if same:
            raise forms.ValidationError(_("本单位有同名的同志，请从列表中选择或加上编号。"))
        raise forms.ValidationError(_("本单位在册党员中没有找到，请从列表中选择。"))


class _PeopleForm(forms.Form):
    def __init__(self, *args: Any, people: MemberQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in self.fields.values():
            if isinstance(each, PersonField):
                each.people = people


class UnitClaimForm(_PeopleForm):
    responsible = PersonField(
        label=_("负责人"),
        help_text=_(
            "输入姓名或编号，从列表中选择。只有负责人能看到心愿人是谁；本人可以请单位另派。"
        ),
    )
    helper_1 = PersonField(label=_("一同参加的同志 1"), required=False)
    helper_2 = PersonField(label=_("一同参加的同志 2"), required=False)
    helper_3 = PersonField(
        label=_("一同参加的同志 3"),
        required=False,
        help_text=_("认领后还可以再加。参加的同志不能看到心愿人是谁。"),
    )

    @property
    def named(self) -> dict[str, Any]:
        given = [self.cleaned_data.get(name) for name in HELPERS]
        return {
            "responsible": self.cleaned_data["responsible"],
            "helpers": [each for each in given if each is not None],
        }


class RenameForm(_PeopleForm):
    responsible = PersonField(label=_("负责人"))


class HelperForm(_PeopleForm):
    helper = PersonField(label=_("一同参加的同志"))
