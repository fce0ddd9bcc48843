"""结对共建: proposed by one side, agreed by the other; the organisation's own field follows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.directory.models import Organization
from allhours.kernel import clock
from allhours.kernel.errors import Refused, refuse_if
from allhours.placement import partnership_rules as rules
from allhours.placement import tellings
from allhours.placement.choices import PairingState
from allhours.placement.models import Pairing
from allhours.placement.notices import after_commit
from allhours.scheme.queries import scheme_for

MOST_TEXT = 300


def aspects(on: date) -> dict[str, str]:
    """Code → title of what an agreement speaks of; empty where the scheme names nothing."""
    cobuilding = scheme_for(on).organisations.cobuilding
    return {each.code: each.title for each in cobuilding.fields} if cobuilding.enabled else {}


def propose_pairing(
    *,
    actor: Actor,
    unit: Organization,
    community: Organization,
    agreement: Mapping[str, str] | None = None,
    now: datetime,
) -> Pairing:
    """By the unit or the community, for the other side to agree; by the county it holds at once."""
    on = clock.local_date(now)
    is_county = actor.holds(Role.COUNTY_OFFICER)
    by_unit = actor.holds(*UNIT_ROLES, over=unit.path)
    by_community = actor.holds(*COMMUNITY_ROLES, over=community.path)
    if not (is_county or by_unit or by_community):
        actor.require(over=unit.path)
    refuse_if(rules.sides_refusals(unit, community))
    if not scheme_for(on).organisations.unit_pairing:
        raise Refused(rules.NO_PAIRING_HERE)
    if Pairing.objects.filter(unit=unit, state=PairingState.LIVE).exists():
        raise Refused(rules.PAIRED_ALREADY)
    said = {code: (agreement or {}).get(code, "").strip()[:MOST_TEXT] for code in aspects(on)}
    try:
        with transaction.atomic():
            pairing = Pairing.objects.create(
                unit=unit,
                community=community,
                agreement={code: text for code, text in said.items() if text},
                proposed_by_community=by_community and not by_unit,
                proposed_at=now,
                proposed_by_plain=actor.user_id,
            )
            _note(actor, "pairing.proposed", pairing, now)
            if is_county or (by_unit and by_community):
                _begin(actor, pairing, on, now)
            else:
                after_commit(tellings.pairing, pairing.pk, now=now)
    except IntegrityError:
        raise Refused(rules.PROPOSED_ALREADY) from None
    return pairing


def agree_pairing(*, actor: Actor, pairing: Pairing, now: datetime) -> None:
    """The other side says yes."""
    _require_answerer(actor, pairing)
    refuse_if(rules.answer_refusals(pairing))
    try:
        with transaction.atomic():
            _begin(actor, pairing, clock.local_date(now), now)
            after_commit(tellings.pairing, pairing.pk, now=now)
    except IntegrityError:  # the unit was paired elsewhere in the meantime
        raise Refused(rules.PAIRED_ALREADY) from None


@transaction.atomic
def decline_pairing(*, actor: Actor, pairing: Pairing, reason: str, now: datetime) -> None:
    """The other side says no, or who proposed takes it back."""
    actor_over_unit = actor.holds(*UNIT_ROLES, Role.COUNTY_OFFICER, over=pairing.unit.path)
    if not actor_over_unit:
        actor.require(*COMMUNITY_ROLES, over=pairing.community.path)
    refuse_if(rules.answer_refusals(pairing))
    won = Pairing.objects.filter(pk=pairing.pk, state=PairingState.PROPOSED).update(
        state=PairingState.DECLINED, reason=reason.strip()[:200]
    )
    if not won:
        raise Refused(rules.PAIRING_NOT_ASKED)
    _note(actor, "pairing.declined", pairing, now)
    after_commit(tellings.pairing, pairing.pk, now=now)


@transaction.atomic
def end_pairing(*, actor: Actor, pairing: Pairing, reason: str, now: datetime) -> None:
    """Either side or the county; what was done under it stays."""
    over_unit = actor.holds(*UNIT_ROLES, Role.COUNTY_OFFICER, over=pairing.unit.path)
    if not over_unit:
        actor.require(*COMMUNITY_ROLES, over=pairing.community.path)
    if not reason.strip():
        raise Refused(rules.REASON_MISSING)
    if not _end(actor, pairing, reason, now):
        raise Refused(rules.PAIRING_NOT_LIVE)
    Organization.objects.filter(
        pk=pairing.unit_id, paired_community_id=pairing.community_id
    ).update(paired_community=None)


@transaction.atomic
def follow_pairings(*, actor: Actor, now: datetime) -> int:
    """Nightly: what the organisation file or form says of pairing holds here too."""
    on = clock.local_date(now)
    behind = list(
        Pairing.objects.filter(state=PairingState.LIVE)
        .exclude(community=F("unit__paired_community"))
        .select_related("unit")
    ) + list(
        Pairing.objects.filter(state=PairingState.LIVE, unit__paired_community=None).select_related(
            "unit"
        )
    )
    for pairing in {each.pk: each for each in behind}.values():
        _end(actor, pairing, "", now)
    live = Pairing.objects.filter(state=PairingState.LIVE).values("unit_id")
    fresh = (
        Organization.objects.units()
        .open()
        .exclude(paired_community=None)
        .exclude(pk__in=live)
        .only("pk", "paired_community_id")
    )
    made = [
        Pairing(
            unit_id=unit.pk,
            community_id=unit.paired_community_id or 0,
            state=PairingState.LIVE,
            proposed_at=now,
            since=on,
        )
        for unit in fresh
    ]
    Pairing.objects.bulk_create(made, batch_size=500)
    journal.note_many(
        journal.line(actor=actor, did="pairing.began", to=each, now=now, unit=each.unit_id)
        for each in made
    )
    return len(made) + len(behind)


def _require_answerer(actor: Actor, pairing: Pairing) -> None:
    """The side that did not propose; the county for either."""
    if actor.holds(Role.COUNTY_OFFICER):
        return
    own = (
        actor.holds(*COMMUNITY_ROLES, over=pairing.community.path)
        if pairing.proposed_by_community
        else actor.holds(*UNIT_ROLES, over=pairing.unit.path)
    )
    if own:
        raise Refused(rules.NOT_YOUR_ANSWER)
    if pairing.proposed_by_community:
        actor.require(*UNIT_ROLES, over=pairing.unit.path)
    else:
        actor.require(*COMMUNITY_ROLES, over=pairing.community.path)


def _begin(actor: Actor, pairing: Pairing, on: date, now: datetime) -> None:
    won = Pairing.objects.filter(pk=pairing.pk, state=PairingState.PROPOSED).update(
        state=PairingState.LIVE, since=on
    )
    if not won:
        raise Refused(rules.PAIRING_NOT_ASKED)
    pairing.state, pairing.since = PairingState.LIVE, on
    Organization.objects.filter(pk=pairing.unit_id).update(paired_community_id=pairing.community_id)
    _note(actor, "pairing.began", pairing, now)


def _end(actor: Actor, pairing: Pairing, reason: str, now: datetime) -> bool:
    won = Pairing.objects.filter(pk=pairing.pk, state=PairingState.LIVE).update(
        state=PairingState.ENDED, until=clock.local_date(now), reason=reason.strip()[:200]
    )
    if won:
        _note(actor, "pairing.ended", pairing, now)
    return bool(won)


def _note(actor: Actor, did: str, pairing: Pairing, now: datetime) -> None:
    journal.note(
        actor=actor,
        did=did,
        to=pairing,
        now=now,
        unit=pairing.unit_id,
        community=pairing.community_id,
    )
