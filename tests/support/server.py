"""The real server on a throw-away installation, and a plain client that fills in its forms."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

ROOT = Path(__file__).resolve().parents[2]


def environment(data: Path, **more: str) -> dict[str, str]:
    """An environment in which only `data` says where the installation is."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ALLHOURS_", "DATABASE_"))}
    return {
        **kept,
        "ALLHOURS_DATA": str(data),
        "ALLHOURS_HTTPS": "0",
        "DJANGO_SETTINGS_MODULE": "allhours.config.settings",
        **more,
    }


def allhours(*arguments: str, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return python("-m", "allhours", *arguments, data=data, **more)


def python(*arguments: str, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run something beside the server, on the same installation."""
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment(data, **more),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`allhours serve` as a process that can be killed and started again on the same port."""

    def __init__(self, data: Path, **more: str) -> None:
        self.data = data
        self.port = free_port()
        self._environment = environment(data, **more)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        command = [sys.executable, "-m", "allhours", "serve", "--port", str(self.port)]
        log = (self.data / "server.log").open("ab")
        self._process = subprocess.Popen(
            command,
            env=self._environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,  # so that all its processes can be killed at once
        )
        log.close()
        self._wait_until_ready()

    def _wait_until_ready(self, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._process is not None and self._process.poll() is not None:
                raise AssertionError((self.data / "server.log").read_text()[-2000:])
            with suppress(OSError), Client(self.port) as client:
                if client.get("/readyz").status == 200:
                    return
            time.sleep(0.1)
        raise AssertionError("the server did not come up")

    def kill(self) -> None:
        """As a power cut does it: no chance to tidy up."""
        self._end(signal.SIGKILL)

    def kill_all(self) -> None:
        """All its processes at one instant, none of which may see another go."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=30)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(timeout=30)


class Answer:
    def __init__(self, status: int, text: str, headers: dict[str, str], path: str) -> None:
        self.status, self.text, self.headers, self.path = status, text, headers, path


class Form:
    """One form of a page: where it goes, and what it would send if nothing were typed."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: dict[str, str] = {}


class _Forms(HTMLParser):
    def __init__(self, here: str) -> None:
        super().__init__()
        self.here = here
        self.found: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(urljoin(self.here, given.get("action") or self.here))
            self.found.append(self._open)
        elif tag == "input" and self._open is not None and given.get("name"):
            chosen = given.get("type") not in {"checkbox", "radio"} or "checked" in given
            if chosen and given.get("type") not in {"submit", "file"}:
                self._open.fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


class Client:
    """A browser without script: cookies, redirects within the site, forms."""

    def __init__(self, port: int, timeout: float = 60) -> None:
        self._port, self._timeout = port, timeout
        self._connection: http.client.HTTPConnection | None = None
        self.cookies: dict[str, str] = {}

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def get(self, path: str) -> Answer:
        return self._send("GET", path)

    def post(self, path: str, fields: dict[str, Any], *, follow: bool = True) -> Answer:
        """POST and follow the redirect, as a browser does."""
        answer = self._send("POST", path, urlencode(fields, doseq=True))
        hops = 0
        while follow and answer.status in {301, 302, 303} and hops < 5:
            answer = self.get(urljoin(path, answer.headers["location"]))
            hops += 1
        return answer

    def submit(self, page: Answer, action_ends: str, **fields: Any) -> Answer:
        """Fill in the page's form whose action ends so, and send it."""
        form = self.form(page, action_ends)
        return self.post(form.action, {**form.fields, **fields})

    def form(self, page: Answer, action_ends: str) -> Form:
        parser = _Forms(page.path)
        parser.feed(page.text)
        fitting = [form for form in parser.found if form.action.endswith(action_ends)]
        assert fitting, f"{page.path} ({page.status}) has no form to …{action_ends}"
        return fitting[0]

    def sign_in(self, username: str, password: str) -> Answer:
        page = self.get("/sign-in/")
        return self.submit(page, "/sign-in/", username=username, password=password)

    def _send(self, method: str, path: str, body: str | None = None) -> Answer:
        parts = urlsplit(path)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Referer"] = f"http://127.0.0.1:{self._port}{path}"
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", self._port, timeout=self._timeout
            )
        try:
            self._connection.request(method, path, body=body, headers=headers)
            response = self._connection.getresponse()
            text = response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise ConnectionError(str(error)) from error
        self._keep(response.headers.get_all("Set-Cookie") or [])
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, text, found, path)

    def _keep(self, lines: list[str]) -> None:
        for line in lines:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value.strip()
