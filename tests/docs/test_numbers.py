"""Numbers of README, docs and experiments are those of stored results."""

from __future__ import annotations

import csv
import importlib.util
import json
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import yaml

from sim.config.compose import compose, typed
from sim.show.texts.run import estimate_text

ROOT = Path(__file__).resolve().parents[2]
EXPERIMENTS, RESULTS = ROOT / "experiments", ROOT / "docs" / "results"
CLAIMS = yaml.safe_load((RESULTS / "claims.yaml").read_text(encoding="utf-8"))
# Pages or parts whose results were not kept when they were written; the scripts keep them now.
NOT_KEPT = {"levers": "all", "variants": "operations, replayed"}
STUDIES = [file.parent.name for file in EXPERIMENTS.glob("*/study.yaml")]
TESTED = {*STUDIES, "forecast_2017", "forecast_2018", "posavina_1992", "splits", "variants"}


def page(name: str) -> str:
    return (EXPERIMENTS / name / "README.md").read_text(encoding="utf-8")


def result(*parts: str) -> Any:
    return json.loads(EXPERIMENTS.joinpath(*parts).read_text(encoding="utf-8"))


@cache
def script(path: str) -> ModuleType:
    """A script of a study as a module."""
    file = EXPERIMENTS / path
    spec = importlib.util.spec_from_file_location(path.replace("/", "_")[:-3], file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def figures(name: str) -> list[str]:
    """Figures of a page, in its order."""
    lines = page(name).splitlines()
    return [line.partition("](")[2].rstrip(")") for line in lines if line.startswith("![")]


def test_every_page_is_tested_or_said_not_to_be() -> None:
    assert TESTED | set(NOT_KEPT) == {file.parent.name for file in EXPERIMENTS.glob("*/README.md")}


@pytest.mark.parametrize("name", STUDIES)
def test_studies(name: str) -> None:
    study = yaml.safe_load((EXPERIMENTS / name / "study.yaml").read_text(encoding="utf-8"))
    module = script("regenerate.py")
    written = module.page_of(name, study, result(name, module.RESULTS), figures(name))
    assert written == page(name)


def test_forecast_2017() -> None:
    module = script("forecast_2017/page.py")
    parts = [result("forecast_2017", f"{n}.json") for n in ("scores", "event_scores", "manifest")]
    assert module.page(*parts) == page("forecast_2017")


@pytest.mark.parametrize("name", ["forecast_2018", "posavina_1992"])
def test_registered_forecasts(name: str) -> None:
    written = script(f"{name}/page.py").text(EXPERIMENTS / name, figures(name))
    assert written == page(name)


def test_splits() -> None:
    written = script("splits/page.py").text(result("splits", "scores.json"), figures("splits"))
    assert written == page("splits")


def test_variants() -> None:
    parts = [result("variants", f"{name}.json") for name in ("weights", "fitted")]
    assert page("variants").startswith(script("variants/page.py").page(*parts))


def test_the_weights_of_the_variants_are_those_of_the_study() -> None:
    weights = result("variants", "weights.json")["variants"]
    rules = yaml.safe_load((ROOT / "configs/rules/default.yaml").read_text(encoding="utf-8"))
    for name, one in rules["variants"].items():
        assert one["weight"] == pytest.approx(weights[name]["weight"], abs=0.005), name


def test_what_readme_prints_is_the_text_of_the_stored_run() -> None:
    summary = json.loads((RESULTS / "baseline.json").read_text(encoding="utf-8"))
    text = estimate_text(summary, typed(compose([])))
    readme = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    missing = [line for line in text.splitlines() if line not in readme]
    assert [line for line in missing if not line.startswith("Time ")] == []


def test_scenarios_of_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    rows = {line.split("|")[1].strip(): line for line in readme if line.startswith("| `")}
    with (RESULTS / "scenarios.csv").open(encoding="utf-8", newline="") as file:
        points = list(csv.DictReader(file))
    assert rows.keys() == {f"`{one['scenario']}`" for one in points}
    for one in points:
        cells = []
        for kind in ("road", "territory"):
            p, low, high = (float(one[f"p_{kind}{end}"]) for end in ("", "_lowest", "_highest"))
            date = one[f"median_date_{kind}"] or "later"
            cells += [f"{p:.3f} ({low:.2f}-{high:.2f})", date]
        assert rows[f"`{one['scenario']}`"].endswith(f"| {' | '.join(cells)} |"), one["scenario"]


def test_fitted_inputs_of_calibration() -> None:
    fitted = json.loads((RESULTS / "fitted.json").read_text(encoding="utf-8"))
    text = (ROOT / "docs/calibration.md").read_text(encoding="utf-8")
    for name in fitted["prior"]:
        cells = [fitted[one][name] for one in ("prior", "plain", "careful", "towns", "under_way")]
        row = [f"{c['median']:.2f} [{c['low']:.2f}, {c['high']:.2f}]" for c in cells]
        assert f"| {name} | {' | '.join(row)} |" in text


CHECKS = {  # row of the table of docs/check.md: key, format
    "from hex to town or post, median days": ("wait_median", ".0f"),
    "still untaken after 120 days": ("wait_beyond", ".0%"),
    "plans that begin nothing": ("plans_failing", ".0%"),
    "fight for cities, median weeks": ("siege_city", ".1f"),
    "first capture of the SDF, median day": ("first_capture_sdf", ".0f"),
    "PMF's losses that are hunger": ("hunger_pmf", ".0%"),
    "median speed of the regime, km a week": ("speed_50_regime", ".0f"),
    "ISIS losses over what was claimed": ("losses", ".2f"),
    "pairs of the record that can never fight": ("record_barred", ".0f"),
}


@pytest.mark.parametrize("row", CHECKS)
def test_checks_by_variant(row: str) -> None:
    """Values by variant; those that fail are bold."""
    checks = json.loads((RESULTS / "check.json").read_text(encoding="utf-8"))
    key, shape = CHECKS[row]
    cells = []
    for variant in ("plain", "careful", "towns", "under_way"):
        one = checks[variant][key]
        text = format(one["value"], shape)
        cells.append(text if one["passed"] else f"**{text}**")
    lines = (ROOT / "docs/check.md").read_text(encoding="utf-8").splitlines()
    line = next(line for line in lines if line.startswith(f"| {row} |"))
    assert line.endswith(f"| {' | '.join(cells)} |")


@pytest.mark.parametrize(
    "claim", CLAIMS, ids=lambda claim: f"{claim['page']}: {claim['text']}"[:60]
)
def test_claims(claim: dict[str, str]) -> None:
    """A sentence of a page, with its numbers from a stored result at the digits quoted."""
    stored = json.loads(
        (ROOT / claim["result"]).read_text(encoding="utf-8"),
        object_hook=lambda tree: SimpleNamespace(**tree),
    )
    text = " ".join((ROOT / claim["page"]).read_text(encoding="utf-8").split())
    assert " ".join(claim["text"].format(**vars(stored)).split()) in text
