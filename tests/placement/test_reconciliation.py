"""Runs of 数据反查: from the system and from files; each difference dealt with by who must act."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from tests.factories.directory import (
    TODAY,
    county_officer,
    make_community,
    make_county,
    make_member,
    make_unit,
    member_actor,
)
from tests.factories.placement import (
    NOON,
    community_secretary,
    liaison,
    make_letter,
    make_placement,
)

from allhours.accounts.actor import Actor
from allhours.accounts.models import JournalEntry
from allhours.kernel.errors import Refused
from allhours.placement.actions import reconcile as actions
from allhours.placement.actions import reporting
from allhours.placement.choices import DifferenceState, PlacementState, RunSource
from allhours.placement.models import Difference, ReconcileRun
from allhours.placement.queries import figures

pytestmark = pytest.mark.django_db
REPORTED = PlacementState.REPORTED
IDS = (
    "11010119800101001X", "110101198001020010", "110101198001030017", "110101198001040013",
    "11010119800105001X",
)  # fmt: skip


def system_run(over, actor=None, on=TODAY, now=NOON) -> ReconcileRun:
    return actions.run_reconciliation(actor=actor or county_officer(), over=over, on=on, now=now)


def sheet(
    rows, header=("序号", "姓名", "编号", "工作单位及职务", "联系电话", "出生年月", "证明信编号")
):
    book = openpyxl.Workbook()
    page = book.active
    page.append(["在职党员进社区报到情况汇总表"])
    page.append(list(header))
    for number, row in enumerate(rows, start=1):
        page.append([number, *row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def file_run(over, rows, source=RunSource.REGISTER, actor=None, **over_sheet) -> ReconcileRun:
    return actions.run_with_file(
        actor=actor or county_officer(),
        over=over,
        source=source,
        filename="登记册.xlsx",
        content=sheet(rows, **over_sheet),
        on=TODAY,
        now=NOON,
    )


def kinds(run):
    rows = Difference.objects.filter(findings__run=run)
    return sorted((each.kind, each.member.name if each.member else "") for each in rows)


def test_the_system_finds_missing_unknown_differing_and_twofold():
    unit = make_unit()
    missing = make_member(unit, name="甲")
    make_placement(make_member(unit, name="乙"), state=REPORTED)
    make_placement(make_member(unit, name="丙", category="applicant"), state=REPORTED)
    moved = make_placement(make_member(unit, name="丁"), state=REPORTED)
    moved.member.unit = make_unit()
    moved.member.save(update_fields=["unit"])
    make_placement(make_member(unit, name="戊", phone="13800000001"), state=REPORTED)
    make_placement(make_member(name="戊", phone="13800000001"), state=REPORTED)

    run = system_run(make_county())

    assert kinds(run) == [
        ("missing", missing.name),
        ("other_unit", "丁"),
        ("two_numbers", "戊"),
        ("unknown", "丙"),
    ]
    assert run.counts["kinds"] == {"missing": 1, "other_unit": 1, "two_numbers": 1, "unknown": 1}
    assert (run.counts["expected"], run.counts["reported"]) == (5, 4)


def test_a_second_run_keeps_the_same_rows_and_tells_what_is_gone_and_new():
    unit = make_unit()
    first, second = make_member(unit), make_member(unit)
    before = system_run(unit)
    make_placement(first, state=REPORTED)
    make_member(unit)

    after = system_run(unit, now=NOON + timedelta(hours=1))

    assert after.previous == before
    assert (after.counts["differences"], after.counts["anew"], after.counts["gone"]) == (2, 1, 1)
    gone = Difference.objects.get(member=first)
    assert (gone.state, gone.reason) == (DifferenceState.CLOSED, "deed")
    assert Difference.objects.get(member=second).findings.count() == 2


def test_being_received_closes_the_difference_by_itself():
    placement = make_placement(state=PlacementState.PRESENTED)
    system_run(placement.unit)
    difference = Difference.objects.get(member=placement.member)
    assert difference.responsible == "community"

    secretary = community_secretary(placement.community)
    reporting.receive_member(actor=secretary, placement=placement, now=NOON)
    done = actions.settle_differences(actor=Actor.system("test"), now=NOON)

    difference.refresh_from_db()
    assert (done, difference.state, difference.reason) == (1, DifferenceState.CLOSED, "deed")
    assert actions.settle_differences(actor=Actor.system("test"), now=NOON) == 0


def test_a_register_finds_what_was_planted_and_no_others():
    unit, other_unit, here = (
        make_unit(name="县水利局"),
        make_unit(name="县教育局"),
        make_community(),
    )
    there = make_community()
    people = {
        name: make_member(unit, name=name, phone=f"1380000000{n}", birth_date=date(1980, 1, 1 + n))
        for n, name in enumerate("甲乙丙丁戊己庚")
    }
    for name, member in people.items():
        make_placement(
            member,
            there if name == "戊" else here,
            state=PlacementState.LETTER_ISSUED if name == "己" else REPORTED,
        )
    left = make_member(unit, name="辛", left_on=TODAY - timedelta(days=9), phone="13800000007")

    def row(who, **over):
        n = "甲乙丙丁戊己庚辛".index(who)
        said = {"name": who, "no": "", "unit": "县水利局 科长", "phone": f"1380000000{n}"} | over
        return [said["name"], said["no"], said["unit"], said["phone"], "", ""]

    run = file_run(
        here,
        [
            row("甲"),
            row("乙", no="ZZ0001"),  # the same person under another number
            row("丙", name="丙改", no=people["丙"].member_no),  # another name
            row("丁", unit="县教育局"),  # another unit
            row("戊"),  # placed in another community
            row("己"),  # listed and not received
            row("辛"),  # left the roster
            ["生人", "", "县水利局", "13900000000", "", ""],
        ],
        actor=community_secretary(here),
    )

    assert kinds(run) == [
        ("changed_name", "丙"),
        ("missing", "庚"),
        ("not_received", "己"),
        ("other_community", "戊"),
        ("other_unit", "丁"),
        ("two_numbers", "乙"),
        ("unknown", ""),
        ("unknown", "辛"),
    ]
    assert other_unit.pk == Difference.objects.get(kind="other_unit").theirs["unit_id"]
    unknown = Difference.objects.get(kind="unknown", member=None)
    assert unknown.theirs["phone"] == "139****0000"
    assert "13900000000" not in str(list(Difference.objects.values()))
    assert left.pk == Difference.objects.get(kind="unknown", member__isnull=False).member_id


def test_a_register_without_phones_is_told_by_letter_and_number():
    here = make_community()
    letter = make_letter(make_placement(make_member(name="甲"), here, state=REPORTED))
    numbered = make_placement(make_member(name="乙"), here, state=REPORTED)

    run = file_run(
        here,
        [["甲", "", letter.number], ["乙", numbered.member.member_no, ""]],
        header=("序号", "姓名", "编号", "证明信编号"),
    )

    assert kinds(run) == []
    assert run.counts["rows"] == 2


def test_a_units_list_is_held_against_the_receipts():
    unit = make_unit(name="县水利局")
    listed = make_member(unit, name="甲", phone="13800000001")
    make_placement(make_member(unit, name="乙", phone="13800000002"), state=REPORTED)
    make_placement(make_member(unit, name="丙", phone="13800000003"), state=REPORTED)

    run = file_run(
        unit,
        [
            ["甲", "", "县水利局", "13800000001", "", ""],
            ["乙", "", "县水利局", "13800000002", "", ""],
            ["丁", "", "县水利局", "13800000009", "", ""],
        ],
        source=RunSource.ROSTER,
        actor=liaison(unit),
    )

    assert kinds(run) == [("missing", "甲"), ("unknown", ""), ("unknown", "丙")]
    system_run(unit)
    assert Difference.objects.get(kind="missing", member=listed).findings.count() == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "register.empty"), (b"<html></html>", "register.html_renamed")],
)
def test_an_unreadable_file_is_one_sentence(content, code):
    with pytest.raises(Refused) as refused:
        actions.run_with_file(
            actor=county_officer(), over=make_community(), source=RunSource.REGISTER,
            filename="x.xlsx", content=content, on=TODAY, now=NOON,
        )  # fmt: skip
    assert refused.value.codes == (code,)


def test_closing_takes_a_reason_and_the_right_person():
    unit = make_unit()
    member = make_member(unit)
    system_run(unit)
    difference = Difference.objects.get()
    own = member_actor(member)

    def close(actor, reason="explained", words=""):
        actions.close_difference(
            actor=actor, difference=difference, reason=reason, words=words, now=NOON
        )

    for actor, reason, code in (
        (liaison(make_unit()), "explained", "actor.not_permitted"),
        (community_secretary(make_community()), "explained", "actor.not_permitted"),
        (own, "explained", "actor.not_permitted"),
        (liaison(unit), "deed", "difference.not_a_reason"),
        (liaison(unit), "other", "difference.no_words"),
    ):
        with pytest.raises(Refused) as refused:
            close(actor, reason)
        assert refused.value.codes == (code,)
    close(liaison(unit), "other", "另有安排")
    with pytest.raises(Refused) as refused:
        close(county_officer())
    assert refused.value.codes == ("difference.closed",)
    difference.refresh_from_db()
    assert (difference.state, difference.words) == (DifferenceState.CLOSED, "另有安排")
    line = JournalEntry.objects.filter(did="difference.closed").get()
    assert line.facts == {"reason": "other"}


def test_what_was_explained_stays_closed_and_what_was_only_said_comes_back():
    unit = make_unit()
    explained, said = make_member(unit), make_member(unit)
    system_run(unit)
    officer = county_officer()
    for member, reason in ((explained, "explained"), (said, "roster_corrected")):
        actions.close_difference(
            actor=officer, difference=Difference.objects.get(member=member), reason=reason, now=NOON
        )
    system_run(unit)

    states = dict(Difference.objects.values_list("member", "state"))
    assert states == {explained.pk: DifferenceState.CLOSED, said.pk: DifferenceState.OPEN}
    actions.reopen_difference(
        actor=officer, difference=Difference.objects.get(member=explained), now=NOON
    )
    assert Difference.objects.open().count() == 2


def test_who_has_not_reported_is_seen_by_who_must_act_and_nobody_else():
    placement = make_placement(state=PlacementState.LETTER_ISSUED)
    system_run(make_county())

    def sees(actor):
        return Difference.objects.visible_to(actor).count()

    assert sees(liaison(placement.unit)) == 1
    assert sees(county_officer()) == 1
    assert sees(community_secretary(placement.community)) == 0
    assert sees(liaison(make_unit())) == 0
    assert sees(member_actor(placement.member)) == 0


def test_refusals_of_a_run():
    unit, community = make_unit(), make_community()
    tomorrow = TODAY + timedelta(days=1)
    with pytest.raises(Refused) as refused:
        system_run(unit, on=tomorrow)
    assert refused.value.codes == ("reconcile.future",)
    with pytest.raises(Refused) as refused:
        file_run(unit, [])
    assert refused.value.codes == ("reconcile.not_a_community",)
    with pytest.raises(Refused) as refused:
        file_run(community, [], source=RunSource.ROSTER)
    assert refused.value.codes == ("reconcile.not_a_unit",)
    with pytest.raises(Refused) as refused:
        file_run(community, [])
    assert refused.value.codes == ("reconcile.nobody",)
    for over, actor in (
        (make_county(), liaison(unit)),
        (unit, community_secretary(community)),
        (community, liaison(unit)),
    ):
        with pytest.raises(Refused) as refused:
            system_run(over, actor=actor)
        assert refused.value.codes == ("actor.not_permitted",)


def test_a_run_costs_the_same_whatever_it_finds(django_assert_max_num_queries):
    unit = make_unit()
    officer = county_officer()
    for members in (1, 3):
        for _ in range(members):
            make_placement(make_member(unit), state=PlacementState.LETTER_ISSUED)
        with django_assert_max_num_queries(45):
            system_run(unit, actor=officer)


def test_rate_by_whole_numbers_at_the_border():
    rate = figures.Rate("", "", 9499, 10000, 0)
    assert (rate.percent, rate.reaches(95), rate.short_of(95)) == (94.99, False, 1)
    met = figures.Rate("", "", 9500, 10000, 0)
    assert (met.percent, met.reaches(95), met.short_of(95)) == (95.0, True, 0)
    almost = figures.Rate("", "", 99999, 100000, 0)
    assert (almost.percent, almost.reaches(100)) == (99.99, False)
    assert figures.Rate("", "", 0, 0, 3).reaches(100)


def test_the_command_holds_a_file_against_the_system_and_keeps_it_when_told(
    capsys, tmp_path, monkeypatch
):
    import json

    from django.core.management import call_command

    from allhours.kernel import clock

    monkeypatch.setattr(clock, "now", lambda: NOON)
    here = make_community()
    make_placement(make_member(name="甲"), here, state=REPORTED)
    path, out = tmp_path / "登记册.xlsx", tmp_path / "out.xlsx"
    path.write_bytes(sheet([["生人", "", "", "13900000000", "", ""]]))

    def run(**options):
        call_command("reconcile", over=here.code, register=path, json=True, **options)
        return json.loads(capsys.readouterr().out)

    found = run(xlsx=out)
    assert sorted(each["kind"] for each in found["differences"]) == ["missing", "unknown"]
    assert found["reported"] == 1
    assert ReconcileRun.objects.count() == 0
    assert out.stat().st_size > 1000
    run(keep=True)
    assert ReconcileRun.objects.get().counts["differences"] == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_close_the_same_difference_close_it_once(threads):
    unit = make_unit()
    make_member(unit)
    system_run(unit)
    difference = Difference.objects.get()
    actors = [liaison(unit), county_officer()]

    def close(n):
        try:
            actions.close_difference(
                actor=actors[n], difference=difference, reason="explained", now=NOON
            )
        except Refused as refused:
            return refused.codes[0]
        return "closed"

    assert sorted(threads(2, close)) == ["closed", "difference.closed"]
    assert JournalEntry.objects.filter(did="difference.closed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_keep_one_row_for_one_difference(threads):
    from allhours.kernel.retry import with_retry

    unit = make_unit()
    members = [make_member(unit) for _ in range(3)]
    officer = county_officer()

    threads(2, lambda n: with_retry(lambda: system_run(unit, actor=officer)).pk)

    assert Difference.objects.count() == len(members)
    assert ReconcileRun.objects.count() == 2
