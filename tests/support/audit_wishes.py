"""Replays the life of every wish from exported files alone and names what may not be.

    python tests/support/audit_wishes.py FOLDER --open-claims 2 --sight-days 14

FOLDER holds `wishes.csv`, `claims.csv`, `wish_journal.csv` (`allhours export …`), `ledger.csv`
(`allhours ledger export`) and, if wanted, `figures.json`. Nothing of the program is imported: the
table of steps below is written from the contract. Exit status 1 and a line a finding, with the
wish's code, or 0.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any

LOCAL = timezone(timedelta(hours=8))  # the county's days
ON_THE_WALL = {"scheduled", "open", "claimed"}
# deed → states in which it may be done
FROM = {
    "wish.noted": {""},
    "wish.checked": {"noted"},
    "wish.approved": {"noted"},
    "wish.verified": {"noted"},
    "wish.scheduled": {"verified", "scheduled"},
    "wish.unscheduled": {"scheduled"},
    "wish.festival_joined": {"verified"},
    "wish.festival_scheduled": {"verified", "scheduled"},
    "wish.festival_left": {"verified", "scheduled"},
    "wish.opened": {"verified", "scheduled"},
    "wish.claimed": {"open"},
    "wish.promoted": {"open"},
    "wish.queued": {"claimed"},
    "wish.contacted": {"open", "claimed", "delivered"},
    "wish.delivered": {"open", "claimed"},
    "wish.extended": {"open", "claimed"},
    "wish.given_back": {"open", "claimed", "delivered"},
    "wish.released": {"open", "claimed", "delivered"},
    "wish.sent_back": {"delivered"},
    "wish.confirmed": {"delivered"},
    "wish.rated": {"confirmed"},
    "wish.follow_up_drawn": {"confirmed"},
    "wish.followed_up": {"confirmed"},
    "wish.declined": {"noted", "verified"},
    "wish.withdrawn": {"noted", "verified", "scheduled", "open", "claimed"},
    "wish.expired": {"open"},
    "wish.merged": {"noted", "verified", "scheduled", "open", "claimed"},
    "wish.converted": {"noted", "verified", "open"},
}
ENDINGS = {f"wish.{name}" for name in ("declined", "withdrawn", "expired", "merged", "converted")}
STATES = {
    "noted": "noted",
    "verified": "verified",
    "scheduled": "scheduled",
    "unscheduled": "verified",
    "festival_joined": "verified",
    "festival_scheduled": "scheduled",
    "festival_left": "verified",
    "opened": "open",
}
PURPOSES = {"claim", "verify", "contact", "arrange", "follow_up", "complaint"}


@dataclass
class Claim:
    id: str
    member: str
    state: str = ""
    done: bool = False
    ended: datetime | None = None
    confirmed: bool = False


@dataclass
class Wish:
    code: str
    places: int
    state: str = ""
    at: datetime | None = None  # the hour at which it opens
    claims: dict[str, Claim] = field(default_factory=dict)

    def live(self) -> list[Claim]:
        return [claim for claim in self.claims.values() if claim.state == "live"]


class Audit:
    def __init__(self, folder: Path, *, open_claims: int, sight_days: int) -> None:
        self.folder, self.open_claims = folder, open_claims
        self.sight = timedelta(days=sight_days)
        self.findings: list[str] = []
        self.rows = self._csv("wishes")
        self.wishes = {row["code"]: Wish(row["code"], int(row["places"])) for row in self.rows}
        self.codes = {row["id"]: row["code"] for row in self.rows}
        self.claims = {row["id"]: row for row in self._csv("claims") if row["wish"]}
        self.held: Counter[str] = Counter()  # live claims of a member
        self.uncounted: set[str] = set()
        self.queues: dict[str, list[int]] = defaultdict(list)

    def _csv(self, name: str) -> list[dict[str, str]]:
        with (self.folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def wrong(self, code: str, what: str) -> None:
        self.findings.append(f"{code}: {what}")

    def run(self) -> list[str]:
        for line in self._csv("wish_journal"):
            wish = self.wishes.get(line["wish"])
            if wish is None:
                self.wrong(line["wish"] or "?", f"{line['did']} of a wish that is not listed")
            else:
                self.step(wish, line["did"], instant(line["at"]), json.loads(line["facts"]))
        for code, numbers in self.queues.items():
            if any(b <= a for a, b in pairwise(numbers)):
                self.wrong(code, f"queue numbers do not grow: {numbers}")
        self.ends()
        self.ledger()
        self.figures()
        return self.findings

    # ---- one line of the journal ----------------------------------------------------------

    def step(self, wish: Wish, did: str, at: datetime, facts: dict[str, Any]) -> None:
        if did == "wish.identity_read":
            self.read(wish, at, facts)
            return
        if did == "wish.hours_not_counted":
            self.uncounted.add(str(facts["claim"]))
            return
        if did not in FROM:
            return  # says nothing of the wish's state
        state = wish.state
        if state == "scheduled" and wish.at is not None and wish.at <= at:
            state = "open"
        if did == "wish.expired" and wish.live():
            self.wrong(wish.code, "expired while somebody has it in hand")
        if state not in FROM[did] and wish.state not in FROM[did]:
            self.wrong(wish.code, f"{did} while {state or 'unknown'}")
        self.carry_out(wish, did, at, facts)
        if wish.state in ON_THE_WALL | {"delivered"}:
            self.settle(wish)

    def carry_out(self, wish: Wish, did: str, at: datetime, facts: dict[str, Any]) -> None:
        name, id_ = did.removeprefix("wish."), str(facts.get("claim", ""))
        if name in STATES:
            wish.state = STATES[name]
            wish.at = instant(facts["at"]) if wish.state == "scheduled" else None
        elif name in ("claimed", "promoted"):
            self.take(wish, id_)
        elif name in ("given_back", "released"):
            self.leave(wish, id_, at)
        elif name in ("contacted", "extended", "delivered"):
            self.work(wish, id_, name)
        else:
            self.carry_out_rest(wish, did, at, facts)

    def carry_out_rest(self, wish: Wish, did: str, at: datetime, facts: dict[str, Any]) -> None:
        if did == "wish.queued":
            self.wait(wish, str(facts["claim"]))
        elif did == "wish.sent_back":
            wish.state = "claimed"
            for claim in wish.live():
                claim.done = False
        elif did == "wish.confirmed":
            self.confirm(wish, at, facts)
        elif did in ENDINGS:
            self.end(wish, did.removeprefix("wish."), at, facts)

    def take(self, wish: Wish, id_: str) -> None:
        claim = wish.claims.setdefault(id_, Claim(id_, self.member_of(wish, id_)))
        if claim.state == "live":
            self.wrong(wish.code, f"claim {id_} taken twice")
            return
        claim.state = "live"
        if len(wish.live()) > wish.places:
            self.wrong(wish.code, f"{len(wish.live())} live claims in {wish.places} places")
        same = [other for other in wish.live() if other.member == claim.member]
        if len(same) > 1:
            self.wrong(wish.code, f"{claim.member} has it twice")
        self.held[claim.member] += 1
        if self.held[claim.member] > self.open_claims:
            self.wrong(wish.code, f"{claim.member} holds {self.held[claim.member]} wishes")
        if wish.state in ("scheduled", ""):
            wish.state = "open"

    def wait(self, wish: Wish, id_: str) -> None:
        wish.claims[id_] = Claim(id_, self.member_of(wish, id_), "waiting")
        number = self.claims.get(id_, {}).get("queue_no", "")
        self.queues[wish.code].append(int(number or 0))

    def leave(self, wish: Wish, id_: str, at: datetime) -> None:
        claim = wish.claims.get(id_)
        if claim is None or claim.state not in ("live", "waiting"):
            self.wrong(wish.code, f"claim {id_} given up that was not held")
            return
        self.over(claim, at)

    def over(self, claim: Claim, at: datetime, state: str = "ended") -> None:
        if claim.state == "live":
            self.held[claim.member] -= 1
        claim.state, claim.ended = state, at

    def work(self, wish: Wish, id_: str, name: str) -> None:
        claim = wish.claims.get(id_)
        if claim is None or claim.state != "live":
            self.wrong(wish.code, f"{name} by claim {id_}, which was not in hand")
        elif name == "delivered":
            claim.done = True

    def confirm(self, wish: Wish, at: datetime, facts: dict[str, Any]) -> None:
        live = wish.live()
        if len(live) != int(facts["claims"]):
            self.wrong(wish.code, f"confirmed for {facts['claims']} of {len(live)} claims")
        if not all(claim.done for claim in live):
            self.wrong(wish.code, "confirmed before everybody had delivered")
        for claim in wish.claims.values():
            if claim.state == "live":
                self.over(claim, at, "fulfilled")
                claim.confirmed = True
            elif claim.state == "waiting":
                self.over(claim, at)
        wish.state = "confirmed"

    def end(self, wish: Wish, name: str, at: datetime, facts: dict[str, Any]) -> None:
        into = self.wishes.get(self.codes.get(str(facts.get("into", "")), ""))
        for id_ in [str(each) for each in facts.get("moved", ())]:
            claim = wish.claims.pop(id_, None)
            if claim is None or into is None:
                self.wrong(wish.code, f"claim {id_} moved from nowhere or to nowhere")
                continue
            into.claims[id_] = claim
            if len(into.live()) > into.places:
                self.wrong(into.code, f"{len(into.live())} live claims in {into.places} places")
            self.settle(into)
        for claim in wish.claims.values():
            if claim.state in ("live", "waiting"):
                self.over(claim, at)
        wish.state = name

    def settle(self, wish: Wish) -> None:
        """What the claims make of a wish on the wall."""
        live = wish.live()
        if live and all(claim.done for claim in live):
            wish.state = "delivered"
        elif live and len(live) >= wish.places:
            wish.state = "claimed"
        elif wish.claims and wish.state != "scheduled":
            wish.state = "open"

    def read(self, wish: Wish, at: datetime, facts: dict[str, Any]) -> None:
        if facts.get("purpose") not in PURPOSES:
            self.wrong(wish.code, f"identity read for {facts.get('purpose')!r}")
        if facts.get("purpose") != "claim":
            return
        claim = wish.claims.get(str(facts["claim"]))
        late = claim and claim.ended and not (claim.confirmed and at < claim.ended + self.sight)
        if claim is None or claim.state == "waiting" or late:
            self.wrong(wish.code, f"identity read at {at} by a claim that was not in hand")

    def member_of(self, wish: Wish, id_: str) -> str:
        row = self.claims.get(id_)
        if row is None:
            self.wrong(wish.code, f"claim {id_} is in the journal and not in the register")
        return row["member_no"] if row else "?"

    # ---- what stands at the end -------------------------------------------------------------

    def ends(self) -> None:
        """Register and journal tell the same end."""
        for row in self.rows:
            wish = self.wishes[row["code"]]
            if row["state"] != wish.state:
                self.wrong(wish.code, f"is {row['state']}, by the journal {wish.state}")
            live = sum(c["state"] == "live" for c in self.claims.values() if c["wish"] == wish.code)
            if int(row["taken"]) != live and row["state"] in ON_THE_WALL | {"delivered"}:
                self.wrong(wish.code, f"counts {row['taken']} taken, holds {live}")
        replayed = {id_: (w, c) for w in self.wishes.values() for id_, c in w.claims.items()}
        for id_, row in self.claims.items():
            found = replayed.get(id_)
            if found is None:
                self.wrong(row["wish"], f"claim {id_} is in the register and not in the journal")
                continue
            state = found[1].state
            said = row["state"] if row["state"] in ("live", "waiting", "fulfilled") else "ended"
            if said != state:
                self.wrong(row["wish"], f"claim {id_} is {row['state']}, by the journal {state}")

    def ledger(self) -> None:
        """One record for each claim that was fulfilled, of its day and minutes; none for others."""
        entries: dict[str, list[dict[str, str]]] = defaultdict(list)
        for entry in self._csv("ledger"):
            if entry["source_kind"] == "wish":
                entries[entry["source_key"]].append(entry)
        for id_, row in self.claims.items():
            found = entries.pop(id_, [])
            standing = sum(int(entry["quantity"]) for entry in found)
            wanted = 1 if row["state"] == "fulfilled" else 0
            if standing != wanted:
                self.wrong(row["wish"], f"claim {id_} has {standing} records, should {wanted}")
            elif wanted and len(found) == 1:
                self.record(row, id_, found[0])
        for id_ in entries:
            self.wrong("?", f"the ledger holds a record of claim {id_}, which there is not")

    def record(self, row: dict[str, str], id_: str, entry: dict[str, str]) -> None:
        day = instant(row["started_at"]).date().isoformat()
        minutes = "0" if id_ in self.uncounted else row["minutes"]
        said = (entry["kind"], entry["on"], entry["minutes"], entry["member_no"])
        if said != ("wish", day, minutes, row["member_no"]):
            wanted = ("wish", day, minutes, row["member_no"])
            self.wrong(row["wish"], f"record of claim {id_} says {said}, the claim {wanted}")

    def figures(self) -> None:
        file = self.folder / "figures.json"
        if not file.exists():
            return
        told = {each["name"]: each["value"] for each in json.loads(file.read_text())["figures"]}
        confirmed = sum(wish.state == "confirmed" for wish in self.wishes.values())
        for name, count in (("wishes_confirmed", confirmed), ("wishes", len(self.wishes))):
            if told[name] != count:
                self.wrong("figures", f"{name} is {told[name]}, the files hold {count}")


def instant(text: str) -> datetime:
    """Registers give local time to the minute, the journal to the microsecond with its offset."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)


def main() -> int:
    parser = argparse.ArgumentParser(description="Replay wishes from exported files.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--open-claims", type=int, required=True)
    parser.add_argument("--sight-days", type=int, required=True)
    given = parser.parse_args()
    audit = Audit(given.folder, open_claims=given.open_claims, sight_days=given.sight_days)
    findings = audit.run()
    for finding in findings:
        print(finding)
    print(f"{len(audit.wishes)} wishes, {len(audit.claims)} claims, {len(findings)} findings.")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
