"""A wish from its intake to its publication and its end."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from allhours.kernel.errors import Refusal
from allhours.needs.choices import NEXT, WishState
from allhours.needs.models import Wish

WORDS_MISSING = Refusal("wish.words_missing", _("请写下心愿内容。"))
PHONE_INVALID = Refusal(
    "wish.phone_invalid", _("联系电话不对，请填写 11 位手机号，或带区号的固定电话。")
)
GUARDIAN_MISSING = Refusal("wish.guardian_missing", _("孩子的心愿须由监护人填写姓名、关系并同意。"))
CHANNEL_CLOSED = Refusal(
    "wish.channel_closed", _("本县的工作方案没有设这个征集渠道，请从所列的渠道中选择。")
)
NOT_IN_STATE = Refusal("wish.wrong_state", _("这个心愿现在是“%(state)s”，不能这样办理。"))
TITLE_MISSING = Refusal("wish.title_missing", _("请写一句公开的心愿，不超过 60 字。"))
CATEGORY_MISSING = Refusal("wish.category_missing", _("请为心愿选择类别。"))
TITLE_TELLS = Refusal(
    "wish.title_tells", _("公开的心愿里有%(what)s，请改写后再提交，公众不应看到。")
)
OVER_BUDGET = Refusal(
    "wish.over_budget",
    _("心愿预算超过 %(cap)s 元上限，请改作项目办理，或与心愿人商量调整。"),
)
PLACE_HIDDEN = Refusal(
    "wish.place_hidden", _("只由本社区党员认领的心愿，须让人知道是哪个社区，请勾选显示社区。")
)
CHECK_FIRST = Refusal("wish.check_first", _("社区核实公开内容以后，才能审核。"))
NOT_YOUR_LEVEL = Refusal("wish.not_your_level", _("本级审核由%(role)s办理。"))
NO_CONVERSION = Refusal("wish.no_conversion", _("本县的工作方案不把心愿转为项目。"))
REASON_MISSING = Refusal("wish.reason_missing", _("请写明原因，心愿人查询时会看到。"))
IN_FESTIVAL = Refusal(
    "wish.in_festival",
    _("这个心愿已归入集中认领“%(title)s”，届时统一开放；要单独发布请先从中移出。"),
)
HOUR_PAST = Refusal("wish.hour_past", _("定时发布的时间已过，请选择以后的时间，或立即发布。"))

TITLE_LENGTH = 60
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(?:-\d{1,6})?|[2-9]\d{6,7}")
_LONG_NUMBER = re.compile(r"\d{7,}")


def normal_phone(text: str) -> str:
    """A telephone number as typed, in one form: half width, no blanks, no country code."""
    plain = re.sub(r"[\s()（）.]", "", unicodedata.normalize("NFKC", text)).replace("－", "-")
    plain = re.sub(r"^(\+?86-?)(?=1\d{10}$)", "", plain)
    return plain.replace("-", "") if plain.startswith("1") else plain


@dataclass(frozen=True)
class Voice:
    """What a resident (or whoever notes it for them) says: plain, sealed only by the action."""

    words: str
    name: str = ""
    phone: str = ""
    address: str = ""
    is_minor: bool = False
    guardian_name: str = ""
    guardian_relation: str = ""
    guardian_consents: bool = False


def voice_refusals(voice: Voice, *, phone_needed: bool) -> list[Refusal]:
    reasons = []
    if not voice.words.strip():
        reasons.append(WORDS_MISSING)
    phone = normal_phone(voice.phone)
    if (phone_needed or phone) and not _PHONE.fullmatch(phone):
        reasons.append(PHONE_INVALID)
    guarded = voice.guardian_name.strip() and voice.guardian_relation and voice.guardian_consents
    if voice.is_minor and not guarded:
        reasons.append(GUARDIAN_MISSING)
    return reasons


def state_refusals(wish: Wish, to: str) -> list[Refusal]:
    """Whether the wish may go over into the state `to`."""
    if to in NEXT.get(WishState(wish.state), set()):
        return []
    return [NOT_IN_STATE.having(state=wish.get_state_display())]


def telling(title: str, *, name: str, phone: str, address: str) -> list[str]:
    """Which personal facts a public title gives away, in words for the person who wrote it."""
    flat = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", title))
    found = []
    if len(name.strip()) > 1 and name.strip() in flat:
        found.append(str(_("心愿人姓名")))
    number = re.sub(r"\D", "", phone)
    if (len(number) > 6 and number in flat) or _LONG_NUMBER.search(flat):
        found.append(str(_("电话或证件号码")))
    place = re.sub(r"\s", "", unicodedata.normalize("NFKC", address))
    if len(place) > 3 and place in flat:
        found.append(str(_("住址")))
    return found


@dataclass(frozen=True)
class PublicText:
    """What the public will see of a wish, as a person decided it."""

    title: str
    category: str
    wisher_kind: str
    places: int = 1
    budget_yuan: int | None = None
    own_community_only: bool = False
    show_wisher_kind: bool = True
    show_community: bool = True


def public_text_refusals(
    text: PublicText, *, categories: Iterable[str], tells: list[str], cap_yuan: int
) -> list[Refusal]:
    title = text.title.strip()
    reasons = []
    if not title or len(title) > TITLE_LENGTH:
        reasons.append(TITLE_MISSING)
    if text.category not in set(categories):
        reasons.append(CATEGORY_MISSING)
    if tells:
        reasons.append(TITLE_TELLS.having(what=_("、").join(tells)))
    if text.own_community_only and not text.show_community:
        reasons.append(PLACE_HIDDEN)
    if cap_yuan and text.budget_yuan is not None and text.budget_yuan > cap_yuan:
        reasons.append(OVER_BUDGET.having(cap=cap_yuan))
    return reasons


def festival_refusals(wish: Wish) -> list[Refusal]:
    """Until its hour a wish of a festival neither opens nor leaves by itself."""
    festival = wish.festival
    waits = wish.state in (WishState.VERIFIED, WishState.SCHEDULED)
    if festival is None or not waits:
        return []
    return [IN_FESTIVAL.having(title=festival.title)]


def publish_refusals(wish: Wish, *, at: datetime | None, now: datetime) -> list[Refusal]:
    """Singly; what is gathered into a festival opens with it."""
    if reasons := festival_refusals(wish):
        return reasons
    wanted = WishState.OPEN if at is None else WishState.SCHEDULED
    reasons = state_refusals(wish, wanted)
    if wish.state == WishState.CLAIMED:  # it comes open again only when a place falls free
        reasons = [NOT_IN_STATE.having(state=wish.get_state_display())]
    if at is not None and at <= now:
        reasons.append(HOUR_PAST)
    return reasons
