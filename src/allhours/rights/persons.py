"""From a member, an account or a wish to the person whose data is meant."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from allhours.accounts.models import User
from allhours.directory.choices import FormerFact
from allhours.directory.models import Former, Member, Organization, PlaceName
from allhours.directory.models.member import ID_NUMBER, PHONE
from allhours.kernel import crypto
from allhours.rights.choices import SubjectKind
from allhours.rights.holdings import Person
from allhours.rights.words import NAMELESS
from allhours.scheme.models import SchemeVersion

SHORTEST = 2  # one character names nobody
LONGEST_NAME = 4  # what is longer is no word by chance
ADDRESS_FROM = 6  # shorter ones are names of estates, which many share


@dataclass(frozen=True)
class Residents:
    """How the room that knows residents finds one by the public code of their wish."""

    find: Callable[[str], Person | None]
    codes: Callable[[], Iterable[str]]


_residents: list[Residents] = []


def register_residents(residents: Residents) -> None:
    _residents[:] = [residents]


def person_of_resident(code: str) -> Person | None:
    return _residents[0].find(code) if _residents else None


def resident_codes() -> Iterable[str]:
    return _residents[0].codes() if _residents else ()


def person_of_member(member: Member) -> Person:
    """The member with every number merged into theirs, and all their sign-ins."""
    rows = [member, *Member.objects.filter(merged_into=member)]
    users = {row.user_id for row in rows if row.user_id is not None}
    users |= set(
        User.objects.filter(username__in=[row.member_no for row in rows]).values_list(
            "pk", flat=True
        )
    )
    return Person(
        kind=SubjectKind.MEMBER,
        code=member.member_no,
        member_ids=tuple(row.pk for row in rows),
        user_ids=tuple(sorted(users)),
        needles=_needles(rows),
    )


def person_of_user(user: User) -> Person:
    """Somebody with an account; a member's account stands for the member."""
    member = Member.objects.filter(user=user).first()
    if member is not None:
        return person_of_member(member)
    name = user.display_name
    return Person(
        kind=SubjectKind.ACCOUNT,
        code=user.username,
        user_ids=(user.pk,),
        needles=(name,) if len(name) >= SHORTEST else (),
    )


def _needles(rows: list[Member]) -> tuple[str, ...]:
    """Names of now and before, numbers and street addresses; the longest first."""
    words = {row.name for row in rows}
    former = Former.objects.filter(member__in=rows, fact=FormerFact.NAME)
    words |= set(former.values_list("text", flat=True))
    users = User.objects.filter(pk__in=[row.user_id for row in rows if row.user_id])
    words |= set(users.values_list("display_name", flat=True))
    for row in rows:
        words.add(crypto.unseal(row.id_number_sealed, ID_NUMBER))
        words.add(crypto.unseal(row.phone_sealed, PHONE))
        if len(row.address) >= ADDRESS_FROM:
            words.add(row.address)
    words -= {NAMELESS, ""}
    return tuple(sorted((w for w in words if len(w) >= SHORTEST), key=len, reverse=True))


def also_other_words(person: Person) -> frozenset[str]:
    """Those needles that mean somebody or something else as well: a namesake, a place, a word.

    A member may be called as a virtue is (文明, 平安). Such a word is taken out of what belongs to
    the person, but not out of other people's texts; those a person looks through.
    """
    names = [needle for needle in person.needles if len(needle) <= LONGEST_NAME]
    others = Member.objects.exclude(pk__in=person.member_ids)
    users = User.objects.exclude(pk__in=person.user_ids)
    found = {*others.filter(name__in=names).values_list("name", flat=True)}
    found |= {*users.filter(display_name__in=names).values_list("display_name", flat=True)}
    law = SchemeVersion.objects.order_by("-number").values_list("document", flat=True).first()
    words = json.dumps(law, ensure_ascii=False) if law else ""
    for name in set(names) - found:
        things = Organization.objects.filter(name__contains=name).exists()
        if things or name in words or PlaceName.objects.filter(name__contains=name).exists():
            found.add(name)
    return frozenset(found)
