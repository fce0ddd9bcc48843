from __future__ import annotations

from django.db.models import Q, QuerySet

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.jobs.models import Job


def jobs_visible_to(actor: Actor) -> QuerySet[Job]:
    """One's own jobs; the system administrator sees that all of them ran, not what they made."""
    if actor.is_system or Role.SYSTEM_ADMIN in actor.roles:
        return Job.objects.all()
    if actor.user_id is None:
        return Job.objects.none()
    return Job.objects.filter(Q(user_id_plain=actor.user_id))


def recent_jobs(actor: Actor) -> QuerySet[Job]:
    """The newest fifty; the system's own routines stay out of people's lists."""
    return jobs_visible_to(actor).exclude(kind__startswith="routine.").order_by("-created_at")[:50]
