"""What stands at the end of a replay: register, ledger, figures and what is late say the same."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

LOCAL = timezone(timedelta(hours=8))  # the county's days
DAY = timedelta(days=1)
ON_THE_WALL = {"scheduled", "open", "claimed"}
# The State Council's notice for 2026: first and last day off, and days of work in their stead.
OFF = (("0101", "0103"), ("0215", "0223"), ("0404", "0406"), ("0501", "0505"), ("0619", "0621"),
       ("0925", "0927"), ("1001", "1007"))  # fmt: skip
INSTEAD = {"0104", "0214", "0228", "0509", "0920", "1010"}
Audit = Any  # audit_wishes.Audit


def instant(text: str) -> datetime:
    """Registers give local time to the minute, the journal to the microsecond with its offset."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def end_of(day: date) -> datetime:
    return midnight(day + DAY)


def runs(festival: dict[str, Any], at: datetime) -> bool:
    """Whether its own limit holds at the instant."""
    closes, ended = festival["closes_on"], festival["ended_at"]
    over = [end_of(date.fromisoformat(closes))] if closes else []
    over += [instant(ended)] if ended else []
    return instant(festival["opens_at"]) <= at < min(over, default=at + DAY)


def register(audit: Audit) -> None:
    """Register and journal tell the same end."""
    for row in audit.rows:
        wish = audit.wishes[row["code"]]
        if row["state"] != wish.state:
            audit.wrong(wish.code, f"is {row['state']}, by the journal {wish.state}")
        live = sum(c["state"] == "live" for c in audit.claims.values() if c["wish"] == wish.code)
        if int(row["taken"]) != live and row["state"] in ON_THE_WALL | {"delivered"}:
            audit.wrong(wish.code, f"counts {row['taken']} taken, holds {live}")
    replayed = {id_: c for w in audit.wishes.values() for id_, c in w.claims.items()}
    for id_, row in audit.claims.items():
        found = replayed.get(id_)
        if found is None:
            audit.wrong(row["wish"], f"claim {id_} is in the register and not in the journal")
            continue
        said = row["state"] if row["state"] in ("live", "waiting", "fulfilled") else "ended"
        if said != found.state:
            audit.wrong(row["wish"], f"claim {id_} is {row['state']}, by the journal {found.state}")


def ledger(audit: Audit) -> None:
    """One record for each who served a wish that was fulfilled; none for others."""
    served: dict[str, set[str]] = defaultdict(set)
    for row in audit.claims.values():
        if row["state"] == "fulfilled":
            served[row["wish"]] |= {row["member_no"], *row["took_part"].split()}
    standing = _standing(audit)
    for code in served.keys() | standing.keys():
        for who in served[code] | standing[code].keys():
            wanted, found = int(who in served[code]), standing[code][who]
            if found != wanted:
                audit.wrong(code, f"{who} has {found} records, should {wanted}")


def _standing(audit: Audit) -> dict[str, Counter[str]]:
    """How many records stand, by wish and member."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in audit.csv("ledger"):
        if entry["source_kind"] != "wish":
            continue
        id_ = entry["source_key"]
        row = audit.claims.get(id_)
        if row is None:
            audit.wrong("?", f"the ledger holds a record of claim {id_}, which there is not")
            continue
        found[row["wish"]][entry["member_no"]] += int(entry["quantity"])
        _record(audit, row, id_, entry)
    return found


def _record(audit: Audit, row: dict[str, str], id_: str, entry: dict[str, str]) -> None:
    if not row["started_at"] or int(entry["quantity"]) != 1:
        return
    day = instant(row["started_at"]).astimezone(LOCAL).date().isoformat()
    minutes = {row["minutes"]} | ({"0"} if id_ in audit.uncounted else set())
    said = (entry["kind"], entry["on"])
    if said != ("wish", day) or entry["minutes"] not in minutes:
        told = (*said, entry["minutes"])
        audit.wrong(row["wish"], f"record of claim {id_} says {told}, the claim {day} {minutes}")


def figures(audit: Audit) -> None:
    """The county's figures of the year are those of the replay."""
    file = audit.folder / "figures.json"
    if not file.exists():
        return
    told = {each["name"]: each["value"] for each in json.loads(file.read_text())["figures"]}
    wishes = audit.wishes.values()
    held = {"live", "fulfilled"}
    counts = {
        "wishes": len(wishes),
        "wishes_published": sum(wish.opened is not None for wish in wishes),
        "wishes_claimed": sum(any(c.state in held for c in w.claims.values()) for w in wishes),
        "wishes_confirmed": sum(wish.state == "confirmed" for wish in wishes),
    }
    for name, count in counts.items():
        if told[name] != count:
            audit.wrong("figures", f"{name} is {told[name]}, the files hold {count}")


# ---- what is late ------------------------------------------------------------------------------


def late(audit: Audit) -> None:
    """The board marks a wish exactly when the journal and the scheme's terms do."""
    now = instant(audit.told["as_of"])
    for row in audit.told["wishes"]:
        wish = audit.wishes.get(row["code"])
        if wish is None:
            audit.wrong(row["code"], "is listed and not in the register")
        elif row["late"] != _is_late(wish, audit.limits, now):
            audit.wrong(wish.code, f"late is told {row['late']}, by the journal the other way")


def _is_late(wish: Any, limits: dict[str, Any], now: datetime) -> bool:
    if wish.state == "noted":
        if wish.checked:
            return bool(wish.checked < workdays_back(now, limits["review_working_days"]))
        return bool(wish.noted < workdays_back(now, limits["verify_working_days"]))
    if wish.state == "delivered":
        return bool(wish.delivered < now - limits["confirm_days"] * DAY)
    if wish.state not in ("open", "claimed"):
        return False
    call = now - timedelta(hours=limits["contact_hours"])
    slow = any(
        claim.due < now or (not claim.contacted and claim.at < call)
        for claim in wish.live()
        if not claim.done
    )
    long_open = wish.state == "open" and wish.opened < now - limits["unclaimed_days"] * DAY
    return slow or long_open


def workdays_back(now: datetime, count: int) -> datetime:
    day = now.astimezone(LOCAL).date()
    while count > 0:
        day -= DAY
        count -= is_workday(day)
    return midnight(day)


def is_workday(day: date) -> bool:
    name = f"{day:%m%d}"
    if day.year == 2026 and name in INSTEAD:
        return True
    if day.year == 2026 and any(first <= name <= last for first, last in OFF):
        return False
    return day.weekday() < 5


CHECKS: tuple[Callable[[Audit], None], ...] = (register, ledger, figures, late)
