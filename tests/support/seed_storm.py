"""The county of a storm: `python -m tests.support.seed_storm MEMBERS WISHES FULL`, then, once the
server is up, `… open SECONDS`.

The first prints one JSON object: `tokens` (one a member, issued by the action; thousands of
password hashings over HTTP would measure those), `wishes` (ids of WISHES checked ones), `ahead`
(ids of open ones, two for each of the first FULL members), `password`, `first` (a user name).
The second publishes the checked wishes for one instant, so many seconds from now, and prints it.
"""

import json
import sys
from datetime import timedelta
from typing import Any

PASSWORD = "zhiyuan-fuwu-2026"
LIMIT = 2  # the base scheme's open claims of a member


def seed(members: int, wishes: int, full: int) -> dict[str, Any]:
    """Call with Django set up, on an empty migrated database."""
    from django.contrib.auth.hashers import make_password
    from django.db import transaction

    from allhours.accounts.actions.tokens import issue_token
    from allhours.kernel import clock
    from allhours.needs import actions
    from tests.factories import directory, needs, scheme

    hashed, now = make_password(PASSWORD), clock.now()
    with transaction.atomic():
        scheme.publish(wishes={"open_claims": LIMIT})
        scheme.seed_calendar()
        community, unit = directory.make_community(), directory.make_unit()
        tokens, first = [], ""
        for _ in range(members):
            member = directory.make_member(unit)
            member.user = directory.make_user(username=member.member_no, password=hashed)
            member.save(update_fields=["user"])
            tokens.append(issue_token(user=member.user, scopes=[], days=1, now=now).plain)
            first = first or member.member_no
        checked = []
        for _ in range(wishes):
            wish = needs.note_wish(community, now=now).wish
            text = needs.public_text(now)
            actions.verify_wish(actor=needs.SYSTEM, wish=wish, text=text, now=now)
            checked.append(wish.pk)
        ahead = [needs.make_open_wish(community, now=now).pk for _ in range(LIMIT * full)]
    return {
        "tokens": tokens,
        "wishes": checked,
        "ahead": ahead,
        "password": PASSWORD,
        "first": first,
    }


def open_all(seconds: float) -> dict[str, Any]:
    from django.db import transaction

    from allhours.kernel import clock
    from allhours.needs import actions
    from allhours.needs.choices import WishState
    from allhours.needs.models import Wish
    from tests.factories.needs import SYSTEM

    now = clock.now()
    at = now + timedelta(seconds=seconds)
    with transaction.atomic():
        for wish in Wish.objects.filter(state=WishState.VERIFIED):
            actions.publish_wish(actor=SYSTEM, wish=wish, at=at, now=now)
    return {"opens_at": at.timestamp(), "left": (at - clock.now()).total_seconds()}


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "open":
        print(json.dumps(open_all(float(sys.argv[2]))))
    else:
        print(json.dumps(seed(*map(int, sys.argv[1:]))))
