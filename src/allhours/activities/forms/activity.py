from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.activities.actions import Plan
from allhours.activities.kinds import titles
from allhours.activities.models import Activity
from allhours.activities.queries import activities as queries
from allhours.directory.models import Organization
from allhours.kernel import clock
from allhours.ui.widgets import ChipRadio, DateInput, TimeInput


class OrganizationChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not at run time
    def label_from_instance(self, obj: Organization) -> str:
        return obj.label


class PlanForm(forms.Form):
    """Plan or change an activity: a day and two times of day, as it is announced."""

    title = forms.CharField(label=_("活动名称"), max_length=80)
    kind = forms.ChoiceField(label=_("类别"), widget=ChipRadio)
    day = forms.DateField(label=_("日期"), widget=DateInput)
    starts = forms.TimeField(label=_("开始"), widget=TimeInput)
    ends = forms.TimeField(label=_("结束"), widget=TimeInput, help_text=_("过了零点算第二天。"))
    place = forms.CharField(label=_("地点"), max_length=80)
    places = forms.IntegerField(label=_("名额"), min_value=1, max_value=100_000)
    waiting_list = forms.BooleanField(label=_("满员后可以候补"), required=False, initial=True)
    community = OrganizationChoice(
        label=_("服务哪个社区"), queryset=None, required=False, empty_label=_("全县")
    )
    travel_minutes = forms.IntegerField(
        label=_("路途分钟"),
        min_value=0,
        max_value=600,
        initial=0,
        help_text=_("往返路途合计，不计入服务时长。"),
    )
    text = forms.CharField(
        label=_("内容"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000, required=False
    )
    organizer = OrganizationChoice(label=_("组织者"), queryset=None, empty_label=None)

    def __init__(
        self, *args: Any, actor: Actor, activity: Activity | None = None, on: date, **kwargs: Any
    ) -> None:
        if activity is not None:
            kwargs["initial"] = _initial(activity) | kwargs.get("initial", {})
            on = clock.local_date(activity.starts_at)
        super().__init__(*args, **kwargs)
        self._choose("kind", list(titles(on).items()))
        choices = queries.organizers_of(actor)
        organizers = list(choices)
        self.fields["organizer"].queryset = choices  # type: ignore[attr-defined]
        self.fields["community"].queryset = queries.communities()  # type: ignore[attr-defined]
        if activity is not None:
            organizers = [activity.organizer]
            del self.fields["organizer"]
        elif len(organizers) == 1:
            self.fields["organizer"].initial = organizers[0].pk
            self.fields["organizer"].widget = forms.HiddenInput()
        if organizers and all(queries.community_of(each) for each in organizers):
            del self.fields["community"]  # their own is the one served

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def plan(self) -> Plan:
        data = self.cleaned_data
        starts_at = clock.at(data["day"], data["starts"])
        ends_at = clock.at(data["day"], data["ends"])
        if data["ends"] <= data["starts"] and data["ends"].hour < 6:
            ends_at += timedelta(days=1)
        return Plan(
            title=data["title"],
            kind=data["kind"],
            place=data["place"],
            starts_at=starts_at,
            ends_at=ends_at,
            places=data["places"],
            text=data["text"],
            community=data.get("community"),
            travel_minutes=data["travel_minutes"],
            waiting_list=data["waiting_list"],
        )


def _initial(activity: Activity) -> dict[str, Any]:
    starts, ends = clock.local(activity.starts_at), clock.local(activity.ends_at)
    return {
        "title": activity.title,
        "kind": activity.kind,
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "place": activity.place,
        "places": activity.places,
        "waiting_list": activity.waiting_list,
        "community": activity.community_id,
        "travel_minutes": activity.travel_minutes,
        "text": activity.text,
    }


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=200)
