import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_healthz_answers(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"


def test_readyz_knows_the_database(client: Client) -> None:
    assert client.get("/readyz").json() == {"ready": True}


@pytest.mark.parametrize(
    ("headers", "address", "status"),
    [
        ({}, "127.0.0.1", 200),
        ({}, "10.0.0.9", 404),
        ({"x-forwarded-for": "10.0.0.9"}, "127.0.0.1", 404),
        ({"authorization": "Bearer right"}, "10.0.0.9", 200),
        ({"authorization": "Bearer wrong"}, "10.0.0.9", 404),
    ],
)
def test_metrics_are_not_public(
    client: Client, settings: object, headers: dict[str, str], address: str, status: int
) -> None:
    settings.ALLHOURS_METRICS_TOKEN = "right"  # type: ignore[attr-defined]
    answer = client.get("/metrics", headers=headers, REMOTE_ADDR=address)
    assert answer.status_code == status
