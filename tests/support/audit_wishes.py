"""Replays the life of every wish from exported files alone and names what may not be.

    python -m tests.support.audit_wishes FOLDER

FOLDER holds `wishes.csv`, `claims.csv`, `wish_journal.csv` (`allhours export …`), `wishes.json`
(`allhours wishes --json`, for the limits and what is late), `ledger.csv` (`allhours ledger export`)
and, if wanted, `figures.json`. Nothing of the program is imported: the table of steps below is
written from the contract. Exit status 1 and a line a finding, with the wish's code, or 0.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.support import audit_ends
from tests.support.audit_ends import LOCAL, instant

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
    "wish.claimed_by_unit": {"open"},
    "wish.unit_asked_for_another": {"open", "claimed"},
    "wish.unit_renamed": {"open", "claimed"},
    "wish.helpers_named": {"open", "claimed"},
    "wish.helper_removed": {"open", "claimed"},
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
# says nothing of the wish's state
BESIDE = {f"wish.{name}" for name in ("code_issued", "consent_ended", "gathered", "merged_from")}
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
WORK = {"contacted", "extended", "delivered", "unit_asked_for_another", "unit_renamed"}
PURPOSES = {"claim", "verify", "contact", "arrange", "follow_up", "complaint"}


@dataclass
class Claim:
    id: str
    member: str
    unit: str = ""  # in whose name; then it does not count for the member
    state: str = ""
    done: bool = False
    at: datetime | None = None
    due: datetime | None = None
    contacted: bool = False
    unnamed: bool = False  # the unit is to name another
    ended: datetime | None = None
    confirmed: bool = False

    @property
    def holder(self) -> str:
        return self.unit or self.member


@dataclass
class Wish:
    code: str
    places: int
    festival: str = ""
    state: str = ""
    at: datetime | None = None  # the hour at which it opens
    noted: datetime | None = None
    checked: datetime | None = None
    opened: datetime | None = None
    delivered: datetime | None = None
    claims: dict[str, Claim] = field(default_factory=dict)

    def live(self) -> list[Claim]:
        return [claim for claim in self.claims.values() if claim.state == "live"]


class Audit:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told = json.loads((folder / "wishes.json").read_text(encoding="utf-8"))
        self.limits = self.told["limits"]
        self.festivals = {each["code"]: each for each in self.told["festivals"]}
        self.sight = timedelta(days=self.limits["sight_days_after_confirmation"])
        self.findings: list[str] = []
        self.rows = self.csv("wishes")
        self.wishes = {
            row["code"]: Wish(row["code"], int(row["places"]), row["festival"]) for row in self.rows
        }
        self.codes = {row["id"]: row["code"] for row in self.rows}
        self.claims = {row["id"]: row for row in self.csv("claims") if row["wish"]}
        self.held: Counter[str] = Counter()  # live claims of a member, of a unit
        self.uncounted: set[str] = set()
        self.queues: dict[str, list[int]] = defaultdict(list)

    def csv(self, name: str) -> list[dict[str, str]]:
        with (self.folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def wrong(self, code: str, what: str) -> None:
        self.findings.append(f"{code}: {what}")

    def run(self) -> list[str]:
        for line in self.csv("wish_journal"):
            wish = self.wishes.get(line["wish"])
            if wish is None:
                self.wrong(line["wish"] or "?", f"{line['did']} of a wish that is not listed")
            else:
                self.step(wish, line["did"], instant(line["at"]), json.loads(line["facts"]))
        for code, numbers in self.queues.items():
            if any(b <= a for a, b in pairwise(numbers)):
                self.wrong(code, f"queue numbers do not grow: {numbers}")
        for check in audit_ends.CHECKS:
            check(self)
        return self.findings

    # ---- one line of the journal ----------------------------------------------------------

    def step(self, wish: Wish, did: str, at: datetime, facts: dict[str, Any]) -> None:
        if did == "wish.identity_read":
            self.read(wish, at, facts)
            return
        if did == "wish.hours_not_counted":
            self.uncounted.add(str(facts["claim"]))
            return
        if did in BESIDE:
            return
        if did not in FROM:
            self.wrong(wish.code, f"{did} is no deed that is known")
            return
        self.allowed(wish, did, at)
        self.carry_out(wish, did, at, facts)
        if wish.state in ON_THE_WALL | {"delivered"}:
            self.settle(wish, at)

    def allowed(self, wish: Wish, did: str, at: datetime) -> None:
        state = wish.state
        if state == "scheduled" and wish.at is not None and wish.at <= at:
            state = "open"
        if did == "wish.expired" and wish.live():
            self.wrong(wish.code, "expired while somebody has it in hand")
        if state not in FROM[did] and wish.state not in FROM[did]:
            self.wrong(wish.code, f"{did} while {state or 'unknown'}")

    def carry_out(self, wish: Wish, did: str, at: datetime, facts: dict[str, Any]) -> None:
        name, id_ = did.removeprefix("wish."), str(facts.get("claim", ""))
        if name in STATES:
            if wish.state == "scheduled" and name == "opened":
                at = min(at, wish.at or at)  # written down some time after its hour
            wish.state = STATES[name]
            wish.at = instant(facts["at"]) if wish.state == "scheduled" else None
            if name in ("noted", "opened"):
                setattr(wish, name, getattr(wish, name) or at)
        elif name == "checked":
            wish.checked = at
        elif name in ("claimed", "promoted", "claimed_by_unit"):
            self.take(wish, id_, at)
        elif name in ("given_back", "released"):
            self.leave(wish, id_, at)
        elif name in WORK:
            self.work(wish, id_, name, at, facts)
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

    def take(self, wish: Wish, id_: str, at: datetime) -> None:
        claim = wish.claims.setdefault(id_, self.claim_of(wish, id_))
        if claim.state == "live":
            self.wrong(wish.code, f"claim {id_} taken twice")
            return
        claim.state, claim.at = "live", at
        claim.due = at + timedelta(days=self.limits["deliver_days"])
        if wish.state == "scheduled":
            wish.opened, wish.state, wish.at = wish.opened or wish.at, "open", None
        if len(wish.live()) > wish.places:
            self.wrong(wish.code, f"{len(wish.live())} live claims in {wish.places} places")
        self.limit(wish, claim, at)

    def limit(self, wish: Wish, claim: Claim, at: datetime) -> None:
        """Of one holder: a wish once, not more at once than the scheme, the festival allows."""
        who = claim.holder
        if sum(other.holder == who for other in wish.live()) > 1:
            self.wrong(wish.code, f"{who} has it twice")
        self.held[who] += 1
        if self.held[who] > self.limits["unit_open_claims" if claim.unit else "open_claims"]:
            self.wrong(wish.code, f"{who} holds {self.held[who]} wishes")
        festival = self.festivals.get(wish.festival)
        if claim.unit or festival is None or not audit_ends.runs(festival, at):
            return
        each = festival["claims_each"]
        of_it = sum(
            other.holder == who and other.state in ("live", "fulfilled")
            for beside in self.wishes.values()
            if beside.festival == wish.festival
            for other in beside.claims.values()
        )
        if each is not None and of_it > each:
            self.wrong(wish.code, f"{who} has {of_it} of {wish.festival}, which gives {each}")

    def wait(self, wish: Wish, id_: str) -> None:
        wish.claims[id_] = self.claim_of(wish, id_)
        wish.claims[id_].state = "waiting"
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
            self.held[claim.holder] -= 1
        claim.state, claim.ended = state, at

    def work(self, wish: Wish, id_: str, name: str, at: datetime, facts: dict[str, Any]) -> None:
        claim = wish.claims.get(id_)
        if claim is None or claim.state != "live":
            self.wrong(wish.code, f"{name} by claim {id_}, which was not in hand")
            return
        if claim.unnamed and name in ("contacted", "delivered"):
            self.wrong(wish.code, f"{name} by claim {id_}, for which nobody answered")
        if name == "delivered":
            claim.done = True
        elif name == "extended":
            last = max(claim.due or at, at).astimezone(LOCAL).date()
            claim.due = audit_ends.end_of(last + timedelta(days=int(facts["days"])))
        elif name == "contacted":
            claim.contacted = True
        else:
            claim.unnamed = name == "unit_asked_for_another"
            claim.contacted = claim.contacted and claim.unnamed

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
            self.settle(into, at)
        for claim in wish.claims.values():
            if claim.state in ("live", "waiting"):
                self.over(claim, at)
        wish.state = name

    def settle(self, wish: Wish, at: datetime) -> None:
        """What the claims make of a wish on the wall."""
        live = wish.live()
        if live and all(claim.done for claim in live):
            wish.delivered = wish.delivered if wish.state == "delivered" else at
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
        if claim is None or claim.state == "waiting" or claim.unnamed or late:
            self.wrong(wish.code, f"identity read at {at} by a claim that was not in hand")

    def claim_of(self, wish: Wish, id_: str) -> Claim:
        row = self.claims.get(id_)
        if row is None:
            self.wrong(wish.code, f"claim {id_} is in the journal and not in the register")
            return Claim(id_, "?")
        return Claim(id_, row["member_no"], row["claimed_by_unit"])


def main() -> int:
    parser = argparse.ArgumentParser(description="Replay wishes from exported files.")
    parser.add_argument("folder", type=Path)
    audit = Audit(parser.parse_args().folder)
    findings = audit.run()
    for finding in findings:
        print(finding)
    print(f"{len(audit.wishes)} wishes, {len(audit.claims)} claims, {len(findings)} findings.")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
