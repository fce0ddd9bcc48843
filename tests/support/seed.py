"""A small county on a real installation: `python -m tests.support.seed MEMBERS WISHES`.

Prints one JSON object: `members` (user names), `wishes` (codes), `password`, and the community
secretary's `secretary`. The scheme allows each member as many open claims as there are wishes.
"""

import json
import sys
from typing import Any

PASSWORD = "zhiyuan-fuwu-2026"


def seed(members: int, wishes: int) -> dict[str, Any]:
    """Call with Django set up, on an empty migrated database."""
    from django.contrib.auth.hashers import make_password
    from django.db import transaction

    from allhours.accounts.choices import Role
    from allhours.kernel import clock
    from tests.factories import directory, needs, scheme

    hashed = make_password(PASSWORD)
    with transaction.atomic():
        scheme.publish(wishes={"open_claims": max(1, wishes)})
        scheme.seed_calendar()
        community, unit = directory.make_community(), directory.make_unit()
        names = []
        for _ in range(members):
            member = directory.make_member(unit)
            member.user = directory.make_user(username=member.member_no, password=hashed)
            member.save(update_fields=["user"])
            names.append(member.member_no)
        secretary = directory.staff_user(
            Role.COMMUNITY_SECRETARY, community, username="secretary", password=hashed
        )
        now = clock.now()
        codes = [needs.make_open_wish(community, now=now).code for _ in range(wishes)]
    return {
        "members": names,
        "wishes": codes,
        "password": PASSWORD,
        "secretary": secretary.username,
    }


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(seed(*map(int, sys.argv[1:3]))))
