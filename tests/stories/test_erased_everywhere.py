"""A person whose name was put wherever the system takes words is erased, and found nowhere."""

from __future__ import annotations

import io
import json
import logging
import shutil
import tarfile
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from allhours.directory.actions import members, roster
from allhours.directory.models import Member
from allhours.jobs import backup, files, rotation
from allhours.jobs.models import Job
from allhours.kernel import crypto
from allhours.ledger.verify import verify
from allhours.needs import actions as needs
from allhours.notifications.actions import tell
from allhours.rights.actions import copies, corrections
from allhours.rights.choices import ErasureState
from allhours.rights.models import Erasure
from allhours.rights.tasks import erase_due
from tests.directory.roster.sheets import HEADER, id_number, person, xlsx
from tests.factories.activities import make_activity, make_note
from tests.factories.directory import make_unit, member_actor
from tests.factories.ledger import make_entry
from tests.factories.needs import SYSTEM, delivery, make_claim, make_open_wish, make_post, note_wish
from tests.factories.placement import make_letter, make_placement
from tests.factories.rights import NOW, approved, gone

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

NAME, OLD_NAME = "植喜雨桐", "植喜小桐"
ID_NUMBER, PHONE = id_number(77), "13877665544"
ADDRESS = "桃源里小区19号楼3单元702"
PLANTED = (NAME, OLD_NAME, ID_NUMBER, PHONE, ADDRESS)
PASSWORD = "a long pass phrase"


@pytest.fixture(autouse=True)
def clean_data_folder() -> Iterator[None]:
    yield
    data = Path(settings.DATA)
    for path in (
        data / "erasures.jsonl",
        data / "before-update-1.sqlite3",
        data / "planted.tar.gz",
    ):
        path.unlink(missing_ok=True)
    shutil.rmtree(data / "made", ignore_errors=True)


def planted_member() -> Member:
    """Through the roster, under the old name; then the unit corrects the name."""
    make_unit(name="县教育局", code="JY")
    row = [*person(77, name=OLD_NAME, phone=PHONE), ADDRESS]
    sent = xlsx([[*HEADER, "现居住地"], row])
    import_ = roster.stage_roster(actor=SYSTEM, filename=f"{NAME}.xlsx", content=sent, now=NOW)
    roster.apply_roster(actor=SYSTEM, import_=import_, now=NOW)
    member = Member.objects.get(name=OLD_NAME)
    members.edit_member(actor=SYSTEM, member=member, now=NOW, name=NAME, remarks=f"{NAME}有车")
    waiting = xlsx([HEADER, person(77, name=NAME, phone=PHONE), person(78)])
    roster.stage_roster(actor=SYSTEM, filename="again.xlsx", content=waiting, now=NOW)
    return member


def words_about(member: Member) -> None:
    """What the person and others wrote, in every room."""
    me = member_actor(member)
    placement = make_placement(member)
    make_letter(placement)
    members.save_card(actor=me, member=member, now=NOW, skills_text=f"{NAME}会理发")
    wish = make_open_wish(placement.community)
    claim = make_claim(wish, member)
    needs.deliver_claim(
        actor=me, claim=claim, delivery=delivery(note=f"{NAME}送去了"), now=NOW + timedelta(hours=9)
    )
    note_wish(placement.community, words=f"想谢谢{NAME}，电话{PHONE}")
    make_post(placement.community, title=f"跟{NAME}扫雪")
    make_activity(title=f"{NAME}带队义诊")
    make_note(member, text=f"{NAME}帮老人搬家")
    make_entry(member)
    tell(member.user_id, "needs.post_taken", now=NOW, title=f"{NAME}的岗位")
    corrections.ask_correction(actor=me, fact="name", wanted=NAME, note=f"不是{OLD_NAME}", now=NOW)
    copies.ask_copy(actor=me, now=NOW)


def signed_in(member: Member) -> None:
    """A session, a sign-in record, and somebody who typed the name for a user name."""
    user = member.user
    assert user is not None
    user.display_name = NAME
    user.set_password(PASSWORD)
    user.save()
    client = Client()
    assert client.post("/sign-in/", {"username": user.username, "password": PASSWORD}).status_code
    Client().post("/sign-in/", {"username": NAME, "password": "wrong"})


def made_files(member: Member) -> None:
    """A letter that a job made, and a copy of the database from before an update."""
    job = Job.objects.create(
        code="LETTERS", kind="x", title=f"{NAME}的证明信", user_id_plain=member.user_id,
        created_at=NOW, args={"name": NAME},
    )  # fmt: skip
    files.keep_file(job, f"%PDF {NAME} {ID_NUMBER}".encode(), name="证明信.pdf")
    if connection.vendor == "sqlite":
        backup.copy_database(Path(settings.DATA) / "before-update-1.sqlite3")


def spellings() -> list[bytes]:
    """Every planted word as UTF-8, as JSON escapes and as GBK."""
    found = []
    for word in PLANTED:
        found += [word.encode(), json.dumps(word)[1:-1].encode(), word.encode("gb18030")]
    return sorted(set(found))


def contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """A file's bytes, and those of what is packed in it."""
    raw = path.read_bytes()
    yield path.name, raw
    if tarfile.is_tarfile(path):
        with tarfile.open(path) as tar:
            for entry in tar:
                opened = tar.extractfile(entry)
                if opened:
                    yield f"{path.name}/{entry.name}", opened.read()
    elif zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for name in archive.namelist():
                yield f"{path.name}/{name}", archive.read(name)


def in_files() -> list[str]:
    data = Path(settings.DATA)
    return [
        name
        for path in sorted(data.rglob("*"))
        if path.is_file() and "static" not in path.parts
        for name, raw in contents(path)
        if any(word in raw for word in spellings())
    ]


def in_tables() -> list[str]:
    """Every value of every table as text: what a dump would hold."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                text = json.dumps([str(value) for value in row], ensure_ascii=False)
                if any(word in text or json.dumps(word)[1:-1] in text for word in PLANTED):
                    found.append(f"{table}: {text[:200]}")
    return found


def in_sealed() -> list[str]:
    found = []
    for column in rotation.sealed_columns():
        for pk, sealed in column.filled().values_list("pk", column.field):
            plain = crypto.unseal(sealed, column.purpose)
            if any(word in plain for word in PLANTED):
                found.append(f"{column.purpose} {pk}")
    return found


def test_after_erasure_no_file_table_backup_or_log_holds_the_name(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    member = planted_member()
    words_about(member)
    member.refresh_from_db()
    signed_in(member)
    made_files(member)
    assert in_tables() != []
    assert in_files() != []
    assert in_sealed() != []
    entries_before = verify()

    approved(gone(member))
    erase_due(NOW + timedelta(days=8))

    erasure = Erasure.objects.get()
    assert (erasure.state, erasure.purged_at is not None) == (ErasureState.DONE, True)
    assert in_tables() == []
    assert in_sealed() == []
    assert (entries_before, verify()) == ([], [])
    if connection.vendor == "sqlite":
        target = Path(settings.DATA) / "planted.tar.gz"
        backup.make_backup(target=target, passphrase="", now=NOW)
    assert in_files() == []
    assert not any(word in caplog.text for word in PLANTED)
    member.refresh_from_db()
    assert (member.member_no, member.id_number_hash, member.name) == (
        erasure.subject_code, "", "某同志",
    )  # fmt: skip
