from allhours.ledger.actions.posting import post, post_many, reverse, reverse_many
from allhours.ledger.actions.sealing import note_export, seal_night
from allhours.ledger.actions.service import Service, draft_services, post_service

__all__ = [
    "Service",
    "draft_services",
    "note_export",
    "post",
    "post_many",
    "post_service",
    "reverse",
    "reverse_many",
    "seal_night",
]
