from allhours.directory.models.appointment import Appointment
from allhours.directory.models.change import (
    MemberChange,
    MemberChangeQuerySet,
    MemberMerge,
    MemberMergeQuerySet,
)
from allhours.directory.models.member import Former, Member, MemberNumber, MemberQuerySet
from allhours.directory.models.organization import (
    Neighbour,
    Organization,
    OrganizationQuerySet,
    PlaceName,
)
from allhours.directory.models.roster import RosterImport
from allhours.directory.models.upload import ImportState, Upload, short_name

__all__ = [
    "Appointment",
    "Former",
    "ImportState",
    "Member",
    "MemberChange",
    "MemberChangeQuerySet",
    "MemberMerge",
    "MemberMergeQuerySet",
    "MemberNumber",
    "MemberQuerySet",
    "Neighbour",
    "Organization",
    "OrganizationQuerySet",
    "PlaceName",
    "RosterImport",
    "Upload",
    "short_name",
]
