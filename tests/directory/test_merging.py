"""Two numbers of one person: four eyes, everything follows, totals hold, and back again."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.activities import actions as activities
from allhours.activities.models import Activity, Attendance, ServiceNote, SignUp
from allhours.directory.actions import merging
from allhours.directory.choices import MergeState
from allhours.directory.models import Member, MemberMerge
from allhours.kernel import clock, crypto
from allhours.kernel.errors import Refused
from allhours.kernel.periods import Period
from allhours.ledger import queries as ledger
from allhours.ledger.verify import verify
from allhours.needs import actions as needs
from allhours.needs.models import Claim, ClaimAllowance
from allhours.placement.actions.live import begin_many
from allhours.placement.choices import EndReason, PlacementState
from allhours.placement.models import Placement
from tests.factories import activities as play
from tests.factories.directory import (
    TODAY,
    county_officer,
    make_community,
    make_member,
    make_unit,
    member_actor,
    staff_actor,
)
from tests.factories.ledger import make_entry
from tests.factories.needs import make_open_wish

NOW = clock.at(TODAY) + timedelta(hours=10)
SYSTEM = Actor.system("test")
YEAR = Period.year(2026)
# rows of the number that goes which stay with it: its chain, and what says where it went
STAY = {
    "ledger.entry", "ledger.head", "ledger.sealedhead", "directory.member",
    "directory.membermerge", "directory.memberchange", "needs.claimallowance",
}  # fmt: skip


def placed(member: Member, **over: Any) -> Placement:
    row = Placement(
        member=member, unit=member.unit, community=make_community(), assigned_at=NOW, **over
    )
    begin_many(SYSTEM, [row], now=NOW)
    member.refresh_from_db()
    return row


def two_numbers() -> tuple[Member, Member]:
    unit = make_unit()
    kept = make_member(unit, name="王一", id_number="110101199003070011", phone="13900000001")
    gone = make_member(unit, name="王壹", phone="13900000002")
    return kept, gone


def with_facts() -> tuple[Member, Member]:
    """Both served; the number that goes has facts in every room."""
    kept, gone = two_numbers()
    placed(kept)
    reported = placed(gone)
    Placement.objects.filter(pk=reported.pk).update(
        state=PlacementState.REPORTED, reported_on=TODAY, reported_at=NOW
    )
    make_entry(kept, started_at=clock.at(TODAY).replace(hour=7))
    needs.claim_wish(actor=member_actor(gone), wish=make_open_wish(reported.community), now=NOW)
    activity = play.make_activity()
    play.signed_up(activity, [gone])
    sheet = activities.Sheet(revision=0)
    activities.enter_attendance(
        actor=play.organiser_of(activity), activity=activity, sheet=sheet, now=play.AFTER
    )
    note = play.make_note(gone, started_at=play.SATURDAY + timedelta(hours=3), now=play.AFTER)
    activities.confirm_note(actor=SYSTEM, note=note, now=play.AFTER)
    return kept, gone


def merged(kept: Member, gone: Member, taken: list[str] | None = None) -> MemberMerge:
    proposer = staff_actor(Role.UNIT_SECRETARY, kept.unit)
    merge = merging.propose_merge(actor=proposer, kept=kept, gone=gone, taken=taken or [], now=NOW)
    return merging.approve_merge(actor=county_officer(), merge=merge, now=play.AFTER)


def rows_of(member: Member) -> dict[str, int]:
    found = {}
    for model in apps.get_models():
        label = model._meta.label_lower
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model is Member and label not in STAY:
                rows = model._base_manager.filter(**{field.name: member.pk}).count()
                if rows:
                    found[label] = rows
    return found


def facts() -> dict[str, Any]:
    """What must be the same after a merge and its undoing."""
    return {
        "placements": list(
            Placement.objects.order_by("pk").values_list("member", "state", "end_reason")
        ),
        "claims": list(Claim.objects.order_by("pk").values_list("member", "state")),
        "held": list(ClaimAllowance.objects.exclude(live=0).values_list("member", "live")),
        "sheets": list(Attendance.objects.order_by("pk").values_list("member", "credit")),
        "notes": list(ServiceNote.objects.order_by("pk").values_list("member", "state")),
        "members": list(
            Member.objects.order_by("pk").values_list(
                "name", "id_number_hash", "phone_hash", "left_on", "user", "serving_community",
                "merged_into", "registered_on",
            )
        ),
    }  # fmt: skip


@pytest.mark.django_db
def test_merge_needs_a_second_officer() -> None:
    kept, gone = two_numbers()
    officer = county_officer()
    merge = merging.propose_merge(actor=officer, kept=kept, gone=gone, taken=[], now=NOW)
    with pytest.raises(Refused) as refused:
        merging.approve_merge(actor=officer, merge=merge, now=NOW)
    assert refused.value.codes == ("merge.four_eyes",)
    with pytest.raises(IntegrityError):
        MemberMerge.objects.filter(pk=merge.pk).update(
            state=MergeState.DONE, decided_by_plain=officer.user_id
        )


@pytest.mark.django_db
def test_second_officer_merges_and_nobody_approves_twice() -> None:
    kept, gone = two_numbers()
    merge = merged(kept, gone)
    assert merge.state == MergeState.DONE
    with pytest.raises(Refused) as refused:
        merging.approve_merge(actor=county_officer(), merge=merge, now=NOW)
    assert refused.value.codes == ("merge.not_proposed",)


@pytest.mark.django_db
@pytest.mark.parametrize("taken", [["nonsense"], ["member_no"]])
def test_only_shown_fields_can_be_taken(taken: list[str]) -> None:
    kept, gone = two_numbers()
    with pytest.raises(Refused) as refused:
        merged(kept, gone, taken)
    assert refused.value.codes == ("merge.field",)
    with pytest.raises(Refused) as refused:
        merged(kept, kept)
    assert refused.value.codes == ("merge.same",)


@pytest.mark.django_db
def test_everything_follows_the_kept_number() -> None:
    kept, gone = with_facts()
    before = ledger.totals_of_all(period=YEAR)
    by_unit = ledger.totals_by_unit(period=YEAR)
    merge = merged(kept, gone, ["name", "phone"])
    assert rows_of(gone) == {}
    assert ledger.totals_of_all(period=YEAR) == before
    assert ledger.totals_by_unit(period=YEAR) == by_unit
    totals = ledger.totals(members=[kept.pk, gone.pk], period=YEAR)
    assert (totals[gone.pk].minutes, totals[kept.pk].minutes) == (0, before.minutes)
    assert verify() == []
    live = Placement.objects.live().get()
    assert (live.member, live.state) == (kept, PlacementState.REPORTED)
    assert Placement.objects.get(end_reason=EndReason.MERGED).member == kept
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.name, kept.serving_community) == ("王壹", live.community)
    assert crypto.unseal(kept.phone_sealed, "member.phone") == "13900000002"
    assert (gone.merged_into, gone.phone_sealed, gone.left_reason) == (kept, "", "merged")
    assert not Member.objects.expected_on(TODAY).filter(pk=gone.pk).exists()
    assert "王" not in str(merge.moved)


@pytest.mark.django_db
def test_corrections_go_on_under_the_kept_number() -> None:
    kept, gone = with_facts()
    merged(kept, gone)
    note = ServiceNote.objects.get()
    activities.reopen_note(actor=SYSTEM, note=note, reason="日期有误", now=play.AFTER)
    row = Attendance.objects.select_related("activity").get()
    sheet = activities.Sheet(revision=1, absent=frozenset({kept.pk}))
    activities.enter_attendance(
        actor=play.organiser_of(row.activity), activity=row.activity, sheet=sheet, now=play.AFTER
    )
    assert ledger.totals(members=[kept.pk], period=YEAR)[kept.pk].minutes == 60
    assert verify() == []


@pytest.mark.django_db
def test_undoing_restores_both() -> None:
    kept, gone = with_facts()
    before, totals = facts(), ledger.totals(members=[kept.pk, gone.pk], period=YEAR)
    merge = merged(kept, gone, ["name", "phone"])
    merging.undo_merge(actor=county_officer(), merge=merge, now=play.AFTER + timedelta(days=1))
    assert facts() == before
    assert ledger.totals(members=[kept.pk, gone.pk], period=YEAR) == totals
    assert verify() == []
    merge.refresh_from_db()
    assert (merge.state, merge.before_sealed) == (MergeState.UNDONE, "")
    again = merged(*[Member.objects.get(pk=m.pk) for m in (kept, gone)])
    assert again.state == MergeState.DONE


@pytest.mark.django_db
def test_a_second_sign_up_for_what_is_past_gives_its_place_to_nobody_and_comes_back() -> None:
    kept, gone = two_numbers()
    [waits] = play.make_people(1)
    activity = play.make_activity(places=2)
    play.signed_up(activity, [kept, gone, waits])

    def sign_ups() -> tuple[list[tuple[int, str]], int]:
        rows = SignUp.objects.order_by("pk").values_list("member", "state")
        return list(rows), Activity.objects.get().taken

    before = sign_ups()
    merge = merged(kept, gone)
    rows = [(kept.pk, "live"), (kept.pk, "withdrawn"), (waits.pk, "waiting")]
    assert sign_ups() == (rows, 1)
    merging.undo_merge(actor=county_officer(), merge=merge, now=play.AFTER + timedelta(days=1))
    assert sign_ups() == before


@pytest.mark.django_db
def test_undoing_has_its_days() -> None:
    merge = merged(*two_numbers())
    late = play.AFTER + timedelta(days=31)
    with pytest.raises(Refused) as refused:
        merging.undo_merge(actor=county_officer(), merge=merge, now=late)
    assert refused.value.codes == ("merge.too_late",)
    assert merging.forget_before(now=late) == 1


@pytest.mark.django_db
def test_same_service_under_both_numbers_counts_once() -> None:
    kept, gone = two_numbers()
    make_entry(kept)
    make_entry(gone)
    merge = merged(kept, gone)
    assert ledger.totals(members=[kept.pk], period=YEAR)[kept.pk].minutes == 60
    merging.undo_merge(actor=county_officer(), merge=merge, now=play.AFTER)
    totals = ledger.totals(members=[kept.pk, gone.pk], period=YEAR)
    assert [each.minutes for each in totals.values()] == [60, 60]
    assert verify() == []


@pytest.mark.django_db
def test_signing_in_with_the_gone_number_tells_the_new_one(client: Any) -> None:
    kept, gone = two_numbers()
    user = member_actor(gone) and gone.user
    assert user is not None
    user.set_password("correct horse 9 battery")
    user.save(update_fields=["password"])
    gone_no = gone.member_no
    merge = merged(kept, gone)
    kept.refresh_from_db()
    assert kept.user == user
    data = {"username": gone_no, "password": "correct horse 9 battery"}
    page = client.post("/sign-in/", data).content.decode()
    assert f"您的编号已并入 {kept.member_no}" in page
    data["password"] = "wrong"
    assert kept.member_no not in client.post("/sign-in/", data).content.decode()
    merging.undo_merge(actor=county_officer(), merge=merge, now=play.AFTER)
    gone.refresh_from_db()
    assert (gone.user, gone.user and gone.user.username) == (user, gone_no)


@pytest.mark.django_db
def test_roster_that_names_the_gone_number_means_the_kept_one() -> None:
    from allhours.directory.queries.roster import roster_snapshot
    from allhours.directory.roster.match import Matcher

    kept, gone = two_numbers()
    merged(kept, gone)
    matcher = Matcher(roster_snapshot(TODAY), {})
    assert matcher.by_no[gone.member_no].pk == kept.pk


@pytest.mark.django_db(transaction=True)
def test_claim_at_the_moment_of_a_merge_is_moved_or_refused() -> None:
    kept, gone = two_numbers()
    actor, wish = member_actor(gone), make_open_wish(make_community())
    placed(gone)
    merge = merging.propose_merge(
        actor=staff_actor(Role.LIAISON, kept.unit), kept=kept, gone=gone, taken=[], now=NOW
    )
    officer, start, errors = county_officer(), threading.Barrier(2), []

    def run(work: Any) -> None:
        try:
            start.wait()
            work()
        except Refused:
            pass
        except Exception as error:  # noqa: BLE001 - shown below
            errors.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=[work])
        for work in (
            lambda: needs.claim_wish(actor=actor, wish=wish, now=NOW),
            lambda: merging.approve_merge(actor=officer, merge=merge, now=NOW),
        )
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert not Claim.objects.filter(member=gone).exists()
    wish.refresh_from_db()
    assert wish.taken == Claim.objects.filter(member=kept).count()
