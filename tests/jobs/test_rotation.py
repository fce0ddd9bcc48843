import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from allhours.directory.models import Member
from allhours.jobs import rotation
from allhours.kernel import crypto
from tests.factories.directory import make_member, make_unit

SOURCE = Path(rotation.__file__).resolve().parents[1]
ID_NUMBER = "11010519491231002X"


@pytest.fixture
def key_file(tmp_path: Path, settings: object) -> Path:
    """A key file of the test's own."""
    path = tmp_path / "keys.json"
    crypto.new_key_file(path)
    settings.ALLHOURS_KEY_FILE = path  # type: ignore[attr-defined]
    return path


def test_sealed_columns_are_found_with_the_purpose_their_code_names() -> None:
    constants = re.compile(
        r'^[A-Z_]+(?:, [A-Z_]+)* = ((?:"[a-z]+\.[a-z_]+"(?:, )?)+)', re.MULTILINE
    )
    named = {
        purpose.strip('"')
        for path in SOURCE.glob("**/*.py")
        for purposes in constants.findall(path.read_text())
        for purpose in purposes.split(", ")
    }
    found = {column.purpose for column in rotation.sealed_columns()}
    assert found - named == set()


@pytest.mark.django_db
def test_rotation_seals_everything_anew_and_reads_the_same(key_file: Path) -> None:
    unit = make_unit()
    numbers = [f"{ID_NUMBER[:-1]}{last}" for last in range(3)]
    members = [make_member(unit, id_number=each, phone=f"1{each[-10:]}") for each in numbers]
    before = {
        each.pk: (each.id_number_hash, number)
        for each, number in zip(members, numbers, strict=True)
    }
    call_command("keys", "rotate")
    assert dict(rotation.count_by_key()) == {"k2": 6}
    for member in Member.objects.all():
        plain = crypto.unseal(member.id_number_sealed, "member.id_number")
        assert (member.id_number_hash, plain) == before[member.pk]


@pytest.mark.django_db
def test_interrupted_rotation_goes_on_with_the_same_key(key_file: Path) -> None:
    make_member(id_number=ID_NUMBER)
    rotation.add_key()
    make_member(phone="13800000000")
    assert dict(rotation.count_by_key()) == {"k1": 1, "k2": 1}
    call_command("keys", "rotate")
    assert dict(rotation.count_by_key()) == {"k2": 2}


@pytest.mark.django_db
def test_key_in_use_is_not_dropped(key_file: Path) -> None:
    make_member(id_number=ID_NUMBER)
    rotation.add_key()
    with pytest.raises(CommandError):
        call_command("keys", "drop", "k1")
    call_command("keys", "rotate")
    call_command("keys", "drop", "k1")
    assert set(crypto.keys().encryption) == {"k2"}


@pytest.mark.django_db
def test_rotation_in_the_background_is_a_job(key_file: Path) -> None:
    make_member(id_number=ID_NUMBER)
    call_command("keys", "rotate", "--background")
    assert dict(rotation.count_by_key()) == {"k2": 1}
