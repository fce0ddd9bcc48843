"""A difference as a run draws it, before it is kept: key, who is responsible, what each side says.

Nothing in a key is personal: what a file says of somebody unknown goes in as a keyed digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from allhours.directory.models import Member, Organization
from allhours.directory.roster.cells import mask
from allhours.kernel import crypto
from allhours.placement.choices import DifferenceKind, Responsible
from allhours.placement.compare import Found
from allhours.placement.register import Listed

ROW = "difference.row"  # purpose of the digests within keys
BATCH = 500


@dataclass(frozen=True)
class Drawn:
    key: str
    kind: DifferenceKind
    responsible: Responsible
    detail: str = ""
    member: int | None = None
    other: int | None = None
    unit: int | None = None
    community: int | None = None
    ours: Mapping[str, str | int | None] = field(default_factory=dict)
    theirs: Mapping[str, str | int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Names:
    """Labels of organisations, and the members of a run's differences, each read once."""

    organisations: Mapping[int, str]
    members: Mapping[int, Member]

    @classmethod
    def of(cls, members: Iterable[int]) -> Names:
        keys = sorted(set(members))
        found: dict[int, Member] = {}
        for start in range(0, len(keys), BATCH):
            rows = Member.objects.select_related("unit", "serving_community")
            found |= rows.in_bulk(keys[start : start + BATCH])
        labels = {
            pk: short or name
            for pk, short, name in Organization.objects.values_list("pk", "short_name", "name")
        }
        return cls(labels, found)

    def ours(self, member_id: int | None, community: int | None = None) -> dict[str, str]:
        """What the roster says; the phone masked."""
        member = self.members.get(member_id or 0)
        if member is None:
            return {}
        place = self.organisations.get(community or 0) if community else None
        served = member.serving_community
        return {
            "name": member.name,
            "member_no": member.member_no,
            "unit": member.unit.label,
            "community": place or (served.label if served else ""),
            "born": f"{member.birth_date:%Y-%m}" if member.birth_date else "",
            "phone": member.phone_masked,
        }

    def theirs(self, listed: Listed | None, place: int | None) -> dict[str, str | int | None]:
        """What the file's row says; the phone masked, the ID number not at all."""
        if listed is None:
            return {}
        return {
            "row": listed.row,
            "name": listed.name,
            "member_no": listed.member_no,
            "unit": self.organisations.get(listed.unit or 0, listed.unit_text),
            "unit_id": listed.unit,
            "community": self.organisations.get(place or 0, ""),
            "born": f"{listed.born:%Y-%m}" if listed.born else "",
            "phone": mask(listed.phone),
        }


def digest(*facts: str | int | date | None) -> str:
    return crypto.lookup_hash("\x1f".join("" if f is None else str(f) for f in facts), ROW)[:24]


# Who can do something about it, where the two sides alone do not tell.
RESPONSIBLE = {
    "unknown": Responsible.UNIT,
    "other_unit": Responsible.UNIT,
    "other_community": Responsible.UNIT,
    "changed_name": Responsible.UNIT,
    "not_received": Responsible.COMMUNITY,
    "two_numbers": Responsible.COUNTY,
}


def key_of(found: Found, member: int | None, other: int | None, place: int | None) -> str:
    """The same difference has the same key in every run."""
    row = found.row
    name = row.name if row else ""
    said = digest(name, row.member_no, row.id_digest, row.phone_digest, row.born) if row else ""
    if found.kind == "two_numbers" and member and other:
        return f"two_numbers:{min(member, other)}:{max(member, other)}"
    tails: dict[str, tuple[object, ...]] = {
        "missing": (member, place),
        "unknown": (member, place) if member else ("row", place, said),
        "not_received": (member, place),
        "other_unit": (member, row.unit if row else None),
        "other_community": (member, place),
        "two_numbers": (member, digest(row.member_no) if row else ""),
        "changed_name": (member, digest(name)),
        "to_judge": (member, said),
    }
    return ":".join([found.kind, *(str(part) for part in tails[found.kind] if part is not None)])
