import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from allhours.accounts.actor import Actor
from allhours.ui import views
from allhours.ui.gallery import SHELLS, SampleForm
from allhours.ui.preferences import Preferences, read_preferences


@pytest.fixture
def _gallery(settings: object) -> None:
    settings.UI_GALLERY = True  # type: ignore[attr-defined]


@pytest.mark.django_db
@pytest.mark.usefixtures("_gallery")
@pytest.mark.parametrize("shell", SHELLS)
def test_gallery_shows_every_shell_with_one_heading(client: Client, shell: str) -> None:
    page = client.get("/ui/gallery/", {"shell": shell}).content.decode()

    assert page.count("<h1") == 1
    assert 'id="main"' in page
    assert "主要操作" in page
    assert "style=" not in page
    assert "<script>" not in page


@pytest.mark.django_db
def test_gallery_is_absent_in_production(client: Client) -> None:
    assert client.get("/ui/gallery/").status_code == 404


@pytest.mark.django_db
def test_preferences_are_kept_in_cookies(client: Client) -> None:
    answer = client.post("/ui/preferences/", {"elder": "1", "theme": "dark", "next": "/help/?a=1"})

    assert (answer.status_code, answer["Location"]) == (302, "/help/?a=1")
    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    assert read_preferences(request) == Preferences(elder=True, theme="dark")


@pytest.mark.django_db
@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_preferences_never_lead_away(client: Client, target: str) -> None:
    answer = client.post("/ui/preferences/", {"elder": "7", "theme": "pink", "next": target})

    assert answer["Location"] == "/"
    assert not {"elder", "theme"} & set(client.cookies)


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_error_page_renders_without_a_request(name: str) -> None:
    page = render_to_string(f"{name}.html")

    assert page.count("<h1") == 1
    assert "回到首页" in page


@pytest.mark.django_db
def test_unknown_address_answers_404_with_the_menu_of_the_site(client: Client) -> None:
    answer = client.get("/no-such-page/")

    assert answer.status_code == 404
    assert "没有找到这一页" in answer.content.decode()


@pytest.mark.django_db
def test_expired_form_says_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True).post("/ui/preferences/", {"elder": "1"})

    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.logs_errors
def test_foreign_host_is_refused_with_a_page(client: Client) -> None:
    answer = client.get("/ui/gallery/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert "请求有误" in answer.content.decode()


@pytest.mark.django_db
def test_refused_page_shows_the_reason() -> None:
    request = RequestFactory().get("/")
    request.user, request.actor = AnonymousUser(), Actor.public()  # type: ignore[attr-defined]

    answer = views.permission_denied(request, PermissionError("不在任期内"))

    assert answer.status_code == 403
    assert "不在任期内" in answer.content.decode()


def test_server_error_needs_nothing() -> None:
    answer = views.server_error(RequestFactory().get("/"))

    assert answer.status_code == 500
    assert "系统出了问题" in answer.content.decode()


def test_form_ties_help_and_errors_to_the_input() -> None:
    html = str(SampleForm({"name": ""}))

    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert 'href="#id_name"' in html
    assert '<fieldset class="field field-bad" id="id_kind"' in html
    assert "<legend>类别" in html


def test_form_escapes_what_was_typed() -> None:
    class Small(forms.Form):
        title = forms.CharField(max_length=3)

    html = str(Small({"title": '"><script>x</script>'}))

    assert "<script>" not in html


def test_components_escape_their_values() -> None:
    source = (
        '{% load ui %}{% pill "ok" bad %}{% stat bad bad note=bad %}{% ring bad 1 2 %}'
        "{% card title=bad %}{{ bad }}{% endcard %}{% empty title=bad text=bad %}{% endempty %}"
    )

    html = Template(source).render(Context({"bad": "<script>"}))

    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 9


def test_page_header_stands_alone_without_actions() -> None:
    html = render_to_string("ui/components/page_header.html", {"title": "心愿墙"})

    assert "<h1>心愿墙</h1>" in html
    assert "actions" not in html
