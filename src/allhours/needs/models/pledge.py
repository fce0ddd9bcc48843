from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.scope import within
from allhours.directory.models import Member, Organization
from allhours.needs.choices import PledgeResult, PledgeState
from allhours.needs.models.menu import Post


class PledgeQuerySet(models.QuerySet["Pledge"]):
    def visible_to(self, actor: Actor) -> Self:
        """Both sides' staff, once it has left its member's hands; the member always."""
        seen = within(actor, "unit__path", "community__path") & ~models.Q(state=PledgeState.DRAFT)
        if actor.member_id is not None:
            seen |= models.Q(member_id=actor.member_id)
        return self.filter(seen)

    def published(self) -> Self:
        return self.filter(published_at__isnull=False, public_consent_at__isnull=False)


class Pledge(models.Model):
    """服务承诺 of a member for one programme year (domain.md §1.6): up to five things.

    Drafted by the member, approved by the unit, received by the community, assessed at the year's
    end. Shown in public only while the member's consent stands.
    """

    code = models.CharField(max_length=16, unique=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(
        Post, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    state = models.CharField(max_length=10, choices=PledgeState, default=PledgeState.DRAFT)
    drafted_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by_plain = models.BigIntegerField(null=True)
    received_at = models.DateTimeField(null=True)
    received_by_plain = models.BigIntegerField(null=True)
    returned_reason = models.CharField(_("退回原因"), max_length=200, blank=True)
    public_consent_at = models.DateTimeField(null=True)  # null: not to be shown in public
    published_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=8, choices=PledgeResult, blank=True)
    result_text = models.CharField(_("评诺说明"), max_length=300, blank=True)
    assessed_at = models.DateTimeField(null=True)
    assessed_by_plain = models.BigIntegerField(null=True)
    reply = models.CharField(_("本人说明"), max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "year"],
                condition=~models.Q(state="withdrawn"),
                name="one_pledge_a_year",
            )
        ]
        indexes = [
            models.Index(fields=["community", "year", "state"], name="pledge_of_community"),
            models.Index(fields=["unit", "year", "state"], name="pledge_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.state}"


class PledgeItem(models.Model):
    """One thing promised: what, how, for whom, by when; and what became of it."""

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(_("承诺事项"), max_length=200)
    measures = models.CharField(_("具体措施"), max_length=300, blank=True)
    for_whom = models.CharField(_("服务对象"), max_length=60, blank=True)
    due_on = models.DateField(_("完成时限"))
    progress = models.CharField(_("践诺情况"), max_length=300, blank=True)
    progress_at = models.DateTimeField(null=True)
    done_on = models.DateField(_("完成日期"), null=True)

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["pledge", "number"], name="one_pledge_item_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.pledge_id}.{self.number}"


class PledgeNote(models.Model):
    """What the member said of one thing promised, and when; the last one stands in the item too."""

    item = models.ForeignKey(PledgeItem, on_delete=models.CASCADE, related_name="notes")
    text = models.CharField(_("践诺情况"), max_length=300)
    done_on = models.DateField(_("完成日期"), null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.item_id} {self.at:%Y-%m-%d}"
