"""The results of studies of a scenario, of comparisons, of backtests and of fits."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.run.estimate import Temporary
from sim.show.base.differences import labels, named
from sim.show.base.figure_files import drawn_in
from sim.show.results.base import Picture, Shown, pictures
from sim.show.texts import scores, studies

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.backtest.run import BacktestRun
    from sim.analysis.rare.estimate import Rare
    from sim.analysis.rare.run import RarePlan
    from sim.analysis.stats.intervals import Interval
    from sim.analysis.stats.sobol import Sensitivity
    from sim.analysis.studies.compare import Comparison
    from sim.analysis.studies.run_criticality import CriticalityFindings, CriticalityPlan
    from sim.analysis.studies.run_sensitivity import SensitivityPlan
    from sim.analysis.studies.run_threshold import ThresholdPlan
    from sim.analysis.studies.threshold import Response


def _columns(name: str, interval: Interval) -> dict[str, float]:
    return {name: interval.estimate, f"{name}_low": interval.low, f"{name}_high": interval.high}


def _frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    import pandas

    return pandas.DataFrame(list(rows))


class ComparisonResult(Shown):
    """Runs against the first of them."""

    file = "comparison.json"

    def __init__(
        self, place: Path | Temporary, rows: Sequence[Comparison], keep: Sequence[object] = ()
    ) -> None:
        """Comparisons that are written in a folder; `keep` are results whose folders they need."""
        super().__init__(place)
        self._rows, self._keep = rows, keep

    def summary(self) -> str:
        """Differences of P, dates and routes, with intervals and p."""
        from sim.config.saved import load, load_overrides
        from sim.paths import shown
        from sim.show.texts.comparison import comparison_text

        directories = list(dict.fromkeys([self._rows[0].first, *(r.second for r in self._rows)]))
        labelled = labels(
            {at: (str(load(at)["scenario"]), load_overrides(at)) for at in directories}
        )
        folders = {at: f" ({shown(at)})" for at in directories}
        names = {at: name.removesuffix(folders[at]) + folders[at] for at, name in labelled.items()}
        return comparison_text(self._rows, names)

    @property
    def differences(self) -> pd.DataFrame:
        """A row a run and kind of corridor: P of both, their difference, and p."""
        return _frame(
            [
                {
                    "first": str(row.first), "second": str(row.second), "kind": row.kind,
                    "pairs": row.pairs, **_columns("p_first", row.p_first),
                    **_columns("p_second", row.p_second), **_columns("difference", row.difference),
                    **_columns("days", row.days), "p": row.p, "p_corrected": row.p_corrected,
                }
                for row in self._rows
            ]
        )  # fmt: skip

    def figures(self) -> list[Picture]:
        """The differences, the curves of time, and the maps of what changes."""
        from sim.show.studies.comparison import draw_comparison

        with drawn_in(self.directory, ["comparison"]):
            return pictures(draw_comparison(self._rows, self.directory))


class _OneFigure(Shown):
    """A study with one figure."""

    @abstractmethod
    def figure(self) -> Picture:
        """The figure, drawn anew."""

    def figures(self) -> list[Picture]:
        """The figure, in a list as for other results."""
        return [self.figure()]


class ThresholdResult(_OneFigure):
    """Where P(corridor) crosses a target."""

    file = "solve.json"

    def __init__(self, place: Path | Temporary, plan: ThresholdPlan, response: Response) -> None:
        """What was asked, and the response."""
        super().__init__(place)
        self._plan, self.response = plan, response

    def summary(self) -> str:
        """P at every value, and the crossing with its interval."""
        plan = self._plan
        return studies.threshold_text(self.response, plan.key, plan.kind, plan.runs.worlds)

    @property
    def points(self) -> pd.DataFrame:
        """A row a value: P with its interval, and fitted."""
        rows = zip(self.response.values, self.response.p, self.response.fitted, strict=True)
        return _frame([{"value": v, **_columns("p", p), "fitted": fit} for v, p, fit in rows])

    def figure(self) -> Picture:
        """The response, drawn anew."""
        from sim.show.studies.response import draw_response

        plan, config = self._plan, self._plan.runs.config
        title = named(str(config.title or config.scenario), plan.overrides)
        with drawn_in(self.directory, ["solve"]):
            drawn = draw_response(self.response, plan.key, plan.kind, title, self.directory)
        return Picture(drawn)


class SensitivityResult(_OneFigure):
    """What P(corridor) depends on."""

    file = "sensitivity.json"

    def __init__(
        self, place: Path | Temporary, plan: SensitivityPlan, indices: Sensitivity
    ) -> None:
        """What was asked, and the indices."""
        super().__init__(place)
        self._plan, self.indices = plan, indices

    def summary(self) -> str:
        """The indices of all inputs."""
        return studies.sensitivity_text(self.indices, self._plan.kind)

    @property
    def inputs(self) -> pd.DataFrame:
        """A row an input, the dummy last: first-order and total index, P at both ends."""
        return _frame(
            [
                {
                    "input": effect.name,
                    **_columns("first", effect.first),
                    **_columns("total", effect.total),
                    **_columns("p_low_third", effect.low),
                    **_columns("p_high_third", effect.high),
                }
                for effect in self.indices.effects
            ]
        )  # fmt: skip

    def figure(self) -> Picture:
        """The indices, drawn anew."""
        from sim.show.studies.response import draw_sensitivity

        plan = self._plan
        title = named(plan.shared.title or plan.shared.scenario, plan.overrides)
        with drawn_in(self.directory, ["sensitivity"]):
            return Picture(draw_sensitivity(self.indices, plan.kind, title, self.directory))


class CriticalityResult(_OneFigure):
    """The places at which a garrison changes P(corridor) most."""

    file = "criticality.json"

    def __init__(
        self, place: Path | Temporary, plan: CriticalityPlan, findings: CriticalityFindings
    ) -> None:
        """What was asked, and what was found."""
        super().__init__(place)
        self._plan, self._findings = plan, findings

    def summary(self) -> str:
        """The places in order, and the most critical by name."""
        setup, findings = self._plan.prepared.setup, self._findings
        names = dict(zip(setup.unit_ids, setup.unit_names, strict=True))
        return studies.criticality_text(
            findings.without, findings.rows, self._plan.kind, findings.worlds, names
        )

    @property
    def places(self) -> pd.DataFrame:
        """A row a place, that under whose garrison P falls most first."""
        return _frame(
            [
                {**asdict(row.garrison), **_columns("p_with", row.p_with),
                 **_columns("difference", row.difference), "p": row.p,
                 "p_corrected": row.p_corrected, "sure": row.sure}
                for row in self._findings.rows
            ]
        )  # fmt: skip

    def figure(self) -> Picture:
        """The map of the places, drawn anew."""
        from sim.show.studies.criticality import draw_criticality

        plan, findings = self._plan, self._findings
        settings, prepared = plan.prepared.typed, plan.prepared
        title = named(settings.title or settings.scenario, plan.overrides)
        with drawn_in(self.directory, ["criticality"]):
            return Picture(
                draw_criticality(
                    findings.rows, findings.without, plan.kind, title,
                    prepared.setup, prepared.seeds, self.directory,
                )
            )  # fmt: skip


class RareResult(Shown):
    """A small P(corridor); it has no figure."""

    file = "rare.json"

    def __init__(self, place: Path | Temporary, plan: RarePlan, estimate: Rare) -> None:
        """What was asked, and the estimate."""
        super().__init__(place)
        self._plan, self.estimate = plan, estimate

    def summary(self) -> str:
        """P with its interval, and what it has cost."""
        plan, settings = self._plan, self._plan.prepared.typed
        title = named(settings.title or settings.scenario, plan.overrides)
        return studies.rare_text(
            self.estimate, plan.kind, title, settings.clock.until, plan.effort.repeats,
            plan.effort.particles,
        )  # fmt: skip

    @property
    def repetitions(self) -> pd.DataFrame:
        """A row a repetition: its estimate."""
        rows = enumerate(self.estimate.repetitions)
        return _frame([{"repetition": number, "estimate": p} for number, p in rows])

    def figures(self) -> list[Picture]:
        """None."""
        return []


class BacktestResult(Shown):
    """Forecasts from days in the history, and their scores."""

    file = "scores.json"

    def __init__(self, place: Path | Temporary, run: BacktestRun) -> None:
        """What was forecast and scored."""
        super().__init__(place)
        self._run = run

    @property
    def is_scored(self) -> bool:
        """Whether anything is known of what happened."""
        return self._run.scores is not None or any(origin.events for origin in self._run.done)

    def summary(self) -> str:
        """The scores beside those of the baselines."""
        done = self._run.done
        if len(done) > 1 and self._run.scores is not None:
            return scores.splits_text(self._run.scores)
        events = [scores.events_text(origin.events) for origin in done if origin.events is not None]
        return "\n".join([scores.scores_text(done[0]), *events])

    def to_dict(self) -> dict[str, Any]:
        """The scores, as in `scores.json`; empty where nothing is known."""
        return dict(self._run.scores or {})

    @property
    def cases(self) -> pd.DataFrame:
        """A row a place and date that is scored."""
        import pandas

        return pandas.concat([origin.cases for origin in self._run.done], ignore_index=True)

    @property
    def forecast(self) -> pd.DataFrame:
        """A row a place, date and holder: its probability."""
        import pandas

        tables = [pandas.read_csv(origin.directory / "forecast.csv") for origin in self._run.done]
        return pandas.concat(tables, ignore_index=True)

    def figures(self) -> list[Picture]:
        """The scores, the skill and the reliability; none where nothing is scored."""
        from sim.show.studies.scores import draw_scores

        return pictures(draw_scores(self.directory)) if self.is_scored else []


class CalibrationResult(Shown):
    """Fits of the pooled inputs."""

    file = "calibration.json"

    def __init__(self, place: Path | Temporary, result: Mapping[str, Any]) -> None:
        """Fits that are written in a folder."""
        super().__init__(place)
        self._result = result

    def summary(self) -> str:
        """Every fit: what it looked at, and its inputs beside their prior."""
        return studies.calibration_text(self._result)

    def sample(self, until: str) -> pd.DataFrame:
        """The sample of the fit until a day, a row a joint value of the inputs."""
        import pandas

        return pandas.read_csv(self.directory / "posterior" / f"{until}.csv")

    def figures(self) -> list[Picture]:
        """Each fit beside the record and its prior, and how planted records are recovered."""
        from sim.show.studies.calibration import draw_calibration

        return pictures(draw_calibration(self.directory))
