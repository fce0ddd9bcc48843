"""Whose an import is after people have moved on, and its codes asked for twice."""

from typing import Any

import pytest

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.directory.models import Appointment, Organization
from allhours.directory.queries.actors import actor_of_id
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs.actions import imports
from allhours.needs.actions.import_codes import issue_codes, start_code_run
from allhours.needs.models import Wish, WishImport
from allhours.needs.queries.imports import import_page
from tests.directory.roster.sheets import xlsx
from tests.factories.directory import SPRING, make_community, staff_user
from tests.factories.scheme import publish
from tests.needs.test_import_pages import HEADER, sound

pytestmark = pytest.mark.django_db


def acting(user: Any, *places: Organization) -> Actor:
    """As if these were all the communities that the person serves today."""
    Appointment.objects.filter(user=user).delete()
    for place in places:
        Appointment.objects.create(
            user=user, role=Role.COMMUNITY_STAFF, organization=place, from_on=SPRING
        )
    return actor_of_id(user.pk, on=clock.local_date(clock.now()))


def sent(actor: Actor, *rows: list[Any]) -> WishImport:
    return imports.stage_wishes(
        actor=actor, filename="a.xlsx", content=xlsx([HEADER, *rows]), publish_at=None,
        now=clock.now(),
    )  # fmt: skip


def sees(actor: Actor, import_: WishImport) -> bool:
    return WishImport.objects.visible_to(actor).filter(pk=import_.pk).exists()


def test_who_moved_to_another_community_leaves_the_import_behind() -> None:
    here, there = make_community(name="宝塔社区"), make_community(name="河东社区")
    user = staff_user(Role.COMMUNITY_STAFF, here)
    import_ = sent(acting(user, here), sound(1))
    assert sees(acting(user, here), import_)
    assert sees(acting(staff_user(Role.COMMUNITY_STAFF, here), here), import_)
    assert not sees(acting(user, there), import_)
    assert not sees(acting(user), import_)


def test_an_import_for_several_communities_needs_all_of_them_still() -> None:
    here, there = make_community(name="宝塔社区"), make_community(name="河东社区")
    user = staff_user(Role.COMMUNITY_STAFF, here)
    actor = acting(user, here, there)
    import_ = sent(actor, sound(1, here.name), sound(2, there.name))
    imports.review_wishes(actor=actor, import_=import_, now=clock.now())
    for state in ("staged", "discarded"):
        assert sees(acting(user, here, there), import_), state
        assert not sees(acting(user, here), import_), state
        imports.discard_wishes(actor=actor, import_=import_, now=clock.now())
    assert not sees(acting(staff_user(Role.COMMUNITY_STAFF, here), here, there), import_)


def test_codes_are_issued_for_wishes_still_handled_only() -> None:
    here, there = make_community(name="宝塔社区"), make_community(name="河东社区")
    user, now = staff_user(Role.COMMUNITY_STAFF, here), clock.now()
    actor = acting(user, here, there)
    import_ = sent(actor, sound(1, here.name), sound(2, there.name))
    import_ = imports.apply_wishes(actor=actor, import_=import_, now=now)
    kept = Wish.objects.get(community=here).follow_hash
    (slip,) = issue_codes(actor=acting(user, there), import_=import_, seen=None, now=now)
    assert slip.community == there.label
    assert Wish.objects.get(community=here).follow_hash == kept
    stranger = acting(user, make_community())
    import_ = WishImport.objects.get()
    with pytest.raises(Refused, match="no_codes"):
        start_code_run(actor=stranger, import_=import_, again=True, url="", now=now)
    with pytest.raises(Refused, match="no_codes"):
        issue_codes(actor=stranger, import_=import_, seen=import_.codes_issued_at, now=now)


def test_a_second_run_does_not_void_the_slips_of_the_first() -> None:
    here, now = make_community(name="宝塔社区"), clock.now()
    actor = acting(staff_user(Role.COMMUNITY_STAFF, here), here)
    import_ = imports.apply_wishes(actor=actor, import_=sent(actor, sound(1)), now=now)
    issue_codes(actor=actor, import_=import_, seen=None, now=now)
    first = Wish.objects.get().follow_hash
    with pytest.raises(Refused) as refused:
        issue_codes(actor=actor, import_=import_, seen=None, now=clock.now())
    assert refused.value.reasons[0].code == "wishes.codes_again"
    assert Wish.objects.get().follow_hash == first
    seen = WishImport.objects.get().codes_issued_at
    issue_codes(actor=actor, import_=import_, seen=seen, now=clock.now())
    assert Wish.objects.get().follow_hash != first


@pytest.mark.parametrize(("preset", "becomes"), [("", "待发布"), ("quantianhou", "待审核")])
def test_the_preview_says_what_the_wishes_become(preset: str, becomes: str) -> None:
    if preset:
        publish(preset)
    here = make_community(name="宝塔社区")
    import_ = sent(acting(staff_user(Role.COMMUNITY_STAFF, here), here), sound(1))
    (line,) = import_page(import_, asked="accepted").accepted
    assert line.becomes == becomes
