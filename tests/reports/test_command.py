"""`allhours figures` for people."""

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def test_a_rate_of_nobody_is_a_dash(capsys):
    call_command("figures")
    assert "报到率 — %（0 / 0）" in capsys.readouterr().out.splitlines()
