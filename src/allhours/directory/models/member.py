from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.models import User
from allhours.accounts.scope import within
from allhours.directory.choices import (
    EXPECTED_CATEGORIES,
    Category,
    Education,
    FormerFact,
    Sex,
    Standing,
)
from allhours.directory.models.organization import Organization
from allhours.directory.nations import nation_name
from allhours.kernel import crypto, masking

ID_NUMBER = "member.id_number"  # purposes under which facts are sealed
PHONE = "member.phone"


def on_duty(day: date) -> models.Q:
    """On the roster and not retired on a day, by the present spell of service."""
    return (
        models.Q(registered_on__lte=day)
        & (models.Q(left_on=None) | models.Q(left_on__gt=day))
        & (models.Q(is_retired=False) | models.Q(retired_on__gt=day))
    )


def _earlier_service(day: date) -> models.QuerySet[Former]:
    return Former.objects.filter(
        fact=FormerFact.SERVICE, from_on__lte=day, until_on__gt=day, member=models.OuterRef("pk")
    )


class MemberQuerySet(models.QuerySet["Member"]):
    def visible_to(self, actor: Actor) -> Self:
        """Members of the actor's units and of the communities where they live or serve.

        `serving_community` is kept by placement's actions, so that a community sees those who were
        placed there, not only those who live there.
        """
        seen = within(actor, "unit__path", "serving_community__path")
        if actor.member_id is not None:
            seen |= models.Q(pk=actor.member_id)
        return self.filter(seen)

    def expected_on(self, day: date) -> Self:
        """In-service full and probationary members on the roster on `day` (应报到).

        Also those who have left or retired since, and those who did so and came back.
        """
        return self.serving_on(day).filter(category__in=EXPECTED_CATEGORIES)

    def serving_on(self, day: date) -> Self:
        """On the roster and not retired on `day`, whatever they are now."""
        served = on_duty(day) | models.Exists(_earlier_service(day))
        return self.filter(served, merged_into=None)

    def with_unit_on(self, day: date) -> Self:
        """Adds `unit_then`: the id of the unit a member belonged to on `day`, where known."""
        left = (
            Former.objects.filter(fact=FormerFact.UNIT, until_on__gt=day)
            .filter(member=models.OuterRef("pk"))
            .order_by("until_on", "pk")
        )
        return self.annotate(
            unit_then=Coalesce(
                models.Subquery(left.values("organization_id")[:1]),
                models.F("unit_id"),
                output_field=models.BigIntegerField(),
            )
        )

    def on_roster(self) -> Self:
        return self.filter(left_on=None)


class Member(models.Model):
    """A person on the roster. `member_no` is county-wide, never reused, and the user name."""

    member_no = models.CharField(_("编号"), max_length=20, unique=True)
    name = models.CharField(_("姓名"), max_length=60, db_index=True)
    pinyin = models.CharField(max_length=120, blank=True)
    sex = models.CharField(_("性别"), max_length=1, choices=Sex, default=Sex.UNKNOWN)
    nation = models.PositiveSmallIntegerField(_("民族"), null=True, blank=True)  # GB/T 3304
    birth_date = models.DateField(_("出生日期"), null=True, blank=True)
    education = models.CharField(_("学历"), max_length=2, choices=Education, blank=True)
    category = models.CharField(
        _("人员类别"), max_length=20, choices=Category, default=Category.FULL
    )
    standing = models.CharField(max_length=12, choices=Standing, default=Standing.IN_SERVICE)
    is_retired = models.BooleanField(_("是否离退休"), default=False)
    retired_on = models.DateField(null=True, blank=True)  # null: since always
    unit = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    position = models.CharField(_("职务"), max_length=80, blank=True)
    id_number_sealed = models.CharField(max_length=120, blank=True)
    id_number_hash = models.CharField(max_length=64, blank=True)
    phone_sealed = models.CharField(max_length=120, blank=True)
    phone_hash = models.CharField(max_length=64, blank=True, db_index=True)
    joined_party_on = models.DateField(_("入党日期"), null=True, blank=True)
    full_member_on = models.DateField(_("转正日期"), null=True, blank=True)
    address = models.CharField(_("现居住地"), max_length=200, blank=True)
    residence = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    residence_confirmed = models.BooleanField(default=False)  # else “to be confirmed”
    serving_community = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # the information card (信息卡): codes of menu items, free texts
    skills = models.JSONField(_("特长"), default=list)
    skills_text = models.CharField(_("特长说明"), max_length=200, blank=True)
    wishes_to_serve = models.JSONField(_("服务意愿"), default=list)
    own_post = models.CharField(_("项目外岗位"), max_length=60, blank=True)  # S3: outside the menu
    free_time = models.JSONField(_("可服务时间"), default=list)
    remarks = models.CharField(_("备注"), max_length=200, blank=True)
    registered_on = models.DateField()  # first day on the roster
    left_on = models.DateField(null=True, blank=True)
    left_reason = models.CharField(max_length=20, blank=True)
    # since when the member, of their own will, is not to be placed (voluntary; no reason is asked)
    paused_on = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey(  # this number was given to somebody who has another
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    user = models.OneToOneField(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ("member_no",)
        constraints = [
            models.UniqueConstraint(
                fields=["id_number_hash"],
                condition=~models.Q(id_number_hash=""),
                name="one_member_per_id_number",
            )
        ]
        indexes = [models.Index(fields=["name", "birth_date"], name="member_name_birth")]

    def __str__(self) -> str:
        return f"{self.name}（{self.member_no}）"

    @property
    def nation_name(self) -> str:
        return nation_name(self.nation)

    @property
    def id_number_masked(self) -> str:
        return masking.id_number(crypto.unseal(self.id_number_sealed, ID_NUMBER))

    @property
    def phone_masked(self) -> str:
        return masking.phone(crypto.unseal(self.phone_sealed, PHONE))


class Former(models.Model):
    """What was true of a member until a day: never a street address, never a sealed fact.

    `until_on` is the first day on which it no longer held. Of a spell of service both ends stand;
    of the others `from_on` is the end of the one before.
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    fact = models.CharField(max_length=10, choices=FormerFact)
    text = models.CharField(max_length=120, blank=True)  # as it was called then
    organization = models.ForeignKey(
        Organization, null=True, on_delete=models.PROTECT, related_name="+"
    )
    from_on = models.DateField(null=True)
    until_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["member", "fact", "until_on"], name="former_of_member")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.fact} < {self.until_on}"


class MemberNumber(models.Model):
    """The counter behind member_no: one row, advanced by a conditional update."""

    prefix = models.CharField(max_length=8, unique=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.prefix}{self.last}"
