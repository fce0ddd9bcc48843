"""`allhours duties`: nothing to meet is not everything met."""

import pytest
from django.core.management import call_command

from tests.factories.directory import TODAY, make_member
from tests.factories.ledger import make_entry
from tests.factories.scheme import publish

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("scheme", "said"),
    [
        ("fengxiang", f"0 of 1 members have met every duty worked out on {TODAY}."),
        ("base", f"The scheme in force on {TODAY} states no duty that is worked out."),
    ],
)
def test_the_count_is_told_where_there_are_duties(scheme, said, capsys):
    publish(scheme)
    make_entry(make_member())
    call_command("duties", on=TODAY)
    assert capsys.readouterr().out.strip() == said
