"""What a result of any kind can do."""

from __future__ import annotations

import html
import json
from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from sim.analysis.run.estimate import Temporary


@dataclass(frozen=True)
class Picture:
    """A figure in a folder; a notebook shows it."""

    file: Path

    def _repr_png_(self) -> bytes:
        return self.file.read_bytes()


class Shown(ABC):
    """A result: its text, its numbers, its figures; large tables are read when asked for."""

    file: ClassVar[str]  # of the numbers, in the folder

    def __init__(self, place: Path | Temporary) -> None:
        """A result in a folder; a temporary one goes when the result does."""
        self.place = place

    @property
    def directory(self) -> Path:
        """The folder."""
        return self.place.directory if isinstance(self.place, Temporary) else self.place

    @abstractmethod
    def summary(self) -> str:
        """What was found, in a few lines of text."""

    def to_dict(self) -> dict[str, Any]:
        """Everything that was found, as in the JSON file of the folder."""
        tree: dict[str, Any] = json.loads((self.directory / self.file).read_bytes())
        return tree

    @abstractmethod
    def figures(self) -> list[Picture]:
        """All figures, drawn anew."""

    def _repr_html_(self) -> str:
        """The text and the first figure."""
        text = f"<pre>{html.escape(self.summary())}</pre>"
        return "".join([text, *map(_image, self.figures()[:1])])

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} in {self.directory}>"


def _image(picture: Picture) -> str:
    raw = b64encode(picture.file.read_bytes()).decode()
    return f'<img alt="" style="max-width:100%" src="data:image/png;base64,{raw}">'


def pictures(files: Sequence[Path]) -> list[Picture]:
    """Figures by their files."""
    return [Picture(file) for file in files]
