"""Every shell and Python block of README.md and docs/*.md runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.blocks import PAGES, Block, blocks, check_shell, run_python, run_shell, shrink_sim

# Pages that take minutes: in the fast suite their commands are composed and not run.
LONG = {"README", "backtest", "changes", "check", "rare", "report", "tutorial"}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to run in, with few worlds on a coarse map."""
    monkeypatch.chdir(tmp_path)
    shrink_sim(monkeypatch)
    return tmp_path


def _run(page: Path, here: Path) -> None:
    """All blocks in the order of the page, in one folder."""
    names: dict[str, object] = {"__name__": "block"}
    for block in blocks(page):
        run_shell(block.before)
        _write(block, here)
        if block.is_run and block.is_shell:
            run_shell(block.text, fails=block.fails)
        elif block.is_run and block.language == "python":
            run_python(block.text, names)


def _write(block: Block, here: Path) -> None:
    if block.title:
        file = here / block.title
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text, encoding="utf-8")


@pytest.mark.parametrize(
    "page", [one for one in PAGES if one.stem not in LONG], ids=lambda p: p.stem
)
def test_blocks_run(page: Path, here: Path) -> None:
    _run(page, here)


@pytest.mark.slow
@pytest.mark.parametrize("page", [one for one in PAGES if one.stem in LONG], ids=lambda p: p.stem)
def test_blocks_of_long_pages_run(page: Path, here: Path) -> None:
    _run(page, here)


@pytest.mark.parametrize("page", [one for one in PAGES if one.stem in LONG], ids=lambda p: p.stem)
def test_commands_of_long_pages_are_known(page: Path, here: Path) -> None:
    for block in blocks(page):
        _write(block, here)
        if block.is_run and block.is_shell and not block.fails:
            check_shell(block.text)


def test_what_is_not_run_says_why() -> None:
    reasons = {(page.name, block.not_run) for page in PAGES for block in blocks(page)}
    assert {one for one in reasons if one[1]} == {
        ("README.md", "it installs"),
        ("tutorial.md", "it installs"),
        ("clusters.md", "needs a cluster"),
        ("sweeps.md", "needs a cluster"),
    }


@pytest.mark.slow
def test_the_tutorial_prints_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its own numbers of worlds: every line of a text block is printed, in its order."""
    monkeypatch.chdir(tmp_path)
    page = next(one for one in PAGES if one.stem == "tutorial")
    for block in blocks(page):
        _write(block, tmp_path)
        if block.is_run and block.is_shell:
            run_shell(block.text, is_small=False, fails=block.fails)
            captured = capsys.readouterr()
            printed = iter((captured.out + captured.err).splitlines())
        elif block.language == "text":
            for line in block.text.splitlines():
                assert line == "..." or line in printed, line
