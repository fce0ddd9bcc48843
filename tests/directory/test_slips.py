"""Activation slips: by whom, for whom, once, and on paper."""

import io
import json
import re
from datetime import timedelta

import pypdf
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from allhours.accounts.actions.slips import CODE, activate
from allhours.accounts.choices import Role
from allhours.accounts.models import ActivationSlip, JournalEntry, User
from allhours.directory.actions.slips import (
    issue_member_slips,
    issue_staff_slip,
    print_slips,
    slips_pdf,
    start_slip_run,
)
from allhours.jobs.models import Job, JobState
from allhours.kernel import clock
from allhours.kernel.codes import normal_code
from allhours.kernel.crypto import lookup_hash
from allhours.kernel.errors import Refused
from tests.factories.directory import (
    county_officer,
    make_community,
    make_county,
    make_member,
    make_unit,
    staff_actor,
    staff_user,
)
from tests.support.contention import threads

PASSWORD = "sunflower-9-lake"


def codes(refused) -> tuple[str, ...]:
    return refused.value.codes


@pytest.fixture
def member(db):
    return make_member(make_unit())


@pytest.fixture
def liaison(member):
    return staff_actor(Role.LIAISON, member.unit)


def issue(actor, member, now):
    [slip] = issue_member_slips(actor=actor, members=[member], now=now)
    return slip


def use(slip, now, **over):
    values = {"username": slip.username, "code": slip.code, "password": PASSWORD, "now": now}
    return activate(**values | over)


def test_a_member_without_an_account_gets_one(member, liaison, now) -> None:
    slip = issue(liaison, member, now)
    member.refresh_from_db()
    assert slip.username == member.member_no == member.user.username
    assert not member.user.has_usable_password()
    use(slip, now)
    member.user.refresh_from_db()
    assert member.user.check_password(PASSWORD)


def test_the_code_is_kept_as_a_hash_only(member, liaison, now) -> None:
    slip = issue(liaison, member, now)
    stored = ActivationSlip.objects.get()
    plain = slip.code.replace("-", "")
    assert plain not in stored.code_hash
    assert not any(plain in str(line.facts) for line in JournalEntry.objects.all())


def test_a_code_is_read_as_people_type_it(member, liaison, now) -> None:
    slip = issue(liaison, member, now)
    use(slip, now, code=f" {slip.code.lower().replace('-', ' ')} ")


def test_a_slip_works_once(member, liaison, now) -> None:
    slip = issue(liaison, member, now)
    use(slip, now)
    with pytest.raises(Refused) as refused:
        use(slip, now, password="another-9-lake")
    assert codes(refused) == ("slip.used",)


def test_a_slip_runs_out(member, liaison, now) -> None:
    slip = issue(liaison, member, now)
    with pytest.raises(Refused) as refused:
        use(slip, now + timedelta(days=90))
    assert codes(refused) == ("slip.expired",)
    use(slip, now + timedelta(days=89))


def test_a_new_slip_voids_the_old_and_leaves_the_password(member, liaison, now) -> None:
    use(issue(liaison, member, now), now)
    old = issue(liaison, member, now)
    new = issue(liaison, member, now)
    member.refresh_from_db()
    assert User.objects.get(pk=member.user_id).check_password(PASSWORD)
    with pytest.raises(Refused) as refused:
        use(old, now, password="another-9-lake")
    assert codes(refused) == ("slip.revoked",)
    use(new, now, password="another-9-lake")
    assert User.objects.get(pk=member.user_id).check_password("another-9-lake")


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"code": "2222-2222-2222"}, "slip.unknown"),
        ({"username": "9999999"}, "slip.unknown"),
        ({"password": "1234567890"}, "password.password_too_common"),
        ({"password": "short"}, "password.password_too_short"),
    ],
)
def test_what_is_wrong_is_said_and_the_slip_stays_good(member, liaison, now, over, code) -> None:
    slip = issue(liaison, member, now)
    with pytest.raises(Refused) as refused:
        use(slip, now, **over)
    assert code in codes(refused)
    use(slip, now)


@pytest.mark.django_db(transaction=True)
def test_a_slip_used_at_the_same_instant_works_for_one(now) -> None:
    member = make_member()
    slip = issue(county_officer(), member, now)
    results = threads(6, lambda index: use(slip, now, password=f"sunflower-{index}-lake"))
    assert sum(isinstance(result, User) for result in results) == 1
    refused = [result for result in results if isinstance(result, Refused)]
    assert {result.codes for result in refused} == {("slip.used",)}
    assert len(refused) == 5


@pytest.mark.django_db(transaction=True)
def test_slips_issued_at_the_same_instant_leave_one_alive(now) -> None:
    member = make_member()
    officer = county_officer()
    issue(officer, member, now)
    threads(6, lambda index: issue(officer, member, now))
    assert ActivationSlip.objects.filter(used_at=None, revoked_at=None).count() == 1


def test_only_those_in_charge_issue(member, liaison, now) -> None:
    others = [
        staff_actor(Role.LIAISON, make_unit()),
        staff_actor(Role.INSPECTOR, make_county()),
        staff_actor(Role.COMMUNITY_SECRETARY, make_community()),
        staff_actor(Role.SYSTEM_ADMIN, make_county()),
    ]
    for actor in others:
        with pytest.raises(Refused):
            issue(actor, member, now)
    issue(liaison, member, now)


def test_a_liaison_takes_over_no_higher_account(member, liaison, now) -> None:
    member.user = staff_user(Role.COUNTY_OFFICER, make_county())
    member.save()
    with pytest.raises(Refused) as refused:
        issue(liaison, member, now)
    assert codes(refused)[0] == "slip.by_another"
    assert ActivationSlip.objects.count() == 0
    issue(county_officer(), member, now)


def test_an_officer_takes_over_no_colleagues_account_in_use(db, now) -> None:
    colleague = staff_user(Role.COUNTY_OFFICER, make_county())
    issue_staff_slip(actor=county_officer(), user=colleague, now=now)  # never used so far
    colleague.set_password(PASSWORD)
    colleague.save()
    with pytest.raises(Refused) as refused:
        issue_staff_slip(actor=county_officer(), user=colleague, now=now)
    assert codes(refused)[0] == "slip.by_another"
    keeper = staff_actor(Role.SECURITY_ADMIN, make_county())
    issue_staff_slip(actor=keeper, user=colleague, now=now)


def test_the_county_takes_over_no_administrator(db, now) -> None:
    admin = staff_user(Role.SECURITY_ADMIN, make_county())
    with pytest.raises(Refused) as refused:
        issue_staff_slip(actor=county_officer(), user=admin, now=now)
    assert codes(refused)[0] == "slip.by_another"
    issue_staff_slip(actor=staff_actor(Role.SECURITY_ADMIN, make_county()), user=admin, now=now)


def test_who_left_gets_no_slip(member, liaison, now) -> None:
    member.left_on = now.date()
    member.save()
    with pytest.raises(Refused) as refused:
        issue(liaison, member, now)
    assert codes(refused) == ("member.left",)


def test_paper_shows_what_was_typed_and_no_more(member, liaison, now) -> None:
    member.name = '测试"#strong[甲]'
    member.save()
    member.unit.name = "$x^2$ 农业局"
    member.unit.save()
    slip = issue(liaison, member, now)
    pdf = slips_pdf([slip] * 5, county="测试县", url="https://example.org/activate/")
    read = pypdf.PdfReader(io.BytesIO(pdf))
    assert len(read.pages) == 2
    text = read.pages[0].extract_text()
    for shown in (slip.code, slip.username, "#strong", "$x^2$"):
        assert shown in text


def test_the_command_prints_those_without_a_password(member, now, tmp_path, capsys) -> None:
    make_member(make_unit())
    out = tmp_path / "slips.pdf"
    call_command("activate", unit=member.unit.code, out=out, site="https://example.org", json=True)
    assert '"slips": 1' in capsys.readouterr().out
    assert out.read_bytes().startswith(b"%PDF")
    assert out.stat().st_mode & 0o077 == 0
    member.refresh_from_db()
    member.user.set_password(PASSWORD)
    member.user.save()
    with pytest.raises(CommandError, match="都已设过密码"):
        call_command("activate", unit=member.unit.code, out=out)
    with pytest.raises(CommandError, match="no unit"):
        call_command("activate", unit="nowhere", out=out)


def test_the_units_page_gives_the_sheet(client, member) -> None:
    make_member(make_unit())
    user = staff_user(Role.LIAISON, member.unit)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("directory:slips")
    assert "还有 1 人没有设过密码" in client.get(url).content.decode()
    answer = client.post(url, {"unit": member.unit.pk})
    assert answer.content.startswith(b"%PDF")
    assert "no-store" in answer["Cache-Control"]
    assert JournalEntry.objects.filter(did="slip.issued").count() == 1
    foreign = client.post(url, {"unit": make_unit().pk})
    assert foreign.status_code == 200
    assert not foreign.content.startswith(b"%PDF")


# ---- by the thousand ---------------------------------------------------------------------------


def text_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def in_stack(pdf: bytes, members) -> None:
    """Each member's number, name and a working code stand on one page of their unit."""
    slips_found = {}
    for page in text_of(pdf):
        for part in page.split("账号激活单")[1:]:
            numbers = re.findall(r"\b\w{2}\d{5,6}\b", part)
            code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", part)
            if numbers and code:
                slips_found[numbers[0]] = (part, code.group())
    assert set(slips_found) == {member.member_no for member in members}
    for member in members:
        part, _code = slips_found[member.member_no]
        assert member.name in part
        assert member.unit.name in part
    hashes = {lookup_hash(normal_code(code), CODE) for _part, code in slips_found.values()}
    live = ActivationSlip.objects.filter(used_at=None, revoked_at=None)
    assert hashes == set(live.values_list("code_hash", flat=True))


@pytest.fixture
def county_of_members(db):
    units = [make_unit(name=name) for name in ("测试县农业局", "测试县水利局", "测试县教育局")]
    return [make_member(unit) for unit in units for _ in range(25)]


def test_a_county_prints_one_file_by_unit_and_takes_it_once(client, county_of_members) -> None:
    officer = staff_user(Role.COUNTY_OFFICER, make_county())
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(reverse("directory:slips"), {"unit": ""})
    job = Job.objects.get()
    assert answer.url == reverse("jobs:show", args=[job.code])
    assert (job.state, job.result["slips"]) == (JobState.DONE, 75)
    url = reverse("jobs:file", args=[job.code])
    foreign = client.__class__()
    foreign.force_login(
        staff_user(Role.COUNTY_OFFICER, make_county()),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    assert foreign.post(url).status_code == 404
    pdf = client.post(url).content
    pages = text_of(pdf)
    assert [page.split("\n")[0] for page in pages if "本人签收" in page] == [
        "测试县农业局",
        "测试县水利局",
        "测试县教育局",
    ]
    assert len(pages) == 3 * (1 + 7)
    in_stack(pdf, county_of_members)
    again = client.post(url, follow=True).content
    assert not again.startswith(b"%PDF")
    assert JournalEntry.objects.filter(did="slip.issued").count() == 75


def test_a_liaisons_stack_holds_their_unit_and_leaves_out_higher_accounts(
    county_of_members, now
) -> None:
    first = county_of_members[0]
    first.user = staff_user(Role.COUNTY_OFFICER, make_county())
    first.save()
    liaison = staff_actor(Role.LIAISON, first.unit)
    pdf, count = print_slips(actor=liaison, unit=None, county="测试县", url="", now=now)
    assert count == 24
    in_stack(pdf, county_of_members[1:25])
    with pytest.raises(Refused):
        start_slip_run(actor=liaison, unit=county_of_members[-1].unit, url="", now=now)
    community = staff_actor(Role.COMMUNITY_SECRETARY, make_community())
    with pytest.raises(Refused):
        start_slip_run(actor=community, unit=None, url="", now=now)


def test_when_all_have_a_password_there_is_nothing_to_print(member, liaison, now) -> None:
    use(issue(liaison, member, now), now)
    with pytest.raises(Refused) as refused:
        start_slip_run(actor=liaison, unit=None, url="", now=now)
    assert codes(refused) == ("slip.nobody",)


@pytest.mark.slow
def test_2400_slips_of_72_units_are_one_file(db, now) -> None:
    units = [make_unit(name=f"测试县第{number}局") for number in range(72)]
    members = [make_member(units[index % 72]) for index in range(2400)]
    pdf, count = print_slips(
        actor=county_officer(), unit=None, county="测试县", now=now,
        url="https://example.org/activate/",
    )  # fmt: skip
    assert count == 2400
    in_stack(pdf, members)


def test_the_command_recovers_whoever_lost_everything(db, capsys) -> None:
    keeper = staff_user(Role.SECURITY_ADMIN, make_county(), username="secadmin")
    call_command("recover", "secadmin", json=True)
    code = json.loads(capsys.readouterr().out)["activation_code"]
    line = JournalEntry.objects.get(did="factor.reset")
    assert (line.label, line.user_id_plain, line.facts) == ("recover", None, {"reason": "lost"})
    activate(username="secadmin", code=code, password=PASSWORD, now=clock.now())
    keeper.refresh_from_db()
    assert keeper.check_password(PASSWORD)
    with pytest.raises(CommandError, match="no account"):
        call_command("recover", "nobody")
