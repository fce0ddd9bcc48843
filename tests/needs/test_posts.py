"""Posts: limits per year, and what fits a member first."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allhours.accounts.choices import Role
from allhours.directory.models import Member
from allhours.kernel.errors import Refused
from allhours.needs import actions
from allhours.needs.actions.returned import release_returned
from allhours.needs.choices import PostState
from allhours.needs.models import Claim, Post
from allhours.needs.queries.menu import fitting_posts
from allhours.needs.rules.posts import take_refusals
from tests.factories.directory import make_community, make_member, member_actor, staff_actor
from tests.factories.needs import NOW, SYSTEM, make_post, public_text
from tests.factories.placement import make_placement


@given(
    state=st.sampled_from(PostState.values),
    taken=st.integers(0, 3),
    held=st.integers(0, 4),
    limit=st.integers(0, 3),
    on_roster=st.booleans(),
)
def test_a_post_is_taken_only_when_all_holds(state, taken, held, limit, on_roster) -> None:
    post = Post(state=state, places=3, taken=taken)
    refusals = take_refusals(post, on_roster=on_roster, held=held, limit=limit)
    free = on_roster and state == "open" and taken < 3 and (limit == 0 or held < limit)
    assert (refusals == []) == free


@pytest.mark.django_db
def test_taking_more_posts_than_the_menu_allows_is_refused() -> None:
    actor = member_actor(make_member())
    first = actions.take_post(actor=actor, post=make_post(), now=NOW)
    for _ in range(2):
        actions.take_post(actor=actor, post=make_post(), now=NOW)
    fourth = make_post()
    with pytest.raises(Refused) as refused:
        actions.take_post(actor=actor, post=fourth, now=NOW)
    assert refused.value.codes == ("post.too_many",)
    actions.leave_post(actor=actor, claim=first, reason="组织安排", now=NOW)
    actions.take_post(actor=actor, post=fourth, now=NOW)


@pytest.mark.django_db
def test_publishing_is_the_communitys_own() -> None:
    community = make_community()
    text = actions.PostText(title="楼道清洁", item="no-such-item")
    stranger = staff_actor(Role.COMMUNITY_STAFF, make_community())
    own = staff_actor(Role.COMMUNITY_STAFF, community)
    for actor, code in ((stranger, "actor.not_permitted"), (own, "post.item_unknown")):
        with pytest.raises(Refused) as refused:
            actions.publish_post(actor=actor, community=community, text=text, now=NOW)
        assert refused.value.codes == (code,)
    actions.publish_post(
        actor=own, community=community, text=actions.PostText(title="菜单以外"), now=NOW
    )


@pytest.mark.django_db
def test_menu_shows_what_fits_first() -> None:
    item, community = public_text().category, make_community()
    member = make_member(serving_community=community, wishes_to_serve=[item])
    make_post(title="无关")
    make_post(title="愿意做的", item=item)
    make_post(community, title="本社区的")
    make_post(community, title="最合适", item=item)
    fitting = fitting_posts(member_actor(member), NOW)
    assert [post.title for post in fitting] == ["最合适", "本社区的", "愿意做的"]


@pytest.mark.django_db
def test_posts_are_left_by_their_member_and_released_by_their_community() -> None:
    post = make_post()
    actor = member_actor(make_member())
    claim = actions.take_post(actor=actor, post=post, now=NOW)
    with pytest.raises(Refused) as refused:
        actions.leave_post(
            actor=member_actor(make_member()), claim=claim, reason="个人原因", now=NOW
        )
    assert refused.value.codes == ("post.not_yours",)
    staff = staff_actor(Role.COMMUNITY_STAFF, post.community)
    with pytest.raises(Refused) as refused:
        actions.release_from_post(actor=staff, claim=claim, reason="", now=NOW)
    assert refused.value.codes == ("claim.reason_missing",)
    actions.release_from_post(actor=staff, claim=claim, reason="撤岗", now=NOW)
    with pytest.raises(Refused) as refused:
        actions.leave_post(actor=actor, claim=claim, reason="个人原因", now=NOW)
    assert refused.value.codes == ("claim.not_live",)


@pytest.mark.django_db
def test_a_post_of_a_community_that_sent_the_member_back_is_free_again():
    """Sent back by the one community, living in neither; the post held elsewhere stays."""
    here, elsewhere = make_community(), make_community()
    member = make_member()
    posts = [make_post(place) for place in (here, elsewhere)]
    for post in posts:
        actions.take_post(actor=member_actor(member), post=post, now=NOW)
    ended = {"state": "ended", "end_reason": "returned", "ended_at": NOW + timedelta(hours=1)}
    make_placement(member, here, **ended)
    Member.objects.update(serving_community=None)  # as the return leaves them
    assert release_returned(actor=SYSTEM, now=NOW + timedelta(days=1)) == 1
    states = dict(Claim.objects.values_list("post", "state"))
    assert states == {posts[0].pk: "released", posts[1].pk: "live"}
