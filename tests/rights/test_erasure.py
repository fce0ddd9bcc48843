"""Who may have data erased, when it can be undone, and what a restored backup does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from allhours.accounts.choices import Role
from allhours.directory.models import Member
from allhours.jobs.restore import _add_lines
from allhours.kernel.errors import Refused
from allhours.rights import tombstones
from allhours.rights.actions import erasure as actions
from allhours.rights.actions.execute import execute_erasure
from allhours.rights.actions.reapply import reapply_erasures
from allhours.rights.choices import ErasureState
from allhours.rights.models import Erasure
from tests.factories.activities import make_activity
from tests.factories.directory import (
    county_officer,
    make_county,
    make_member,
    make_unit,
    member_actor,
    staff_actor,
    staff_user,
)
from tests.factories.needs import note_wish
from tests.factories.rights import NOW, approved, gone, system

pytestmark = pytest.mark.django_db
DUE = NOW + timedelta(days=7)


@pytest.fixture(autouse=True)
def no_list() -> Iterator[None]:
    yield
    tombstones.path().unlink(missing_ok=True)


def refused(work: object) -> tuple[str, ...]:
    with pytest.raises(Refused) as told:
        work()  # type: ignore[operator]
    return told.value.codes


def test_who_is_on_the_roster_is_not_erased() -> None:
    member = make_member()
    me, officer = member_actor(member), county_officer()
    code = ("erasure.still_on_roster",)
    assert refused(lambda: actions.ask_erasure(actor=me, now=NOW)) == code
    assert refused(lambda: actions.propose_erasure(actor=officer, member=member, now=NOW)) == code
    gone(member)
    assert actions.ask_erasure(actor=me, now=NOW).state == ErasureState.ASKED


def test_who_holds_an_office_is_not_erased() -> None:
    user = staff_user(Role.LIAISON, make_county())
    code = ("erasure.still_in_office",)
    officer = county_officer()
    assert refused(lambda: actions.propose_erasure(actor=officer, user=user, now=NOW)) == code


def test_a_second_officer_approves() -> None:
    first, second = county_officer(), county_officer()
    proposed = actions.propose_erasure(actor=first, member=gone(), now=NOW)
    assert refused(lambda: actions.approve_erasure(actor=first, erasure=proposed, now=NOW)) == (
        "erasure.four_eyes",
    )
    done = actions.approve_erasure(actor=second, erasure=proposed, now=NOW)
    assert (done.state, done.due_at) == (ErasureState.APPROVED, DUE)


def test_the_database_wants_four_eyes_too() -> None:
    proposed = actions.propose_erasure(actor=county_officer(), member=gone(), now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.filter(pk=proposed.pk).update(approved_by_plain=proposed.proposed_by_plain)


def test_an_officer_takes_up_what_the_person_asked() -> None:
    member = make_member()
    me = member_actor(member)
    gone(member)
    asked = actions.ask_erasure(actor=me, now=NOW)
    taken = actions.propose_erasure(actor=county_officer(), member=member, now=NOW)
    assert (taken.pk, taken.state, taken.reason) == (asked.pk, ErasureState.PROPOSED, "own_wish")
    assert refused(lambda: actions.ask_erasure(actor=me, now=NOW)) == ("erasure.already_asked",)


def test_it_is_done_on_its_instant_and_not_before() -> None:
    erasure = approved()
    early = DUE - timedelta(microseconds=1)
    assert refused(lambda: execute_erasure(actor=system(), erasure=erasure, now=early)) == (
        "erasure.not_due",
    )
    execute_erasure(actor=system(), erasure=erasure, now=DUE)
    erasure.refresh_from_db()
    assert (erasure.state, Member.objects.get(pk=erasure.member_id).name) == ("done", "某同志")


def test_it_can_be_undone_until_then() -> None:
    erasure = approved()
    name = erasure.member.name if erasure.member else ""
    actions.undo_erasure(actor=county_officer(), erasure=erasure, now=DUE)
    assert refused(lambda: execute_erasure(actor=system(), erasure=erasure, now=DUE)) == (
        "erasure.too_late",
    )
    assert Member.objects.get(pk=erasure.member_id).name == name
    assert tombstones.keys() == set()


def test_who_came_back_is_not_erased() -> None:
    erasure = approved()
    Member.objects.filter(pk=erasure.member_id).update(left_on=None)
    assert refused(lambda: execute_erasure(actor=system(), erasure=erasure, now=DUE)) == (
        "erasure.still_on_roster",
    )


def test_only_county_officers_decide() -> None:
    member = gone()
    liaison = staff_actor(Role.LIAISON, member.unit)
    assert refused(lambda: actions.propose_erasure(actor=liaison, member=member, now=NOW)) == (
        "actor.not_permitted",
    )
    proposed = actions.propose_erasure(actor=county_officer(), member=member, now=NOW)
    for work in (
        lambda: actions.approve_erasure(actor=liaison, erasure=proposed, now=NOW),
        lambda: actions.decline_erasure(actor=liaison, erasure=proposed, reason="x", now=NOW),
        lambda: actions.undo_erasure(actor=liaison, erasure=proposed, now=NOW),
    ):
        assert refused(work) == ("actor.not_permitted",)


def test_a_namesake_keeps_their_name() -> None:
    member, other = make_member(name="同名人"), make_member(name="同名人")
    execute_erasure(actor=system(), erasure=approved(gone(member)), now=DUE)
    other.refresh_from_db()
    assert other.name == "同名人"


def test_a_name_that_is_a_word_stays_in_what_others_wrote() -> None:
    """They are called as an organisation is: the activity of others keeps its title."""
    make_unit(name="文明办")
    activity = make_activity(title="文明劝导")
    member = gone(make_member(name="文明"))
    counts = execute_erasure(actor=system(), erasure=approved(member), now=DUE)
    activity.refresh_from_db()
    member.refresh_from_db()
    assert (activity.title, member.name == "文明") == ("文明劝导", False)
    assert counts["to_look_at"] >= 1
    other = make_activity(title="欧阳凤梧家访")
    execute_erasure(actor=system(), erasure=approved(gone(make_member(name="欧阳凤梧"))), now=DUE)
    other.refresh_from_db()
    assert other.title == "（已删除）家访"


def test_a_resident_is_erased_by_their_follow_code() -> None:
    noted = note_wish()
    code = noted.wish.code
    actions.ask_resident_erasure(actor=system(), code=code, now=NOW)
    erasure = Erasure.objects.get()
    execute_erasure(actor=system(), erasure=erasure, now=DUE)
    noted.wish.refresh_from_db()
    wish = noted.wish
    assert (wish.words_sealed, wish.wisher_name_sealed, wish.follow_hash, wish.may_publish) == (
        "", "", "", False,
    )  # fmt: skip


def test_a_restored_backup_is_erased_again() -> None:
    erasure = approved()
    execute_erasure(actor=system(), erasure=erasure, now=DUE)
    # as after a restore: the old database knows the name and nothing of the erasure
    Member.objects.filter(pk=erasure.member_id).update(name="又回来了", phone_hash="x")
    Erasure.objects.all().delete()
    assert reapply_erasures(DUE) == 1
    assert Member.objects.get(pk=erasure.member_id).name == "某同志"
    assert reapply_erasures(DUE) == 0


def test_the_list_of_erasures_names_nobody() -> None:
    erasure = approved()
    execute_erasure(actor=system(), erasure=erasure, now=DUE)
    text = (Path(settings.DATA) / "erasures.jsonl").read_text()
    assert erasure.subject_code not in text
    assert len(text.splitlines()) == 1


def test_a_restore_keeps_the_list_of_erasures_and_adds_to_it(tmp_path: Path) -> None:
    """Lines known here stay, those of the backup are added, none twice."""
    brought, at_hand = tmp_path / "brought", tmp_path / "at_hand"
    brought.write_text("old\nboth\n")
    at_hand.write_text("both\nnew\n")
    _add_lines(brought, at_hand)
    assert at_hand.read_text().splitlines() == ["both", "new", "old"]
    assert at_hand.stat().st_mode & 0o777 == 0o600
