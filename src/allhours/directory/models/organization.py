from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.scope import within
from allhours.directory.choices import OrgKind, PlaceKind, Side, UnitClass


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(within(actor, "path"))

    def under(self, path: str) -> Self:
        return self.filter(path__startswith=path)

    def open(self) -> Self:
        return self.filter(closed_on=None)

    def communities(self) -> Self:
        return self.filter(kind=OrgKind.COMMUNITY)

    def units(self) -> Self:
        return self.filter(kind=OrgKind.UNIT)


class Organization(models.Model):
    """A node of the one tree with two roots: employers and territory.

    A town that employs members has a node on each side, linked by `twin`. The path is
    materialised (`/3/17/`) and changes only with the parent.
    """

    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    kind = models.CharField(_("类别"), max_length=20, choices=OrgKind)
    side = models.CharField(max_length=10, choices=Side)
    unit_class = models.CharField(_("单位类别"), max_length=20, choices=UnitClass, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=200, blank=True, db_index=True)
    twin = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # a unit's paired community (结对共建), where members without a known residence go
    paired_community = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="paired_units"
    )
    min_members = models.PositiveIntegerField(_("最少编入"), null=True, blank=True)
    max_members = models.PositiveIntegerField(_("最多编入"), null=True, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    phone = models.CharField(_("办公电话"), max_length=40, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return self.short_name or self.name


class Neighbour(models.Model):
    """Two adjacent communities; stored once, the smaller id first. Distance is hops over these."""

    one = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="one_row_per_neighbours"),
            models.CheckConstraint(
                condition=models.Q(one_id__lt=models.F("other_id")), name="smaller_id_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id}–{self.other_id}"


class PlaceName(models.Model):
    """An estate or street name that gives the community of a free-text address."""

    community = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="places")
    kind = models.CharField(max_length=10, choices=PlaceKind)
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "community"], name="one_place_name_a_community")
        ]

    def __str__(self) -> str:
        return self.name
