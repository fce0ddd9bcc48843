from allhours.placement.models.excusal import Excusal
from allhours.placement.models.letter import CollectiveLetter, Letter, LetterCounter
from allhours.placement.models.partnership import (
    ContactPoint,
    Matter,
    Pairing,
    UnitReport,
    Visit,
)
from allhours.placement.models.placement import Placement, PlacementQuerySet
from allhours.placement.models.reconcile import Difference, Finding, ReconcileRun
from allhours.placement.models.round import Proposal, ProposalQuerySet, Round

__all__ = [
    "CollectiveLetter",
    "ContactPoint",
    "Difference",
    "Excusal",
    "Finding",
    "Letter",
    "LetterCounter",
    "Matter",
    "Pairing",
    "Placement",
    "PlacementQuerySet",
    "Proposal",
    "ProposalQuerySet",
    "ReconcileRun",
    "Round",
    "UnitReport",
    "Visit",
]
