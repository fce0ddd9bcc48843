"""The lists of this app."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allhours.directory.models import Appointment, Member
from allhours.ui.tables import NUMBER, ActionColumn, Column, PillColumn, Table


class MemberTable(Table):
    member_no = Column(verbose_name=_("编号"))
    name = Column(verbose_name=_("姓名"))
    unit = Column(verbose_name=_("单位"), order_by=("unit__code", "member_no"))
    branch = Column(verbose_name=_("所在党支部"), order_by=("branch__code", "member_no"))
    category = Column(verbose_name=_("人员类别"))
    position = Column(verbose_name=_("职务"), orderable=False)
    serving_community = Column(
        verbose_name=_("服务社区"), order_by=("serving_community__code", "member_no")
    )
    residence = Column(verbose_name=_("居住社区"), order_by=("residence__code", "member_no"))
    registered_on = Column(verbose_name=_("入册日期"))
    left_on = Column(verbose_name=_("离开日期"))

    class Meta(Table.Meta):
        order_by = "member_no"
        caption = _("党员")

    def render_member_no(self, record: Member) -> SafeString:
        return _link(record, record.member_no)

    def render_name(self, record: Member) -> SafeString:
        return _link(record, record.name)

    def value_member_no(self, record: Member) -> str:
        return record.member_no

    def value_name(self, record: Member) -> str:
        return record.name

    def render_registered_on(self, value: Any) -> str:
        return str(value)

    def render_left_on(self, value: Any) -> str:
        return str(value)

    def render_residence(self, record: Member) -> str:
        place = record.residence
        if place is None:
            return "—"
        text = place.label
        return text if record.residence_confirmed else gettext("%s（待确认）") % text


def _link(member: Member, text: str) -> SafeString:
    url = reverse("directory:member", args=[member.member_no])
    return format_html('<a href="{}">{}</a>', url, text)


APPOINTMENT_PILLS = {"proposed": "warn", "in_force": "ok", "declined": "danger"}


class AppointmentTable(Table):
    user = Column(verbose_name=_("姓名"), order_by=("user__display_name", "pk"))
    username = Column(verbose_name=_("用户名"), accessor="user__username")
    role = Column(verbose_name=_("职务"))
    organization = Column(verbose_name=_("任职单位"), order_by=("organization__code", "pk"))
    decision_no = Column(verbose_name=_("任命文号"))
    from_on = Column(verbose_name=_("任职日期"))
    until_on = Column(verbose_name=_("任期至"))
    state = PillColumn(kinds=APPOINTMENT_PILLS, verbose_name=_("状态"))
    account = Column(verbose_name=_("账号"), empty_values=(), orderable=False)
    do = ActionColumn(
        '{% load i18n %}<a href="{% url "directory:appointment" record.pk %}">'
        '{% translate "办理" %}</a>'
    )

    class Meta(Table.Meta):
        order_by = "role"
        caption = _("任职")

    def render_user(self, record: Appointment) -> str:
        return record.user.display_name or record.user.username

    def render_role(self, record: Appointment) -> str:
        return record.office

    def render_from_on(self, value: Any) -> str:
        return str(value)

    def render_until_on(self, value: Any) -> str:
        return str(value)

    def render_account(self, record: Appointment) -> str:
        return account_state(record.user)


def account_state(user: Any) -> str:
    """Stopped, waiting for its slip, or in use."""
    if user is None:
        return gettext("未开通")
    if not user.is_active:
        return gettext("已停用")
    return gettext("已激活") if user.has_usable_password() else gettext("待激活")


class OrganizationTable(Table):
    code = Column(verbose_name=_("编码"))
    name = Column(verbose_name=_("名称"), linkify=("directory:organization", {"code": "code"}))
    kind = Column(verbose_name=_("类别"))
    min_members = Column(verbose_name=_("最少"), attrs=NUMBER)
    max_members = Column(verbose_name=_("最多"), attrs=NUMBER)
    child_count = Column(verbose_name=_("下级"), attrs=NUMBER)

    class Meta(Table.Meta):
        order_by = "code"
        caption = _("下级组织")
