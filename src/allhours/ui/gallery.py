"""The component gallery's form, table and shells. Its words are untranslated: builders only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from allhours.ui import parts, widgets
from allhours.ui.gallery_values import VALUES
from allhours.ui.lists import list_response
from allhours.ui.tables import NUMBER, ActionColumn, Column, PillColumn, SelectColumn, Table

KINDS = {"open": "danger", "done": "ok", "busy": "info"}
SHELLS = ("public", "me", "desk")


class SampleForm(forms.Form):
    name = forms.CharField(label="姓名", help_text="与身份证一致。")
    phone = forms.CharField(label="联系电话", widget=widgets.PhoneInput, required=False)
    day = forms.DateField(label="日期", widget=widgets.DateInput)
    kind = forms.ChoiceField(
        label="类别",
        choices=[("a", "便民服务"), ("b", "环境卫生"), ("c", "文体活动")],
        widget=widgets.ChipRadio,
    )
    rating = forms.ChoiceField(
        label="评价",
        choices=[("3", "满意"), ("2", "一般"), ("1", "不满意")],
        widget=widgets.SegmentedRadio,
    )
    skills = forms.MultipleChoiceField(
        label="特长",
        choices=[("x", "书法"), ("y", "心理咨询"), ("z", "水电维修")],
        widget=widgets.CheckboxChips,
        required=False,
    )
    unit = forms.ChoiceField(label="单位", choices=[("", "—"), ("1", "县教育局")])
    text = forms.CharField(label="说明", widget=forms.Textarea, help_text="不超过 200 字。")
    roster = forms.FileField(label="花名册", widget=widgets.FileDrop(accept=".xlsx,.csv"))
    agree = forms.BooleanField(label="内容属实", help_text="提交后由社区核实。")


class SampleFilter(forms.Form):
    q = forms.CharField(label="关键词", required=False)
    place = forms.ChoiceField(
        label="社区", required=False, choices=[("", "全部"), ("1", "兴隆社区")]
    )
    since = forms.DateField(label="起始日期", required=False, widget=widgets.DateInput)


@dataclass(frozen=True, slots=True)
class FilterLike:
    form: forms.Form
    data: Any


@dataclass(frozen=True, slots=True)
class Row:
    pk: int
    title: str
    place: str
    state: str
    state_label: str
    hours: float
    on: date


class SampleTable(Table):
    chosen = SelectColumn(label_accessor="title")
    title = Column(verbose_name="心愿")
    place = Column(verbose_name="社区")
    state = PillColumn(kinds={"open": "danger", "done": "ok", "busy": "info"}, verbose_name="状态")
    hours = Column(verbose_name="时长", attrs=NUMBER)
    on = Column(verbose_name="日期")
    actions = ActionColumn('<a href="#{{ record.pk }}">查看</a>')

    class Meta(Table.Meta):
        caption = "心愿"


def rows() -> list[Row]:
    kinds = [("open", "待认领"), ("busy", "办理中"), ("done", "已办结")]
    titles = ["想学用智能手机挂号", "楼道灯坏了两个月", "过冬想要一床厚被子", "=1+1"]
    return [
        Row(n, titles[n % 4], "兴隆社区", *kinds[n % 3], hours=n / 2, on=date(2026, 11, 1 + n % 28))
        for n in range(1, 61)
    ]


def shell_context(shell: str) -> dict[str, Any]:
    item = parts.NavItem
    menu = {
        "public": [
            item("首页", "#"),
            item("心愿墙", "#", current=True),
            item("服务菜单", "#"),
            item("活动", "#"),
            item("荣誉", "#"),
        ],
        "me": [
            item("今天", "#", icon="home", current=True),
            item("心愿", "#", icon="heart", count=2),
            item("活动", "#", icon="calendar"),
            item("记录", "#", icon="record"),
            item("我", "#", icon="user"),
        ],
        "desk": [item("待办", "#", count=14, current=True)],
    }
    groups = [parts.NavGroup("", menu[shell])]
    if shell == "desk":
        services = [item("心愿", "#", 23), item("岗位", "#", 41), item("活动", "#", 6)]
        people = [item("报到与回执", "#", 5), item("季度反馈", "#", "12月10日")]
        groups += [parts.NavGroup("服务", services), parts.NavGroup("党员", people)]
    titles = {
        "public": ("全天候", "示例县"),
        "me": ("兴隆社区", "第三临时党支部"),
        "desk": ("兴隆社区", "党委工作台"),
    }
    return {
        "nav": groups,
        "shell": parts.Shell(*titles[shell]),
        "shell_template": f"ui/{shell}.html",
    }


def respond(request: HttpRequest) -> HttpResponseBase:
    shell = request.GET.get("shell", "public")
    shell = shell if shell in SHELLS else "public"
    if "message" in request.GET:
        messages.success(request, "已保存。")
    form = SampleForm({"name": "周岚"}) if "errors" in request.GET else SampleForm()
    context = (
        VALUES
        | shell_context(shell)
        | {
            "form": form,
            "sample_filter": FilterLike(SampleFilter(request.GET or None), request.GET),
        }
    )
    return list_response(
        request,
        "ui/gallery/page.html",
        rows=rows(),
        table=SampleTable,
        name="sample",
        context=context,
    )
