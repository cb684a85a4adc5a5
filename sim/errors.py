"""The one exception that users meet: a setting, input or file that cannot be used."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class LandbridgeError(Exception):
    """A problem the user can mend; its text is one line and the command exits with code 2."""


_MOST_LISTED = 20  # choices beyond which only the near ones are named


def bad_value(
    key: str, value: object, allowed: str, choices: Iterable[str] = ()
) -> LandbridgeError:
    """The error for a bad value: names the key, the value, what is allowed, the nearest match."""
    known = sorted(choices)
    near = get_close_matches(str(value), known, n=5, cutoff=0.4)
    text = f"{key}={value}: {allowed}"
    listed = known if len(known) <= _MOST_LISTED else near
    if listed:
        dots = "" if listed is known else ", ..."
        text += f" (allowed: {', '.join(listed)}{dots})"
    if near and near[0] != str(value):
        text += f"; did you mean {near[0]}?"
    return LandbridgeError(text)
