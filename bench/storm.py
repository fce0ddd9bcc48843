"""The festival at full size: 5,000 members, 500 wishes, one instant, through the API.

Every request may come twice at once, again after its answer, or after a hang-up. `ALLHOURS_STORM`
(`5000x500`) gives another size. On SQLite, and on PostgreSQL with durable commits: the server of
`TEST_DATABASE_URL`, else one that is started for this.
"""

import json
import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from tests.support.pg import database_url
from tests.support.server import Server, python
from tests.support.storm import Storm, Tally
from tests.support.storm_county import filled_up, gathered, prepared, wrong

from bench.claims import BARE
from bench.support import rate, table

MEMBERS, WISHES = map(int, os.environ.get("ALLHOURS_STORM", "5000x500").split("x"))


def raged(folder: Path, **elsewhere: str) -> tuple[Storm, float]:
    """The storm that passed, and bare conditional UPDATEs a second on the same database."""
    folder.mkdir()
    full = max(2, MEMBERS // 100)
    county = prepared(folder, members=MEMBERS, wishes=WISHES, full=full, **elsewhere)
    said = python("-c", BARE, data=folder, **elsewhere)
    assert said.returncode == 0, said.stderr
    bare = json.loads(said.stdout)
    with Server(folder, **elsewhere) as server:
        held = filled_up(server, county)
        storm = gathered(server, county, lead=8 + WISHES / 25)
        storm.run()
    found = wrong(county, storm.tally, held)
    assert not found, found[:10]
    log = (folder / "server.log").read_text()
    assert "ERROR" not in log, log[-2000:]
    return storm, bare["number"] / bare["seconds"]


def rows(tally: Tally, opens_at: float, bare: float) -> dict[str, object]:
    answers, seconds = sum(tally.statuses.values()), tally.last_at - opens_at
    out = max(tally.grants_at) - opens_at
    claims = len(tally.granted) / out
    return {
        "granted": len(tally.granted),
        "last of them after": f"{out:.1f} s",
        "claims granted": f"{claims:,.0f}/s",
        "bare UPDATE": f"{bare:,.0f}/s",
        "ratio": f"{claims / bare:.3f}",
        "answers": f"{answers:,}",
        "all told after": f"{seconds:.1f} s",
        "answers a second": rate(answers, seconds),
        **{f"p{share}": f"{tally.percentile(share / 100):.2f} s" for share in (50, 95, 99)},
        **{f"status {status}": n for status, n in sorted(tally.statuses.items())},
        **dict(tally.refused.most_common()),
    }


def show(where: str, found: dict[str, object]) -> None:
    title = f"{MEMBERS} members, {WISHES} wishes, one instant, {where}"
    table(title, ["", ""], [[name, value] for name, value in found.items()])


def main() -> None:
    only = os.environ.get("ALLHOURS_STORM_ON", "")
    with tempfile.TemporaryDirectory(prefix="allhours-bench-") as name:
        if only != "postgresql":
            storm, bare = raged(Path(name) / "sqlite")
            show("SQLite", rows(storm.tally, storm.opens_at, bare))
        if only != "sqlite":
            on_postgresql(Path(name) / "postgresql")


def on_postgresql(folder: Path) -> None:
    try:
        with database_url(durable=True) as url, own_database(url) as own:
            storm, bare = raged(folder, DATABASE_URL=own)
    except ImportError:
        print("\nNo PostgreSQL: neither TEST_DATABASE_URL nor the wheel.")
        return
    show("PostgreSQL", rows(storm.tally, storm.opens_at, bare))


class own_database:  # noqa: N801 - used like a function
    """A database beside the one named, gone afterwards."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __enter__(self) -> str:
        self._do("DROP DATABASE IF EXISTS allhours_storm WITH (FORCE)")
        self._do("CREATE DATABASE allhours_storm")
        return urlsplit(self.url)._replace(path="/allhours_storm").geturl()

    def __exit__(self, *_error: Any) -> None:
        self._do("DROP DATABASE allhours_storm WITH (FORCE)")

    def _do(self, sentence: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as server:
            server.execute(sentence)  # type: ignore[call-overload]


if __name__ == "__main__":
    main()
