import re
from pathlib import Path

from allhours.jobs import rotation

SOURCE = Path(rotation.__file__).resolve().parents[1]


def test_sealed_columns_are_found_with_the_purpose_their_code_names() -> None:
    named = {
        purpose
        for path in SOURCE.glob("*/models/*.py")
        for purpose in re.findall(r'^[A-Z_]+ = "([a-z]+\.[a-z_]+)"', path.read_text(), re.M)
    }
    found = {column.purpose for column in rotation.sealed_columns()}
    assert found - named == set()
