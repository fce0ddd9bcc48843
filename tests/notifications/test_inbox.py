"""Notices: told once each, read by their own reader, worded when they are read."""

import ast
import re
from pathlib import Path

import pytest
from django.urls import reverse

from allhours.accounts.actor import Actor
from allhours.notifications import actions, queries, texts
from allhours.notifications.models import Notice
from tests.factories.directory import make_user

texts.register({"test_thing": "心愿 %(code)s 有了进展"})
PACKAGE = Path(texts.__file__).parents[1]


def actor_for(user) -> Actor:
    return Actor(user_id=user.pk)


@pytest.fixture
def reader(db):
    return make_user(username="reader")


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


def keys_told(tree: ast.AST) -> set[str]:
    """Literal keys in calls of `tell…`, `_tell…`, and partials of them."""
    found = set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        parts = [call.func, *call.args]
        names = [getattr(part, "id", getattr(part, "attr", "")) for part in parts]
        if not any("tell" in str(name) for name in names[:2]):
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
