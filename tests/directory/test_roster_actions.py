"""Staging and applying rosters: exact counts, all or nothing, and whose they may be."""

from __future__ import annotations

import io
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.directory.actions import roster
from allhours.directory.models import ImportState, Member, Organization, RosterImport
from allhours.directory.roster.match import NOBODY
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from tests.directory.roster.sheets import HEADER, id_number, person, xlsx
from tests.factories.directory import (
    county_officer,
    make_community,
    make_county,
    make_unit,
    staff_actor,
)

pytestmark = pytest.mark.django_db
NOW = clock.at(date(2026, 6, 10))


@pytest.fixture
def education() -> Organization:
    return make_unit(name="县教育局", code="JY")


@pytest.fixture
def finance() -> Organization:
    return make_unit(name="县财政局", code="CZ")


def stage(*rows: list[Any], actor: Actor | None = None, **over: Any) -> RosterImport:
    header = over.pop("header", HEADER)
    return roster.stage_roster(
        actor=actor or Actor.system("test"),
        filename="roster.xlsx",
        content=over.pop("content", None) or xlsx([header, *rows]),
        now=NOW,
        **over,
    )


def apply(import_: RosterImport, actor: Actor | None = None, **over: Any) -> RosterImport:
    return roster.apply_roster(
        actor=actor or Actor.system("test"), import_=import_, now=over.pop("now", NOW), **over
    )


def counts(import_: RosterImport) -> dict[str, int]:
    return {kind: number for kind, number in import_.counts.items() if number}


def test_applied_rows_become_members_with_sealed_facts(education: Organization) -> None:
    bin_he = make_community(name="滨河社区")
    header = [*HEADER, "民族", "学历", "居住社区", "特长", "是否离退休"]
    row = [*person(1), "满族", "大学", "滨河社区", "书法、水电维修", "否"]
    import_ = apply(stage(row, header=header))
    member = Member.objects.get()
    assert import_.state == ImportState.APPLIED
    assert (member.name, member.unit, member.nation, member.education) == (
        "测试乙1", education, 11, "20",
    )  # fmt: skip
    assert member.birth_date == date(1990, 1, 1)
    assert (member.residence, member.residence_confirmed) == (bin_he, True)
    assert member.registered_on == date(2026, 6, 10)
    assert member.pinyin.startswith("ce shi yi")
    assert member.id_number_masked == f"220***********{id_number(1)[-4:]}"
    assert id_number(1) not in member.id_number_sealed
    assert import_.content_sealed == ""


def test_member_numbers_are_given_once(education: Organization) -> None:
    apply(stage(person(1), person(2)))
    apply(stage(person(3)))
    numbers = list(Member.objects.values_list("member_no", flat=True))
    assert numbers == ["2600001", "2600002", "2600003"]


def test_applying_the_same_import_twice_does_nothing(education: Organization) -> None:
    import_ = apply(stage(person(1)))
    lines = JournalEntry.objects.count()
    apply(import_)
    assert (Member.objects.count(), JournalEntry.objects.count()) == (1, lines)


def test_the_same_file_again_is_all_unchanged(education: Organization) -> None:
    header = [*HEADER, "特长", "服务意愿", "出生日期", "备注", "是否离退休", "人员类别"]
    rows = [
        [*person(n), "书法、水电维修", "法律援助;义诊", "1990年1月", "无", "是", "预备党员"]
        for n in range(5)
    ]
    apply(stage(*rows, header=header))
    assert counts(stage(*rows, header=header)) == {"rows": 5, "unchanged": 5}


def test_a_later_roster_joins_changes_moves_and_leaves(
    education: Organization, finance: Organization
) -> None:
    first = [person(n) for n in range(1, 5)] + [person(5, unit="县财政局")]
    apply(stage(*first))
    later = stage(
        person(1),
        person(2, phone="13911112222"),
        person(5),
        person(6),
        person(7, unit="县财政局"),
    )
    assert counts(later) == {
        "rows": 5, "join": 2, "change": 1, "move": 1, "leave": 2, "unchanged": 1,
    }  # fmt: skip
    apply(later, with_leaves=True)
    on_roster = Member.objects.on_roster()
    assert on_roster.filter(unit=education).count() == 4
    assert on_roster.filter(unit=finance).count() == 1
    left = Member.objects.exclude(left_on=None)
    assert {(m.left_on, m.left_reason, m.standing) for m in left} == {
        (date(2026, 6, 10), "roster", "left")
    }


def test_leavers_stay_without_the_tick(education: Organization) -> None:
    apply(stage(person(1), person(2)))
    later = apply(stage(person(1)))
    assert Member.objects.on_roster().count() == 2
    assert later.plan["written"]["leave"] == 0


def test_one_who_left_comes_back_under_the_old_number(education: Organization) -> None:
    apply(stage(person(1), person(2)))
    apply(stage(person(1)), with_leaves=True)
    number = Member.objects.exclude(left_on=None).get().member_no
    again = stage(person(1), person(2))
    assert counts(again) == {"rows": 2, "join": 1, "unchanged": 1}
    apply(again)
    assert Member.objects.on_roster().filter(member_no=number).exists()
    assert Member.objects.count() == 2


def test_errors_block_applying_and_nothing_is_written(education: Organization) -> None:
    import_ = stage(person(1), person(2, phone="138"))
    with pytest.raises(Refused) as refused:
        apply(import_)
    assert refused.value.codes == ("roster.has_problems",)
    import_.refresh_from_db()
    assert (import_.state, Member.objects.count()) == (ImportState.STAGED, 0)
    assert import_.content_sealed != ""


def test_warnings_do_not_block(education: Organization) -> None:
    apply(stage([*person(1), "A"], header=[*HEADER, "血型"]))
    assert Member.objects.count() == 1


def test_a_county_that_moved_on_is_asked_to_look_again(education: Organization) -> None:
    import_ = stage(person(1), person(2))
    apply(stage(person(1)))
    with pytest.raises(Refused) as refused:
        apply(import_)
    assert refused.value.codes == ("roster.moved_on",)
    roster.review_roster(actor=Actor.system("test"), import_=import_, now=NOW)
    assert counts(import_) == {"rows": 2, "join": 1, "unchanged": 1}
    apply(import_)
    assert Member.objects.count() == 2


@pytest.mark.parametrize("decision", ["same", "other"])
def test_a_person_decides_who_is_who(education: Organization, decision: str) -> None:
    apply(stage(person(1)))
    held = Member.objects.get()
    import_ = stage(person(1), person(8, name=person(1)[1]))
    assert [p["code"] for p in import_.plan["problems"]] == ["identity_unsure"]
    with pytest.raises(Refused):
        apply(import_)
    import_ = stage(person(8, name=person(1)[1]))
    apply(import_, decisions={2: held.pk if decision == "same" else NOBODY})
    assert Member.objects.count() == (1 if decision == "same" else 2)


def test_unknown_units_are_made_when_asked(education: Organization) -> None:
    rows = [person(1), person(2, unit="县气象局")]
    assert [p["code"] for p in stage(*rows).plan["problems"]] == ["unit_unknown"]
    apply(stage(*rows, create_units=True))
    made = Organization.objects.get(name="县气象局")
    assert made.parent == make_county()
    assert Member.objects.filter(unit=made).count() == 1


def test_journal_holds_one_line_per_member_and_a_summary(education: Organization) -> None:
    import_ = apply(stage(person(1), person(2)))
    lines = JournalEntry.objects.filter(did="member.joined")
    assert lines.count() == 2
    assert JournalEntry.objects.filter(did="roster.applied", subject_id=str(import_.pk)).exists()
    written = json.dumps(list(JournalEntry.objects.values("facts", "subject_id")))
    assert "测试" not in written
    assert "1380000" not in written


def test_plan_in_the_database_holds_no_number_in_clear(education: Organization) -> None:
    apply(stage(person(1)))
    import_ = stage(person(1, phone="13911112222"), person(2, phone="139"))
    stored = json.dumps(import_.plan, ensure_ascii=False)
    for secret in ("13911112222", "13800000001", id_number(1), id_number(2)):
        assert secret not in stored
    assert "139****2222" in stored
    assert "138****0001" in stored


def test_an_unreadable_file_is_refused_and_not_kept() -> None:
    with pytest.raises(Refused) as refused:
        stage(content=b"<html></html>")
    assert refused.value.codes == ("roster.html_renamed",)
    assert RosterImport.objects.count() == 0


def test_a_units_people_import_their_own_unit_only(
    education: Organization, finance: Organization
) -> None:
    liaison = staff_actor(Role.LIAISON, education)
    apply(stage(person(1), actor=liaison, unit=education), actor=liaison)
    for unit in (None, finance):
        with pytest.raises(Refused):
            stage(person(2), actor=liaison, unit=unit)
    apply(stage(person(3, unit="县财政局")))
    own = stage(person(1), person(3), actor=liaison, unit=education)
    assert [(p["row"], p["code"]) for p in own.plan["problems"]] == [(3, "not_yours")]
    assert "财政" not in json.dumps(own.plan, ensure_ascii=False)


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.SYSTEM_ADMIN])
def test_readers_and_administrators_import_nothing(education: Organization, role: str) -> None:
    actor = staff_actor(role, make_county())
    with pytest.raises(Refused):
        stage(person(1), actor=actor)
    assert not RosterImport.objects.visible_to(actor).exists()


def test_an_import_is_visible_to_its_unit_and_the_county(
    education: Organization, finance: Organization
) -> None:
    import_ = stage(person(1), actor=county_officer(), unit=education)
    for actor, seen in (
        (county_officer(), [import_]),
        (staff_actor(Role.LIAISON, education), [import_]),
        (staff_actor(Role.LIAISON, finance), []),
    ):
        assert list(RosterImport.objects.visible_to(actor)) == seen


def test_discarding_drops_the_file(education: Organization) -> None:
    import_ = stage(person(1))
    roster.discard_roster(actor=Actor.system("test"), import_=import_, now=NOW)
    import_.refresh_from_db()
    assert (import_.state, import_.content_sealed, import_.plan) == ("discarded", "", {})
    with pytest.raises(Refused) as refused:
        apply(import_)
    assert refused.value.codes == ("roster.not_staged",)


def test_a_change_between_planning_and_writing_is_planned_upon_again(
    education: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_ = stage(person(1))
    real = roster.queries.roster_fingerprint
    seen = iter(["another"])
    monkeypatch.setattr(roster.queries, "roster_fingerprint", lambda: next(seen, None) or real())
    apply(import_)
    assert list(Member.objects.values_list("member_no", flat=True)) == ["2600001"]


def test_a_county_that_never_stands_still_refuses(
    education: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_ = stage(person(1))
    monkeypatch.setattr(roster.queries, "roster_fingerprint", lambda: "another")
    with pytest.raises(Refused) as refused:
        apply(import_)
    assert refused.value.codes == ("roster.moved_on",)
    assert Member.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_rosters_with_the_same_people_at_once(threads: Any) -> None:
    make_unit(name="县教育局")
    rows = [person(n, id=None) for n in range(20)]
    imports = [stage(*rows), stage(*rows)]

    def try_it(number: int) -> str:
        try:
            apply(imports[number % 2])
        except Refused as refused:
            return refused.codes[0]
        return "applied"

    answers = threads(4, try_it)
    assert Member.objects.count() == 20
    assert set(answers) <= {"applied", "roster.moved_on"}
    assert "applied" in answers


def test_files_that_nobody_applies_are_given_up_after_a_month(education: Organization) -> None:
    import_, recent = stage(person(1)), stage(person(2))
    RosterImport.objects.filter(pk=import_.pk).update(created_at=NOW - timedelta(days=31))
    assert roster.discard_old_rosters(actor=Actor.system("test"), now=NOW) == 1
    import_.refresh_from_db()
    recent.refresh_from_db()
    assert (import_.state, recent.state) == (ImportState.DISCARDED, ImportState.STAGED)


def test_cancelling_half_way_leaves_nothing(
    education: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("allhours.directory.actions.roster_write.BATCH", 2)

    def stop(done: int, _total: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    import_ = stage(*[person(n) for n in range(6)])
    with pytest.raises(KeyboardInterrupt):
        apply(import_, step=stop)
    import_.refresh_from_db()
    assert (Member.objects.count(), import_.state) == (0, ImportState.STAGED)


def run(*args: str) -> tuple[int, dict[str, Any]]:
    out = io.StringIO()
    from allhours.directory.management.commands.import_roster import Command

    command = Command(stdout=out, stderr=io.StringIO())
    call_command(command, *args, "--json")
    return command.status, json.loads(out.getvalue())


def test_command_previews_and_applies_with_exact_json(
    education: Organization, tmp_path: Path
) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(xlsx([HEADER, person(1), person(2, phone="138")]))
    status, answer = run(str(file), "--problems", str(tmp_path / "p.xlsx"))
    assert status == 1
    assert list(answer) == [
        "rows", "join", "change", "move", "leave", "unchanged", "conflict", "problems",
    ]  # fmt: skip
    assert list(answer["problems"][0]) == [
        "row", "column", "code", "severity", "found", "expected", "text",
    ]  # fmt: skip
    assert (answer["rows"], answer["join"], answer["problems"][0]["row"]) == (2, 1, 3)
    assert (tmp_path / "p.xlsx").read_bytes()[:2] == b"PK"
    assert run(str(file), "--apply")[0] == 1
    assert Member.objects.count() == RosterImport.objects.count() == 0
    file.write_bytes(xlsx([HEADER, person(1), person(2)]))
    assert run(str(file), "--apply")[0] == 0
    assert run(str(file), "--apply")[1]["unchanged"] == 2
    assert Member.objects.count() == 2


def test_template_command_writes_the_countys_lists(education: Organization, tmp_path: Path) -> None:
    call_command("roster_template", str(tmp_path / "t.xlsx"))
    import openpyxl

    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert "县教育局" in [cell.value for row in book["下拉列表"] for cell in row]


def test_a_roster_is_previewed_in_a_steady_number_of_queries(
    education: Organization, django_assert_num_queries: Any
) -> None:
    now: datetime = NOW
    roster.preview_roster(
        actor=Actor.system("t"),
        filename="a.csv",
        content=b"\xef\xbb\xbf" + "姓名,单位,手机\n张三,县教育局,13800000001".encode(),
        now=now,
    )
    for number in (1, 30):
        content = xlsx([HEADER, *[person(n) for n in range(number)]])
        with django_assert_num_queries(6):
            roster.preview_roster(
                actor=Actor.system("t"), filename="a.xlsx", content=content, now=now
            )
