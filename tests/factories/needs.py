"""Wishes, claims and posts, made through the actions that people use."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.directory.models import Member, Organization
from allhours.kernel import clock, crypto
from allhours.kernel.codes import public_code
from allhours.needs import actions
from allhours.needs.actions import PostText
from allhours.needs.actions.unit_claims import claim_for_unit
from allhours.needs.choices import Origin
from allhours.needs.models import Claim, Pledge, PledgeItem, Post, Suggestion, Wish
from allhours.needs.models.suggestion import AUTHOR_WORDS
from allhours.needs.queries.limits import categories, programme_year
from allhours.needs.rules.claims import Delivery
from allhours.needs.rules.wishes import PublicText, Voice
from tests.factories.directory import (
    TODAY,
    make_community,
    make_member,
    make_unit,
    member_actor,
    staff_actor,
)

NOW = clock.at(TODAY) + timedelta(hours=10)
SYSTEM = Actor.system("test")
# planted: none of these may appear where it is not entitled to
SECRET_NAME, SECRET_PHONE, SECRET_ADDRESS = "欧阳密封", "13912345678", "金桂花园7栋2单元801"
SECRET_WORDS = "我是欧阳密封，想要一副老花镜"


def make_voice(**over: Any) -> Voice:
    values: dict[str, Any] = {
        "words": SECRET_WORDS,
        "name": SECRET_NAME,
        "phone": SECRET_PHONE,
        "address": SECRET_ADDRESS,
    } | over
    return Voice(**values)


def public_text(now: datetime = NOW, **over: Any) -> PublicText:
    values: dict[str, Any] = {
        "title": "想要一副老花镜",
        "category": next(iter(categories(now))),
        "wisher_kind": "elder",
    } | over
    return PublicText(**values)


def note_wish(
    community: Organization | None = None,
    *,
    now: datetime = NOW,
    consent: bool = True,
    **voice: Any,
) -> actions.Noted:
    return actions.note_wish(
        actor=Actor.public(),
        community=community or make_community(),
        voice=make_voice(**voice),
        consent=consent,
        now=now,
    )


def make_open_wish(
    community: Organization | None = None,
    *,
    now: datetime = NOW,
    at: datetime | None = None,
    consent: bool = True,
    **text: Any,
) -> Wish:
    """A published wish (at an hour, if given)."""
    wish = note_wish(community, now=now, consent=consent).wish
    wish = actions.verify_wish(actor=SYSTEM, wish=wish, text=public_text(now, **text), now=now)
    return actions.publish_wish(actor=SYSTEM, wish=wish, at=at, now=now)


def make_claim(
    wish: Wish | None = None, member: Member | None = None, *, now: datetime = NOW
) -> Claim:
    wish = wish or make_open_wish(now=now)
    actor = member_actor(member or make_member())
    return actions.claim_wish(actor=actor, wish=wish, now=now)


def delivery(now: datetime = NOW, **over: Any) -> Delivery:
    values: dict[str, Any] = {
        "note": "已送到",
        "started_at": now + timedelta(hours=1),
        "minutes": 60,
    } | over
    return Delivery(**values)


def make_delivered(claim: Claim | None = None, *, now: datetime = NOW) -> Claim:
    """Delivered three hours after `now`."""
    claim = claim or make_claim(now=now)
    return actions.deliver_claim(
        actor=member_actor(claim.member),
        claim=claim,
        delivery=delivery(now),
        now=now + timedelta(hours=3),
    )


def make_post(community: Organization | None = None, *, now: datetime = NOW, **over: Any) -> Post:
    values: dict[str, Any] = {"title": "楼道清洁", "places": 2} | over
    return actions.publish_post(
        actor=SYSTEM,
        community=community or make_community(),
        text=PostText(**values),
        now=now,
    )


def make_suggestion(community: Organization | None = None, **over: Any) -> Suggestion:
    """As it stands in the register, noted now."""
    community = community or make_community()
    values: dict[str, Any] = {
        "origin": Origin.VISIT,
        "words_sealed": crypto.seal(SECRET_WORDS, AUTHOR_WORDS),
        "noted_at": clock.now(),
    } | over
    return Suggestion.objects.create(
        code=public_code(), community=community, handler=community, **values
    )


def make_pledge(
    member: Member | None = None,
    community: Organization | None = None,
    *,
    text: str = "每月送一次菜",
    **over: Any,
) -> Pledge:
    """Of this year, with one promise, waiting for the unit."""
    member, now = member or make_member(), clock.now()
    values: dict[str, Any] = {"state": "submitted", "drafted_at": now, "submitted_at": now} | over
    pledge = Pledge.objects.create(
        code=public_code(),
        member=member,
        unit=member.unit,
        community=community or make_community(),
        year=programme_year(now),
        **values,
    )
    PledgeItem.objects.create(
        pledge=pledge, number=1, text=text, due_on=clock.local_date(now) + timedelta(days=9)
    )
    return pledge


def liaison_of(unit: Organization) -> Actor:
    return staff_actor(Role.LIAISON, unit)


def make_unit_claim(
    wish: Wish | None = None,
    unit: Organization | None = None,
    *,
    responsible: Member | None = None,
    helpers: int = 0,
    actor: Actor | None = None,
    now: datetime = NOW,
) -> Claim:
    """In the name of a unit, by its liaison, with so many helpers."""
    unit = unit or (responsible.unit if responsible else make_unit())
    return claim_for_unit(
        actor=actor or liaison_of(unit),
        wish=wish or make_open_wish(now=now),
        unit=unit,
        responsible=responsible or make_member(unit),
        helpers=[make_member(unit) for _ in range(helpers)],
        now=now,
    )
