"""What names something is text: quoting it, where Hydra would read a number or a flag.

Hydra reads `hydra.run.dir=2017_06_04` as the number 20170604, and `title=1.50` as 1.5.
"""

from __future__ import annotations

import dataclasses
import re

from sim.config.short_forms import type_of
from sim.errors import LandbridgeError

FOLDERS = ("hydra.run.dir", "hydra.sweep.dir")
_NAMES = (*FOLDERS, "scenario", "title", "design.file")  # that must not be empty
_QUOTES = "'\""
# What Hydra's grammar reads as something else than a text, alone or as a value in a list of them.
_NO_TEXT = re.compile(r"[+-]?[\d._]+(e[+-]?\d+)?|[+-]?(inf|nan)|true|false|null", re.IGNORECASE)
_SIMPLE = re.compile(r"[^'\"\[\]{}()]*")


def as_typed(override: str) -> str:
    """An override whose value, or values, are quoted if it names something.

    Raises LandbridgeError for a name that is empty.
    """
    key, equals, value = override.partition("=")
    name = key.lstrip("+").partition("@")[0]
    if name in _NAMES and equals and value.strip(_QUOTES).strip() in ("", "???"):
        raise LandbridgeError(f"{name}=: is empty; give it a name")
    if name in FOLDERS and value[:1] not in _QUOTES and "," not in value:
        return f"{key}={quoted(value)}"
    if not _is_text(name) or not _SIMPLE.fullmatch(value):
        return override
    parts = [
        quoted(part) if _NO_TEXT.fullmatch(part.strip()) else part for part in value.split(",")
    ]
    return f"{key}={','.join(parts)}"


def as_override(key: str, text: str) -> str:
    """The override that sets a folder to a name, whatever is in it."""
    return f"{key}={quoted(text) if ',' in text or text[:1] in _QUOTES else text}"


def quoted(text: str) -> str:
    """A text as a quoted value of Hydra's grammar."""
    escaped = re.sub(r"(\\*)'", r"\1\1\\'", text)
    trailing = len(escaped) - len(escaped.rstrip("\\"))
    return f"'{escaped}{chr(92) * trailing}'"


def unquoted(value: str) -> str:
    """The text of a value that is quoted; any other as it is."""
    if len(value) < 2 or value[0] not in _QUOTES or value[-1] != value[0]:
        return value
    # before a quote, every second backslash only keeps the next sign what it is
    halved = re.compile(rf"(\\+)({value[0]}|$)")
    return halved.sub(lambda match: match[1][: len(match[1]) // 2] + match[2], value[1:-1])


def _is_text(key: str) -> bool:
    """Whether a setting is a text, or chooses a config of a group."""
    hint = type_of(key)
    return hint is str or (dataclasses.is_dataclass(hint) and "." not in key)
