"""The command line: a table of commands, each read and run by a module of its own.

A command's module has `HELP`, `add_arguments(parser)` and `main(arguments)`, which returns the exit
code. Only the module of the command that is called is imported, and what takes time to import is
imported in its `main`, so that `--help` does not wait for Hydra, numba or Mesa.

KEY=VALUE is a setting of the model, in Hydra's grammar; all that belongs to a command is an option.
"""

from __future__ import annotations

import argparse
import gc
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from sim import streams
from sim.errors import LandbridgeError
from sim.version import __version__

if TYPE_CHECKING:
    from sim.ensemble.simulator import Simulator

Draw = Callable[[Path], Sequence[Path]]

OK, SOME_FAILED, USER_ERROR, INTERRUPTED = 0, 1, 2, 130

# Name, what it is for, and, where it is not called like it, its module in `sim.commands`.
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("run one scenario, or sweep over settings with -m", "run"),
    "sweep": ("run every point of a design over settings", "sweep"),
    "compare": ("run folders against the first one, world by world", "compare"),
    "solve": ("the value of a setting at which P(corridor) crosses a target", "solve"),
    "sensitivity": ("which settings P(corridor) is sensitive to", "sensitivity"),
    "criticality": (
        "the places at which a garrison would change P(corridor) most", "criticality",
    ),
    "rare": ("P(corridor) where it is small, by splitting", "rare"),
    "backtest": ("forecast control from a day in the history, and score it", "backtest"),
    "calibrate": ("fit the pooled inputs to what the past shows", "calibrate"),
    "check-model": ("whether the model's campaigns, plans and fights are sane", "check_model"),
    "view": ("move settings in a page and see P move", "view"),
    "report": ("one HTML file about a run, several runs, or a sweep", "report"),
    "odd": ("the model described by the ODD protocol, made from code and data", "odd"),
    "plot": ("draw the figures of a run or sweep folder again", "plot"),
    "verify": ("check that a folder is whole and its worlds come out again", "verify"),
    "theatre": ("begin a theatre of your own, check one, map one", "theatre"),
    "list": (
        "scenarios, factions, objectives, settings, columns or figures", "list_all",
    ),
    "explain": ("what a setting is, its range, default, source and who reads it", "explain"),
    "clean": ("show what is kept to save time, and remove it", "clean"),
}  # fmt: skip
_RENAMED = {"hinges": "criticality", "threshold": "solve"}

_DESCRIPTION = """\
Estimate how likely it is that a coalition joins up a continuous land corridor between two
places: how likely, when, by which route, and what would change the answer."""

_FIRST = """\
first things to try:
  landbridge run ensemble.worlds=200     when, by which route and how likely; figures
  landbridge list scenarios              what might have been otherwise
  landbridge view                        a page: move a setting and see P move

landbridge COMMAND --help says what a command does and what it can be given."""


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def __init__(self, prog: str, **named: Any) -> None:
        shape = argparse.RawDescriptionHelpFormatter
        super().__init__(prog, formatter_class=shape, allow_abbrev=False, **named)

    def error(self, message: str) -> NoReturn:
        raise LandbridgeError(f"{message}; see {self.prog} --help")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        print(end="", flush=True)  # after help, whose failure is to be told
        super().exit(status, message)


def main(
    argv: Sequence[str] | None = None,
    simulator: Simulator | None = None,
    draw: Draw | None = None,
) -> int:
    """Run the command line and return its exit code; `simulator` and `draw` are for tests."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _call(words, simulator, draw)
        print(end="", flush=True)  # whose failure is to be told
        return code
    except LandbridgeError as error:
        print(f"landbridge: {' '.join(str(error).split())}", file=sys.stderr)
        return USER_ERROR
    except KeyboardInterrupt as interrupt:
        again = shlex.join(["landbridge", *words])
        kept = str(interrupt) or f"nothing is kept; begin again with: {again}"
        print(f"\nlandbridge: interrupted; {kept}", file=sys.stderr)
        return INTERRUPTED


def _call(words: Sequence[str], simulator: Simulator | None, draw: Draw | None) -> int:
    for word in words:
        if not _is_text(word):
            raise LandbridgeError(f"{word!r}: is no text in UTF-8")
    if not words or words[0] not in COMMANDS:
        return _about(words)
    arguments = read(words)
    arguments.simulator, arguments.draw = simulator, draw
    return int(_module(words[0]).main(arguments))


def _is_text(word: str) -> bool:
    """Whether a word can be written into files; bytes that are no text cannot."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def read(words: Sequence[str]) -> argparse.Namespace:
    """What is asked of a command; `words` begin with its name and are kept in the result.

    Raises LandbridgeError for options that it has not, and for options given as KEY=VALUE.
    """
    name = words[0]
    parser = _Parser(f"landbridge {name}", description=_module(name).HELP)
    _module(name).add_arguments(parser)
    # settings may stand before and after options
    arguments, rest = parser.parse_known_intermixed_args(list(words[1:]))
    if rest:
        known = [option for action in parser._actions for option in action.option_strings]
        near = get_close_matches(rest[0].partition("=")[0], known, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise LandbridgeError(f"{rest[0]}: unknown argument; {hint}see {parser.prog} --help")
    _refuse_old_words(name, arguments)
    arguments.words = list(words)
    return arguments


def _refuse_old_words(name: str, arguments: argparse.Namespace) -> None:
    """Say how an option is given that stands as KEY=VALUE among settings or folders."""
    given = vars(arguments)
    words = [given.get("key") or "", *given.get("overrides", []), *given.get("directories", [])]
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or os.path.isdir(word):  # a name too long is none
            continue
        if key == "over" and name == "solve":
            raise LandbridgeError(f"{word}: name the setting alone: landbridge solve {value}")
        if key in given and key not in ("key", "overrides", "directories"):
            is_off = given[key] is True and value == "false"
            option = f"--no-{key}" if is_off else f"--{key} {shlex.quote(value)}"
            raise LandbridgeError(f"{word}: is an option of {name}: {option}")


def _module(name: str) -> Any:
    return import_module(f"sim.commands.{COMMANDS[name][1]}")


def _about(words: Sequence[str]) -> int:
    """All that names no command: help, version, completion, and names that are none."""
    parser = _Parser("landbridge", description=_DESCRIPTION, epilog=_FIRST)
    parser.add_argument("--version", action="version", version=f"landbridge {__version__}")
    parser.add_argument(
        "--print-completion", choices=("bash", "zsh"), metavar="SHELL",
        help="completion for a shell: bash or zsh",
    )  # fmt: skip
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for name, (summary, _) in COMMANDS.items():
        commands.add_parser(name, help=summary)
    if words and not words[0].startswith("-"):
        near = _RENAMED.get(words[0]) or next(iter(get_close_matches(words[0], COMMANDS, n=1)), "")
        hint = f"did you mean {near}? " if near else ""
        raise LandbridgeError(f"{words[0]}: no such command; {hint}see landbridge --help")
    arguments = parser.parse_args(words)
    if arguments.print_completion:
        print(_completion(arguments.print_completion))
    else:
        parser.print_help()
    return OK


def _completion(shell: str) -> str:
    """The completion of all commands and options, by shtab."""
    import shtab

    parser = _Parser("landbridge", description=_DESCRIPTION)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for name, (summary, _) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        _module(name).add_arguments(command)
        for action in command._actions:
            kinds = {"DIR": shtab.DIRECTORY, "FILE": shtab.FILE}
            if str(action.metavar) in kinds:
                action.complete = kinds[str(action.metavar)]  # type: ignore[attr-defined]
    return str(shtab.complete(parser, shell=shell))


def entry() -> NoReturn:
    """The installed command: `main` in a process of its own.

    What a command makes lives to its end. Looking for garbage as often as Python does by default
    would take a tenth of the time of a short run, and once more on the way out.
    """
    gc.set_threshold(100_000, 50)
    streams.prepare()
    code = main()
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    entry()
