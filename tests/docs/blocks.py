"""Code blocks of the documentation, and how each is run in little time.

Before a block stands in an HTML comment what a reader does not see: `not run: REASON`; `fails:
REASON`, where the command is refused; or `before:` and commands that make the folders it is about.
Blocks tagged `yaml title="FILE"` are files.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.analysis.sweep.plan import plan
from sim.cli import main, read
from sim.config.compose import compose

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

_BLOCK = re.compile(
    r"(?:^<!-- (?P<word>not run|fails|before):(?P<comment>.*?)-->\n+)?"
    r"^```(?P<language>\w*)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^```$",
    re.M | re.S,
)
_MAP = {"theatre.hex_km": "40"}
_RUN = {**_MAP, "ensemble.worlds": "8", "clock.beyond_days": "0"}
# Settings and options that a command gets instead of its own; NOT_RUN are only read.
SETTINGS: dict[str, dict[str, str]] = {
    "run": _RUN,
    "sweep": _RUN,
    "backtest": {**_MAP, "ensemble.worlds": "8"},
    "solve": {**_MAP, "ensemble.worlds": "8"},
    "criticality": {**_MAP, "ensemble.worlds": "8"},
    "sensitivity": _MAP,
    "rare": _MAP,
    "calibrate": _MAP,
    "check-model": _MAP,
}
OPTIONS: dict[str, dict[str, str]] = {
    "solve": {"points": "3", "rounds": "1"},
    "criticality": {"places": "al_tanf,abu_kamal"},
    "sensitivity": {"base": "8", "worlds": "2"},
    "rare": {"particles": "20", "repeats": "2", "rounds": "1", "pilots": "1"},
    "calibrate": {"until": "2015-07-01", "particles": "64", "rows": "10"},
    "check-model": {"worlds": "4"},
}
NOT_RUN = {
    "view": "a server that answers until Ctrl-C",
    "clean": "would take away what other tests compiled",
}
NOT_COMPOSED = {*NOT_RUN, "sensitivity"}  # the latter's settings are ranges


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    language: str
    text: str
    title: str  # of a file that it shows
    not_run: str  # why
    before: str  # commands that make what it is about
    fails: bool  # its command is refused

    @property
    def is_run(self) -> bool:
        """Whether a test can run it."""
        return not (self.not_run or self.title)

    @property
    def is_shell(self) -> bool:
        """Whether it holds commands, also where nobody said so."""
        first = self.text.lstrip().partition("\n")[0]
        return self.language == "sh" or (
            not self.language and first.startswith(("landbridge ", ".venv/bin/landbridge "))
        )


def blocks(page: Path) -> Iterator[Block]:
    """All blocks of a page, in order."""
    for match in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        word, comment = match["word"], " ".join((match["comment"] or "").split())
        yield Block(
            match["language"],
            match["text"],
            match["title"] or "",
            comment if word == "not run" else "",
            (match["comment"] or "") if word == "before" else "",
            word == "fails",
        )


def commands(text: str) -> Iterator[list[str]]:
    """The words of every command line of a shell block."""
    for line in text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if words:
            yield words


def run_shell(text: str, is_small: bool = True, fails: bool = False) -> None:
    """Run a shell block in this process; every line must be a command of landbridge."""
    for program, *words in commands(text):
        assert program.removeprefix(".venv/bin/") == "landbridge", f"{program}: mark it `not run`"
        if words[0] in NOT_RUN:
            read(words)
            continue
        code = main(small(words) if is_small else words, draw=(lambda _: []) if is_small else None)
        good = {0, 1} if words[0] == "check-model" else {0}  # 1: a check fails
        assert code in ({2} if fails else good), shlex.join(words)


def check_shell(text: str) -> None:
    """Read the options of every command, and compose the settings of those that run worlds."""
    for _, *words in commands(text):
        arguments = read(words)
        if words[0] == "sweep":
            plan(arguments.overrides, arguments.config_dir, Path("plan"))
        elif getattr(arguments, "overrides", None) and words[0] not in NOT_COMPOSED:
            compose(arguments.overrides, arguments.config_dir)


def small(words: list[str]) -> list[str]:
    """A command with few worlds on a coarse map."""
    settings, options = dict(SETTINGS.get(words[0], {})), OPTIONS.get(words[0], {})
    if any(word.startswith("ensemble.precision=") for word in words):
        settings["ensemble.max_worlds"] = "32"
    kept: list[str] = []
    rest = iter(words)
    for word in rest:
        if word.startswith("--") and word[2:] in options:
            next(rest)  # its value
        elif word != "--animate" and word.partition("=")[0] not in settings:
            kept.append(word)
    kept += [f"{key}={value}" for key, value in settings.items()]
    return kept + [part for key, value in options.items() for part in (f"--{key}", value)]


def run_python(text: str, names: dict[str, Any]) -> None:
    """Run a Python block; what it names stays for the next block of the page."""
    exec(compile(re.sub(r"\b(worlds)=\d+", r"\1=8", text), "block", "exec"), names)


def shrink_sim(patch: pytest.MonkeyPatch) -> None:
    """Let the functions of `sim` run few worlds on a coarse map."""
    for name in ("run", "sweep", "threshold", "sensitivity", "criticality", "rare", "backtest",
                 "calibrate"):  # fmt: skip
        command = {"threshold": "solve"}.get(name, name)
        settings = [f"{k}={v}" for k, v in SETTINGS[command].items() if k != "ensemble.worlds"]
        given = {k: int(v) if v.isdecimal() else v for k, v in OPTIONS.get(command, {}).items()}
        if isinstance(given.get("places"), str):
            given["places"] = given["places"].split(",")
        patch.setattr(sim, name, partial(_shrunk, getattr(sim, name), settings, given))


def _shrunk(
    function: Callable[..., Any], settings: list[str], given: dict[str, Any], *a: Any, **named: Any
) -> Any:
    return function(*a, *settings, **{**named, **given})
