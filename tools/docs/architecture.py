"""Draw the wings of `sim/` from their imports: `python -m tools.docs.architecture`.

A wing is a folder or module of `sim/`. It stands on the floor above all that it imports; lines are
imports, without those that other lines already imply.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from html import escape
from pathlib import Path

import networkx as nx

ROOT = Path(__file__).resolve().parents[2]
SIM = ROOT / "sim"
PICTURE = ROOT / "docs" / "architecture.svg"
WIDTH, FLOOR, HEIGHT, CHARACTER, GAP = 900, 74, 44, 7.2, 18  # pixels
STYLE = (
    "text{font:12px system-ui,sans-serif;text-anchor:middle;fill:#1a1a1a}"
    ".name{font-weight:600;font-size:13px}rect{fill:#eef3f8;stroke:#4a6b8a}"
    "line{stroke:#8aa0b5;stroke-width:1.2}"
)


def wings() -> dict[str, str]:
    """Name of every wing, and what it is for by the first line of its docstring."""
    files = {file.parent.name: file for file in SIM.glob("*/__init__.py")}
    files |= {file.stem: file for file in SIM.glob("*.py") if file.stem != "__init__"}
    docs = {name: ast.get_docstring(_tree(file)) or "" for name, file in files.items()}
    return {name: docs[name].partition("\n")[0] for name in sorted(docs)}


def imports() -> nx.DiGraph:
    """Wings and which imports which."""
    names = wings()
    graph = nx.DiGraph()
    graph.add_nodes_from(names)
    for file in SIM.rglob("*.py"):
        wing = file.relative_to(SIM).parts[0].removesuffix(".py")
        if wing in names:
            graph.add_edges_from(
                (wing, other) for other in _imported(file) if other in names and other != wing
            )
    return graph


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Constant) and str(node.value).startswith("sim.commands."):
            modules = ["sim.commands"]  # imported by name when a command is called
        else:
            continue
        yield from (name.split(".")[1] for name in modules if name.startswith("sim."))


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def floors(graph: nx.DiGraph) -> list[list[str]]:
    """Wings from the ground up: each above all that it imports."""
    level: dict[str, int] = {}
    for wing in reversed(list(nx.lexicographical_topological_sort(graph))):
        level[wing] = max((level[below] + 1 for below in graph[wing]), default=0)
    return [sorted(w for w in level if level[w] == n) for n in range(max(level.values()) + 1)]


def picture() -> str:
    """The drawing as SVG."""
    graph, about = imports(), wings()
    rows = floors(graph)
    height = FLOOR * len(rows) + GAP
    at: dict[str, tuple[float, float]] = {}
    boxes = []
    for n, row in enumerate(rows):
        top = height - (n + 1) * FLOOR
        widths = [
            CHARACTER * max(len(name) + 3, len(_short(about[name], len(row)))) for name in row
        ]
        left = (WIDTH - sum(widths) - GAP * (len(row) - 1)) / 2
        for name, width in zip(row, widths, strict=True):
            middle = left + width / 2
            at[name] = (middle, top)
            boxes.append(
                f'<rect x="{left:.0f}" y="{top}" width="{width:.0f}" height="{HEIGHT}" rx="4"/>'
                f'<text class="name" x="{middle:.0f}" y="{top + 18}">{name}</text>'
                f'<text x="{middle:.0f}" y="{top + 35}">{escape(_short(about[name], len(row)))}'
                "</text>"
            )
            left += width + GAP
    lines = [
        f'<line x1="{at[a][0]:.0f}" y1="{at[a][1] + HEIGHT}" x2="{at[b][0]:.0f}" y2="{at[b][1]}"/>'
        for a, b in sorted(nx.transitive_reduction(graph).edges)
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
            "<title>Wings of Landbridge; each imports only from those below it</title>",
            f"<style>{STYLE}</style>",
            f'<rect width="{WIDTH}" height="{height}" style="fill:#fff;stroke:none"/>',
            *lines,
            *boxes,
            "</svg>\n",
        ]
    )


def _short(text: str, beside: int) -> str:
    """A text up to its colon, where it fits into a row of so many boxes."""
    text = text.partition(":")[0].rstrip(".").replace("`", "")
    return text if len(text) * CHARACTER <= WIDTH / beside - 2 * GAP else ""


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
