"""Sample values for the component gallery. Invented; nothing here reaches a real page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from allhours.kernel import clock
from allhours.ui import parts, widgets
from allhours.ui.lists import list_response
from allhours.ui.tables import NUMBER, ActionColumn, Column, PillColumn, SelectColumn, Table

KINDS = {"open": "danger", "done": "ok", "busy": "info"}
SHELLS = ("public", "me", "desk")


class SampleForm(forms.Form):
    name = forms.CharField(label=_("姓名"), help_text=_("与身份证一致。"))
    phone = forms.CharField(label=_("联系电话"), widget=widgets.PhoneInput, required=False)
    day = forms.DateField(label=_("日期"), widget=widgets.DateInput)
    kind = forms.ChoiceField(
        label=_("类别"),
        choices=[("a", _("便民服务")), ("b", _("环境卫生")), ("c", _("文体活动"))],
        widget=widgets.ChipRadio,
    )
    rating = forms.ChoiceField(
        label=_("评价"),
        choices=[("3", _("满意")), ("2", _("一般")), ("1", _("不满意"))],
        widget=widgets.SegmentedRadio,
    )
    skills = forms.MultipleChoiceField(
        label=_("特长"),
        choices=[("x", _("书法")), ("y", _("心理咨询")), ("z", _("水电维修"))],
        widget=widgets.CheckboxChips,
        required=False,
    )
    unit = forms.ChoiceField(label=_("单位"), choices=[("", "—"), ("1", _("县教育局"))])
    text = forms.CharField(label=_("说明"), widget=forms.Textarea, help_text=_("不超过 200 字。"))
    roster = forms.FileField(label=_("花名册"), widget=widgets.FileDrop(accept=".xlsx,.csv"))
    agree = forms.BooleanField(label=_("内容属实"), help_text=_("提交后由社区核实。"))


class SampleFilter(forms.Form):
    q = forms.CharField(label=_("关键词"), required=False)
    place = forms.ChoiceField(
        label=_("社区"), required=False, choices=[("", _("全部")), ("1", _("兴隆社区"))]
    )
    since = forms.DateField(label=_("起始日期"), required=False, widget=widgets.DateInput)


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
    title = Column(verbose_name=_("心愿"))
    place = Column(verbose_name=_("社区"))
    state = PillColumn(
        kinds={"open": "danger", "done": "ok", "busy": "info"}, verbose_name=_("状态")
    )
    hours = Column(verbose_name=_("时长"), attrs=NUMBER)
    on = Column(verbose_name=_("日期"))
    actions = ActionColumn('<a href="#{{ record.pk }}">查看</a>')

    class Meta(Table.Meta):
        caption = _("心愿")


def rows() -> list[Row]:
    kinds = [("open", "待认领"), ("busy", "办理中"), ("done", "已办结")]
    titles = ["想学用智能手机挂号", "楼道灯坏了两个月", "过冬想要一床厚被子", "=1+1"]
    return [
        Row(n, titles[n % 4], "兴隆社区", *kinds[n % 3], hours=n / 2, on=date(2026, 11, 1 + n % 28))
        for n in range(1, 61)
    ]


def chart() -> parts.LineChart:
    return parts.LineChart(
        title="心愿：提出与办结",
        labels=[f"{month}月" for month in range(1, 12)],
        series=[
            parts.Series("提出", [18, 40, 90, 150, 220, 300, 380, 450, 510, 550, 572], "danger"),
            parts.Series("办结", [10, 30, 70, 125, 190, 262, 340, 410, 470, 512, 531], "ok"),
        ],
    )


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


def values() -> dict[str, Any]:
    task, step, event, fact = parts.Task, parts.Step, parts.Event, parts.Fact
    at = datetime(2026, 11, 20, 9, 30, tzinfo=clock.now().tzinfo)
    return {
        "inbox": [
            task(
                "5 名党员今天到社区报到",
                "#",
                "待接收回执 · 县教育局 3、县水利局 2",
                "今天",
                "danger",
                urgent=True,
            ),
            task(
                "心愿“想要一床厚被子”已送达，待确认",
                "#",
                "认领人 高明 · 11月18日送达",
                "还有 2 天",
                "warn",
            ),
            task(
                "新心愿待核实：楼道灯坏了两个月",
                "#",
                "网格员 电话登记 · 第 4 网格",
                "3 个工作日",
                "info",
            ),
            task("第四季度反馈：186 人，已按记录填好", "#", "只需看例外 7 人", "12月10日"),
        ],
        "mine": [
            task(
                "本月入户还差 1 次",
                "#",
                "结对户 1 · 上次走访 10月19日",
                "11月30日前",
                "warn",
                action_label="记一次走访",
                action_url="#",
            ),
            task("第三季度反馈已送达", "#", "参加活动 3 次，群众评价满意", "可答复", "info"),
        ],
        "steps": [
            step("开具证明信", "done", "11月20日"),
            step("到社区报到", "done"),
            step("社区接收", "current"),
            step("回执到单位"),
            step("领岗承诺"),
        ],
        "events": [
            event("已送达", at, "高明", "ok"),
            event("已认领", at, "高明", "info"),
            event("已发布到心愿墙", at, "兴隆社区", note="核实人两名"),
        ],
        "facts": [
            fact("证明信", "教党字 2026 第 0032 号"),
            fact("单位", "县教育局机关党委"),
            fact("特长", "书法、心理咨询", "#"),
        ],
        "tab_items": [parts.NavItem("看板", "#", current=True), parts.NavItem("列表", "#", 23)],
        "chip_items": [
            parts.NavItem("待认领", "#", 23, current=True),
            parts.NavItem("办理中", "#", 18),
            parts.NavItem("已办结", "#", 531),
        ],
        "breadcrumb": [parts.Crumb("首页", "/"), parts.Crumb("心愿", "#")],
        "day": date(2026, 12, 27),
        "chart": chart(),
        "kinds": ["ok", "warn", "info", "neutral", "danger"],
    }


def respond(request: HttpRequest) -> HttpResponseBase:
    shell = request.GET.get("shell", "public")
    shell = shell if shell in SHELLS else "public"
    if "message" in request.GET:
        messages.success(request, _("已保存。"))
    form = SampleForm({"name": "周岚"}) if "errors" in request.GET else SampleForm()
    context = (
        values()
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
