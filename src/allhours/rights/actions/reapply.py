"""After a restored backup: erasures that were done since it was made are done again."""

from __future__ import annotations

from datetime import datetime

from allhours.accounts.actor import Actor
from allhours.accounts.models import User
from allhours.directory.models import Member
from allhours.jobs import hooks
from allhours.rights import persons, tombstones
from allhours.rights.actions.execute import erase_person, purge, record_done
from allhours.rights.choices import ErasureReason, ErasureState, SubjectKind
from allhours.rights.holdings import Person
from allhours.rights.models import Erasure


def listen() -> None:
    """Run after each restore and before each start of the server."""
    hooks.after_restore(reapply_erasures)


def reapply_erasures(now: datetime) -> int:
    """Erase again whoever is in the list of erasures but not erased in this database; how many."""
    missing = tombstones.keys() - set(
        Erasure.objects.filter(state=ErasureState.DONE).values_list("key_hash", flat=True)
    )
    if not missing:
        return 0
    actor, done = Actor.system("rights.reapply"), 0
    for person in _named_in(missing):
        counts = erase_person(person=person, now=now)
        key = tombstones.key_of(person.kind, person.code)
        record_done(actor, person, key, ErasureReason.OWN_WISH, counts, now)
        done += 1
    purge(now)
    return done


def _named_in(keys: set[str]) -> list[Person]:
    found = [
        persons.person_of_member(member)
        for member in Member.objects.order_by("pk").iterator(chunk_size=2000)
        if tombstones.key_of(SubjectKind.MEMBER, member.member_no) in keys
    ]
    found += [
        persons.person_of_user(user)
        for user in User.objects.order_by("pk").iterator(chunk_size=2000)
        if tombstones.key_of(SubjectKind.ACCOUNT, user.username) in keys
    ]
    for code in persons.resident_codes():
        if tombstones.key_of(SubjectKind.RESIDENT, code) in keys:
            resident = persons.person_of_resident(code)
            found += [resident] if resident else []
    return found
