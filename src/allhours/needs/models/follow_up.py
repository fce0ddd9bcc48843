from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.needs.choices import FollowUpResult, RatingLevel
from allhours.needs.models.wish import Wish
from allhours.needs.scope import desk


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def on_desk_of(self, actor: Actor) -> Self:
        return self.filter(wish__in=Wish.objects.filter(desk(actor)))

    def due(self) -> Self:
        """Those that nobody has tried yet."""
        return self.filter(result=FollowUpResult.DUE)


class FollowUp(models.Model):
    """回访: a confirmed wish drawn for a call to its maker, against things that were not done.

    A record beside the wish, not a state of it: what the call finds changes nothing by itself.
    """

    wish = models.OneToOneField(Wish, on_delete=models.PROTECT, related_name="follow_up")
    drawn_at = models.DateTimeField()
    result = models.CharField(
        _("回访情况"), max_length=12, choices=FollowUpResult, default=FollowUpResult.DUE
    )
    satisfied = models.PositiveSmallIntegerField(_("是否满意"), null=True, choices=RatingLevel)
    matches = models.BooleanField(_("与登记的办理情况一致"), null=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by_plain = models.BigIntegerField(null=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["result", "drawn_at"], name="follow_up_due")]

    def __str__(self) -> str:
        return f"follow-up of {self.wish_id}"
