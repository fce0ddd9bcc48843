from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.directory.models import Organization
from allhours.needs.choices import PostState
from allhours.needs.scope import desk
from allhours.projects.models import Project


class PostQuerySet(models.QuerySet["Post"]):
    def on_desk_of(self, actor: Actor) -> Self:
        return self.filter(desk(actor))

    def taking(self, year: int, on: date) -> Self:
        """Posts of a year that may be taken on a day (full ones too)."""
        lasting = models.Q(until_on=None) | models.Q(until_on__gte=on)
        return self.filter(lasting, year=year, state=PostState.OPEN)


class Post(models.Model):
    """A service post (岗位) of a community, from an item of the scheme's menu or outside it."""

    code = models.CharField(max_length=16, unique=True)
    community = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    item = models.CharField(_("服务项目"), max_length=40, blank=True)  # "" = outside the menu
    title = models.CharField(_("岗位名称"), max_length=60)
    text = models.TextField(_("做什么"), blank=True)
    place = models.CharField(_("地点"), max_length=80, blank=True)
    times = models.CharField(_("时间"), max_length=80, blank=True)
    weekly = models.JSONField(_("服务时段"), default=list)  # codes of the scheme's free times
    from_on = models.DateField(_("起始日期"), null=True)  # null: since it was published
    until_on = models.DateField(_("截止日期"), null=True)  # null: to the end of the year
    skills = models.JSONField(_("所需特长"), default=list)  # codes of the scheme's skills
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    renews = models.OneToOneField(  # last year's, of which this is the twin
        "self", null=True, on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField()
    places = models.PositiveIntegerField(_("人数"))
    taken = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=6, choices=PostState, default=PostState.OPEN)
    created_at = models.DateTimeField()

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(taken__lte=models.F("places")), name="post_not_overfull"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def places_left(self) -> int:
        return self.places - self.taken
