from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES, TERRITORY_ROLES, UNIT_ROLES
from allhours.accounts.scope import NOTHING, within
from allhours.directory.models import Member, Organization
from allhours.needs.choices import (
    Origin,
    RatingLevel,
    SuggestionKind,
    SuggestionOutcome,
    SuggestionState,
)
from allhours.needs.scope import desk_or_grid

AUTHOR_NAME = "suggestion.author_name"  # purposes under which facts are sealed
AUTHOR_PHONE = "suggestion.author_phone"
AUTHOR_WORDS = "suggestion.words"  # as it was said; may name people


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def on_desk_of(self, actor: Actor) -> Self:
        """Of the community it came up in, and of whoever it was handed to."""
        seen = desk_or_grid(actor)
        seen |= within(actor, "handler__path", roles=UNIT_ROLES | TERRITORY_ROLES | COUNTY_ROLES)
        return self.filter(seen).exclude(state=SuggestionState.WITHDRAWN)

    def of_author(self, actor: Actor) -> Self:
        own = models.Q(member_id=actor.member_id) if actor.member_id else NOTHING
        return self.filter(own)


class Suggestion(models.Model):
    """意见建议: a suggestion or a problem, from a member, a resident, a visit or a meeting.

    `title` is what the desk makes of it, without names; the author's own words and who they are
    stay sealed. It lies with `handler` until it is answered. One that says the same as another
    is joined to it and gets its answer, with its author credited.
    """

    code = models.CharField(max_length=16, unique=True)
    intake_key = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - null: none
    follow_hash = models.CharField(max_length=64, blank=True, db_index=True)
    kind = models.CharField(
        max_length=10, choices=SuggestionKind, default=SuggestionKind.SUGGESTION
    )
    origin = models.CharField(max_length=8, choices=Origin)
    community = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    grid = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    handler = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    words_sealed = models.TextField()
    author_name_sealed = models.CharField(max_length=200, blank=True)
    author_phone_sealed = models.CharField(max_length=200, blank=True)
    title = models.CharField(_("事由"), max_length=60, blank=True)
    category = models.CharField(_("类别"), max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=SuggestionState, default=SuggestionState.NOTED)
    noted_at = models.DateTimeField()
    noted_by_plain = models.BigIntegerField(null=True)
    accepted_at = models.DateTimeField(null=True)
    due_on = models.DateField(
        _("答复期限"), null=True
    )  # last day; first to take on, then to answer
    answered_at = models.DateTimeField(null=True)
    answered_by_plain = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=10, choices=SuggestionOutcome, blank=True)
    answer = models.CharField(_("答复"), max_length=500, blank=True)
    joined_to = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="joined"
    )
    not_solved_at = models.DateTimeField(null=True)  # said once by the author
    not_solved_text = models.CharField(max_length=200, blank=True)
    rating = models.PositiveSmallIntegerField(null=True, choices=RatingLevel)
    ended_at = models.DateTimeField(null=True)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["handler", "state"], name="suggestion_of_handler"),
            models.Index(fields=["community", "state"], name="suggestion_of_community"),
        ]

    def __str__(self) -> str:
        return f"suggestion {self.code}"


class SuggestionStep(models.Model):
    """One handing over: from whom to whom, and why."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="steps")
    handler = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by_plain = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.suggestion_id} → {self.handler_id}"
