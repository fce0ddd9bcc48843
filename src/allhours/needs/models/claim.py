from __future__ import annotations

from typing import Self

from django.db import models

from allhours.directory.models import Member, Organization
from allhours.needs import reasons
from allhours.needs.choices import ClaimState
from allhours.needs.models.menu import Post
from allhours.needs.models.wish import Wish


class ClaimQuerySet(models.QuerySet["Claim"]):
    def live(self) -> Self:
        return self.filter(state=ClaimState.LIVE)

    def named(self) -> Self:
        """Those for which somebody answers: not a unit's whose member asked it to send another."""
        return self.filter(unnamed_since=None)


class Claim(models.Model):
    """A member takes up a wish or a post: one life for both. A live claim holds a seat.

    With `unit` a wish is claimed in the name of that unit: `member` is then the one whom the unit
    named to answer for it (负责人), or, since `unnamed_since`, the last one who did.
    """

    wish = models.ForeignKey(Wish, null=True, on_delete=models.PROTECT, related_name="claims")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="claims")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    named_at = models.DateTimeField(null=True)  # of a unit's claim: since when `member` answers
    unnamed_since = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=ClaimState, default=ClaimState.LIVE)
    seat = models.PositiveIntegerField(null=True)  # 1…places while live
    queue_no = models.PositiveIntegerField(null=True)  # while waiting
    claimed_at = models.DateTimeField()
    contacted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    extended = models.PositiveSmallIntegerField(default=0)  # times the community gave more time
    delivered_at = models.DateTimeField(null=True)
    delivery_note = models.CharField(max_length=300, blank=True)
    goods_value_fen = models.PositiveBigIntegerField(null=True)  # donated goods, in fen
    started_at = models.DateTimeField(null=True)  # of the service, for the ledger
    minutes = models.PositiveIntegerField(null=True)
    sent_back_at = models.DateTimeField(null=True)  # the resident said: not yet done
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wish=None, post__isnull=False)
                | models.Q(wish__isnull=False, post=None),
                name="claim_of_a_wish_or_a_post",
            ),
            models.UniqueConstraint(
                fields=["wish", "seat"],
                condition=models.Q(state="live", wish__isnull=False),
                name="one_live_claim_per_wish_seat",
            ),
            models.UniqueConstraint(
                fields=["post", "seat"],
                condition=models.Q(state="live", post__isnull=False),
                name="one_live_claim_per_post_seat",
            ),
            models.UniqueConstraint(
                fields=["wish", "member"],
                condition=models.Q(
                    state__in=["live", "waiting"], wish__isnull=False, unnamed_since=None
                ),
                name="one_open_claim_per_wish_and_member",
            ),
            models.UniqueConstraint(
                fields=["wish", "unit"],
                condition=models.Q(state="live", unit__isnull=False),
                name="one_open_claim_per_wish_and_unit",
            ),
            models.CheckConstraint(
                condition=models.Q(unit=None) | models.Q(wish__isnull=False),
                name="units_claim_wishes_only",
            ),
            models.UniqueConstraint(
                fields=["post", "member"],
                condition=models.Q(state__in=["live", "waiting"], post__isnull=False),
                name="one_open_claim_per_post_and_member",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "state"], name="claim_of_member"),
            models.Index(
                fields=["unit", "state"],
                condition=models.Q(unit__isnull=False),
                name="claim_of_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"claim {self.pk} {self.state}"

    @property
    def reason_shown(self) -> str:
        """Why it ended, in the reader's language where the program says so."""
        return reasons.shown(self.end_reason)

    @property
    def place(self) -> Organization:
        """Where it is done. Who never had the wish in hand is told what the public is."""
        if self.wish is not None:
            return self.wish.community if self.seat is not None else self.wish.public_place
        if self.post is None:
            raise ValueError("a claim is of a wish or a post")
        return self.post.community

    @property
    def is_unnamed(self) -> bool:
        """A unit's claim in hand for which nobody answers at present."""
        return self.state == ClaimState.LIVE and self.unnamed_since is not None

    @property
    def goods_value_yuan(self) -> float | None:
        return None if self.goods_value_fen is None else self.goods_value_fen / 100


class ClaimHelper(models.Model):
    """A member of the unit who takes part beside the one who answers for a unit's claim."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="helpers")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    took_part = models.BooleanField(null=True)  # as the delivery says; unknown before

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "member"], name="one_helper_per_claim")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} helps with {self.claim_id}"


class ClaimAllowance(models.Model):
    """How many open wishes a member holds: advanced by conditional update, so that a limit holds
    even when one member claims many wishes at the same instant. Likewise waiting and posts."""

    member = models.OneToOneField(Member, on_delete=models.PROTECT, related_name="+")
    live = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    posts = models.PositiveIntegerField(default=0)  # in `posts_year`
    posts_year = models.PositiveSmallIntegerField(default=0)
    post_reminded_on = models.DateField(null=True)  # that they have none

    def __str__(self) -> str:
        return f"{self.member_id}: {self.live}"


class UnitAllowance(models.Model):
    """How many wishes a unit has in hand; counted like a member's, and apart from it."""

    unit = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="+")
    live = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.live}"
