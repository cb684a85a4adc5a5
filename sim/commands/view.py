"""`landbridge view`: a page on this machine that runs worlds as settings are moved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import LandbridgeError

if TYPE_CHECKING:
    from sim.ensemble.simulator import Simulator


def command(
    overrides: Sequence[str], config_dir: Path | None, simulator: Simulator | None, port: int = 0
) -> int:
    """Serve the view until Ctrl-C; prints its address."""
    from sim.view.server import Server
    from sim.view.session import Session

    session = Session(overrides, config_dir, simulator)
    try:
        server = Server(session, port)
    except OSError as error:
        raise LandbridgeError(f"--port={port}: {error.strerror or error}") from error
    session.warm()
    print(f"{server.address}  (Ctrl-C ends it)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()
    finally:
        server.server_close()
        session.close()
    return 0
