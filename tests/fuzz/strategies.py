"""What a user may type or write: words of commands, settings, YAML, CSV; much of it hostile."""

from __future__ import annotations

import argparse
from typing import Any

from hypothesis import strategies as st

from sim.cli import _module
from sim.config.catalogue import NAME, settings

NUMBERS = (
    "0", "-1", "1", "2", "0.5", "1e400", "-1e400", "nan", "inf", "-inf", "9" * 40, "-" + "9" * 40,
    "5e-324", "0x10", "1_0", "007", "1.", ".5", "+3", "1e5", "٣",
)  # fmt: skip
TEXTS = (
    "", " ", "a", "null", "true", "on", "???", "${x}", "${title}", "${oc.env:HOME}", "${",
    "'", '"', "'a'", "\\", "\\'", "[", "]", "{", "}", ":", "a:b", "a=b", "a,b", "=", "#", "%",
    "&a", "*a", "!a", "é", "日本", "\u202e", "\udcff", "\n", "\t", "\x1b[2J", "$x$", "$", "=1+1",
    "@A1", "-x", "--", "..", "a/b", "a.b", "_global_", "none", "pmf", "isis", "rutba", "baghdad",
    "tanf_withdrawal", "day", "2017-06-04", "2017-07-02", "0001-01-01", "9999-12-31", "2017-13-45",
    "12:00:00", "month_ends", "/dev/null", "/dev/zero", "pipe", "empty",
    "x" * 300, "[" * 400, "(" * 400,
)  # fmt: skip
# What comes after the dot of a file is the kind of it; nothing outside the folder of the test.
PLACES = (
    "r", "s", "new", "a b", "é", "'", ",", "x" * 300, "r/worlds.parquet", "empty", "pipe", "file",
    "file/below", "mine", "${x}", "-", "\n", "it's", "r/points/0", "s/points/0", "design.csv",
)  # fmt: skip
ATOMS = st.sampled_from(NUMBERS) | st.sampled_from(TEXTS) | st.text(max_size=8)
FUNCTIONS = ("range", "choice", "interval", "int", "float", "str", "bool", "json_str", "sort",
             "shuffle", "glob", "tag", "extend_list", "x")  # fmt: skip


def _combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, max_size=3).map(",".join)
    key = st.sampled_from(("place", "holder", "date", "set", "factor", "add", "faction", "x", "1"))
    pairs = st.lists(st.tuples(key, inner), max_size=3)
    mapping = pairs.map(lambda found: "{" + ",".join(f"{k}: {v}" for k, v in found) + "}")
    called = st.tuples(st.sampled_from(FUNCTIONS), several).map(lambda t: f"{t[0]}({t[1]})")
    return several | mapping | called | several.map(lambda text: f"[{text}]")


VALUES = st.recursive(ATOMS, _combined, max_leaves=5)
GROUPS = ("scenario", "faction", "corridor", "air", "theatre", "rules", "design", "executor",
          "hydra", "hydra/output", "hydra.run", "hydra.searchpath", "hydra.job.chdir", "defaults",
          "pkg")  # fmt: skip
NAMES = st.sampled_from(("pmf", "tanf", "isis", "us", "0", "1", "territory", "x", "SY", "plain"))


def _seldom(texts: tuple[str, ...]) -> st.SearchStrategy[str]:
    """One of the texts in one case of six, else nothing."""
    return st.integers(0, 5).flatmap(lambda n: st.sampled_from(texts) if n == 5 else st.just(""))


@st.composite
def keys(draw: st.DrawFn) -> str:
    """A dotted key of the settings, or nearly one."""
    key: str = draw(st.sampled_from([one.key for one in settings()] + [*GROUPS, "changes.0.date"]))
    while NAME in key:
        key = key.replace(NAME, draw(NAMES), 1)
    return key + draw(_seldom((".central", ".low", ".x", "@x", ":y", "[0]", ".", "/x")))


@st.composite
def overrides(draw: st.DrawFn) -> str:
    """KEY=VALUE, mostly."""
    before = draw(_seldom(("+", "++", "~", " ")))
    key = draw(keys()) if draw(st.integers(0, 9)) else draw(ATOMS)
    if key.endswith(("dir", "interface", "address")):  # nothing is written or started elsewhere
        key += "x"
    return before + key + (draw(_seldom((":", " = "))) or "=") + draw(VALUES)


def actions(name: str) -> list[argparse.Action]:
    """The options and arguments of a command."""
    parser = argparse.ArgumentParser(add_help=False)
    _module(name).add_arguments(parser)
    return parser._actions


@st.composite
def calls(draw: st.DrawFn, name: str) -> list[str]:
    """A call of a command: its options and arguments in any order, without NUL, as the shell's."""
    words: list[list[str]] = []
    for action in actions(name):
        if action.dest == "overrides":
            words += [[one] for one in draw(st.lists(overrides(), max_size=3))]
        elif not action.option_strings:
            words += [[one] for one in draw(st.lists(_argument(action), max_size=2))]
        elif action.dest not in ("dry_run", "multirun") and draw(st.integers(0, 4)) == 0:
            value = [] if action.nargs == 0 else [draw(_argument(action))]
            words.append([draw(st.sampled_from(action.option_strings)), *value])
        elif action.dest == "target":
            words.append(["--target", "0.5"])
    words += [["--base=8"]] * (name == "sensitivity")  # a design that is quickly read
    found = [word for one in draw(st.permutations(words)) for word in one]
    has_dry_run = any(action.dest == "dry_run" for action in actions(name))
    return [name, *(word.replace("\0", "") for word in found), *["--dry-run"] * has_dry_run]


def _argument(action: argparse.Action) -> st.SearchStrategy[str]:
    if action.metavar in ("DIR", "FILE") or action.dest in ("directory", "directories"):
        return st.sampled_from(PLACES)
    if action.choices:
        return st.sampled_from([str(one) for one in action.choices]) | ATOMS
    known = ("scenarios", "factions", "settings", "columns", "corridor.hold_days", "dates", "svg")
    return st.sampled_from(known) | ATOMS | keys()


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(NUMBERS + TEXTS)
    | st.text(max_size=8)
)  # fmt: skip


def trees(names: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Anything that YAML or JSON may hold."""
    return st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
        max_leaves=6,
    )
