"""Run the studies in this folder and write their pages: `python experiments/regenerate.py [NAME]`.

A study is `study.yaml`: its question, what it sweeps, how many worlds a point, and which point the
others are compared with. The sweep goes to `outputs/experiments/NAME` and continues there; its
figures and `README.md` are written beside the study. Run it from the top folder.
"""

from __future__ import annotations

import argparse
import json
import platform
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

import sim
from sim.analysis.studies.compare import Comparison, compare
from sim.analysis.sweep.summary import read
from sim.show.base.format import interval
from sim.show.results.run import SweepShown
from sim.show.sweep.figures import draw_sweep

HERE = Path(__file__).resolve().parent
KINDS = ("road", "territory")
ENDS = ("estimate", "low", "high")
RESULTS = "results.json"  # the numbers of a page, to which a test holds it
Differences = dict[tuple[int, str], dict[str, Any]]


def main(argv: Sequence[str]) -> int:
    """Regenerate the named studies, or all."""
    names = sorted(file.parent.name for file in HERE.glob("*/study.yaml"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    parser.add_argument("--worlds", type=int, help="worlds a point, instead of the study's")
    parser.add_argument("--to", type=Path, default=HERE, help="where pages go (here)")
    arguments = parser.parse_args(argv)
    for name in arguments.names or names:
        study = yaml.safe_load((HERE / name / "study.yaml").read_text(encoding="utf-8"))
        worlds = arguments.worlds or study["worlds"]
        print(arguments.to / name / regenerate(name, study, worlds, arguments.to / name))
    return 0


def regenerate(name: str, study: dict[str, Any], worlds: int, folder: Path) -> str:
    """Run a study and write its page; returns the name of the file."""
    result = sim.sweep(*study["sweep"], worlds=worlds, directory=f"outputs/experiments/{name}")
    if result.failed:
        raise SystemExit(f"{name}: points failed: {result.failed}")
    folder.mkdir(parents=True, exist_ok=True)
    figures = [Path(shutil.copy(file, folder)).name for file in draw_sweep(result.directory)]
    results = results_of(study, result)
    (folder / RESULTS).write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    page = page_of(name, study, results, figures)
    (folder / "README.md").write_text(page, encoding="utf-8")
    return "README.md"


def results_of(study: dict[str, Any], result: SweepShown) -> dict[str, Any]:
    """The numbers of a page: points with P by kind, and differences from the base."""
    summary = read(result.directory)
    rows = [
        {key: row[key] for key in ("directory", "values", "worlds", "p_corridor")}
        for row in summary["points"]
    ]
    base = base_of(study, rows)
    compared = against_base(result.directory, rows, base)
    return {
        "version": sim.__version__,
        "python": platform.python_version(),
        "content_hash": content(result),
        "keys": summary["keys"],
        "base": base,
        "points": rows,
        "differences": [
            {"point": n, "kind": kind, "p_corrected": one.p_corrected,
             "difference": {end: getattr(one.difference, end) for end in ENDS}}
            for (n, kind), one in compared.items()
        ],
    }  # fmt: skip


def page_of(name: str, study: dict[str, Any], results: dict[str, Any], figures: list[str]) -> str:
    """The page of a study."""
    rows, base = results["points"], results["base"]
    differences = {(one["point"], one["kind"]): one for one in results["differences"]}
    command = shlex.join(["landbridge", "sweep", *study["sweep"]])
    worlds = rows[0]["worlds"]
    lines = [
        f"# {study['title']}",
        f"{study['question']}",
        f"```\n{command} ensemble.worlds={worlds}\n```",
        *[f"![{Path(file).stem}]({file})" for file in figures],
        findings(differences),
        table(results["keys"], rows, base, differences),
        f"{study['reading']}",
        f"{worlds} worlds a point, 95% Clopper-Pearson intervals. Differences are from the point "
        "in bold, over worlds that share random numbers (Tango 1998); with * those that stay "
        "beyond chance at 5% after correction for all comparisons of this page (Holm). What such "
        "estimates mean, and what they do not, is in the top README. Written by "
        f"`experiments/regenerate.py {name}` with landbridge {results['version']} on Python "
        f"{results['python']}; content hash `{results['content_hash'][:16]}`.",
    ]
    return "\n\n".join(lines) + "\n"


def base_of(study: dict[str, Any], rows: list[dict[str, Any]]) -> int:
    """The point that the others are compared with."""
    wanted = [str(value) for value in study["base"]]
    return next(n for n, row in enumerate(rows) if list(row["values"].values()) == wanted)


def against_base(
    directory: Path, rows: list[dict[str, Any]], base: int
) -> dict[tuple[int, str], Comparison]:
    """By point and kind of corridor: the paired difference from the base."""
    others = [n for n in range(len(rows)) if n != base]
    folders = [directory / rows[n]["directory"] for n in (base, *others)]
    compared = compare(folders)
    number = {directory / rows[n]["directory"]: n for n in others}
    return {(number[one.second], one.kind): one for one in compared}


def findings(differences: Differences) -> str:
    """How many points differ beyond chance."""
    counts = []
    for kind in KINDS:
        of_kind = [one for (_, k), one in differences.items() if k == kind]
        many = sum(one["p_corrected"] < 0.05 for one in of_kind)
        counts.append(f"by {kind} {many} of {len(of_kind)}")
    return f"Points that differ from the one in bold beyond chance: {', '.join(counts)}."


def table(
    keys: list[str],
    rows: list[dict[str, Any]],
    base: int,
    differences: Differences,
) -> str:
    """A row a point: its values, P by both kinds, and the differences in percentage points."""
    heads = [key.removeprefix("faction.").replace(".objectives", "") for key in keys]
    changed = len(keys) > 4  # then only what differs from the base is named
    columns = ["changed"] if changed else heads
    columns += ["P by road", "difference", "P by territory", "difference"]
    lines = [" | ".join(columns), " | ".join("---" for _ in columns)]
    usual = list(rows[base]["values"].values())
    for n, row in enumerate(rows):
        values = list(row["values"].values())
        if changed:
            pairs = zip(heads, values, usual, strict=True)
            values = [", ".join(f"{h} = {v}" for h, v, u in pairs if v != u) or "nothing"]
        cells = [f"**{value}**" if n == base else value for value in values]
        for kind in KINDS:
            cells += [interval(row["p_corridor"][kind]), difference(differences.get((n, kind)))]
        lines.append(" | ".join(cells))
    return "\n".join(f"| {line} |" for line in lines)


def difference(one: dict[str, Any] | None) -> str:
    """A paired difference in percentage points."""
    if one is None:
        return ""
    estimate, low, high = (100 * one["difference"][end] for end in ENDS)
    star = "*" if one["p_corrected"] < 0.05 else ""
    return f"{estimate:+.1f} [{low:+.1f}, {high:+.1f}]{star}"


def content(result: SweepShown) -> str:
    """The hash of the sweep's contents."""
    from sim.ensemble.store.manifest import read as read_manifest

    return str((read_manifest(result.directory) or {})["content_hash"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
