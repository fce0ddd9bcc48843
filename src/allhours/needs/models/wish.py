from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.directory.models import Organization
from allhours.needs.choices import Origin, RatingLevel, WisherKind, WishState
from allhours.needs.models.festival import Festival
from allhours.needs.scope import desk_or_grid
from allhours.projects.models import Project

WISHER_NAME = "wish.wisher_name"  # purposes under which facts are sealed
WISHER_PHONE = "wish.wisher_phone"
WISHER_ADDRESS = "wish.wisher_address"
WISHER_WORDS = "wish.words"  # the resident's own words, which may name people
GUARDIAN_NAME = "wish.guardian_name"

PUBLIC = (WishState.OPEN, WishState.CLAIMED, WishState.DELIVERED, WishState.CONFIRMED)


def due_by(now: datetime) -> models.Q:
    """Scheduled wishes whose hour has come: they count as open from that instant."""
    return models.Q(state=WishState.SCHEDULED, publish_at__lte=now)


class WishQuerySet(models.QuerySet["Wish"]):
    def on_desk_of(self, actor: Actor) -> Self:
        """Wishes that staff of the community (or above) handle; a grid worker's own."""
        return self.filter(desk_or_grid(actor))

    def published(self, now: datetime) -> Self:
        return self.filter(models.Q(state__in=PUBLIC) | due_by(now))

    def visible_to(self, actor: Actor, *, communities: Collection[int]) -> Self:
        """What the actor may see, masked: all with consent, and those of their communities.

        A scheduled wish is seen before its hour, with that hour. A member who claimed a wish, or
        helps with one, keeps seeing it, whatever became of it.
        """
        seen = models.Q(may_publish=True) | models.Q(community_id__in=list(communities))
        wall = models.Q(state__in=(*PUBLIC, WishState.SCHEDULED)) & seen
        if actor.member_id is not None:
            mine = models.Q(claims__member_id=actor.member_id)
            mine |= models.Q(claims__helpers__member_id=actor.member_id)
            wall |= models.Q(pk__in=self.model.objects.filter(mine).values("pk"))
        return self.filter(wall)

    def placed_in(self, community: models.Q, *, communities: Collection[int]) -> Self:
        """Those of a community, as far as the asking one is told that they are of it."""
        told = models.Q(show_community=True) | models.Q(community_id__in=list(communities))
        return self.filter(community, told)

    def in_state(self, state: str, now: datetime) -> Self:
        """By effective state: a scheduled wish whose hour has come is open."""
        if state == WishState.OPEN:
            return self.filter(models.Q(state=state) | due_by(now))
        if state == WishState.SCHEDULED:
            return self.filter(state=state, publish_at__gt=now)
        return self.filter(state=state)


class Wish(models.Model):
    """A small, realisable wish of a resident (微心愿).

    `title` is the masked public text; the resident's own words, name, phone and address are
    sealed. `taken` counts live claims and is advanced only by conditional update.
    """

    code = models.CharField(max_length=16, unique=True)  # public, random
    intake_key = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - null: none
    follow_hash = models.CharField(max_length=64, blank=True, db_index=True)
    community = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    grid = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    origin = models.CharField(max_length=8, choices=Origin)
    title = models.CharField(_("公开的心愿"), max_length=60, blank=True)
    words_sealed = models.TextField()  # as the resident said it
    category = models.CharField(_("类别"), max_length=40, blank=True)  # menu item code
    wisher_kind = models.CharField(max_length=10, choices=WisherKind, default=WisherKind.RESIDENT)
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
    show_wisher_kind = models.BooleanField(_("显示怎么称呼心愿人"), default=True)
    show_community = models.BooleanField(_("显示社区"), default=True)  # else its town
    own_community_only = models.BooleanField(_("只由本社区党员认领"), default=False)
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    festival = models.ForeignKey(
        Festival, null=True, blank=True, on_delete=models.PROTECT, related_name="wishes"
    )
    merged_into = models.ForeignKey(  # the wish that it is seen to as, once merged
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    places = models.PositiveIntegerField(default=1)
    taken = models.PositiveIntegerField(default=0)
    queue = models.PositiveIntegerField(default=0)  # last queue number given to a waiting claim
    budget_yuan = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=WishState, default=WishState.NOTED)
    approvals = models.PositiveSmallIntegerField(default=0)  # review levels passed
    noted_at = models.DateTimeField(db_index=True)
    checked_at = models.DateTimeField(null=True)  # the community decided the public text
    verified_at = models.DateTimeField(null=True)
    publish_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True, db_index=True)
    claimed_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True, db_index=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=200, blank=True)  # the resident's, when not yet done
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

    @property
    def public_place(self) -> Organization:
        """As near as the public is told: the community, or only what stands above it."""
        shown = self.community if self.show_community else self.community.parent
        return shown or self.community

    @property
    def public_wisher(self) -> str:
        """How the public reads of the wisher; the same for everybody where that is not shown."""
        kind = WisherKind(self.wisher_kind) if self.show_wisher_kind else WisherKind.RESIDENT
        return str(kind.label)

    def state_at(self, now: datetime) -> str:
        """The state that holds at an instant: a due scheduled wish is open."""
        due = self.publish_at is not None and self.publish_at <= now
        return WishState.OPEN if self.state == WishState.SCHEDULED and due else self.state

    @property
    def places_left(self) -> int:
        return self.places - self.taken
