"""What this room holds about people, for copies, erasure and retention (`rights.holdings`)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import TERRITORY_ROLES, UNIT_ROLES, Role
from allhours.kernel import crypto
from allhours.needs.choices import ENDED, ConsentBy, WishState
from allhours.needs.models import Pledge, Suggestion, Wish
from allhours.needs.models.suggestion import AUTHOR_NAME, AUTHOR_PHONE
from allhours.needs.models.wish import (
    GUARDIAN_NAME,
    WISHER_ADDRESS,
    WISHER_NAME,
    WISHER_PHONE,
)
from allhours.rights import persons, words
from allhours.rights.choices import SubjectKind
from allhours.rights.holdings import (
    Cutoff,
    Holding,
    Part,
    Person,
    fact,
    gone,
    holds_nothing_personal,
    nobody,
    of_either,
    of_member,
    of_resident,
    older,
    register,
    stays,
)
from allhours.rights.queries.consents import ConsentRow, register_source

MEMBER, RESIDENT = (SubjectKind.MEMBER,), (SubjectKind.RESIDENT,)
HANDLERS = (*sorted(TERRITORY_ROLES), Role.COUNTY_OFFICER)


def _ended_before(cutoff: Cutoff) -> Q:
    """Wishes that came to an end, by whichever instant says so."""
    confirmed = Q(confirmed_at__lt=cutoff.at, state=WishState.CONFIRMED)
    return confirmed | Q(ended_at__lt=cutoff.at, state__in=ENDED)


register(
    Holding(
        code="wishers",
        title=_("心愿人信息"),
        subjects=RESIDENT,
        purpose=_("核实心愿，认领后与心愿人联系"),
        basis=words.SENSITIVE,
        source=words.BY_RESIDENT,
        seen_by=HANDLERS,
        keeps="wish_person_years",
        order=50,
        parts=(
            Part(
                "needs.Wish",
                of_resident(),
                (
                    fact("code", _("心愿编号")),
                    fact("community", _("社区")),
                    fact("title", _("公开的心愿"), free=True),
                    fact("words_sealed", _("原话"), sensitive=True, erased="", free=True),
                    fact("wisher_kind", _("心愿人类别"), sensitive=True),
                    fact("wisher_name_sealed", _("姓名"), erased=""),
                    fact("wisher_phone_sealed", _("电话"), erased=""),
                    fact("wisher_address_sealed", _("住址"), sensitive=True, erased=""),
                    fact("is_minor", _("未成年人"), sensitive=True),
                    fact("guardian_name_sealed", _("监护人"), sensitive=True, erased=""),
                    fact("guardian_relation", _("与监护人关系"), sensitive=True, erased=""),
                    fact("consent_version", _("同意书版本")),
                    fact("consent_at", _("同意时间")),
                    fact("consent_by", _("同意方式")),
                    fact("may_publish", _("可以公开"), erased=False),
                    fact("state", _("状态")),
                    fact("noted_at", _("登记时间")),
                    fact("note", _("未办成的说明"), erased="", free=True),
                    fact("end_reason", _("结束原因"), erased="", free=True),
                    *gone("follow_hash wisher_phone_hash"),
                    *stays("intake_key category noted_by_plain consent_noted_by_plain"),
                    *stays("show_wisher_kind show_community"),
                ),
                aged=_ended_before,
            ),
            Part(
                "needs.FollowUp",
                of_resident("wish"),
                (
                    fact("drawn_at", _("抽取回访时间")),
                    fact("result", _("回访情况")),
                    fact("satisfied", _("是否满意")),
                    fact("matches", _("与登记的办理情况一致")),
                    fact("note", _("回访说明"), erased="", free=True),
                    *stays("wish done_by_plain"),
                ),
                aged=older("drawn_at"),
            ),
        ),
    ),
    Holding(
        code="claims",
        title=_("认领和选岗"),
        subjects=MEMBER,
        purpose=_("记录谁在办哪个心愿、选了哪个岗位"),
        basis=words.SERVICE,
        source=words.BY_SELF,
        seen_by=("self", *HANDLERS),
        keeps="service_years",
        order=41,
        parts=(
            Part(
                "needs.Claim",
                of_member(),
                (
                    fact("wish", _("心愿")),
                    fact("post", _("岗位")),
                    fact("state", _("状态")),
                    fact("claimed_at", _("认领时间")),
                    fact("delivered_at", _("送达时间")),
                    fact("delivery_note", _("办理说明"), erased="", free=True),
                    fact("goods_value_fen", _("捐物价值（分）")),
                    fact("minutes", _("分钟")),
                    fact("ended_at", _("结束时间")),
                    fact("end_reason", _("结束原因"), erased="", free=True),
                    fact("unit", _("以哪个单位的名义")),
                    fact("named_at", _("单位请您负责的时间")),
                    fact("unnamed_since", _("请单位另派的时间")),
                    *stays("member"),
                ),
                aged=older("claimed_at"),
            ),
            Part(
                "needs.ClaimHelper",
                of_member(),
                (
                    fact("added_at", _("单位请您参加的时间")),
                    fact("took_part", _("是否参加")),
                    *stays("claim member"),
                ),
                aged=older("added_at"),
            ),
            Part(
                "needs.ClaimAllowance",
                of_member(),
                (fact("live", _("手上的心愿数")), *stays("member")),
            ),
            Part(
                "needs.FestivalSeat",
                of_member(),
                (fact("taken", _("集中认领中已认领的心愿数")), *stays("festival member")),
            ),
            Part(
                "needs.Festival",
                nobody,  # an announcement; its words may name somebody
                (
                    fact("title", _("主题"), free=True),
                    fact("text", _("说明"), free=True),
                    fact("end_reason", _("取消的原因"), free=True),
                    *stays("code"),
                ),
            ),
            Part(
                "needs.Post",
                nobody,  # a community's announcement; its words may name somebody
                (
                    fact("title", _("岗位名称"), free=True),
                    fact("text", _("做什么"), free=True),
                    fact("place", _("地点"), free=True),
                    fact("times", _("时间"), free=True),
                    *stays("code item skills weekly"),
                ),
            ),
            Part(
                "needs.PostOrder",
                of_member(),
                (
                    fact("title", _("点单或自荐的岗位"), erased="", free=True),
                    fact("text", _("说明"), erased="", free=True),
                    fact("times", _("时间"), erased="", free=True),
                    fact("community", _("社区")),
                    fact("state", _("状态")),
                    fact("asked_at", _("提出时间")),
                    fact("ended_at", _("结束时间")),
                    fact("reason", _("未采纳原因"), erased="", free=True),
                    *stays("code item member"),
                ),
                aged=older("asked_at"),
            ),
            Part(
                "needs.PostHandover",
                of_member("to_member"),
                (
                    fact("asked_at", _("请您接手岗位的时间")),
                    fact("state", _("状态")),
                    *stays("code to_member"),
                ),
                aged=older("asked_at"),
            ),
            Part(
                "needs.Demand",
                nobody,  # a community's line of need; its words may name somebody
                (
                    fact("text", _("需求内容"), free=True),
                    fact("times", _("时间"), free=True),
                    *stays("code item skills"),
                ),
            ),
        ),
    ),
)
register(
    Holding(
        code="pledges",
        title=_("服务承诺"),
        subjects=MEMBER,
        purpose=_("本人一年的承诺和践诺情况"),
        basis=words.DUTY,
        source=words.BY_SELF,
        seen_by=("self", *sorted(UNIT_ROLES), *HANDLERS),
        keeps="service_years",
        order=44,
        parts=(
            Part(
                "needs.Pledge",
                of_member(),
                (
                    fact("year", _("年度")),
                    fact("state", _("状态")),
                    fact("returned_reason", _("退回原因"), erased="", free=True),
                    fact("result", _("评诺")),
                    fact("result_text", _("评诺说明"), erased="", free=True),
                    fact("reply", _("本人说明"), erased="", free=True),
                    fact("public_consent_at", _("同意公开时间"), erased=None),
                    fact("published_at", _("公开时间"), erased=None),
                    *stays("member approved_by_plain received_by_plain assessed_by_plain"),
                ),
                aged=older("drafted_at"),
            ),
            Part(
                "needs.PledgeItem",
                of_member("pledge__member"),
                (
                    fact("text", _("承诺事项"), erased="", free=True),
                    fact("measures", _("具体措施"), erased="", free=True),
                    fact("for_whom", _("服务对象"), erased="", free=True),
                    fact("due_on", _("完成时限")),
                    fact("progress", _("践诺情况"), erased="", free=True),
                    fact("done_on", _("完成日期")),
                ),
                aged=older("pledge__drafted_at"),
            ),
            Part(
                "needs.PledgeNote",
                of_member("item__pledge__member"),
                (
                    fact("text", _("践诺情况"), erased="", free=True),
                    fact("done_on", _("完成日期")),
                    fact("at", _("登记时间")),
                ),
                aged=older("item__pledge__drafted_at"),
            ),
        ),
    ),
    Holding(
        code="suggestions",
        title=_("意见建议"),
        subjects=(*MEMBER, *RESIDENT),
        purpose=_("转办、答复意见建议"),
        basis=words.DUTY,
        source=_("本人或居民提出，或由工作人员代记"),
        seen_by=("self", *sorted(UNIT_ROLES), *HANDLERS),
        keeps="wish_person_years",
        order=52,
        parts=(
            Part(
                "needs.Suggestion",
                of_either(of_member(), of_resident(by="suggestion")),
                (
                    fact("title", _("事由"), free=True),
                    fact("words_sealed", _("原话"), erased="", free=True),
                    fact("author_name_sealed", _("提出人姓名"), erased=""),
                    fact("author_phone_sealed", _("提出人电话"), erased=""),
                    fact("state", _("状态")),
                    fact("noted_at", _("登记时间")),
                    fact("answer", _("答复"), free=True),
                    fact("not_solved_text", _("未解决的说明"), erased="", free=True),
                    *gone("follow_hash"),
                    *stays("member intake_key category noted_by_plain answered_by_plain"),
                ),
                aged=older("ended_at"),
            ),
            Part(
                "needs.SuggestionStep",
                of_either(
                    of_member("suggestion__member"), of_resident("suggestion", by="suggestion")
                ),
                (fact("note", _("转办说明"), free=True), *stays("by_plain")),
            ),
        ),
    ),
)
holds_nothing_personal({"needs.FloodCount": "a keyed hash of an address or phone, for hours"})
holds_nothing_personal({"needs.UnitAllowance": "how many wishes a unit has in hand"})


# ---- residents, for the room of rights ------------------------------------------------------


def _resident(code: str) -> Person | None:
    wish = Wish.objects.filter(code=code).first()
    if wish is None:
        return _suggester(code)
    plain = (
        crypto.unseal(wish.wisher_name_sealed, WISHER_NAME),
        crypto.unseal(wish.wisher_phone_sealed, WISHER_PHONE),
        crypto.unseal(wish.wisher_address_sealed, WISHER_ADDRESS),
        crypto.unseal(wish.guardian_name_sealed, GUARDIAN_NAME),
    )
    needles = sorted({text for text in plain if len(text) >= persons.SHORTEST}, key=len)
    return Person(
        kind=SubjectKind.RESIDENT, code=code, resident_id=wish.pk, needles=tuple(needles[::-1])
    )


def _suggester(code: str) -> Person | None:
    """A resident who made a suggestion; a member's is theirs by sign-in."""
    found = Suggestion.objects.filter(code=code, member=None).first()
    if found is None:
        return None
    plain = (
        crypto.unseal(found.author_name_sealed, AUTHOR_NAME),
        crypto.unseal(found.author_phone_sealed, AUTHOR_PHONE),
    )
    needles = sorted({text for text in plain if len(text) >= persons.SHORTEST}, key=len)
    return Person(
        kind=SubjectKind.RESIDENT,
        code=code,
        resident_id=found.pk,
        resident_by="suggestion",
        needles=tuple(needles[::-1]),
    )


def _codes() -> Iterable[str]:
    for rows in (Wish.objects.all(), Suggestion.objects.filter(member=None)):
        yield from rows.order_by("pk").values_list("code", flat=True).iterator(chunk_size=2000)


persons.register_residents(persons.Residents(find=_resident, codes=_codes))


def _consents(actor: Actor) -> list[ConsentRow]:
    """Consents to publish a wish, within the actor's sight, by the wish's public code."""
    rows = Wish.objects.on_desk_of(actor).exclude(consent_at=None).order_by("-consent_at")
    how = dict(ConsentBy.choices)
    return [
        ConsentRow(
            subject=wish.code,
            kind=_now("公开心愿"),
            version=wish.consent_version,
            how=str(how.get(wish.consent_by, "")),
            given_at=wish.consent_at,
            noted_by=str(wish.consent_noted_by_plain or ""),
            withdrawn_at=None,
            in_force=wish.may_publish,
        )
        for wish in rows.iterator(chunk_size=1000)
    ]


def _pledge_consents(actor: Actor) -> list[ConsentRow]:
    """Consents to show a pledge in public, by the pledge's code."""
    rows = Pledge.objects.visible_to(actor).exclude(public_consent_at=None)
    return [
        ConsentRow(
            subject=pledge.code,
            kind=_now("公示服务承诺"),
            version=str(pledge.year),
            how=_now("本人在线同意"),
            given_at=pledge.public_consent_at,
            noted_by="",
            withdrawn_at=None,
            in_force=True,
        )
        for pledge in rows.order_by("-public_consent_at").iterator(chunk_size=1000)
    ]


register_source(_consents)
register_source(_pledge_consents)
