from allhours.directory.models.appointment import Appointment
from allhours.directory.models.member import Member, MemberNumber, MemberQuerySet
from allhours.directory.models.organization import (
    Neighbour,
    Organization,
    OrganizationQuerySet,
    PlaceName,
)
from allhours.directory.models.roster import ImportState, RosterImport

__all__ = [
    "Appointment",
    "ImportState",
    "Member",
    "MemberNumber",
    "MemberQuerySet",
    "Neighbour",
    "Organization",
    "OrganizationQuerySet",
    "PlaceName",
    "RosterImport",
]
