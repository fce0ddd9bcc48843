from allhours.placement.models.excusal import Excusal
from allhours.placement.models.letter import Letter, LetterCounter
from allhours.placement.models.placement import Placement, PlacementQuerySet
from allhours.placement.models.round import Proposal, ProposalQuerySet, Round

__all__ = [
    "Excusal",
    "Letter",
    "LetterCounter",
    "Placement",
    "PlacementQuerySet",
    "Proposal",
    "ProposalQuerySet",
    "Round",
]
