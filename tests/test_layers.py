"""The package is a tower: every wing imports only from those below it, and so do libraries."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SIM = ROOT / "sim"

# From the ground up; wings on one floor may not import each other.
FLOORS = (
    {"arrays", "csv_text", "errors", "version", "definitions"},
    {"paths", "outside"},
    {"kernel_cache", "streams", "user_files"},
    {"jit", "disk"},
    {"rng"},
    {"config"},
    {"theatre"},
    {"model"},
    {"ensemble"},
    {"analysis"},
    {"show"},
    {"view"},
    {"commands"},
    {"cli", "api"},
)
LEVEL = {wing: level for level, floor in enumerate(FLOORS) for wing in floor}

# Where a library may be imported; one that is not named here may not be imported at all.
HOME = {
    "numpy": {"arrays", "jit", "rng", "theatre", "model", "ensemble", "analysis", "show", "view"},
    "filelock": {"disk"},
    "platformdirs": {"paths"},
    "numba": {"jit"},
    "mesa": {"model"},
    "hydra": {"config"},
    "omegaconf": {"config"},
    "yaml": {"config", "theatre"},
    "pyarrow": {"ensemble"},
    "distributed": {"ensemble"},
    "dask_jobqueue": {"ensemble"},
    "rich": {"commands"},
    "shtab": {"cli"},
    "pandas": {"ensemble", "analysis", "show"},
    "scipy": {"analysis"},
    "matplotlib": {"show"},
    "PIL": {"show"},
    "jinja2": {"show"},
    "markupsafe": {"show"},
}
# They need scipy.stats.qmc, and are imported when they do.
QUASI_RANDOM = {"design.py", "sobol.py", "table.py"}
FILES = sorted(file for file in SIM.rglob("*.py") if "_data" not in file.parts)


def wing_of(file: Path) -> str:
    return file.relative_to(SIM).parts[0].removesuffix(".py")


def imports(file: Path) -> Iterator[str]:
    """Dotted names that a file imports, at any depth of it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            if node.module == "sim":
                yield from (f"sim.{alias.name}" for alias in node.names)
            else:
                yield str(node.module)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SIM)))
def test_imports_go_down(file: Path) -> None:
    wing = wing_of(file)
    if wing == "__init__":
        return  # the Python interface, above all
    assert wing in LEVEL, f"a new wing {wing} needs a floor"
    for name in imports(file):
        parts = name.split(".")
        if parts[0] == "sim" and parts[1] in LEVEL and parts[1] != wing:
            assert LEVEL[parts[1]] < LEVEL[wing], f"{wing} imports {name}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SIM)))
def test_libraries_stay_in_their_wings(file: Path) -> None:
    import sys

    for name in imports(file):
        library = name.partition(".")[0]
        if library in sys.stdlib_module_names or library in {"sim", "__future__"}:
            continue
        assert library in HOME, f"{library} is not one of the libraries of the project"
        assert wing_of(file) in HOME[library], f"{library} is imported in {wing_of(file)}"
        slow = name.startswith("scipy.stats") and file.name not in QUASI_RANDOM
        assert not slow, "scipy.stats takes seconds to import"


def test_every_permission_is_used() -> None:
    used = {(name.partition(".")[0], wing_of(file)) for file in FILES for name in imports(file)}
    unused = {(library, wing) for library, home in HOME.items() for wing in home} - used
    assert not unused


def _room(module: str) -> str:
    """The folder of a module below its wing, or the module itself where it is in none."""
    parts = module.split(".")
    return ".".join(parts[:3]) if len(parts) > 3 else module


@pytest.mark.parametrize("place", [lambda module: module, _room], ids=["modules", "rooms"])
def test_imports_make_no_circle(place: Callable[[str], str]) -> None:
    """Neither for types nor inside functions; and no two folders of a wing import each other."""
    modules = {".".join(("sim", *file.relative_to(SIM).with_suffix("").parts)) for file in FILES}
    graph: dict[str, set[str]] = {}
    for file in FILES:
        module = ".".join(("sim", *file.relative_to(SIM).with_suffix("").parts))
        for name in imports_of_modules(file, modules):
            if place(name) != place(module):
                graph.setdefault(place(module), set()).add(place(name))
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def imports_of_modules(file: Path, modules: set[str]) -> Iterator[str]:
    """Modules that a file imports, or of which it imports a name."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield from modules & {f"{node.module}.{alias.name}", node.module}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SIM)))
def test_functions_are_short(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]  # what a kernel's docstring takes is no part of its length
            told = (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(node) else 0
            length = (node.end_lineno or node.lineno) - node.lineno + 1 - told
            assert length <= 60, f"{node.name} has {length} lines without its docstring"
