"""The program behind the view: one page and its numbers, for this machine alone.

It listens on 127.0.0.1. Whoever asks must know the random token in the address; the name under
which it is asked for (Host) must be its own, which a page elsewhere that had its own name point to
this machine cannot offer; and no other page may be the one that asks (Origin, Sec-Fetch-Site).
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from select import select
from socket import MSG_PEEK
from typing import Any, Protocol, cast
from urllib.parse import parse_qs, urlsplit

from sim.errors import LandbridgeError

HOST = "127.0.0.1"
_MOST = 1 << 16  # bytes of a request
_QUIET = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

Settings = list[str]
Gone = Callable[[], bool]


class View(Protocol):
    """What is served: a page, estimates and a world as they come, and a folder that is saved."""

    page: bytes

    def estimates(self, settings: Settings, base: Settings, gone: Gone) -> Iterator[dict[str, Any]]:
        """What is known so far, again and again; raises LandbridgeError for settings."""

    def world(self, settings: Settings, number: Settings, gone: Gone) -> Iterator[dict[str, Any]]:
        """One world, day by day; raises LandbridgeError for settings and a number."""

    def save(self, settings: Settings) -> str:
        """Write a run folder; its name. Raises LandbridgeError."""


class Server(ThreadingHTTPServer):
    """Serves a view until it is closed."""

    daemon_threads = True

    def __init__(self, view: View, port: int = 0) -> None:
        """Listen on `port`, any that is free if it is 0; raises OSError if it is taken."""
        super().__init__((HOST, port), _Handler)
        self.view, self.token = view, secrets.token_urlsafe(24)

    @property
    def address(self) -> str:
        """What to open."""
        return f"http://{HOST}:{self.server_port}/{self.token}/"


class _Handler(BaseHTTPRequestHandler):
    server_version, sys_version = "landbridge", ""

    def do_GET(self) -> None:
        """The page, and the streams of estimates and of one world."""
        self._answer({"": self._page, "estimates": self._estimates, "world": self._world})

    def do_POST(self) -> None:
        """Save."""
        self._answer({"save": self._save})

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the address holds the token."""

    def _answer(self, known: dict[str, Callable[[dict[str, Settings]], None]]) -> None:
        parts = urlsplit(self.path)
        server = cast(Server, self.server)
        token, _, name = parts.path.removeprefix("/").partition("/")
        own = (f"{HOST}:{server.server_port}", f"localhost:{server.server_port}")
        origin = self.headers.get("Origin")
        asked_by = self.headers.get("Sec-Fetch-Site", "same-origin")
        if self.headers.get("Host") not in own:
            self._refuse(HTTPStatus.MISDIRECTED_REQUEST, "another host")
        elif origin is not None and origin.removeprefix("http://") not in own:
            self._refuse(HTTPStatus.FORBIDDEN, "another page")
        elif not hmac.compare_digest(token.encode(), server.token.encode()):
            self._refuse(HTTPStatus.FORBIDDEN, "another token")
        elif name and asked_by != "same-origin":
            self._refuse(HTTPStatus.FORBIDDEN, "another page")
        elif name not in known or len(self.path) > _MOST:
            self._refuse(HTTPStatus.NOT_FOUND, "no such thing")
        else:
            try:
                known[name](parse_qs(parts.query, keep_blank_values=True))
            except LandbridgeError as error:
                self._refuse(HTTPStatus.BAD_REQUEST, str(error))
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # another request has taken its place

    def _page(self, _: dict[str, Settings]) -> None:
        self._send(HTTPStatus.OK, "text/html; charset=utf-8", cast(Server, self.server).view.page)

    def _estimates(self, asked: dict[str, Settings]) -> None:
        view = cast(Server, self.server).view
        self._stream(view.estimates(asked.get("set", []), asked.get("base", []), self._is_gone))

    def _world(self, asked: dict[str, Settings]) -> None:
        view = cast(Server, self.server).view
        self._stream(view.world(asked.get("set", []), asked.get("number", []), self._is_gone))

    def _stream(self, trees: Iterator[dict[str, Any]]) -> None:
        """A line of JSON after the other, until it is complete or nobody reads."""
        first = next(trees, None)  # settings are refused before anything is sent
        if first is None:
            return  # hung up before the first worlds
        self._begin(HTTPStatus.OK, "application/x-ndjson")
        for tree in chain([first], trees):
            self._line(tree)

    def _is_gone(self) -> bool:
        """Whether who asked has hung up."""
        readable, _, _ = select([self.connection], [], [], 0.0)
        return bool(readable) and not self.connection.recv(1, MSG_PEEK)

    def _line(self, tree: dict[str, Any]) -> None:
        self.wfile.write(json.dumps(tree, separators=(",", ":")).encode() + b"\n")
        self.wfile.flush()

    def _save(self, asked: dict[str, Settings]) -> None:
        name = cast(Server, self.server).view.save(asked.get("set", []))
        self._send(HTTPStatus.OK, "text/plain; charset=utf-8", name.encode())

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        self._send(status, "text/plain; charset=utf-8", why.encode())

    def _send(self, status: HTTPStatus, kind: str, content: bytes) -> None:
        self._begin(status, kind, len(content))
        self.wfile.write(content)

    def _begin(self, status: HTTPStatus, kind: str, size: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if size is not None:
            self.send_header("Content-Length", str(size))
        for name, value in _QUIET.items():
            self.send_header(name, value)
        self.end_headers()
