from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.directory.models import Member, Organization
from allhours.needs.choices import DemandState, OrderState
from allhours.needs.models.menu import Post
from allhours.needs.scope import desk


class PostOrderQuerySet(models.QuerySet["PostOrder"]):
    def on_desk_of(self, actor: Actor) -> Self:
        return self.filter(desk(actor))

    def open(self) -> Self:
        return self.filter(state=OrderState.OPEN)


class PostOrder(models.Model):
    """A member asks for a post that is not there yet: an item of the menu (点单), or one of their
    own outside it (`item` ""). Goes to the community where they serve or else live.
    """

    code = models.CharField(max_length=16, unique=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    slot = models.PositiveSmallIntegerField()  # 1…the scheme's choices per member, while open
    item = models.CharField(_("服务项目"), max_length=40, blank=True)
    title = models.CharField(_("岗位名称"), max_length=60, blank=True)  # of one's own
    text = models.CharField(_("说明"), max_length=300, blank=True)
    times = models.CharField(_("时间"), max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=OrderState, default=OrderState.OPEN)
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = PostOrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "year", "slot"],
                condition=models.Q(state="open"),
                name="one_open_order_per_slot",
            ),
            models.UniqueConstraint(
                fields=["member", "year", "item"],
                condition=models.Q(state="open") & ~models.Q(item=""),
                name="one_open_order_per_item",
            ),
        ]
        indexes = [models.Index(fields=["community", "state"], name="order_of_community")]

    def __str__(self) -> str:
        return f"order {self.code} {self.state}"


class DemandQuerySet(models.QuerySet["Demand"]):
    def on_desk_of(self, actor: Actor) -> Self:
        return self.filter(desk(actor))


class Demand(models.Model):
    """One line of a community's 志愿服务需求表: what kind of service, how many, which skills."""

    code = models.CharField(max_length=16, unique=True)
    community = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    item = models.CharField(_("类别"), max_length=40)
    text = models.CharField(_("需求内容"), max_length=200)
    heads = models.PositiveIntegerField(_("人数"))
    skills = models.JSONField(_("所需特长"), default=list)  # codes of the scheme's skills
    times = models.CharField(_("时间"), max_length=80, blank=True)
    state = models.CharField(max_length=6, choices=DemandState, default=DemandState.OPEN)
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()

    objects = DemandQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["community", "state"], name="demand_of_community")]

    def __str__(self) -> str:
        return self.text
