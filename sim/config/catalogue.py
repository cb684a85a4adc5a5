"""All settings there are: what each is, in what unit and range, read off the schema."""

from __future__ import annotations

import dataclasses
import inspect
import re
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache

from sim.config.bounds import bound_of, in_words
from sim.config.schema import Config, Range

NAME = "NAME"  # stands in keys for any name: of a faction, an objective, ...


@dataclass(frozen=True)
class Setting:
    """A setting or a group of them."""

    key: str  # with `NAME` for names that a user may choose
    what: str  # what it is, with its unit; '' where its name says so
    hint: object  # its type

    @property
    def allowed(self) -> str:
        """What values it may have, in words."""
        if isinstance(self.hint, type) and issubclass(self.hint, Enum):
            return ", ".join(choice.name for choice in self.hint)
        bound = bound_of(self.key.replace(NAME, "x"))
        if bound is not None:
            return in_words(bound)
        names = {str: "text", bool: "true or false", list[str]: "a list of names"}
        return names.get(self.hint, "")  # type: ignore[call-overload, no-any-return]

    @property
    def is_range(self) -> bool:
        """Whether it is an uncertain input: low, central, high, source."""
        return self.hint is Range


def settings() -> list[Setting]:
    """Every setting, in the order of the schema."""
    return list(_below("", Config, ""))


def find(key: str) -> list[Setting]:
    """The setting of a dotted key, or those below it; none if there is no such key."""
    parts = key.split(".")
    if parts[-1] in {"low", "central", "high", "source"} and (up := find(".".join(parts[:-1]))):
        if len(up) == 1 and up[0].is_range:
            return up
    return [setting for setting in settings() if _is_below(setting.key.split("."), parts)]


def _is_below(pattern: list[str], parts: list[str]) -> bool:
    pairs = zip(pattern, parts, strict=False)
    return len(parts) <= len(pattern) and all(a in (b, NAME) for a, b in pairs)


def _below(key: str, hint: object, what: str) -> Iterator[Setting]:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type) and hint is not Range:
        hints, words = typing.get_type_hints(hint), comments(hint)
        for field in dataclasses.fields(hint):
            name = f"{key}.{field.name}".lstrip(".")
            yield from _below(name, hints[field.name], words.get(field.name, ""))
    elif typing.get_origin(hint) is dict and typing.get_args(hint)[1] is not typing.Any:
        yield from _below(f"{key}.{NAME}", typing.get_args(hint)[1], what)
    else:
        yield Setting(key, what, hint)


@cache
def comments(group: type) -> dict[str, str]:
    """The comment beside each field of a class of the schema."""
    comments = re.findall(r"^    (\w+): [^#\n]*(?:  # (.*))?$", inspect.getsource(group), re.M)
    return {name: comment for name, comment in comments if comment}
