"""Letters, as their readers may see them."""

from __future__ import annotations

from allhours.accounts.actor import Actor
from allhours.placement.models import Letter
from allhours.placement.models.letter import LetterQuerySet


def letters_visible_to(actor: Actor) -> LetterQuerySet:
    """Of the actor's units, to their communities, and their own."""
    return Letter.objects.visible_to(actor).select_related(
        "unit", "placement__member", "placement__community", "placement__unit", "replaces"
    )
