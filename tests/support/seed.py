"""A small county on a real installation: `python -m tests.support.seed MEMBERS WISHES ACTIVITIES`.

Prints one JSON object: `members` (user names), `wishes` (codes), `activities` (codes; past ones,
for which everybody signed up), `password`, and the community secretary's `secretary`. The scheme
allows each member as many open claims as there are wishes.
"""

import json
import sys
from datetime import timedelta
from typing import Any

PASSWORD = "zhiyuan-fuwu-2026"


def seed(members: int, wishes: int, activities: int = 0) -> dict[str, Any]:
    """Call with Django set up, on an empty migrated database."""
    from django.contrib.auth.hashers import make_password
    from django.db import transaction

    from allhours.accounts.choices import Role
    from allhours.kernel import clock
    from tests.factories import activities as outings
    from tests.factories import directory, needs, scheme

    hashed = make_password(PASSWORD)
    with transaction.atomic():
        scheme.publish(wishes={"open_claims": max(1, wishes)})
        scheme.seed_calendar()
        community, unit = directory.make_community(), directory.make_unit()
        people = []
        for _ in range(members):
            member = directory.make_member(unit)
            member.user = directory.make_user(username=member.member_no, password=hashed)
            member.save(update_fields=["user"])
            people.append(member)
        secretary = directory.staff_user(
            Role.COMMUNITY_SECRETARY, community, username="secretary", password=hashed
        )
        now = clock.now()
        codes = [needs.make_open_wish(community, now=now).code for _ in range(wishes)]
        past = []
        for number in range(activities):
            begun = now - timedelta(days=20) + timedelta(hours=3 * number)
            past.append(outings.make_activity(community, starts_at=begun))
            outings.signed_up(past[-1], people)
    return {
        "members": [each.member_no for each in people],
        "wishes": codes,
        "activities": [each.code for each in past],
        "password": PASSWORD,
        "secretary": secretary.username,
    }


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(seed(*map(int, sys.argv[1:]))))
