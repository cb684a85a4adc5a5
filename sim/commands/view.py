"""`landbridge view`: a page on this machine that runs worlds as settings are moved."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from sim.commands.shared.arguments import add_settings, whole
from sim.errors import LandbridgeError

HELP = """\
Serves a page on this machine, at the address that it prints: scenarios, sliders for objectives,
strengths, red lines and the horizon, and any other setting. A change runs worlds at once; P has a
confidence sequence, which holds however long one watches, and the paired difference to a baseline.

  landbridge view
  landbridge view scenario=tanf_withdrawal ensemble.worlds=1000 --port 8000

ensemble.worlds=300 and clock.beyond_days=0 unless they are given."""


def add_arguments(parser: ArgumentParser) -> None:
    """What it can be given."""
    add_settings(parser, dry_run=False)  # whose worlds nobody counts
    parser.add_argument(
        "--port", type=whole("--port", 0, 65535), default=0, metavar="N",
        help="of 127.0.0.1 (default: any that is free)",
    )  # fmt: skip


def main(arguments: Namespace) -> int:
    """Serve the view until Ctrl-C; prints its address."""
    from sim.config.unused import refuse_unused
    from sim.view.server import Server
    from sim.view.session import Session

    refuse_unused("view", arguments.overrides)
    session = Session(arguments.overrides, arguments.config_dir, arguments.simulator)
    try:
        server = Server(session, arguments.port)
    except OSError as error:
        raise LandbridgeError(f"--port={arguments.port}: {error.strerror or error}") from error
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
