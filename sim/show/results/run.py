"""The results of a run and of a sweep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from sim import disk
from sim.analysis.run.estimate import Result, Temporary
from sim.analysis.sweep.summary import SweepResult
from sim.config.schema import Config
from sim.ensemble.run import Inputs
from sim.ensemble.store.repair import SUMMARY
from sim.errors import bad_value
from sim.paths import located
from sim.show.base.figure_files import FOLDER, NAMES
from sim.show.results.base import Picture, Shown, pictures
from sim.show.texts.run import estimate_text
from sim.show.texts.sweep import points_text

if TYPE_CHECKING:
    import pandas as pd

_SHORT = {"dates": "corridor_date"}


class _Page(Shown):
    """What has a page of its own."""

    file = SUMMARY

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


class RunResult(_Page):
    """A finished run."""

    def __init__(self, result: Result, config: Config, overrides: Sequence[str]) -> None:
        """What a run of some settings, made from `overrides`, has left."""
        super().__init__(result.place)
        self._result, self._config, self._overrides = result, config, overrides

    def summary(self) -> str:
        """When, whether and by which route a corridor forms, and how far that is in doubt."""
        return estimate_text(self._result.summary, self._config, self._overrides)

    def to_dict(self) -> dict[str, Any]:
        """Everything that was found, as in `summary.json`."""
        return dict(self._result.summary)

    @property
    def p_corridor(self) -> dict[str, dict[str, Any]]:
        """By `road` and `territory`: `estimate`, `low`, `high`, `level`, `method`."""
        return self._result.p_corridor

    @property
    def worlds(self) -> pd.DataFrame:
        """A row a world, in order."""
        return self._result.worlds

    @property
    def cells(self) -> pd.DataFrame:
        """A row a unit, date and holder: in how many worlds."""
        return self._result.cells

    @property
    def curves(self) -> pd.DataFrame:
        """A row a curve and date: mean and quantiles of alarm."""
        return self._result.curves

    def figure(self, name: str = "overview") -> Picture:
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

    def figures(self) -> list[Picture]:
        """All figures, drawn anew."""
        from sim.show.run.figures import draw_all

        return pictures(draw_all(self.directory, list(NAMES)))


class SweepShown(_Page):
    """A sweep."""

    def __init__(self, place: Path | Temporary, result: SweepResult) -> None:
        """What a sweep has left; points that failed are in `failed`."""
        super().__init__(place)
        self._result = result

    @property
    def failed(self) -> Mapping[int, str]:
        """Points that failed, with their errors."""
        return self._result.failed

    def summary(self) -> str:
        """P at every point, with its interval and dates."""
        return points_text(self.to_dict()["points"])

    @property
    def points(self) -> pd.DataFrame:
        """A row a point: its values, P with interval and doubt, median dates, mean days."""
        return self._result.summary

    @property
    def design(self) -> pd.DataFrame:
        """A row a point: its number and the values it takes."""
        return self._result.design

    @property
    def worlds(self) -> pd.DataFrame:
        """A row a world, by `point` and `world`."""
        return self._result.worlds

    @cached_property
    def _drawn(self) -> list[Picture]:
        from sim.show.sweep.figures import draw_sweep

        return pictures(draw_sweep(self.directory))

    def figures(self) -> list[Picture]:
        """All figures, as `landbridge plot` draws them."""
        return self._drawn
