from allhours.needs.models.claim import Claim, ClaimAllowance, ClaimHelper, UnitAllowance
from allhours.needs.models.festival import Festival, FestivalSeat
from allhours.needs.models.flood import FloodCount
from allhours.needs.models.follow_up import FollowUp
from allhours.needs.models.handover import PostHandover
from allhours.needs.models.imported import WishImport
from allhours.needs.models.menu import Post
from allhours.needs.models.order import Demand, PostOrder
from allhours.needs.models.pledge import Pledge, PledgeItem, PledgeNote
from allhours.needs.models.suggestion import Suggestion, SuggestionStep
from allhours.needs.models.wish import Wish

__all__ = [
    "Claim",
    "ClaimAllowance",
    "ClaimHelper",
    "Demand",
    "Festival",
    "FestivalSeat",
    "FloodCount",
    "FollowUp",
    "Pledge",
    "PledgeItem",
    "PledgeNote",
    "Post",
    "PostHandover",
    "PostOrder",
    "Suggestion",
    "SuggestionStep",
    "UnitAllowance",
    "Wish",
    "WishImport",
]
