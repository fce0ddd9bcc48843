"""Appointing people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import UsernameField
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.directory import appointing, rules
from allhours.directory.choices import AppointmentState
from allhours.directory.models import Appointment, Organization
from allhours.directory.models.appointment import APPROVED, AppointmentQuerySet
from allhours.directory.queries import organizations
from allhours.kernel import clock
from allhours.ui.widgets import DateInput

TERMS = [("now", _("现任")), ("ended", _("已结束"))]


class AppointForm(forms.Form):
    """Somebody with an account (or a member, by number), or somebody new."""

    username = UsernameField(
        label=_("用户名或党员编号"), max_length=40,
        help_text=_("还没有账号的，另起一个用户名，并填写姓名。"),
    )  # fmt: skip
    display_name = forms.CharField(
        label=_("姓名"), max_length=60, required=False, help_text=_("只在新设账号时填写。")
    )
    role = forms.ChoiceField(label=_("职务"))
    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        None, label=_("任职单位"), empty_label=_("请选择")
    )
    decision_no = forms.CharField(label=_("任命文号"), max_length=60, required=False)
    from_on = forms.DateField(label=_("任职日期"), widget=DateInput)
    until_on = forms.DateField(
        label=_("任期至"), required=False, widget=DateInput, help_text=_("没有期限的留空。")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = appointing.roles_to_propose(actor)
        role, organization = self.fields["role"], self.fields["organization"]
        assert isinstance(role, forms.ChoiceField)  # noqa: S101 - declared above
        assert isinstance(organization, forms.ModelChoiceField)  # noqa: S101
        role.choices = [("", _("请选择")), *((r.value, r.label) for r in roles)]
        kinds = frozenset(kind for r in roles for kind in rules.SEATS[r])
        if actor.holds(*appointing.APPOINTERS):
            organization.queryset = organizations.seats(kinds)
        else:
            organization.queryset = organizations.seats_for(actor, kinds)


class EndForm(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=120, required=False)
    decision_no = forms.CharField(label=_("免职文号"), max_length=60, required=False)


class ApproveForm(forms.Form):
    decision_no = forms.CharField(label=_("任命文号"), max_length=60, required=False)


class DeclineForm(forms.Form):
    reason = forms.CharField(label=_("不批准的原因"), max_length=120)


class DelegateForm(forms.Form):
    """Whom, where, and for which days."""

    username = UsernameField(
        label=_("代理人的用户名或党员编号"), max_length=40,
        help_text=_("须是本组织内已有账号的人员。"),
    )  # fmt: skip
    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        None, label=_("代理范围"), empty_label=None
    )
    from_on = forms.DateField(label=_("自"), widget=DateInput)
    until_on = forms.DateField(label=_("至"), widget=DateInput)
    decision_no = forms.CharField(label=_("文号"), max_length=60, required=False)

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organization = self.fields["organization"]
        assert isinstance(organization, forms.ModelChoiceField)  # noqa: S101 - declared above
        organization.queryset = organizations.seats_below(
            appointment.organization, rules.SEATS[appointment.role]
        )
        organization.initial = appointment.organization_id


class AppointmentFilter(FilterSet):
    role = ChoiceFilter(label=_("职务"), empty_label=_("全部"), choices=Role.choices)
    place = CharFilter(label=_("任职单位"), field_name="organization__name", lookup_expr="contains")
    person = CharFilter(label=_("姓名或用户名"), method="named")
    state = ChoiceFilter(label=_("状态"), empty_label=_("全部"), choices=AppointmentState.choices)
    term = ChoiceFilter(label=_("任期"), empty_label=_("全部"), choices=TERMS, method="in_term")

    def named(self, rows: AppointmentQuerySet, name: str, value: str) -> AppointmentQuerySet:
        return rows.filter(Q(user__display_name__contains=value) | Q(user__username=value))

    def in_term(self, rows: AppointmentQuerySet, name: str, value: str) -> AppointmentQuerySet:
        today = clock.local_date(clock.now())
        if value == "now":
            return rows.in_force_on(today)
        return rows.filter(until_on__lt=today, state__in=APPROVED)
