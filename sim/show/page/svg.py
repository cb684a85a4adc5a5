"""SVG as text: elements with everything in them escaped, numbers as short as they may be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

Value = str | float | None


def element(name: str, *inside: str | Markup, **attributes: Value) -> Markup:
    """An element; `class_` and `text_anchor` become `class` and `text-anchor`, None is left out."""
    named = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), _text(value))
        for key, value in attributes.items()
        if value is not None
    )
    content = Markup("").join(escape(child) for child in inside)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), named, content)


def short(value: float, decimals: int = 1) -> str:
    """A number without needless digits: `12`, `-.5`."""
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text.replace("0.", ".", 1) if abs(value) < 1 else text


def line(points: Iterable[Sequence[float]], decimals: int = 1, closed: bool = False) -> str:
    """Path data through points, in steps from one to the next."""
    before: tuple[int, int] | None = None
    scale, parts = 10**decimals, []
    for x, y in points:
        at = (round(x * scale), round(y * scale))
        if before is None:
            parts.append(f"M{_pair(*at, scale, decimals)}l")
        elif at != before:
            parts.append(_pair(at[0] - before[0], at[1] - before[1], scale, decimals) + " ")
        before = at
    data = "".join(parts).replace(" -", "-").rstrip(" ")
    return data + ("z" if closed else "")


def steps(points: Sequence[tuple[float, float]], decimals: int = 1) -> str:
    """Path data of a curve that stays where it is until the next point."""
    (x, y), *rest = points
    parts = [f"M{short(x, decimals)} {short(y, decimals)}"]
    for x, y in rest:
        parts.append(f"H{short(x, decimals)}V{short(y, decimals)}")
    return "".join(parts)


def _pair(x: int, y: int, scale: int, decimals: int) -> str:
    second = short(y / scale, decimals)
    return short(x / scale, decimals) + ("" if second.startswith("-") else " ") + second


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else short(value, 2)
