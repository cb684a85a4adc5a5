"""Results that show themselves in a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from sim import disk
from sim.analysis.run.estimate import Result
from sim.analysis.sweep.summary import SweepResult
from sim.ensemble.run import Inputs
from sim.errors import bad_value
from sim.paths import located
from sim.show.base.figure_files import FOLDER, NAMES

_SHORT = {"dates": "corridor_date"}


@dataclass(frozen=True)
class Picture:
    """A figure of a run folder."""

    file: Path

    def _repr_png_(self) -> bytes:
        return self.file.read_bytes()


class _Shown:
    """What a result of any kind shows."""

    directory: Path

    def _repr_html_(self) -> str:
        """The answer, the map and the dates; in a frame, so that no style leaves or enters it."""
        from sim.show.page.render import card
        from sim.show.page.report import small_page

        page = Markup(
            '<iframe sandbox srcdoc="{}" title="Landbridge" width="100%" height="{}" '
            'style="border:0"></iframe>'
        )
        made = small_page(self.directory)
        return str(page.format(card(made), 1780 if made.cases else 520))

    def report(self, out: str | Path = "report.html") -> Path:
        """Write the report, as `landbridge report` does; returns the file.

        Args:
            out: the file, which may be there only if it is a report.

        Raises:
            sim.errors.LandbridgeError: a file that cannot be written.
        """
        from sim.show.page.report import refuse_other_file, report

        file = located(out, "out")
        refuse_other_file(file)
        page = report([self.directory], Inputs)
        with disk.errors(file.parent, "out"):
            disk.write(file, page)
        return file


class Shown(_Shown, Result):
    """A finished run."""

    def figure(self, name: str) -> Picture:
        """A figure, as `landbridge plot` draws it.

        Args:
            name: `overview`, `dates`, `routes` or any other file in `figures`.

        Raises:
            sim.errors.LandbridgeError: there is no such figure.
        """
        from sim.show.run.figures import draw_all

        name = _SHORT.get(name, name)
        if name not in NAMES:
            raise bad_value("figure", name, "no such figure", [*NAMES, *_SHORT])
        draw_all(self.directory, [name])
        return Picture(self.directory / FOLDER / f"{name}.png")


class ShownSweep(_Shown, SweepResult):
    """A sweep."""
