from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.scope import within
from allhours.directory.models import Organization
from allhours.needs.choices import Origin, RatingLevel, WisherKind, WishState

WISHER_NAME = "wish.wisher_name"  # purposes under which facts are sealed
WISHER_PHONE = "wish.wisher_phone"
WISHER_ADDRESS = "wish.wisher_address"
WISHER_WORDS = "wish.words"  # the resident's own words, which may name people
GUARDIAN_NAME = "wish.guardian_name"

PUBLIC = (WishState.OPEN, WishState.CLAIMED, WishState.DELIVERED, WishState.CONFIRMED)


class WishQuerySet(models.QuerySet["Wish"]):
    def on_desk_of(self, actor: Actor) -> Self:
        """Wishes that staff of the community (or above) handle."""
        return self.filter(within(actor, "community__path"))

    def on_wall(self) -> Self:
        """Published with consent: what anybody may see, masked."""
        return self.filter(state__in=PUBLIC, may_publish=True)


class Wish(models.Model):
    """A small, realisable wish of a resident (微心愿).

    `title` is the masked public text; the resident's own words, name, phone and address are
    sealed. `taken` counts live claims and is advanced only by conditional update.
    """

    code = models.CharField(max_length=16, unique=True)  # public, random
    follow_hash = models.CharField(max_length=64, blank=True, db_index=True)
    community = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    grid = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    origin = models.CharField(max_length=8, choices=Origin)
    title = models.CharField(_("公开的心愿"), max_length=60, blank=True)
    words_sealed = models.TextField()  # as the resident said it
    category = models.CharField(_("类别"), max_length=40, blank=True)  # menu item code
    wisher_kind = models.CharField(
        max_length=10, choices=WisherKind, default=WisherKind.RESIDENT
    )
    wisher_name_sealed = models.CharField(max_length=200, blank=True)
    wisher_phone_sealed = models.CharField(max_length=200, blank=True)
    wisher_phone_hash = models.CharField(max_length=64, blank=True, db_index=True)
    wisher_address_sealed = models.CharField(max_length=500, blank=True)
    is_minor = models.BooleanField(default=False)
    guardian_name_sealed = models.CharField(max_length=200, blank=True)
    guardian_relation = models.CharField(max_length=20, blank=True)
    consent_version = models.CharField(max_length=20, blank=True)  # "" = no consent to publish
    consent_at = models.DateTimeField(null=True)
    consent_by = models.CharField(max_length=10, blank=True)  # self, guardian, spoken
    consent_noted_by_plain = models.BigIntegerField(null=True)
    may_publish = models.BooleanField(default=False)
    places = models.PositiveIntegerField(default=1)
    taken = models.PositiveIntegerField(default=0)
    queue = models.PositiveIntegerField(default=0)  # last queue number given to a waiting claim
    budget_yuan = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=WishState, default=WishState.NOTED)
    approvals = models.PositiveSmallIntegerField(default=0)  # review levels passed
    noted_at = models.DateTimeField(db_index=True)
    verified_at = models.DateTimeField(null=True)
    publish_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True, db_index=True)
    claimed_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True, db_index=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)
    rating = models.PositiveSmallIntegerField(null=True, choices=RatingLevel)
    noted_by_plain = models.BigIntegerField(null=True)

    objects = WishQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(taken__lte=models.F("places")), name="no_more_taken_than_places"
            ),
            models.CheckConstraint(condition=models.Q(places__gte=1), name="a_wish_has_a_place"),
        ]
        indexes = [models.Index(fields=["state", "community"], name="wish_board")]

    def __str__(self) -> str:
        return f"wish {self.code}"
