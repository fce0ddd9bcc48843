from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.scope import within
from allhours.directory.models import Organization
from allhours.projects.choices import ProjectState, Span


class ProjectQuerySet(models.QuerySet["Project"]):
    def on_desk_of(self, actor: Actor) -> Self:
        """Those of the actor's organisations, and of the communities they serve in."""
        return self.filter(within(actor, "owner__path", "community__path"))

    def public(self) -> Self:
        return self.filter(published_at__isnull=False)

    def joinable(self, day: date) -> Self:
        return self.filter(state=ProjectState.RUNNING, from_on__lte=day)


class Project(models.Model):
    """A named project of a unit, a community or the county; `until_on` is its last day."""

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(_("项目名称"), max_length=60)
    span = models.CharField(_("期限"), max_length=8, choices=Span, default=Span.SHORT)
    owner = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(  # whom it serves; null: the whole county
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    aim = models.TextField(_("做什么"), blank=True)
    from_on = models.DateField(_("开始日期"))
    until_on = models.DateField(_("结束日期"), null=True, blank=True)
    state = models.CharField(max_length=8, choices=ProjectState, default=ProjectState.RUNNING)
    result = models.TextField(_("成效"), blank=True)
    published_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_on=None) | models.Q(until_on__gte=models.F("from_on")),
                name="project_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=models.Q(state="running"),
                name="one_running_project_per_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name
