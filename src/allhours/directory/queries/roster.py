"""What the roster import reads of the county, and what its pages show of an import."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import F, QuerySet

from allhours.accounts.actor import Actor
from allhours.accounts.choices import UNIT_ROLES, Role
from allhours.directory.choices import OrgKind, Side
from allhours.directory.models import Member, Organization, PlaceName, RosterImport
from allhours.directory.models.member import ID_NUMBER, PHONE
from allhours.directory.roster import codes
from allhours.directory.roster.columns import known_names
from allhours.directory.roster.snapshot import Org, Person, Snapshot
from allhours.kernel import crypto
from allhours.scheme.queries import scheme_for

PARTY_KINDS = frozenset({OrgKind.BRANCH, OrgKind.GENERAL_BRANCH, OrgKind.PARTY_COMMITTEE})


@dataclass(frozen=True)
class Words:
    """A county's own words for the information card: title → code, and code → title."""

    skills: dict[str, str]
    menu: dict[str, str]

    def split_skills(self, titles: list[str]) -> tuple[list[str], str]:
        """Codes for what the scheme lists, and the rest as text."""
        listed = [self.skills[title] for title in titles if title in self.skills]
        return listed, "、".join(title for title in titles if title not in self.skills)[:200]

    def skills_of(self, skill_codes: list[str], text: str) -> list[str]:
        if not skill_codes and not text:
            return []
        titles = {code: title for title, code in self.skills.items()}
        return [titles.get(code, code) for code in skill_codes] + codes.pieces(text)

    def wishes_of(self, wish_codes: list[str]) -> list[str]:
        if not wish_codes:
            return []
        titles = {code: title for title, code in self.menu.items()}
        return [titles.get(code, code) for code in wish_codes]

    def wish_codes(self, titles: list[str]) -> list[str]:
        return [self.menu.get(title, title) for title in titles]


def words_for(on: date) -> Words:
    scheme = scheme_for(on)
    return Words(
        skills={choice.title: choice.code for choice in scheme.roster.skills},
        menu={item.title: item.code for item in scheme.menu.items},
    )


def aliases_for(on: date) -> dict[str, str] | None:
    """Header names with the county's own, or None where it has none."""
    aliases = scheme_for(on).roster.aliases
    return known_names(aliases) if aliases else None


def roster_snapshot(on: date) -> Snapshot:
    """Everybody, also those who left, as plain values: four queries whatever the size."""
    words = words_for(on)
    seen = hashlib.sha256()
    people = []
    numbers = _gone_numbers()
    for row in _member_rows():
        seen.update(repr(row).encode())
        people.append(_person(row, words, numbers.get(row[0], ())))
    return Snapshot(
        people=people,
        orgs=[_org(org) for org in Organization.objects.all()],
        places=list(PlaceName.objects.values_list("name", "community_id")),
        id_digest=partial(crypto.lookup_hash, purpose=ID_NUMBER),
        phone_digest=partial(crypto.lookup_hash, purpose=PHONE),
        fingerprint=seen.hexdigest(),
    )


def roster_fingerprint() -> str:
    """`Snapshot.fingerprint` as it would be now, at a fraction of a snapshot's cost."""
    seen = hashlib.sha256()
    for row in _member_rows():
        seen.update(repr(row).encode())
    return seen.hexdigest()


def _gone_numbers() -> dict[int, tuple[str, ...]]:
    """Member → the numbers that were merged into theirs: a file may still name them."""
    found: dict[int, tuple[str, ...]] = {}
    for row in Member.objects.filter(merged_into__isnull=False).only("merged_into", "member_no"):
        kept = row.merged_into_id or 0
        found[kept] = (*found.get(kept, ()), row.member_no)
    return found


def _member_rows() -> Iterator[tuple[Any, ...]]:
    rows = Member.objects.filter(merged_into=None).order_by("pk").values_list(
        "pk", "member_no", "name", "unit_id", "id_number_hash", "phone_hash", "left_on", "sex",
        "nation", "birth_date", "education", "category", "position", "joined_party_on",
        "full_member_on", "address", "is_retired", "skills", "skills_text", "wishes_to_serve",
        "remarks", "residence_id", "branch_id",
    )  # fmt: skip
    return rows.iterator(chunk_size=2000)


def _person(row: tuple[Any, ...], words: Words, gone: tuple[str, ...]) -> Person:
    pk, member_no, name, unit, id_hash, phone_hash, left_on, *values = row
    (
        sex, nation, birth, education, category, position, joined, converted, address, retired,
        skills, skills_text, wishes, note, residence, branch,
    ) = values  # fmt: skip
    return Person(
        pk=pk,
        member_no=member_no,
        name=name,
        unit=unit,
        id_hash=id_hash,
        phone_hash=phone_hash,
        departed=left_on is not None,
        gone_numbers=gone,
        values={
            "name": name, "sex": sex, "nation": nation, "birth": birth, "education": education,
            "category": category, "position": position, "joined": joined, "converted": converted,
            "address": address, "retired": retired, "note": note,
            "skills": words.skills_of(skills, skills_text), "wishes": words.wishes_of(wishes),
            "residence": residence, "branch": branch,
        },
    )  # fmt: skip


def _org(org: Organization) -> Org:
    kind = "other"
    if org.closed_on is None:
        if org.kind == OrgKind.UNIT or (org.kind == OrgKind.TOWN and org.side == Side.EMPLOYER):
            kind = "unit"
        elif org.kind in PARTY_KINDS:
            kind = "branch"
        elif org.kind == OrgKind.COMMUNITY:
            kind = "community"
    return Org(org.pk, org.name, kind, org.path, org.code, org.short_name)


def imports_visible_to(actor: Actor) -> QuerySet[RosterImport]:
    return RosterImport.objects.visible_to(actor).select_related("unit", "created_by")


def recent_imports(actor: Actor) -> QuerySet[RosterImport]:
    """For the list: of each plan only `kept_counts` and `kept_errors`."""
    return (
        imports_visible_to(actor)
        .defer("content_sealed", "plan")
        .annotate(kept_counts=F("plan__counts"), kept_errors=F("plan__errors"))
    )


def units_to_import_for(actor: Actor) -> QuerySet[Organization]:
    """The units whose own roster the actor may import; none for a county's import."""
    units = Organization.objects.open().units()
    if actor.holds(Role.COUNTY_OFFICER):
        return units
    found = units.none()
    for grant in actor.grants_of(UNIT_ROLES):
        found |= units.under(grant.path)
    return found


def unit_by_code(code: str) -> Organization | None:
    return Organization.objects.open().units().filter(code=code).first()


def template_lists(on: date) -> tuple[list[str], list[str], list[str]]:
    """Names of units, communities and service items for the standard roster's lists."""
    names = Organization.objects.open().order_by("code")
    return (
        list(names.units().values_list("name", flat=True)),
        list(names.communities().values_list("name", flat=True)),
        list(words_for(on).menu),
    )
