"""Who is answered, and what."""

from __future__ import annotations

import time

import pytest

from sim.view.server import Server
from sim.view.session import Session
from tests.view.conftest import Asker, lines


def test_it_listens_to_this_machine_alone(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert len(server.token) >= 32


def test_the_page_is_answered_and_nothing_else_is_allowed_to_it(ask: Asker) -> None:
    answer = ask()
    assert answer.status == 200
    assert answer.getheader("Cache-Control") == "no-store"
    text = answer.read().decode()
    assert "connect-src &#39;self&#39;" in text
    assert "default-src &#39;none&#39;" in text


@pytest.mark.parametrize(
    ("path", "how", "status"),
    [
        ("", {"token": "x" * 32}, 403),
        ("", {"token": "é"}, 403),
        ("", {"Host": "example.org"}, 421),
        ("", {"Origin": "http://example.org"}, 403),
        ("", {"Origin": "null"}, 403),
        ("estimates", {"Sec_Fetch_Site": "cross-site"}, 403),
        ("save", {}, 404),  # which is for POST
        ("other", {}, 404),
        ("../manifest.json", {}, 404),
        ("estimates?set=rules.nothing=1", {}, 400),
        ("estimates?set=ensemble.worlds=1000000", {}, 400),
        ("estimates?set=hydra.run.dir=/tmp/x", {}, 400),
        ("estimates?set=executor.kind=slurm", {}, 400),
        ("estimates?set=corridor.hold_days=7,30", {}, 400),
        ("estimates?set=corridor.hold_days=-1", {}, 400),
        ("estimates?set=clock.until=$%7Boc.env:HOME%7D", {}, 400),
        ("estimates?base=theatre.hex_km=10", {}, 400),
        ("estimates?set=nonsense", {}, 400),
        ("world", {}, 400),  # which needs a number
        ("world?number=-1", {}, 400),
        ("world?number=0&set=rules.nothing=1", {}, 400),
        ("world?number=0&set=ensemble.seed=3", {}, 400),
        ("world?number=0", {"Sec_Fetch_Site": "cross-site"}, 403),
    ],
)
def test_others_are_refused(ask: Asker, path: str, how: dict[str, str], status: int) -> None:
    if how.get("token") == "é":
        how = {"token": "%C3%A9"}
    answer = ask(path, **how)
    text = answer.read().decode()
    assert answer.status == status, text
    assert "\n" not in text
    assert "Traceback" not in text


def test_estimates_come_as_lines(ask: Asker) -> None:
    found = lines(ask("estimates?set=faction.tanf.strength.central=1.5"))
    worlds = [one["worlds"] for one in found]
    assert worlds == sorted(set(worlds))
    assert (worlds[-1], found[-1]["asked"]) == (60, 60)
    (again,) = lines(ask("estimates?set=faction.tanf.strength.central=1.5"))  # at once
    assert again == found[-1]


def test_a_request_that_nobody_waits_for_is_given_up(
    ask: Asker, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator = session._simulator
    monkeypatch.setattr(simulator, "pause", 0.1)
    monkeypatch.setattr("sim.view.live.BLOCK", 4)
    answer = ask("estimates?set=faction.tanf.strength.central=1.2")
    answer.readline()
    answer.close()
    time.sleep(0.6)
    done = len(simulator.calls)
    time.sleep(0.5)
    assert len(simulator.calls) == done < 120
