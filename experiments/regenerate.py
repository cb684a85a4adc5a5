"""Run the studies in this folder and write their pages: `python experiments/regenerate.py [NAME]`.

A study is `study.yaml`: its question, what it sweeps, how many worlds a point, and which point the
others are compared with. The sweep goes to `outputs/experiments/NAME` and continues there; its
figures and `README.md` are written beside the study. Run it from the top folder.
"""

from __future__ import annotations

import argparse
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
    page = page_of(name, study, result, figures)
    (folder / "README.md").write_text(page, encoding="utf-8")
    return "README.md"


def page_of(name: str, study: dict[str, Any], result: SweepShown, figures: list[str]) -> str:
    """The page of a study."""
    summary = read(result.directory)
    rows = summary["points"]
    base = base_of(study, rows)
    found = against_base(result.directory, rows, base)
    command = shlex.join(["landbridge", "sweep", *study["sweep"]])
    worlds = rows[0]["worlds"]
    lines = [
        f"# {study['title']}",
        f"{study['question']}",
        f"```\n{command} ensemble.worlds={worlds}\n```",
        *[f"![{Path(file).stem}]({file})" for file in figures],
        findings(found),
        table(summary["keys"], rows, base, found),
        f"{study['reading']}",
        f"{worlds} worlds a point, 95% Clopper-Pearson intervals. Differences are from the point "
        "in bold, over worlds that share random numbers (Tango 1998); with * those that stay "
        "beyond chance at 5% after correction for all comparisons of this page (Holm). What such "
        "estimates mean, and what they do not, is in the top README. Written by "
        f"`experiments/regenerate.py {name}` with landbridge {sim.__version__} on Python "
        f"{platform.python_version()}; content hash `{content(result)[:16]}`.",
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


def findings(found: dict[tuple[int, str], Comparison]) -> str:
    """How many points differ beyond chance."""
    said = []
    for kind in KINDS:
        ones = [one for (_, k), one in found.items() if k == kind]
        many = sum(one.p_corrected < 0.05 for one in ones)
        said.append(f"by {kind} {many} of {len(ones)}")
    return f"Points that differ from the one in bold beyond chance: {', '.join(said)}."


def table(
    keys: list[str],
    rows: list[dict[str, Any]],
    base: int,
    found: dict[tuple[int, str], Comparison],
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
            cells += [interval(row["p_corridor"][kind]), difference(found.get((n, kind)))]
        lines.append(" | ".join(cells))
    return "\n".join(f"| {line} |" for line in lines)


def difference(one: Comparison | None) -> str:
    """A paired difference in percentage points."""
    if one is None:
        return ""
    d = one.difference
    star = "*" if one.p_corrected < 0.05 else ""
    return f"{100 * d.estimate:+.1f} [{100 * d.low:+.1f}, {100 * d.high:+.1f}]{star}"


def content(result: SweepShown) -> str:
    """The hash of the sweep's contents."""
    from sim.ensemble.store.manifest import read as read_manifest

    return str((read_manifest(result.directory) or {})["content_hash"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
