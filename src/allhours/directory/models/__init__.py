from allhours.directory.models.appointment import Appointment
from allhours.directory.models.member import Member, MemberNumber, MemberQuerySet
from allhours.directory.models.organization import (
    Neighbour,
    Organization,
    OrganizationQuerySet,
    PlaceName,
)

__all__ = [
    "Appointment",
    "Member",
    "MemberNumber",
    "MemberQuerySet",
    "Neighbour",
    "Organization",
    "OrganizationQuerySet",
    "PlaceName",
]
