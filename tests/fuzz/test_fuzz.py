"""Whatever is typed or written: no traceback, no silence, one line and exit code 2 for a fault.

`make fuzz` tries ten thousand cases; a case that fails becomes a test beside the code that it is
about.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.cli import COMMANDS, main
from sim.paths import seeds
from tests.fuzz.strategies import ATOMS, SCALARS, VALUES, calls, keys, trees
from tests.support.fakes import FakeSimulator, use_configs

# as many cases as the profile of the call says, few without one
LIMITS = settings.get_profile("fuzz" if settings.get_current_profile_name() == "fuzz" else "few")
CODES = {0, 1, 2, 130}
CPU, WALL = 10, 60  # seconds, of which others may take most
FEW = ["ensemble.worlds=4", "executor.threads=1", "clock.beyond_days=0"]


class Silent(BaseException):
    """A call took too long; no handler of errors sees it."""


@contextlib.contextmanager
def limited() -> Iterator[None]:
    def ended(*_: object) -> None:
        raise Silent

    before = [signal.signal(one, ended) for one in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, CPU)
    signal.setitimer(signal.ITIMER_REAL, WALL)
    try:
        yield
    finally:
        for timer in (signal.ITIMER_PROF, signal.ITIMER_REAL):
            signal.setitimer(timer, 0)
        for one, handler in zip((signal.SIGPROF, signal.SIGALRM), before, strict=True):
            signal.signal(one, handler)


def check(words: list[str]) -> int:
    """Call the command line; fails unless it ends as a command may."""
    out, err = io.StringIO(), io.StringIO()
    with limited(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(words, FakeSimulator(), lambda directory: [])
        except SystemExit as done:  # --help
            code = int(done.code or 0)
    assert code in CODES
    if code == 2:
        assert err.getvalue().startswith("landbridge: ")
        assert err.getvalue().count("\n") == 1
    return code


@pytest.fixture(scope="module")
def made(config_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a run, a sweep, a theatre of one's own and files that are none of ours."""
    at = tmp_path_factory.mktemp("fuzz")
    with pytest.MonkeyPatch.context() as patch:
        use_configs(patch, config_tree)
        patch.setattr("sim.ensemble.store.manifest.code_hash", lambda: "fake")
        patch.setattr("sim.paths.user_cache_path", lambda *_, **__: at / "cache")
        # the fake model has no hexes of the real map
        patch.setattr("sim.show.page.report.render", lambda _: b"<!DOCTYPE html>")
        patch.setattr("sim.view.server.Server.serve_forever", lambda _: None)
        patch.setattr("sim.view.session.Session.warm", lambda _: None)
        patch.chdir(at)
        assert check(["run", *FEW, "--out=r"]) == 0
        assert check(["sweep", "corridor.hold_days=7,30", *FEW, "--out=s"]) == 0
        shutil.copytree(seeds() / "archipelago", at / "mine")
        (at / "empty").mkdir()
        (at / "file").write_text("a,b\n1,2\n", encoding="utf-8")
        os.mkfifo(at / "pipe")
        yield at


@pytest.mark.parametrize("command", COMMANDS)
def test_calls(command: str, made: Path) -> None:
    @LIMITS
    @given(calls(command))
    def one(words: list[str]) -> None:
        check(words)

    one()


FIELD = st.sampled_from(
    ("title", "faction", "changes", "clock", "ensemble", "corridor", "defaults", "scenario",
     "rules", "pmf", "set", "place", "date", "strength", "low", "until", "worlds", "variants",
     "hydra")
)  # fmt: skip
PACKAGE = st.sampled_from(["_global_", "_global_", "_group_", "a b"])


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """A config file: YAML that a tool has written, or what may not even be that."""
    if draw(st.integers(0, 3)) == 0:
        text = draw(VALUES | st.text(max_size=40))
        raw = f"scenario: mine\n{draw(FIELD)}: {text}".encode("utf-8", "surrogateescape")
    else:
        tree = draw(st.dictionaries(FIELD | SCALARS, trees(FIELD | SCALARS), max_size=3))
        raw = yaml.dump({"scenario": "mine", **tree}, allow_unicode=True).encode("utf-8", "replace")
    return (
        f"# @package {draw(PACKAGE)}\n".encode()
        + raw
        + draw(st.sampled_from((b"", b"", b"", b"\xff", b"\0")))
    )


def test_config_files(made: Path) -> None:
    own = made / "own" / "scenario"
    own.mkdir(parents=True)

    @LIMITS
    @given(documents())
    def one(raw: bytes) -> None:
        (own / "mine.yaml").write_bytes(raw)
        check(["run", "--config-dir=own", "scenario=mine", "--dry-run"])

    one()


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """A CSV file of points of a sweep, or of something else."""
    width = draw(st.integers(1, 3))
    head = draw(st.lists(keys() | ATOMS, min_size=width, max_size=width))
    row = st.lists(VALUES, min_size=width, max_size=width)
    text = io.StringIO(newline="")
    csv.writer(text).writerows([head, *draw(st.lists(row, max_size=3))])
    broken = draw(st.sampled_from((b"", b"", b"", b'"', b"\xff", b",,,,", b"\0")))
    return text.getvalue().encode("utf-8", "surrogateescape") + broken


def test_designs(made: Path) -> None:
    @LIMITS
    @given(tables())
    def one(raw: bytes) -> None:
        (made / "design.csv").write_bytes(raw)
        check(["sweep", "design=list", "design.file=design.csv", *FEW, "--dry-run"])

    one()


def _mutated(raw: bytes, draw: Callable[[Any], Any], cell: st.SearchStrategy[Any]) -> bytes:
    """A file with a piece of it replaced: a cell or value by another, bytes by others."""
    how = draw(st.integers(0, 3))
    at = draw(st.integers(0, max(0, len(raw) - 1)))
    if how == 0:
        return raw[:at]
    if how == 1:
        return raw[:at] + draw(st.binary(max_size=4)) + raw[at + 1 :]
    cells = raw.decode("utf-8", "surrogateescape").replace("\n", "\0,").split(",")
    cells[draw(st.integers(0, len(cells) - 1))] = str(draw(cell))
    return ",".join(cells).replace("\0,", "\n").encode("utf-8", "surrogateescape")


def test_theatres(made: Path) -> None:
    files = sorted(
        file.relative_to(made / "mine") for file in (made / "mine").rglob("*")
        if file.suffix in (".csv", ".yaml")
    )  # fmt: skip

    uses = (["theatre", "check", "./mine"], *[["run", "theatre=./mine", "--dry-run"]] * 3)

    @LIMITS
    @given(st.data(), st.sampled_from(files), st.sampled_from(uses))
    def one(data: st.DataObject, file: Path, words: list[str]) -> None:
        whole = (made / "mine" / file).read_bytes()
        try:
            (made / "mine" / file).write_bytes(_mutated(whole, data.draw, ATOMS))
            check(words)
        finally:
            (made / "mine" / file).write_bytes(whole)

    one()


def _replaced(tree: Any, draw: Callable[[Any], Any]) -> Any:
    """A tree with one of its values, at any depth, replaced."""
    if not isinstance(tree, dict | list) or not tree or draw(st.integers(0, 3)) == 0:
        return draw(trees(st.text(max_size=3)))
    at = draw(st.sampled_from(sorted(tree) if isinstance(tree, dict) else range(len(tree))))
    found = dict(tree) if isinstance(tree, dict) else list(tree)
    found[at] = _replaced(tree[at], draw)
    return found


AFTER = (
    ["verify", "{}", "--blocks=0"], ["report", "{}"], ["plot", "{}"], ["compare", "{}", "{}"],
    ["run", *FEW, "--out={}"], ["sweep", "corridor.hold_days=7,30", *FEW, "--out={}"],
)  # fmt: skip


@pytest.mark.parametrize("folder", ["r", "s"])
def test_folders(folder: str, made: Path) -> None:
    files = sorted(
        file.relative_to(made / folder) for file in (made / folder).rglob("*") if file.is_file()
    )

    @LIMITS
    @given(st.data(), st.sampled_from(files), st.sampled_from(AFTER))
    def one(data: st.DataObject, file: Path, words: list[str]) -> None:
        at = made / "broken"
        shutil.rmtree(at, ignore_errors=True)
        shutil.copytree(made / folder, at)
        raw = (at / file).read_bytes()
        if file.suffix == ".json" and data.draw(st.booleans()):
            raw = json.dumps(_replaced(json.loads(raw), data.draw)).encode()
        else:
            raw = _mutated(raw, data.draw, ATOMS)
        (at / file).write_bytes(raw)
        with contextlib.suppress(FileNotFoundError):
            (made / "report.html").unlink()
        check([word.format("broken") for word in words])

    one()
