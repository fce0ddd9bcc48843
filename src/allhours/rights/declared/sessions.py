"""Tables of others' making: sessions, locked sign-ins, worked-off queue entries."""

from __future__ import annotations

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db.models import Q
from django_tasks_db.models import DBTaskResult

from allhours.accounts.models import User
from allhours.rights.holdings import Person


def end_sessions(person: Person) -> int:
    """Sessions of the person, and any other's whose messages name them; and failed sign-ins."""
    names = set(User.objects.filter(pk__in=person.user_ids).values_list("username", flat=True)) | {
        person.code
    }
    own = {str(pk) for pk in person.user_ids}
    doomed = []
    for session in Session.objects.iterator(chunk_size=500):
        content = session.get_decoded()
        text = str(content)
        if content.get("_auth_user_id") in own or any(word in text for word in person.needles):
            doomed.append(session.pk)
    Session.objects.filter(pk__in=doomed).delete()
    for table in (AccessAttempt, AccessFailureLog, AccessLog):
        tried = Q(username__in=names | set(person.needles))
        table.objects.filter(tried).delete()
    for word in person.needles:
        for column in ("get_data", "post_data"):
            AccessAttempt.objects.filter(**{f"{column}__contains": word}).delete()
    DBTaskResult.objects.finished().delete()
    return len(doomed)
