"""Every number of 附6 and of the figures, worked out anew from the exported CSV files alone."""

import csv
import io
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.core.management import call_command

from allhours.accounts.actor import Actor
from allhours.kernel import clock
from allhours.reports import facts, figures, tables
from tests.factories.directory import TODAY
from tests.factories.played import END, MAY, SUNDAY, play

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
DAYS = [MAY, TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=5), SUNDAY, END]
REGISTERS = ["roster", "placements", "excusals", "wishes", "claims", "posts", "activities"]


@pytest.fixture
def county(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: clock.at(END))
    return play()


class Exports:
    """The files as an outside program reads them: text, days and instants, nothing else."""

    def __init__(self, folder):
        self.files = {}
        for name in [*REGISTERS, "attendance"]:
            out = folder / f"{name}.csv"
            call_command("export", name, out=out, purpose="核对")
            self.files[name] = list(csv.DictReader(io.StringIO(out.read_text())))
        out = folder / "ledger.csv"
        call_command("ledger", "export", out=out)
        self.files["ledger"] = list(csv.DictReader(io.StringIO(out.read_text())))

    def __getattr__(self, name):
        return self.files[name]


@pytest.fixture
def exports(county, tmp_path):
    return Exports(tmp_path)


def day_of(text: str) -> date | None:
    if not text:
        return None
    instant = datetime.fromisoformat(text)
    return clock.local_date(instant) if instant.tzinfo else instant.date()


def by_then(text: str, on: date) -> bool:
    day = day_of(text)
    return day is not None and day <= on


def not_ended(text: str, on: date) -> bool:
    return not by_then(text, on)


def expected_states(exports: Exports, on: date) -> dict[str, str]:
    """member_no → reported, excused or missing, of all who are expected."""
    reported = {
        row["member_no"]
        for row in exports.placements
        if by_then(row["reported_on"], on) and not_ended(row["ended_on"], on)
    }
    excused = {
        row["member_no"]
        for row in exports.excusals
        if by_then(row["from_on"], on) and (not row["until_on"] or row["until_on"] >= str(on))
    }
    return {
        row["member_no"]: "reported"
        if row["member_no"] in reported
        else ("excused" if row["member_no"] in excused else "missing")
        for row in exports.roster
        if row["category"] in ("full", "probationary")
        and not row["retired"]
        and row["registered_on"] <= str(on)
        and not_ended(row["left_on"], on)
    }


def held(exports: Exports, on: date, what: str) -> list[dict[str, str]]:
    """Claims of wishes or posts that stood at the end of a day or had been fulfilled."""
    return [
        row
        for row in exports.claims
        if row[what]
        and row["seat"]
        and by_then(row["claimed_at"], on)
        and (not_ended(row["ended_at"], on) or row["state"] == "fulfilled")
    ]


def fulfilled(exports: Exports, on: date) -> list[dict[str, str]]:
    confirmed = {row["code"] for row in exports.wishes if by_then(row["confirmed_at"], on)}
    return [r for r in exports.claims if r["state"] == "fulfilled" and r["wish"] in confirmed]


def entries(exports: Exports, on: date) -> list[dict[str, str]]:
    return [r for r in exports.ledger if r["on"] <= str(on) and by_then(r["recorded_at"], on)]


def closed(exports: Exports, on: date) -> list[dict[str, str]]:
    return [
        r for r in exports.activities if by_then(r["starts_at"], on) and by_then(r["closed_at"], on)
    ]


def present(exports: Exports, on: date) -> list[dict[str, str]]:
    codes = {row["code"] for row in closed(exports, on)}
    return [r for r in exports.attendance if r["activity"] in codes and r["state"] == "present"]


def tally(rows, column, what=lambda row: 1) -> Counter:
    found: Counter = Counter()
    for row in rows:
        if row[column]:
            found[row[column]] += what(row)
    return found


def fen(row):
    return int(row["goods_fen"] or 0)


def served(row):
    return int(row["served"] or 0)


def test_table_by_unit_equals_the_exports(exports):
    for on in DAYS:
        check_unit(exports, on)


def check_unit(exports, on):
    unit_of = {row["member_no"]: row["unit"] for row in exports.roster}
    states = expected_states(exports, on)
    counted = Counter((unit_of[no], state) for no, state in states.items())
    minutes = tally(entries(exports, on), "unit_code", lambda r: int(r["minutes"]))
    off = tally(entries(exports, on), "unit_code", lambda r: int(r["minutes_off"]))
    posts, claims = (
        tally(held(exports, on, "post"), "unit"),
        tally(held(exports, on, "wish"), "unit"),
    )
    done = fulfilled(exports, on)
    rows = tables.summary_by_unit(facts.to_day(on), actor=SYSTEM)
    assert [row.code for row in rows] == sorted(row.code for row in rows)
    for row in rows:
        code = row.code
        assert row.reported == counted[code, "reported"]
        assert row.excused == counted[code, "excused"]
        assert row.expected == sum(n for (unit, _), n in counted.items() if unit == code)
        assert (row.minutes, row.minutes_off) == (minutes[code], off[code])
        assert (row.posts_taken, row.claims) == (posts[code], claims[code])
        assert row.fulfilled == tally(done, "unit")[code]
        assert row.goods_fen == tally(done, "unit", fen)[code]
        assert row.attendances == tally(present(exports, on), "unit_code")[code]
        assert row.activities == tally(closed(exports, on), "organizer")[code]
        assert row.served == tally(closed(exports, on), "organizer", served)[code]


def test_table_by_community_equals_the_exports(exports):
    for on in DAYS:
        check_community(exports, on)


def check_community(exports, on):
    home = {row["member_no"]: row["residence"] for row in exports.roster}
    placed = {
        row["member_no"]: row["community"]
        for row in exports.placements
        if by_then(row["assigned_at"], on) and not_ended(row["ended_on"], on)
    }
    states = expected_states(exports, on)
    counted = Counter((placed.get(no) or home[no], state) for no, state in states.items())
    minutes = tally(entries(exports, on), "community_code", lambda r: int(r["minutes"]))
    noted = tally([r for r in exports.wishes if by_then(r["noted_at"], on)], "community")
    confirmed = tally([r for r in exports.wishes if by_then(r["confirmed_at"], on)], "community")
    claimed = {r["wish"] for r in held(exports, on, "wish")}
    taken_up = tally([r for r in exports.wishes if r["code"] in claimed], "community")
    posts = tally(held(exports, on, "post"), "post_community")
    goods = tally(fulfilled(exports, on), "wish_community", fen)
    for row in tables.summary_by_community(facts.to_day(on), actor=SYSTEM):
        code = row.code
        if code == tables.NOWHERE:
            continue
        assert row.reported == counted[code, "reported"]
        assert row.excused == counted[code, "excused"]
        assert row.expected == sum(n for (place, _), n in counted.items() if place == code)
        assert row.minutes == minutes[code]
        assert (row.wishes_noted, row.claims) == (noted[code], taken_up[code])
        assert (row.fulfilled, row.goods_fen) == (confirmed[code], goods[code])
        assert row.posts_taken == posts[code]
        assert row.attendances == tally(present(exports, on), "community_code")[code]
        assert row.activities == tally(closed(exports, on), "community")[code]


def test_figures_equal_the_exports(exports):
    for on in DAYS:
        check_figures(exports, on)


def check_figures(exports, on):
    found = {figure.name: figure for figure in figures.county_figures(on)}
    states = Counter(expected_states(exports, on).values())
    assert found["reported"].value == states["reported"]
    assert found["missing"].value == states["missing"]
    due = states["reported"] + states["missing"]
    assert found["reporting_rate"].value == 10000 * states["reported"] // due / 100
    minutes = sum(int(r["minutes"]) for r in entries(exports, on))
    assert found["service_minutes"].value == minutes
    assert found["service_hours"].value == round(minutes / 60, 2)
    times = sum(-1 if r["reverses"] else 1 for r in entries(exports, on))
    assert found["service_times"].value == times
    claimed = {r["wish"] for r in held(exports, on, "wish")}
    assert found["wishes_claimed"].value == len(claimed)
    assert found["wishes_confirmed"].value == sum(
        by_then(r["confirmed_at"], on) for r in exports.wishes
    )
    assert found["goods_value"].value == sum(map(fen, fulfilled(exports, on))) / 100
    assert found["attendances"].value == len(present(exports, on))
    assert found["served"].value == sum(map(served, closed(exports, on)))
    assert found["posts_taken"].value == len(held(exports, on, "post"))


def test_both_tables_and_the_figures_have_the_same_hours(county):
    span = facts.to_day(END)
    by_unit = sum(row.minutes for row in tables.summary_by_unit(span, actor=SYSTEM))
    by_place = sum(row.minutes for row in tables.summary_by_community(span, actor=SYSTEM))
    whole = figures.by_name(figures.county_figures(END))["service_minutes"].value
    assert by_unit == by_place == whole > 0


def test_a_released_claim_counts_until_it_was_released_and_not_after(county):
    before = facts.to_day(TODAY + timedelta(days=5))
    gap = facts.to_day(TODAY + timedelta(days=6))
    after = facts.to_day(TODAY + timedelta(days=7))
    wish = county.wishes["back"]
    counts = [wish in set(facts.wishes_claimed(span)) for span in (before, gap, after)]
    assert counts == [True, False, True]


def test_a_correction_that_came_later_is_not_in_the_day_before_it(county):
    then, now = (figures.by_name(figures.county_figures(on)) for on in (SUNDAY, END))
    assert then["service_times"].value > 0
    again = figures.by_name(figures.county_figures(SUNDAY))
    assert again["service_minutes"] == then["service_minutes"]
    # the reversals and the late sheet only stand in the later figure
    late = facts.entries(facts.to_day(END)).count() - facts.entries(facts.to_day(SUNDAY)).count()
    assert late == 3
    assert now["service_minutes"].value == then["service_minutes"].value - 120 - 60 + 120


def test_hours_stay_with_the_unit_of_the_day_of_service(county):
    mover, old = county.members[1], county.units[0]
    assert mover.unit != old
    codes = set(
        facts.entries(facts.to_day(END))
        .filter(member=mover, kind="activity")
        .values_list("unit_code", flat=True)
    )
    assert codes == {old.code}
