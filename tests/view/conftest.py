"""A view of the fake model, served on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from sim.view.server import Server
from sim.view.session import Session
from tests.support.fakes import FakeSimulator

QUICK = ("theatre.hex_km=40", "ensemble.worlds=60")


@pytest.fixture
def session(small: Path) -> Iterator[Session]:
    made = Session(QUICK, simulator=FakeSimulator())
    yield made
    made.close()


def served(session: Session) -> Iterator[Server]:
    """A server of a session, until the test is over."""
    made = Server(session)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.fixture
def fake_server(session: Session) -> Iterator[Server]:
    yield from served(session)


@pytest.fixture
def server(fake_server: Server) -> Server:
    return fake_server


Asker = Callable[..., HTTPResponse]


@pytest.fixture
def ask(server: Server) -> Asker:
    """`ask("estimates?set=...", method=..., token=..., headers...)` of the server."""

    def asked(
        path: str = "", method: str = "GET", token: str | None = None, **headers: str
    ) -> HTTPResponse:
        connection = HTTPConnection("127.0.0.1", server.server_port, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, f"/{token or server.token}/{path}", headers=named)
        return connection.getresponse()

    return asked


def lines(response: HTTPResponse) -> list[dict[str, Any]]:
    assert response.status == 200, response.read()
    return [json.loads(line) for line in response.read().splitlines()]
