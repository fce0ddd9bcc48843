"""`allhours serve` does not share its port with another program."""

import socket
import sys
import threading

import pytest
from django.core.management import CommandError, call_command

from allhours.jobs import serving
from tests.support.server import free_port

HOST = "127.0.0.1"


@pytest.fixture(autouse=True)
def _let_go():
    yield
    for mark in serving._held.values():
        mark.close()
    serving._held.clear()


@pytest.fixture
def listener():
    """A server that would share its port, as ours do."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind((HOST, 0))
        other.listen()
        yield other


def test_a_port_on_which_somebody_answers_is_refused_in_one_sentence(listener) -> None:
    port = listener.getsockname()[1]
    with pytest.raises(CommandError, match=f"Port {port} .* is taken .* --port"):
        serving.ensure_port(HOST, port, seconds=0)


def test_a_free_port_and_one_just_closed_are_taken(listener) -> None:
    serving.ensure_port(HOST, free_port(), seconds=0)
    port = listener.getsockname()[1]
    with socket.create_connection((HOST, port)):
        listener.accept()[0].close()  # the server's side first: it lingers in TIME_WAIT
    listener.close()
    serving.ensure_port(HOST, port, seconds=0)


def test_a_server_that_is_going_is_waited_for(listener) -> None:
    threading.Timer(0.3, listener.close).start()
    serving.ensure_port(HOST, listener.getsockname()[1], seconds=10)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only who answers is seen")
def test_a_server_that_is_still_loading_has_its_port() -> None:
    port = free_port()
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(f"\0allhours {HOST} {port}")
        with pytest.raises(CommandError, match="is taken"):
            serving.ensure_port(HOST, port, seconds=0)
    serving.ensure_port(HOST, port, seconds=0)


def test_an_address_of_another_machine_is_refused_plainly() -> None:
    with pytest.raises(CommandError, match=r"Cannot serve at 192\.0\.2\.1"):
        serving.ensure_port("192.0.2.1", free_port())


def test_the_command_refuses_before_it_touches_the_installation(
    listener, monkeypatch, settings, tmp_path
) -> None:
    settings.DATA = tmp_path
    monkeypatch.setattr(serving, "SECONDS_FOR_A_PORT", 0)
    touched: list[str] = []
    monkeypatch.setattr(serving, "ensure_database", lambda *_a: touched.append("database"))
    with pytest.raises(CommandError, match="is taken"):
        call_command("serve", port=listener.getsockname()[1])
    assert touched == []
