"""Changes in words: what happens to each open duty, the timeline, two numbers side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allhours.directory.choices import ChangeKind, ChangeState, Fate, FormerFact, LeaveReason
from allhours.directory.consequences import Consequence
from allhours.directory.merge_rules import FIELDS
from allhours.directory.models import Former, Member, MemberChange
from allhours.directory.shown import titles
from allhours.scheme.schema import Scheme
from allhours.ui.parts import Event, Kind

KINDS = {
    "placement": gettext_lazy("编入社区"),
    "letter": gettext_lazy("报到证明信"),
    "excusal": gettext_lazy("免报"),
    "contact_point": gettext_lazy("领导干部联系点"),
    "change": gettext_lazy("待办的变动"),
    "claim": gettext_lazy("认领的心愿"),
    "waiting": gettext_lazy("候补的心愿"),
    "delivery": gettext_lazy("待确认的心愿"),
    "unit_claim": gettext_lazy("负责的单位心愿"),
    "unit_help": gettext_lazy("参加的单位心愿"),
    "post": gettext_lazy("服务岗位"),
    "order": gettext_lazy("岗位点单"),
    "pledge": gettext_lazy("服务承诺"),
    "signup": gettext_lazy("活动报名"),
    "note": gettext_lazy("服务写实"),
    "appointment": gettext_lazy("任职"),
    "account": gettext_lazy("登录账号"),
    "ledger": gettext_lazy("服务记录"),
}
FATES = {
    ("placement", "handed"): gettext_lazy("随之转接"),
    ("placement", "kept"): gettext_lazy("继续在此服务"),
    ("letter", "closed"): gettext_lazy("作废"),
    ("claim", "closed"): gettext_lazy("释放，由他人认领"),
    ("claim", "handed"): gettext_lazy("移交"),
    ("waiting", "closed"): gettext_lazy("退出候补"),
    ("delivery", "kept"): gettext_lazy("仍可确认"),
    ("unit_claim", "closed"): gettext_lazy("交回单位，另派负责人"),
    ("unit_claim", "handed"): gettext_lazy("移交"),
    ("unit_help", "closed"): gettext_lazy("退出"),
    ("post", "closed"): gettext_lazy("退回岗位"),
    ("order", "closed"): gettext_lazy("撤回"),
    ("pledge", "closed"): gettext_lazy("撤回"),
    ("signup", "closed"): gettext_lazy("让出名额"),
    ("note", "kept"): gettext_lazy("仍可确认"),
    ("note", "closed"): gettext_lazy("撤回"),
    ("account", "closed"): gettext_lazy("停用"),
    ("ledger", "handed"): gettext_lazy("转到保留的编号，合计不变"),
}
CHANGE_KINDS: dict[str, Kind] = {
    ChangeState.ASKED: "warn",
    ChangeState.PLANNED: "info",
    ChangeState.DONE: "ok",
    ChangeState.DECLINED: "neutral",
    ChangeState.WITHDRAWN: "neutral",
    ChangeState.LAPSED: "danger",
}
# What each page says before anything is chosen; sober, and never more than is needed.
LEADS = {
    ChangeKind.MOVE: gettext_lazy("登记新的居住社区。原住址不作历史保存，只留社区。"),
    ChangeKind.TRANSFER: gettext_lazy("由调入单位接收后生效；县级办理的直接生效。"),
    ChangeKind.LEAVE: gettext_lazy("离开名册后停止服务安排和登录，服务记录保留。"),
    ChangeKind.RETIRE: gettext_lazy("离退休后不再列入应报到人数；愿意继续服务的可以保留编入。"),
    ChangeKind.DEATH: gettext_lazy("登记后停止一切通知和登录，服务记录保留。"),
    ChangeKind.RETURN: gettext_lazy("自所填日期起重新在册，由单位和社区重新安排服务。"),
}


@dataclass(frozen=True)
class Line:
    """One open duty on the page of a change."""

    what: str
    title: str
    fate: str
    kind: Kind


def line(row: Mapping[str, str]) -> Line:
    fate = row["fate"]
    kind: Kind = "neutral" if fate == Fate.CLOSED else "ok" if fate == Fate.KEPT else "info"
    word = FATES.get((row["kind"], fate)) or Fate(fate).label
    title = " ".join(part for part in (row["title"], row["code"]) if part)
    return Line(str(KINDS.get(row["kind"], row["kind"])), title, str(word), kind)


def lines(found: Iterable[Consequence]) -> list[Line]:
    return [line(each.plain()) for each in found]


def change_sentence(change: MemberChange) -> str:
    """What the change is, in one line."""
    words = {
        "kind": change.get_kind_display(),
        "day": change.on.isoformat(),
        "from": change.from_unit.label,
        "to": change.to_unit.label if change.to_unit else "",
        "community": change.to_community.label if change.to_community else _("县外或不清楚"),
        "reason": LeaveReason(change.reason).label if change.reason else "",
    }
    texts = {
        ChangeKind.TRANSFER: _("%(day)s起由%(from)s调到%(to)s"),
        ChangeKind.MOVE: _("%(day)s起居住在%(community)s"),
        ChangeKind.LEAVE: _("%(day)s起离开名册：%(reason)s"),
    }
    return texts.get(ChangeKind(change.kind), _("%(day)s起%(kind)s")) % words


def timeline(changes: Sequence[MemberChange], former: Sequence[Former]) -> list[Event]:
    """Newest first: what happened, and how things were called until then."""
    dated = [
        (
            change.on.isoformat(),
            Event(
                change_sentence(change),
                change.done_at or change.asked_at,
                kind=CHANGE_KINDS[change.state],
                note=_note(change),
            ),
        )
        for change in changes
    ]
    dated += [(row.until_on.isoformat(), Event(_before(row), note=_until(row))) for row in former]
    return [event for _day, event in sorted(dated, key=lambda pair: pair[0], reverse=True)]


def _note(change: MemberChange) -> str:
    return _("：").join(part for part in (change.get_state_display(), change.answer) if part)


def _before(row: Former) -> str:
    if row.fact == FormerFact.SERVICE:
        return _("此前在册在职")
    return _("原%(fact)s：%(text)s") % {"fact": row.get_fact_display(), "text": row.text}


def _until(row: Former) -> str:
    if row.from_on:
        words = {"from": row.from_on.isoformat(), "until": row.until_on.isoformat()}
        return _("%(from)s 至 %(until)s 前") % words
    return _("至 %(until)s 前") % {"until": row.until_on.isoformat()}


@dataclass(frozen=True)
class Pair:
    """One field of two numbers; `differs` is where somebody has to choose."""

    field: str
    label: str
    kept: str
    gone: str
    differs: bool
    from_gone: bool = False


def side_by_side(kept: Member, gone: Member, taken: Sequence[str], scheme: Scheme) -> list[Pair]:
    """Every field that the two could differ in, sealed ones masked."""
    words = {
        "skills": [(each.code, each.title) for each in scheme.roster.skills],
        "wishes_to_serve": list(scheme.menu.titles.items()),
        "free_time": [(each.code, each.title) for each in scheme.roster.free_times],
    }
    rows = []
    for field in FIELDS:
        one, other = (_shown(member, field, words) for member in (kept, gone))
        differs = _stored(kept, field) != _stored(gone, field)
        rows.append(Pair(field, _label(field), one or "—", other or "—", differs, field in taken))
    return rows


def _label(field: str) -> str:
    words = {
        "unit": _("单位"),
        "residence": _("居住社区"),
        "id_number": _("公民身份号码"),
        "phone": _("手机号码"),
    }
    return words.get(field) or str(Member._meta.get_field(field).verbose_name)  # type: ignore[union-attr]  # a column


def _stored(member: Member, field: str) -> object:
    if field in ("id_number", "phone"):
        return getattr(member, f"{field}_hash")
    return getattr(member, field)


def _shown(member: Member, field: str, words: Mapping[str, list[tuple[str, str]]]) -> str:
    if field in ("id_number", "phone"):
        return str(getattr(member, f"{field}_masked"))
    if field == "nation":
        return member.nation_name
    value = getattr(member, field)
    if field in words:
        return titles(value, words[field])
    shown = getattr(member, f"get_{field}_display", None)
    return str(shown() if shown else value or "")
