"""A member consents to a kind of publication, or takes it back; both hold at once."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.accounts.choices import UNIT_ROLES, Role
from allhours.directory.models import Member
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.rights import rules
from allhours.rights.choices import ConsentHow
from allhours.rights.limits import rights_on
from allhours.rights.models import Consent


@transaction.atomic
def give_consent(
    *, actor: Actor, member: Member, kind: str, how: str = ConsentHow.PAGE, now: datetime
) -> Consent:
    """By the member; paper or spoken consent is noted by the unit or the county, who are named."""
    _require(actor, member, own=how == ConsentHow.PAGE)
    limits = rights_on(clock.local_date(now))
    if kind not in {choice.code for choice in limits.consents}:
        raise Refused(rules.CONSENT_UNKNOWN)
    try:
        with transaction.atomic():
            consent = Consent.objects.create(
                member=member, kind=kind, version=limits.consent_version, how=ConsentHow(how),
                given_at=now, noted_by_plain=None if how == ConsentHow.PAGE else actor.user_id,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(rules.CONSENT_GIVEN) from None
    journal.note(
        actor=actor, did="consent.given", to=member, now=now, kind=kind, version=consent.version,
        how=consent.how,
    )  # fmt: skip
    return consent


@transaction.atomic
def withdraw_consent(*, actor: Actor, member: Member, kind: str, now: datetime) -> None:
    """From this instant on it no longer holds; what was consented to stays in the register."""
    _require(actor, member, own=False)
    live = Consent.objects.filter(member=member, kind=kind, withdrawn_at=None)
    if not live.update(withdrawn_at=now):
        raise Refused(rules.CONSENT_NONE)
    journal.note(actor=actor, did="consent.withdrawn", to=member, now=now, kind=kind)


def _require(actor: Actor, member: Member, *, own: bool) -> None:
    if actor.member_id == member.pk:
        return
    if own or not actor.holds(*UNIT_ROLES, Role.COUNTY_OFFICER, over=member.unit.path):
        raise Refused(NOT_YOURS_TO_DO)
