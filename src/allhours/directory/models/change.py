from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES, UNIT_ROLES
from allhours.accounts.scope import within
from allhours.directory.choices import OPEN_CHANGES, ChangeKind, ChangeState, MergeState
from allhours.directory.models.member import Member
from allhours.directory.models.organization import Organization

CHOICES = "membermerge.before"  # purpose under which the values before a merge are sealed


class MemberChangeQuerySet(models.QuerySet["MemberChange"]):
    def visible_to(self, actor: Actor) -> Self:
        """The old and the new unit's side and the county; the community that asked; the member."""
        seen = within(actor, "from_unit__path", "to_unit__path", roles=UNIT_ROLES | COUNTY_ROLES)
        seen |= within(actor, "asked_from__path")
        if actor.member_id is not None:
            seen |= models.Q(member_id=actor.member_id)
        return self.filter(seen)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_CHANGES)


class MemberChange(models.Model):
    """One change in a person's service life: asked, planned for its day, or done.

    What it closed and handed over stands in `outcome` as kinds, codes and titles. The new street
    address waits here only until the change has taken effect.
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("变动"), max_length=10, choices=ChangeKind)
    state = models.CharField(_("状态"), max_length=10, choices=ChangeState)
    on = models.DateField(_("生效日期"), db_index=True)
    reason = models.CharField(max_length=20, blank=True)  # LeaveReason
    stays = models.BooleanField(default=False)  # goes on serving where they serve
    from_unit = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    to_community = models.ForeignKey(
        Organization, null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_from = models.ForeignKey(  # the community whose staff gave the hint
        Organization, null=True, on_delete=models.PROTECT, related_name="+"
    )
    position = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=200, blank=True)
    outcome = models.JSONField(default=list)
    answer = models.CharField(max_length=200, blank=True)  # why it was not agreed to
    asked_by_plain = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    decided_by_plain = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    objects = MemberChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind"],
                condition=models.Q(state__in=[str(state) for state in OPEN_CHANGES]),
                name="one_open_change_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind} {self.state}"


class MemberMergeQuerySet(models.QuerySet["MemberMerge"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(
            within(actor, "kept__unit__path", "gone__unit__path", roles=UNIT_ROLES | COUNTY_ROLES)
        )


class MemberMerge(models.Model):
    """Two numbers of one person become one; proposed by one officer, approved by another.

    `taken` names the fields whose value comes from the number that goes. `moved` holds ids only;
    the values before stand sealed, until the days in which it can be undone are over.
    """

    kept = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    gone = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        _("状态"), max_length=10, choices=MergeState, default=MergeState.PROPOSED
    )
    taken = models.JSONField(default=list)
    moved = models.JSONField(default=dict)
    before_sealed = models.TextField(blank=True)
    proposed_by_plain = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    decided_by_plain = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    undo_until = models.DateField(null=True)
    undone_by_plain = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = MemberMergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kept=models.F("gone")), name="merge_of_two_numbers"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["done", "undone"])
                | (
                    models.Q(decided_by_plain__isnull=False)
                    & ~models.Q(decided_by_plain=models.F("proposed_by_plain"))
                ),
                name="merge_seen_by_four_eyes",
            ),
            models.UniqueConstraint(
                fields=["gone"],
                condition=models.Q(state__in=["proposed", "done"]),
                name="one_merge_of_a_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id} {self.state}"
