"""Who is told what about wishes and posts. Called after commit; texts carry codes, no names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allhours.accounts.choices import COMMUNITY_ROLES, Role
from allhours.directory.models import Organization
from allhours.directory.queries.people import member_user_ids, users_holding
from allhours.kernel import clock
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim, Pledge, Post, Suggestion, Wish
from allhours.needs.queries.limits import pledge_rules, receivers
from allhours.needs.queries.review import review_by
from allhours.needs.rules.suggestions import HANDLERS as SUGGESTION_HANDLERS
from allhours.notifications.actions import tell_many

TEXTS = {
    "needs.wish_noted": _("有新的心愿 %(code)s 待核实。"),
    "needs.wishes_imported": _("表格导入了 %(count)s 个心愿，待核实。"),
    "needs.wish_to_review": _("心愿 %(code)s 已由社区核实，待审核。"),
    "needs.wish_claimed": _("心愿 %(code)s 已被认领。"),
    "needs.wish_delivered": _("心愿 %(code)s 已办理完成，待确认。"),
    "needs.wish_confirmed": _("您认领的心愿 %(code)s 已确认办结，谢谢。"),
    "needs.wish_sent_back": _("心愿 %(code)s 还没有办成，请再与心愿人联系。"),
    "needs.wish_ended": _("您认领或候补的心愿 %(code)s 已停止办理。"),
    "needs.wish_unclaimed": _("心愿 %(code)s 发布满 %(days)s 天无人认领，请安排或与心愿人商量。"),
    "needs.wish_expired": _("心愿 %(code)s 久未认领，已从心愿墙取下，请另行联系心愿人。"),
    "needs.claim_released": _("社区收回了您认领的心愿 %(code)s，请查看原因。"),
    "needs.claim_moved": _("您认领的心愿已与心愿 %(code)s 合并办理，请查看并与心愿人联系。"),
    "needs.claim_promoted": _("您候补的心愿 %(code)s 已轮到您办理，请尽快联系心愿人。"),
    "needs.contact_overdue": _("心愿 %(code)s 认领后尚未联系，请尽快联系心愿人。"),
    "needs.delivery_overdue": _("心愿 %(code)s 已到办理期限，请登记完成或退回。"),
    "needs.delivery_soon": _("心愿 %(code)s 的办理期限将在 3 天内届满。"),
    "needs.wishes_waiting": _("本社区有 %(count)s 个心愿等待处理已超期限。"),
    "needs.menu_changed": _("服务菜单有改动，从 %(day)s 起施行，请查看。"),
    "needs.choose_post": _("今年您还没有选岗，请看看适合您的岗位。"),
    "needs.festival_planned": _("集中认领“%(title)s”正在筹备，请把核实过的心愿归入。"),
    "needs.festival_announced": _("集中认领“%(title)s”将于 %(at)s 开放，请届时认领。"),
    "needs.festival_moved": _("集中认领“%(title)s”的开放时间改为 %(at)s。"),
    "needs.festival_cancelled": _("原定 %(at)s 开放的集中认领“%(title)s”已取消，请查看原因。"),
    "needs.unit_named": _(
        "单位认领了心愿 %(code)s，请您负责，尽快联系心愿人；不便的可请单位另派，不用说明原因。"
    ),
    "needs.unit_relieved": _("心愿 %(code)s 单位已另派同志负责，不再需要您办理。"),
    "needs.unit_help": _(
        "单位认领了心愿 %(code)s，请您一同参加；不便参加的可以退出，不用说明原因。"
    ),
    "needs.unit_help_ended": _("您参加办理的心愿 %(code)s 已停止办理。"),
    "needs.unit_help_confirmed": _("您参加办理的心愿 %(code)s 已确认办结，谢谢。"),
    "needs.unit_to_rename": _("单位认领的心愿 %(code)s 需要另派负责人。"),
    "needs.unit_overdue": _("单位认领的心愿 %(code)s 已超过联系或办理期限，请与负责人商量或另派。"),
    "needs.unit_ended": _("单位认领的心愿 %(code)s 已停止办理，请查看原因。"),
    "needs.unit_confirmed": _("单位认领的心愿 %(code)s 已确认办结。"),
    "needs.post_taken": _("岗位“%(title)s”有党员认领。"),
    "needs.suggestion_noted": _("有新的意见建议 %(code)s 待受理。"),
    "needs.suggestion_moved": _("意见建议 %(code)s 转由你处办理，期限 %(due)s。"),
    "needs.suggestion_due_soon": _("意见建议 %(code)s 的期限 %(due)s 快到了，请尽快办理。"),
    "needs.suggestion_overdue": _("意见建议 %(code)s 已过期限 %(due)s，请尽快办理。"),
    "needs.suggestion_escalated": _("意见建议 %(code)s 超过期限 %(due)s 多日仍未办理，请督办。"),
    "needs.suggestion_answered": _("您提出的意见建议 %(code)s 已答复，请查看。"),
    "needs.pledge_submitted": _("有一份服务承诺待单位审定。"),
    "needs.pledge_approved": _("有一份服务承诺已由单位审定，待社区接收。"),
    "needs.pledge_returned": _("您的服务承诺已退回，请查看原因后修改。"),
    "needs.pledge_received": _("您的服务承诺已由社区接收，请按时践诺并登记进展。"),
    "needs.pledge_assessed": _("您的服务承诺已评诺，请查看结果；有不同看法可填写说明。"),
    "needs.pledge_check_due": _("您的服务承诺本期还没有登记进展，请在 %(until)s 前登记。"),
    "needs.post_applied": _("有党员申请岗位“%(title)s”，请确认是否接收。"),
    "needs.post_accepted": _("社区接收了您对岗位“%(title)s”的申请，请按约定时间服务。"),
    "needs.post_declined": _("社区没有接收您对岗位“%(title)s”的申请，请查看原因。"),
    "needs.post_ended": _("岗位“%(title)s”服务期已满，谢谢您的付出。"),
    "needs.post_ordered": _("有党员点单“%(title)s”，本社区还没有这一项的岗位。"),
    "needs.post_proposed": _("有党员自荐岗位“%(title)s”，请答复。"),
    "needs.post_invited": _("您点单的项目已设岗位“%(title)s”，请查看并认领。"),
    "needs.proposal_accepted": _("社区采纳了您自荐的岗位，“%(title)s”已设岗。"),
    "needs.order_declined": _("社区没有采纳您的点单或自荐“%(title)s”，请查看原因。"),
    "needs.handover_offered": _("有党员请您接手岗位“%(title)s”，请答复是否同意。"),
    "needs.handover_accepted": _("岗位“%(title)s”已由对方接手。"),
    "needs.handover_declined": _("对方没有同意接手岗位“%(title)s”，您仍在岗。"),
    "needs.post_handed_over": _("岗位“%(title)s”的在岗党员有交接。"),
    "needs.post_released": _("社区调整了您的岗位“%(title)s”，请查看原因。"),
}

OF_DELIVERY = ("needs.delivery_soon", "needs.delivery_overdue", "needs.wish_sent_back")
# Those that ask their reader to do something; the others are for information.
ACTION = frozenset(
    {
        "needs.wish_noted",
        "needs.wishes_imported",
        "needs.wish_to_review",
        "needs.wish_delivered",
        "needs.wish_sent_back",
        "needs.wish_unclaimed",
        "needs.wishes_waiting",
        "needs.claim_moved",
        "needs.claim_promoted",
        "needs.contact_overdue",
        "needs.delivery_soon",
        "needs.delivery_overdue",
        "needs.festival_planned",
        "needs.unit_named",
        "needs.unit_to_rename",
        "needs.unit_overdue",
        "needs.post_applied",
        "needs.post_ordered",
        "needs.post_proposed",
        "needs.post_invited",
        "needs.handover_offered",
        "needs.suggestion_noted",
        "needs.suggestion_moved",
        "needs.suggestion_due_soon",
        "needs.suggestion_overdue",
        "needs.suggestion_escalated",
        "needs.pledge_submitted",
        "needs.pledge_approved",
        "needs.pledge_returned",
        "needs.pledge_check_due",
    }
)


def after_commit(tell: Callable[..., None], pk: int, *, now: datetime) -> None:
    """Tell once the act is on disk; a notice that fails does not undo or spoil the act."""

    def told() -> None:
        tell(pk, now=now)

    transaction.on_commit(told, robust=True)


def _community(wish_or_post: Wish | Post, key: str, url: str, now: datetime, **params: Any) -> None:
    users = users_holding(
        roles=COMMUNITY_ROLES,
        organization_id=wish_or_post.community_id,
        on=clock.local_date(now),
    )
    tell_many(users, key, now=now, url=url, about=_about(wish_or_post), **params)


def _about(wish_or_post: Wish | Post) -> str:
    """What the notice is about, for `needs.settled`."""
    return f"{wish_or_post._meta.model_name}:{wish_or_post.code}"


def _desk_url(wish: Wish) -> str:
    return reverse("needs:desk-wish", args=[wish.code])


def wish_noted(wish_id: int, *, now: datetime) -> None:
    wish = Wish.objects.get(pk=wish_id)
    _community(wish, "needs.wish_noted", _desk_url(wish), now, code=wish.code)


def wishes_imported_after_commit(
    community_id: int, count: int, *, but: int | None, now: datetime
) -> None:
    """One line for many wishes; who sent the sheet knows."""

    def told() -> None:
        community = Organization.objects.get(pk=community_id)
        users = users_holding(
            roles=COMMUNITY_ROLES, organization_id=community_id, on=clock.local_date(now)
        )
        tell_many(
            [user for user in users if user != but],
            "needs.wishes_imported",
            now=now,
            url=reverse("needs:desk-list", args=["noted"]),
            about=f"community:{community.code}",
            count=count,
        )

    transaction.on_commit(told, robust=True)


def wish_to_review(wish_id: int, *, now: datetime) -> None:
    wish = Wish.objects.get(pk=wish_id)
    users = users_holding(
        roles=[Role.COUNTY_OFFICER], organization_id=wish.community_id, on=clock.local_date(now)
    )
    due = review_by(clock.local_date(wish.checked_at or now), now)
    params: dict[str, Any] = {"about": _about(wish), "code": wish.code, "due_on": due}
    tell_many(users, "needs.wish_to_review", now=now, url=_desk_url(wish), **params)


def wish_claimed(wish_id: int, *, now: datetime) -> None:
    wish = Wish.objects.get(pk=wish_id)
    _community(wish, "needs.wish_claimed", _desk_url(wish), now, code=wish.code)


def wish_delivered(wish_id: int, *, now: datetime) -> None:
    wish = Wish.objects.get(pk=wish_id)
    _community(wish, "needs.wish_delivered", _desk_url(wish), now, code=wish.code)


def wish_unclaimed(wish: Wish, days: int, *, now: datetime) -> None:
    _community(wish, "needs.wish_unclaimed", _desk_url(wish), now, code=wish.code, days=days)


def wish_expired(wish_id: int, *, now: datetime) -> None:
    wish = Wish.objects.get(pk=wish_id)
    _community(wish, "needs.wish_expired", _desk_url(wish), now, code=wish.code)


def wish_confirmed(wish_id: int, *, now: datetime) -> None:
    _claimers(wish_id, ClaimState.FULFILLED, "needs.wish_confirmed", now)


def wish_sent_back(wish_id: int, *, now: datetime) -> None:
    _claimers(wish_id, ClaimState.LIVE, "needs.wish_sent_back", now)


def _claimers(wish_id: int, state: str, key: str, now: datetime) -> None:
    rows = Claim.objects.filter(wish_id=wish_id, state=state).select_related("wish")
    for claim in rows:
        _claimer(claim, key, now)


def _claimer(claim: Claim, key: str, now: datetime) -> None:
    wish = claim.wish
    if wish is None or claim.unnamed_since is not None:
        return
    users = member_user_ids([claim.member_id]).values()
    url = reverse("needs:my-claim", args=[wish.code])
    due = clock.local_date(claim.due_at) if key in OF_DELIVERY and claim.due_at else None
    tell_many(users, key, now=now, url=url, due_on=due, about=_about(wish), code=wish.code)


def _one(claim_id: int) -> Claim:
    return Claim.objects.select_related("wish", "post").get(pk=claim_id)


def wish_ended(claim_id: int, *, now: datetime) -> None:
    _claimer(_one(claim_id), "needs.wish_ended", now)


def claim_released(claim_id: int, *, now: datetime) -> None:
    _claimer(_one(claim_id), "needs.claim_released", now)


def claim_promoted(claim_id: int, *, now: datetime) -> None:
    _claimer(_one(claim_id), "needs.claim_promoted", now)


def claim_moved(claim_id: int, *, now: datetime) -> None:
    _claimer(_one(claim_id), "needs.claim_moved", now)


def remind(claim: Claim, key: str, *, now: datetime) -> None:
    """One reminder to a claimer; `key` names which term has run out."""
    _claimer(claim, key, now)


def desk_is_late(community_id: int, count: int, *, now: datetime) -> None:
    users = users_holding(
        roles=COMMUNITY_ROLES, organization_id=community_id, on=clock.local_date(now)
    )
    tell_many(users, "needs.wishes_waiting", now=now, url=reverse("needs:board"), count=count)


def post_taken(post_id: int, *, now: datetime) -> None:
    post = Post.objects.get(pk=post_id)
    url = reverse("needs:desk-post", args=[post.code])
    _community(post, "needs.post_taken", url, now, title=post.title)


def post_released(claim_id: int, *, now: datetime) -> None:
    claim = _one(claim_id)
    if claim.post is not None:
        users = member_user_ids([claim.member_id]).values()
        url = reverse("needs:my-posts")
        tell_many(users, "needs.post_released", now=now, url=url, title=claim.post.title)


def pledge_submitted(pledge_id: int, *, now: datetime) -> None:
    pledge = Pledge.objects.get(pk=pledge_id)
    roles = pledge_rules(now).approved_by
    _tell_desk(pledge, roles, pledge.unit_id, "needs.pledge_submitted", now)


def pledge_approved(pledge_id: int, *, now: datetime) -> None:
    pledge = Pledge.objects.get(pk=pledge_id)
    roles = receivers(pledge_rules(now))
    _tell_desk(pledge, roles, pledge.community_id, "needs.pledge_approved", now)


def _tell_desk(
    pledge: Pledge, roles: Iterable[str], organization_id: int, key: str, now: datetime
) -> None:
    users = users_holding(roles=roles, organization_id=organization_id, on=clock.local_date(now))
    url = reverse("needs:desk-pledge", args=[pledge.code])
    tell_many(users, key, now=now, url=url, about=f"pledge:{pledge.code}")


def pledge_returned(pledge_id: int, *, now: datetime) -> None:
    _tell_pledger(pledge_id, "needs.pledge_returned", now)


def pledge_received(pledge_id: int, *, now: datetime) -> None:
    _tell_pledger(pledge_id, "needs.pledge_received", now)


def pledge_assessed(pledge_id: int, *, now: datetime) -> None:
    _tell_pledger(pledge_id, "needs.pledge_assessed", now)


def pledge_check_due(pledge: Pledge, until: date, *, now: datetime) -> None:
    """Nothing was said of it in this period."""
    users = member_user_ids([pledge.member_id]).values()
    tell_many(
        users, "needs.pledge_check_due", now=now, url=reverse("needs:my-pledge"), due_on=until,
        about=f"pledge:{pledge.code}", until=until.isoformat(),
    )  # fmt: skip


def _tell_pledger(pledge_id: int, key: str, now: datetime) -> None:
    pledge = Pledge.objects.get(pk=pledge_id)
    users = member_user_ids([pledge.member_id]).values()
    url = reverse("needs:my-pledge")
    tell_many(users, key, now=now, url=url, about=f"pledge:{pledge.code}")


def suggestion_noted(suggestion_id: int, *, now: datetime) -> None:
    found = Suggestion.objects.get(pk=suggestion_id)
    users = users_holding(
        roles=COMMUNITY_ROLES, organization_id=found.community_id, on=clock.local_date(now)
    )
    url = reverse("needs:desk-suggestion", args=[found.code])
    tell_many(
        users, "needs.suggestion_noted", now=now, url=url, code=found.code,
        due_on=found.due_on, about=f"suggestion:{found.code}",
    )  # fmt: skip


def suggestion_moved(suggestion_id: int, *, now: datetime) -> None:
    """Whoever it lies with now."""
    found = Suggestion.objects.get(pk=suggestion_id)
    users = _lies_with(found, clock.local_date(now))
    url = reverse("needs:desk-suggestion", args=[found.code])
    due = found.due_on.isoformat() if found.due_on else ""
    tell_many(
        users, "needs.suggestion_moved", now=now, url=url, code=found.code, due=due,
        due_on=found.due_on, about=f"suggestion:{found.code}",
    )  # fmt: skip


def suggestion_deadline(found: Suggestion, key: str, *, now: datetime) -> None:
    """Whom it lies with; once escalated, also its community and the county."""
    on = clock.local_date(now)
    users = _lies_with(found, on)
    if key == "needs.suggestion_escalated":
        above = COMMUNITY_ROLES | {Role.COUNTY_OFFICER}
        users = users + users_holding(roles=above, organization_id=found.community_id, on=on)
    due = found.due_on.isoformat() if found.due_on else ""
    tell_many(
        users, key, now=now, url=reverse("needs:desk-suggestion", args=[found.code]),
        code=found.code, due=due, due_on=found.due_on, about=f"suggestion:{found.code}",
    )  # fmt: skip


def _lies_with(found: Suggestion, on: date) -> list[int]:
    """The people of the place; its community's where the place has nobody who signs in."""
    roles = SUGGESTION_HANDLERS - {Role.COUNTY_OFFICER}
    there = users_holding(roles=roles, organization_id=found.handler_id, on=on)
    return there or users_holding(roles=COMMUNITY_ROLES, organization_id=found.community_id, on=on)


def suggestion_answered(suggestion_id: int, *, now: datetime) -> None:
    """Every member who said it, this one and those joined to it."""
    same = Q(pk=suggestion_id) | Q(joined_to=suggestion_id)
    rows = Suggestion.objects.filter(same, member__isnull=False)
    for found in rows:
        users = member_user_ids([found.member_id or 0]).values()
        url = reverse("needs:my-suggestion", args=[found.code])
        tell_many(users, "needs.suggestion_answered", now=now, url=url, code=found.code)
