"""Notices: told once each, read by their own reader, worded when they are read."""

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.needs.choices import WishState
from allhours.needs.models import Wish
from allhours.notifications import actions, queries, texts
from allhours.notifications.actions.telling import settle_open
from allhours.notifications.models import Notice
from tests.factories.directory import make_community, make_user, staff_user
from tests.factories.needs import note_wish
from tests.notifications.conftest import actor_for

PACKAGE = Path(texts.__file__).parents[1]


def test_told_people_find_a_line_each_once(reader, now) -> None:
    other = make_user()
    actions.tell_many([reader.pk, other.pk, reader.pk], "test_thing", now=now, code="K7")
    assert Notice.objects.filter(user=reader).count() == 1
    assert queries.unread_count(actor_for(other)) == 1


def test_nobody_to_tell_is_no_mistake(db, now) -> None:
    actions.tell(None, "test_thing", now=now, code="K7")
    actions.tell_many([], "test_thing", now=now)
    assert Notice.objects.count() == 0


def test_an_unknown_key_is_a_mistake(reader, now) -> None:
    with pytest.raises(ValueError, match="no text"):
        actions.tell(reader.pk, "nothing_like_it", now=now)


def test_a_text_without_its_parameter_still_reads() -> None:
    assert texts.render("test_thing", {}) == "心愿 … 有了进展"


def test_unread_stand_first_and_are_marked_by_their_reader_only(reader, client, now) -> None:
    for code in ("A", "B"):
        actions.tell(reader.pk, "test_thing", now=now, url="/me/account/", code=code)
    first, second = Notice.objects.order_by("pk")
    client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse("notifications:read", args=[first.pk])).status_code == 404
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    response = client.post(reverse("notifications:read", args=[second.pk]))
    assert response.url == "/me/account/"
    assert queries.unread_count(actor_for(reader)) == 1
    page = client.get(reverse("notifications:inbox")).content.decode()
    assert page.index("心愿 A") < page.index("心愿 B")
    client.post(reverse("notifications:read-all"))
    assert queries.unread_count(actor_for(reader)) == 0


def test_a_notice_leads_nowhere_else(reader, client, now) -> None:
    actions.tell(reader.pk, "test_thing", now=now, url="https://elsewhere.example/", code="A")
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    response = client.post(reverse("notifications:read", args=[Notice.objects.get().pk]))
    assert response.url == reverse("notifications:inbox")


@pytest.mark.parametrize("notices", [1, 3])
def test_inbox_query_count_is_constant(
    reader, client, now, notices, django_assert_num_queries
) -> None:
    for code in range(notices):
        actions.tell(reader.pk, "test_thing", now=now, code=code)
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("notifications:inbox"))
    with django_assert_num_queries(9, exact=False):
        client.get(reverse("notifications:inbox"))


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_what_is_due_says_so_and_what_is_done_says_that(reader, now, monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
    today = clock.local_date(now)
    for code, days in (("LATE", -2), ("TODAY", 0), ("SOON", 3)):
        due = today + timedelta(days=days)
        actions.tell(reader.pk, "test_task", now=now, due_on=due, about=f"x:{code}", code=code)
    client = client_of(reader)
    shown = client.get(reverse("notifications:inbox")).content.decode()
    assert [w for w in ("超期 2 天", "今天到期", "还有 3 天", "需要办理") if w not in shown] == []
    assert actions.settle(about="x:LATE", now=now) == 1
    assert actions.settle(about="x:LATE", now=now) == 0
    shown = client.get(reverse("notifications:inbox")).content.decode()
    assert "超期 2 天" not in shown
    assert "已办" in shown
    assert queries.unread_count(actor_for(reader)) == 2


def test_filters_show_the_unread_and_what_asks_for_something(reader, now) -> None:
    for key, code in (("test_task", "T1"), ("test_task", "T2"), ("test_thing", "I1")):
        actions.tell(reader.pk, key, now=now, about=f"x:{code}", code=code)
    actor = actor_for(reader)
    actions.mark_read(actor=actor, notice=Notice.objects.get(about="x:T1"), now=now)
    actions.settle(about="x:T2", now=now)

    def about(only: str) -> list[str]:
        return sorted(queries.notices_of(actor, only).values_list("about", flat=True))

    assert (about("unread"), about("action"), len(about(""))) == (["x:I1"], ["x:T1"], 3)
    client = client_of(reader)
    for query in ("?show=unread", "?show=action", "?show=nonsense", "?page=99"):
        assert client.get(reverse("notifications:inbox") + query).status_code == 200


def test_marking_all_read_can_be_taken_back_and_takes_back_no_more(reader, now) -> None:
    for code in ("A", "B", "C"):
        actions.tell(reader.pk, "test_thing", now=now, code=code)
    actor = actor_for(reader)
    actions.mark_read(actor=actor, notice=Notice.objects.earliest("pk"), now=now)
    client = client_of(reader)
    answer = client.post(reverse("notifications:read-all"))
    shown = client.get(answer.url).content.decode()
    token = re.findall(r'name="undo" value="([^"]+)"', shown)[0]
    client_of(make_user()).post(reverse("notifications:undo-read"), {"undo": token})
    assert queries.unread_count(actor) == 0
    client.post(reverse("notifications:undo-read"), {"undo": token})
    assert queries.unread_count(actor) == 2
    shown = client.post(reverse("notifications:undo-read"), {"undo": "x"}, follow=True)
    assert "已经过了可以撤销的时间" in shown.content.decode()


def test_one_notice_can_be_made_unread_by_its_reader_only(reader, now) -> None:
    actions.tell(reader.pk, "test_thing", now=now, code="A")
    notice = Notice.objects.get()
    actions.mark_read(actor=actor_for(reader), notice=notice, now=now)
    url = reverse("notifications:unread", args=[notice.pk])
    assert client_of(make_user()).post(url).status_code == 404
    client_of(reader).post(url)
    assert queries.unread_count(actor_for(reader)) == 1


def test_what_somebody_else_did_is_settled_before_mails_leave(db, now) -> None:
    wish = note_wish(community := make_community()).wish
    staff = staff_user(Role.COMMUNITY_STAFF, community)
    actions.tell(staff.pk, "needs.wish_noted", now=now, about=f"wish:{wish.code}", code=wish.code)
    assert settle_open(now=now) == 0
    Wish.objects.filter(pk=wish.pk).update(state=WishState.VERIFIED)
    assert settle_open(now=now) == 1
    assert Notice.objects.get(user=staff).done_at == now


def keys_told(tree: ast.AST) -> set[str]:
    """Literal keys in calls of `tell…`, `_tell…`, and partials of them."""
    found = set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        parts = [call.func, *call.args]
        names = [getattr(part, "id", getattr(part, "attr", "")) for part in parts]
        if not any("tell" in str(name) or name == "announce" for name in names[:2]):
            continue
        values = [*call.args, *(word.value for word in call.keywords if word.arg == "key")]
        found |= {
            each.value
            for each in values
            if isinstance(each, ast.Constant) and re.fullmatch(r"\w+[._]\w+", str(each.value))
        }
    return found


def test_every_key_told_has_a_text() -> None:
    told = set().union(
        *(
            keys_told(ast.parse(path.read_text()))
            for path in PACKAGE.rglob("*.py")
            if path.parent.name != "notifications"
        )
    )
    assert told
    assert told - texts.registered() == set()
