from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.scheme import shown
from allhours.scheme.labels import SETTINGS
from allhours.scheme.schema import Scheme
from tests.factories import directory
from tests.factories.scheme import make_scheme, publish

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 10, 2, 0, tzinfo=UTC)


@pytest.fixture
def officer(client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    client.force_login(directory.staff_user(Role.COUNTY_OFFICER, directory.make_county()))
    return client


def test_every_setting_has_a_chinese_name():
    missing = {
        label
        for name in ("quantianhou", "fengxiang", "nongan", "zutuan")
        for section in shown.sections(make_scheme(name), demo=True)
        for label in [
            section.label,
            *(row.label for row in section.rows),
            *(column for grid in section.grids for column in grid.columns),
        ]
        if label.isascii()
    }
    assert missing == set()
    assert all(f"Scheme.{name}" in SETTINGS for name in vars(Scheme()) if name != "to_set")


def test_show_states_the_scheme_and_what_is_to_be_set(officer):
    publish("fengxiang")
    overview = officer.get("/desk/scheme/").content.decode()
    assert "报到 › 证明信有效期（天）" in overview
    assert "第 1 版" in overview
    whole = officer.get("/desk/scheme/all/").content.decode()
    assert "演示规模" not in overview + whole
    for page in (officer.get("/desk/scheme/reporting/").content.decode(), whole):
        assert "5月15日" in page
        assert "待定" in page


def test_section_names_entries_of_other_sections_by_title(officer):
    publish("fengxiang")
    assert "政策宣传、法律援助" in officer.get("/desk/scheme/wishes/").content.decode()
    season = officer.get("/desk/scheme/season/").content.decode()
    assert "在职党员进社区服务群众情况汇总表" in season
    assert officer.get("/desk/scheme/unheard-of/").status_code == 404
    assert officer.get("/desk/scheme/demo/").status_code == 404


def test_show_before_any_publication_says_so(officer):
    page = officer.get("/desk/scheme/").content.decode()
    assert "尚未发布方案" in page


def test_version_shows_what_changed(officer):
    publish("fengxiang")
    publish("fengxiang", effective_from=date(2026, 7, 1), now=NOW, wishes={"deliver_days": 45})
    page = officer.get("/desk/scheme/versions/2/").content.decode()
    assert "微心愿 › 办结时限（天）" in page
    assert officer.get("/desk/scheme/versions/1/").status_code == 200
    assert officer.get("/desk/scheme/versions/9/").status_code == 404


@pytest.mark.parametrize("versions", [1, 3])
def test_show_query_count_is_constant(officer, versions, django_assert_max_num_queries):
    for n in range(versions):
        publish(effective_from=date(2026, 7 + n, 1), now=NOW, wishes={"open_claims": n + 1})
    with django_assert_max_num_queries(12):
        assert officer.get("/desk/scheme/").status_code == 200


@pytest.mark.parametrize("role", [Role.COUNTY_OFFICER, Role.INSPECTOR])
def test_show_is_for_the_county(client, role):
    county = directory.make_county()
    client.force_login(directory.staff_user(role, county))
    assert client.get("/desk/scheme/").status_code == 200


def test_show_is_not_there_for_others(client):
    assert client.get("/desk/scheme/").status_code == 302
    client.force_login(directory.staff_user(Role.LIAISON, directory.make_unit()))
    assert client.get("/desk/scheme/").status_code == 404
    for page in ("versions/1/", "all/", "wishes/"):
        assert client.get(f"/desk/scheme/{page}").status_code == 404


def test_changes_are_told_by_titles():
    before = make_scheme("fengxiang")
    after = make_scheme("fengxiang", households={"visits_per_month": 2})
    (change,) = shown.changes(before, after)
    assert (change.where, change.before, change.after) == (
        "联系困难家庭 › 每月走访（次）",
        "1",
        "2",
    )


def test_changes_name_an_entry_that_is_gone():
    before = make_scheme("fengxiang")
    after = make_scheme("base")
    told = {change.where for change in shown.changes(before, after) if change.after == "无"}
    assert "年度任务 › 认领一个服务岗位 › 次数" in told


def test_term_shows_the_county_word_and_translates_neutral_ones():
    page = Template('{% load terms %}{% term "letter" %}|{% term "wish" %}')
    publish("nongan", effective_from=date(2020, 1, 1))
    assert page.render(Context()) == "在职党员进社区联系卡|微心愿"
    with translation.override("en"):
        assert page.render(Context()).startswith("在职党员进社区联系卡|")
