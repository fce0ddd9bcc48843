"""What `installation.json` may say of second factors."""

import json

import pytest

from tests.support.server import python

ASK = "from allhours.config import settings as s; print(s.ALLHOURS_SECOND_FACTOR)"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"demo": False}, "required"),
        ({"demo": True}, "offered"),
        ({"demo": True, "second_factor": "required"}, "required"),
        ({"demo": False, "second_factor": "offered"}, ""),
        ({"demo": True, "second_factor": "never"}, ""),
    ],
)
def test_only_a_demo_may_leave_it_open(tmp_path, document, said) -> None:
    (tmp_path / "installation.json").write_text(json.dumps(document))
    answer = python("-c", ASK, data=tmp_path)
    assert answer.stdout.strip() == said
    assert ("ImproperlyConfigured" in answer.stderr) is (said == "")
