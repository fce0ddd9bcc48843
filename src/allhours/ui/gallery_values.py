"""What the gallery shows in the components: invented, untranslated, for builders only."""

from datetime import date, time
from typing import Any

from allhours.kernel import clock
from allhours.ui.parts import Crumb, Event, Fact, LineChart, NavItem, Series, Step, Task

AT = clock.at(date(2026, 11, 20), time(9, 30))
CHART = LineChart(
    title="心愿：提出与办结",
    labels=[f"{month}月" for month in range(1, 12)],
    series=[
        Series("提出", [18, 40, 90, 150, 220, 300, 380, 450, 510, 550, 572], "danger"),
        Series("办结", [10, 30, 70, 125, 190, 262, 340, 410, 470, 512, 531], "ok"),
    ],
)
VALUES: dict[str, Any] = {
    "inbox": [
        Task(
            "5 名党员今天到社区报到",
            "#",
            "待接收回执 · 县教育局 3、县水利局 2",
            "今天",
            "danger",
            urgent=True,
        ),
        Task(
            "心愿“想要一床厚被子”已送达，待确认",
            "#",
            "认领人 高明 · 11月18日送达",
            "还有 2 天",
            "warn",
        ),
        Task(
            "新心愿待核实：楼道灯坏了两个月",
            "#",
            "网格员 电话登记 · 第 4 网格",
            "3 个工作日",
            "info",
        ),
        Task("第四季度反馈：186 人，已按记录填好", "#", "只需看例外 7 人", "12月10日"),
    ],
    "mine": [
        Task(
            "本月入户还差 1 次",
            "#",
            "结对户 1 · 上次走访 10月19日",
            "11月30日前",
            "warn",
            action_label="记一次走访",
            action_url="#",
        ),
        Task("第三季度反馈已送达", "#", "参加活动 3 次，群众评价满意", "可答复", "info"),
    ],
    "steps": [
        Step("开具证明信", "done", "11月20日"),
        Step("到社区报到", "done"),
        Step("社区接收", "current"),
        Step("回执到单位"),
        Step("领岗承诺"),
    ],
    "events": [
        Event("已送达", AT, "高明", "ok"),
        Event("已认领", AT, "高明", "info"),
        Event("已发布到心愿墙", AT, "兴隆社区", note="核实人两名"),
    ],
    "facts": [
        Fact("证明信", "教党字 2026 第 0032 号"),
        Fact("单位", "县教育局机关党委"),
        Fact("特长", "书法、心理咨询", "#"),
    ],
    "tab_items": [NavItem("看板", "#", current=True), NavItem("列表", "#", 23)],
    "chip_items": [
        NavItem("待认领", "#", 23, current=True),
        NavItem("办理中", "#", 18),
        NavItem("已办结", "#", 531),
    ],
    "breadcrumb": [Crumb("首页", "/"), Crumb("心愿", "#")],
    "day": date(2026, 12, 27),
    "chart": CHART,
    "kinds": ["ok", "warn", "info", "neutral", "danger"],
}
