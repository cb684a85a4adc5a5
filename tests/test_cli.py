from __future__ import annotations

import csv
import json
import os
import pty
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import sim
from sim.analysis.studies.criticality import Garrison
from sim.cli import COMMANDS, main, read
from sim.paths import configs
from tests.support.fakes import FakeSimulator, PlacesSimulator
from tests.support.folders import SEEDS

ROOT = Path(__file__).resolve().parents[1]


def draw(directory: Path) -> Sequence[Path]:
    figure = directory / "figures" / "map.png"
    figure.parent.mkdir(exist_ok=True)
    figure.touch()
    return [figure]


Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def landbridge(
    small: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Command:
    """Call the command line in an empty folder: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, simulator: FakeSimulator | None = None) -> tuple[int, str, str]:
        code = main(arguments, simulator or FakeSimulator(), draw)
        return code, *capsys.readouterr()

    return call


def test_run_prints_the_estimate_and_where_things_are(landbridge: Command) -> None:
    code, out, err = landbridge("run", "ensemble.worlds=60", "--out=runs/a")
    assert (code, err) == (0, "")
    for part in (
        "60 worlds, 2017-06-04 to 2017-12-31, baghdad to damascus",
        "First day of a corridor          by road",
        "By 2017-12-31, the horizon",
        "By 2018-07-02",
        "P(corridor by 2017-12-31)        P       Monte Carlo  inputs     rules",
        "Monte Carlo error alone, 95%",
        "Korn-Graubard",
        "Routes by road",
        "runs/a/figures (1 files)",
    ):
        assert part in out
    said = [line.split()[0] for line in out.splitlines()]
    assert said.index("Median") < said.index("P(corridor")  # when, before whether
    assert json.loads(Path("runs/a/summary.json").read_text())["worlds"] == 60
    assert Path("runs/a/.hydra/overrides.yaml").read_text() == "- ensemble.worlds=60\n"
    assert all(len(line) <= 100 for line in out.splitlines())


def test_default_folder_is_dated(landbridge: Command) -> None:
    assert landbridge("run", "ensemble.worlds=5")[0] == 0
    (summary,) = Path("outputs").glob("20*-*-*/*-*-*/summary.json")
    assert summary.is_file()


def test_settings_may_stand_around_options(landbridge: Command, tmp_path: Path) -> None:
    own = tmp_path / "own" / "scenario"
    own.mkdir(parents=True)
    (own / "mine.yaml").write_text("# @package _global_\nscenario: mine\n")
    code, out, _ = landbridge(
        "run", "ensemble.worlds=5", "--config-dir", "own", "scenario=mine", "hydra.run.dir=a"
    )
    assert code == 0
    assert "mine (mine): 5 worlds" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "ensemble.wolrds=5"], "did you mean worlds?"),
        (["run", "scenario=tanf_withdrawl"], "did you mean tanf_withdrawal?"),
        (["run", "faction.tnaf.rationality=1"], "did you mean tanf?"),
        (["run", "theatre.hex_km=0", "hydra.run.dir=a"], "theatre.hex_km=0: "),
        (["run", "faction.tanf.strength.low=-1", "hydra.run.dir=a"], "strength.low=-1.0: "),
        (["run", "hydra.run.dir=/dev/null/a"], "--out=/dev/null/a: cannot be written"),
        (["run", "--out", "/dev/null/a"], "--out=/dev/null/a: cannot be written"),
        (
            ["run", "hydra.run.dir=a", "--out=b"],
            "hydra.run.dir=a: the folder is named by --out too",
        ),
        (["sweep", "hydra.sweep.dir=a", "-o", "b"], "hydra.sweep.dir=a: the folder is named by"),
        (["run", "-o", ""], "--out=: is empty"),
        (["run", "-m", "ensemble.wolrds=5,6"], "did you mean worlds?"),
        (["run", "-m", "ensemble.worlds=0,-1", "hydra.sweep.dir=a"], "ensemble.worlds=0: "),
        (["run", "-m", "clock.tick_days=interval(1,2)"], "needs design=lhs"),
        (
            ["run", "--cnofig-dir", "a"],
            "--cnofig-dir: unknown argument; did you mean --config-dir?",
        ),
        (["run", "--config-dir", "nowhere"], "not a folder"),
        (["rnu"], "rnu: no such command; did you mean run?"),
        (["hinges"], "did you mean criticality?"),
        (["compare", "a"], "at least two"),
        (["compare", "a", "b"], "a: not a run folder"),
        (["plot", "a"], "a: not a run folder"),
        (["run", "hydra.run.dir="], "hydra.run.dir=: is empty"),
        (["sweep", "corridor.hold_days=7,9", "hydra.sweep.dir=''"], "hydra.sweep.dir=: is empty"),
        (["run", "title= "], "title=: is empty"),
        (["plot", ""], "DIR=: is empty"),
        (["verify", " "], "DIR=: is empty"),
        (["compare", "a", "b", "--out="], "--out=: is empty"),
        (["plot", "a", "b"], "b: unknown argument"),
    ],
)
def test_user_errors_are_one_line_and_leave_nothing(
    landbridge: Command, tmp_path: Path, arguments: list[str], said: str
) -> None:
    code, out, err = landbridge(*arguments)
    assert code == 2
    assert out == "" or "failed" in out
    assert err.startswith("landbridge: ")
    assert err.count("\n") == 1
    assert said in err
    assert list(tmp_path.iterdir()) == []


def test_compare_and_plot(landbridge: Command) -> None:
    landbridge("run", "ensemble.worlds=200", "hydra.run.dir=a")
    landbridge("run", "ensemble.worlds=200", "scenario=tanf_withdrawal", "hydra.run.dir=b")
    code, out, _ = landbridge("compare", "a", "b")
    assert code == 0
    assert "Against baseline (a)" in out
    assert "tanf_withdrawal (b) by road, over 200 paired worlds" in out
    for part in ("Tango", "Median date", "Mean days to corridor", "P by the south"):
        assert part in out
    assert "Same sign" not in out  # all follow one variant of the rules
    assert landbridge("plot", "a")[:2] == (0, "a/figures/map.png\n")


def test_a_comparison_is_not_written_over_by_another(landbridge: Command) -> None:
    for name, seed in (("a", 0), ("b", 0), ("c", 0)):
        landbridge("run", "ensemble.worlds=20", f"ensemble.seed={seed}", f"hydra.run.dir={name}")
    for words, folder in (
        (["a", "b"], "comparison"),
        (["a", "c"], "comparison-2"),
        (["a", "b", "--no-paired"], "comparison-3"),
        (["a", "c"], "comparison-2"),
        (["a", "c", "--out=comparison"], "comparison"),
    ):
        code, out, _ = landbridge("compare", *words)
        assert code == 0
        assert f"Written                   {folder}/comparison.json" in out


OLD_WORDS = [
    ("solve rules.response target=0.1", "target=0.1: is an option of solve: --target 0.1"),
    ("solve over=rules.response", "name the setting alone: landbridge solve rules.response"),
    ("backtest origin=2017-02-01", "is an option of backtest: --origin 2017-02-01"),
    ("calibrate until=2016-03-01", "is an option of calibrate: --until 2016-03-01"),
    ("rare particles=10 --repeats 3", "is an option of rare: --particles 10"),
    ("sensitivity base=64", "is an option of sensitivity: --base 64"),
    ("criticality places=rutba", "is an option of criticality: --places rutba"),
    ("check-model worlds=9", "is an option of check-model: --worlds 9"),
    ("compare a b paired=false", "paired=false: is an option of compare: --no-paired"),
    ("compare a b out=c", "is an option of compare: --out c"),
    ("report a scores=b", "is an option of report: --scores b"),
]


@pytest.mark.parametrize(("line", "said"), OLD_WORDS, ids=lambda text: text)
def test_an_option_among_settings_is_told_its_form(
    landbridge: Command, line: str, said: str
) -> None:
    code, out, err = landbridge(*line.split())
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


SIZE = ["ensemble.worlds=40", "ensemble.block=10", "executor.threads=1"]


@pytest.mark.parametrize("name", ["my runs (v2), a=b", 'it\'s "q"', "$HOME; #a", "-a", "a\\b"])
@pytest.mark.parametrize(
    "words",
    [
        ["run", *SIZE],
        ["sweep", "corridor.hold_days=7,30", *SIZE],
        ["backtest", "--origin=2016-10-16,2017-06-04", "--until=2017-06-30", *SIZE],
        ["solve", "rules.response", "--target=0.1", *SIZE],
    ],
    ids=lambda words: words[0],
)
def test_what_ctrl_c_says_can_be_pasted(landbridge: Command, words: list[str], name: str) -> None:
    code, _, err = landbridge(*words, f"--out={name}", simulator=PlacesSimulator(interrupt_at=10))
    assert code == 130
    again = pasted(err)
    assert again[:2] == ["landbridge", words[0]]
    assert main(again[1:], PlacesSimulator(), draw) == 0
    assert [one.name for one in Path().iterdir()] == [name]


def pasted(err: str) -> list[str]:
    """The words of the call that is proposed, as a shell reads them."""
    told = err.rpartition(" with: ")[2]
    done = ["sh", "-c", f"printf '%s\\0' {told}"]
    return subprocess.run(done, capture_output=True, text=True, check=True).stdout.split("\0")[:-1]


KEPT = {
    "run": (["run", *SIZE], "worlds are kept in"),
    "sweep": (["sweep", "corridor.hold_days=7,30", *SIZE], "worlds of 2 points are kept in"),
    "solve": (["solve", "rules.response", "--target=0.1", *SIZE], "worlds at 1 value are kept in"),
    "sensitivity": (
        ["sensitivity", "faction.pmf.strength=prior", "--base=8", "--worlds=20", "ensemble.block=5",
         "executor.threads=1"],
        "worlds of 32 points are kept in",
    ),
    "backtest": (["backtest", "--origin=2016-10-16", *SIZE], "of 40 worlds are kept in"),
}  # fmt: skip


@pytest.mark.parametrize("command", KEPT)
def test_ctrl_c_says_what_is_kept_and_goes_on_there(landbridge: Command, command: str) -> None:
    """Also where no folder was named; nothing that is kept is run again."""
    words, kept = KEPT[command]
    code, _, err = landbridge(*words, simulator=PlacesSimulator(interrupt_at=11))
    assert code == 130
    assert kept in err
    assert err.count("\n") == 2  # a blank line, where ^C stands, and the message
    later = PlacesSimulator()
    assert main(pasted(err)[1:], later, draw) == 0
    assert later.calls
    again = PlacesSimulator()
    assert main(pasted(err)[1:], again, draw) == 0
    assert again.calls == []


def test_criticality_says_what_is_kept(
    landbridge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    garrison = Garrison("rutba", "isis", "isis", 9)
    monkeypatch.setattr("sim.analysis.studies.criticality.garrison", lambda *_: garrison)
    call = ["criticality", "--places=rutba", *SIZE, "ensemble.replications_per_draw=1"]
    code, _, err = landbridge(*call, simulator=FakeSimulator(interrupt_at=15))
    assert code == 130
    assert "of 80 worlds of 2 points are kept in criticality; continue with: " in err
    assert pasted(err) == ["landbridge", *call, "--out", "criticality"]
    later = FakeSimulator()
    assert main(pasted(err)[1:], later, draw) == 0
    assert 0 < len(later.calls) < 80


@pytest.mark.parametrize(
    ("words", "broken"),
    [
        (["rare"], "sim.analysis.rare.run.Corridor.of"),
        (["check-model"], "sim.analysis.check_model.examine.examine"),
    ],
    ids=["rare", "check-model"],
)
def test_what_keeps_nothing_says_so(
    landbridge: Command, monkeypatch: pytest.MonkeyPatch, words: list[str], broken: str
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(broken, interrupt)
    code, _, err = landbridge(*words, "--out", "x")
    assert code == 130
    assert "nothing is kept of what is not finished; begin again with: " in err
    assert pasted(err) == ["landbridge", *words, "--out", "x"]


def test_sweep_over_a_grid(landbridge: Command) -> None:
    arguments = (
        "scenario=baseline,tanf_withdrawal",
        "corridor.hold_days=range(7,15,7)",
        "ensemble.worlds=40",
    )
    code, out, err = landbridge("sweep", *arguments, "--out=s")
    assert (code, err) == (0, "")
    rows = summary("s")
    assert [(r["scenario"], r["corridor.hold_days"]) for r in rows] == [
        (scenario, days) for scenario in ("baseline", "tanf_withdrawal") for days in ("7", "14")
    ]
    assert {r["status"] for r in rows} == {"done"}
    assert float(rows[2]["p_road"]) > float(rows[0]["p_road"]) > float(rows[0]["p_road_low"])
    assert (Path("s") / rows[3]["directory"] / "worlds.parquet").is_file()
    assert "corridor.hold_days=14" in Path("s/points/3/.hydra/overrides.yaml").read_text()
    assert "4 of 4 points done" in out
    later = FakeSimulator()
    assert landbridge("sweep", *arguments, "--out=s", simulator=later)[0] == 0
    assert later.calls == []
    assert landbridge("run", "-m", *arguments, "--out=t")[0] == 0
    assert content("t") == content("s")
    assert Path("t/summary.csv").read_text() == Path("s/summary.csv").read_text()
    assert landbridge("compare", "s/points/0", "s/points/2")[0] == 0


def test_a_sweep_finds_its_own_folder_again(landbridge: Command) -> None:
    arguments = ("sweep", "corridor.hold_days=7,9", "ensemble.worlds=20")
    code, out, _ = landbridge(*arguments, "--dry-run")
    assert code == 0
    assert "2 points, 40 worlds in 2 blocks, folder sweeps/hold_days-" in out
    assert not Path("sweeps").exists()
    landbridge(*arguments)
    later = FakeSimulator()
    landbridge(*arguments[:2], "ensemble.worlds=30", simulator=later)
    assert sorted(later.calls) == sorted([*range(10, 15)] * 4)  # draws, of two worlds each
    assert len(list(Path("sweeps").iterdir())) == 1


def test_a_failing_point_is_recorded_and_the_others_finish(landbridge: Command) -> None:
    code, out, _ = landbridge(
        "run", "-m", "corridor.hold_days=999,7", "ensemble.worlds=20", "--out=s"
    )
    assert code == 1
    bad, good = summary("s")
    assert (bad["status"], bad["p_road"]) == ("failed", "")
    assert bad["error"] == "corridor.hold_days=999: must be from 1 to 365"
    assert good["status"] == "done"
    assert "1 of 2 points done" in out
    assert "failed: point 0: corridor.hold_days=999: must be from 1 to 365" in out
    assert not Path("s/points/0").exists()


def test_a_broken_model_fails_its_point_only(landbridge: Command) -> None:
    arguments = ("sweep", "ensemble.worlds=10,30", "ensemble.block=5", "--out=s")
    code, out, _ = landbridge(*arguments, simulator=FakeSimulator(fail_at=10))
    assert code == 1
    assert "failed: point 1: RuntimeError: the model broke (worlds 20 to 24)" in out
    later = FakeSimulator()
    assert landbridge(*arguments, simulator=later)[0] == 0
    assert later.calls == [10, 10, 11, 11, 12]
    assert {row["status"] for row in summary("s")} == {"done"}


def summary(folder: str) -> list[dict[str, str]]:
    with Path(folder, "summary.csv").open() as lines:
        return list(csv.DictReader(lines))


def content(folder: str) -> str:
    return str(json.loads(Path(folder, "manifest.json").read_text())["content_hash"])


def test_cfg_prints_the_settings(landbridge: Command, tmp_path: Path) -> None:
    code, out, _ = landbridge("run", "--cfg", "scenario=tanf_withdrawal")
    assert code == 0
    assert out.startswith("scenario: tanf_withdrawal\n")
    assert "# changes" not in out
    assert list(tmp_path.iterdir()) == []
    code, out, _ = landbridge("run", "--cfg", "changes=[{place: rutba, holder: none}]")
    assert code == 0
    assert "place: rutba" in out
    assert out.splitlines()[-1].startswith("# changes: ")


def test_a_change_that_cannot_be_is_one_line(landbridge: Command) -> None:
    wanted = "changes=[{date: 2017-08-15, set: {clock.until: 2018-01-01}}]"
    code, _, err = landbridge("run", wanted)
    assert code == 2
    assert err.count("\n") == 1
    assert "clock.until=2018-01-01: cannot change during a run" in err


def test_changes_are_swept_by_date(landbridge: Command, tmp_path: Path) -> None:
    change = "changes=[{date: 2017-08-15, set: {faction.tanf.quality: 2}}]"
    given = (change, "changes.0.date=2017-07-01,2017-08-01,2018-08-01", "--out=s")
    code, out, _ = landbridge("sweep", *given, "ensemble.worlds=10")
    assert code == 1  # the last is after the horizon
    assert "changes.0.date=2017-07-01" in out
    tree = json.loads((tmp_path / "s" / "summary.json").read_text())
    assert tree["unswept"] == {"changes.0.date": "2017-08-15"}
    assert [row["status"] for row in tree["points"]] == ["done", "done", "failed"]


def run_module(*arguments: str) -> tuple[subprocess.CompletedProcess[str], float]:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done, time.perf_counter() - began


def test_alone_it_shows_its_help_and_what_to_try(landbridge: Command) -> None:
    code, out, err = landbridge()
    assert (code, err) == (0, "")
    first = out.partition("first things to try:\n")[2].splitlines()[:3]
    for line in first:  # each can be called
        words = line.split("  ")[1].split()
        assert words[0] == "landbridge"
        assert read(words[1:]).words == words[1:]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_for_every_option(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main([name, "--help"])
    assert end.value.code == 0
    out = capsys.readouterr().out
    assert f"usage: landbridge {name}" in out
    examples = [line.strip() for line in out.splitlines() if line.startswith("  landbridge ")]
    assert all(example.startswith(f"landbridge {name}") for example in examples)


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion_knows_commands_and_options(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--print-completion", shell]) == 0
    script = capsys.readouterr().out
    for part in ("criticality", "--target", "territory", "--no-paired"):
        assert part in script
    if shutil.which(shell):
        done = subprocess.run([shell, "-n"], input=script, text=True, capture_output=True)
        assert (done.returncode, done.stderr) == (0, "")


def test_hydras_names_of_the_folder_go_on_working(landbridge: Command) -> None:
    assert landbridge("run", "ensemble.worlds=5", "hydra.run.dir=a")[0] == 0
    assert landbridge("sweep", "corridor.hold_days=7", *SIZE, "hydra.sweep.dir=b")[0] == 0
    assert landbridge("run", "ensemble.worlds=5", "-o", "c")[0] == 0
    assert content("a") == content("c")
    code, _, err = landbridge("rare", "hydra.run.dir=d")
    assert (code, "allowed: --out DIR names the folder" in err) == (2, True)
    assert sorted(one.name for one in Path().iterdir()) == ["a", "b", "c"]


def test_help_and_version_do_not_wait_for_the_model() -> None:
    done, seconds = run_module("-m", "sim.cli", "--help")
    assert done.returncode == 0
    assert all(command in done.stdout for command in ("run", "compare", "plot"))
    assert seconds < 1.0  # 0.1 s where nobody else works
    assert run_module("-m", "sim.cli", "--version")[0].stdout == f"landbridge {sim.__version__}\n"


def test_importing_sim_imports_nothing_heavy() -> None:
    heavy = "{'mesa', 'numba', 'numpy', 'hydra', 'pandas', 'matplotlib', 'scipy', 'pyarrow'}"
    code = f"import sys, sim.cli; print(sorted({heavy} & set(sys.modules)))"
    assert run_module("-c", code)[0].stdout == "[]\n"


def test_settings_are_checked_without_the_model() -> None:
    heavy = "{'mesa', 'numba', 'pandas', 'matplotlib', 'scipy', 'pyarrow'}"
    code = f"import sys, sim.config.compose, sim.config.check; print({heavy} & set(sys.modules))"
    assert run_module("-c", code)[0].stdout == "set()\n"


def test_progress_is_shown_on_a_terminal(config_tree: Path, tmp_path: Path) -> None:
    leader, follower = pty.openpty()
    arguments = ["ensemble.worlds=200", f"hydra.run.dir={tmp_path / 'a'}"]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.support.run_fake",
            str(config_tree),
            "0.2",
            "run",
            *arguments,
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=follower,
        text=True,
    )
    output, _ = process.communicate(timeout=60)
    os.close(follower)
    shown = os.read(leader, 100_000).decode()
    os.close(leader)
    assert process.returncode == 0
    assert "200/200 worlds" in shown
    assert "P road 0." in shown
    assert "worlds  " not in output


def test_packaged_data_is_found() -> None:
    assert (configs() / "config.yaml").is_file()
    assert (SEEDS / "control.csv").is_file()
