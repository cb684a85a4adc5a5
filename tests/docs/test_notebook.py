"""The notebook of the documentation runs from top to bottom."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs" / "notebook.ipynb"


def test_every_cell_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    cells = [one for one in json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
             if one["cell_type"] == "code"]  # fmt: skip
    names: dict[str, object] = {}
    shown = []
    for cell in cells:
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop()
        assert isinstance(last, ast.Expr)
        exec(compile(tree, str(NOTEBOOK), "exec"), names)
        shown.append(eval(compile(ast.Expression(last.value), str(NOTEBOOK), "eval"), names))
        assert cell["outputs"] == []  # none are kept: they would be of another version
    run, _, figure, sweep = shown
    assert "of 16 worlds" in run._repr_html_()
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert "P over tanf: red line radius (km)" in sweep._repr_html_()
    assert (tmp_path / "base.html").is_file()
