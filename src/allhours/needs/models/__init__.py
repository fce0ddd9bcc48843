from allhours.needs.models.claim import Claim, ClaimAllowance
from allhours.needs.models.flood import FloodCount
from allhours.needs.models.menu import Post
from allhours.needs.models.pledge import Pledge, PledgeItem
from allhours.needs.models.suggestion import Suggestion, SuggestionStep
from allhours.needs.models.wish import Wish

__all__ = [
    "Claim",
    "ClaimAllowance",
    "FloodCount",
    "Pledge",
    "PledgeItem",
    "Post",
    "Suggestion",
    "SuggestionStep",
    "Wish",
]
