"""What the code says of itself: docstrings, constants and fields with their comments."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from inspect import cleandoc
from textwrap import dedent

from sim.paths import read_text

_LONGEST = 160  # signs of a constant that is shown
_SECTION = re.compile(r"^(Args|Returns|Raises):\n", re.M)
_TYPES = {
    "B1": "true or false", "I1": "whole, 8 bits", "I4": "whole, 32 bits", "I8": "whole, 64 bits",
    "U4": "whole >= 0, 32 bits", "U8": "whole >= 0, 64 bits", "F8": "number",
}  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """A function and what its docstring says."""

    name: str  # with its module, or class
    arguments: str
    text: str  # Markdown


@dataclass(frozen=True)
class Field:
    """A field of a record or constant of a module."""

    name: str
    kind: str  # type, or value
    what: str


@dataclass(frozen=True)
class Module:
    """A module of the package, by its path in it such as `model/kernels/fight`."""

    path: str

    @property
    def name(self) -> str:
        """Its last name."""
        return self.path.rpartition("/")[2]

    @cached_property
    def source(self) -> str:
        """Its text."""
        return read_text(f"{self.path}.py")

    @cached_property
    def tree(self) -> ast.Module:
        """Its text, parsed."""
        return ast.parse(self.source)

    @property
    def docstring(self) -> str:
        """Its docstring as it stands."""
        return ast.get_docstring(self.tree) or ""

    @property
    def text(self) -> str:
        """Its docstring as Markdown."""
        return markdown(self.docstring)

    def rules(self) -> list[Rule]:
        """Functions and methods that have a docstring, in the order of the file."""
        rules = []
        for node in self.tree.body:
            inside = node.body if isinstance(node, ast.ClassDef) else [node]
            stem = node.name if isinstance(node, ast.ClassDef) else self.name
            for function in inside:
                if isinstance(function, ast.FunctionDef) and (text := ast.get_docstring(function)):
                    names = [a.arg for a in function.args.args if a.arg != "self"]
                    names += [f"*{function.args.vararg.arg}"] if function.args.vararg else []
                    rules.append(Rule(f"{stem}.{function.name}", ", ".join(names), markdown(text)))
        return rules

    def constants(self) -> list[Field]:
        """Constants in capitals whose value says something, with the comment beside or above."""
        lines, constants = self.source.splitlines(), []
        for node in self.tree.body:
            if not isinstance(node, ast.Assign) or not isinstance(
                node.targets[0], ast.Expr | ast.Name | ast.Tuple
            ):
                continue
            name = ast.unparse(node.targets[0]).strip("()")
            value = _value(node.value)
            if re.fullmatch(r"[A-Z][A-Z0-9_]*(, [A-Z][A-Z0-9_]*)*", name) and value:
                constants.append(Field(name, value, _comment(lines, node)))
        return constants

    def records(self) -> Iterator[tuple[str, str, list[Field]]]:
        """Records and named tuples of the module: name, what it is, fields."""
        pattern = r"((?:^# .*\n)*)^(\w+) = _record\(\n((?: .*\n)+)\)"
        for above, name, body in re.findall(pattern, self.source, re.M):
            fields = re.findall(r"^    (\w+)=(\w+),  # (.*)$", body, re.M)
            what = " ".join(line.lstrip("# ") for line in above.splitlines())
            yield name, what, [Field(field, _TYPES[kind], text) for field, kind, text in fields]
        for node in self.tree.body:
            if isinstance(node, ast.ClassDef) and any(
                isinstance(base, ast.Name) and base.id == "NamedTuple" for base in node.bases
            ):
                lines = self.source.splitlines()[node.lineno - 1 : node.end_lineno]
                rows = [re.match(r"    (\w+): (\w+)(?:  # (.*))?$", line) for line in lines]
                fields = [Field(m[1], m[2], m[3] or "") for m in rows if m]
                yield node.name, markdown(ast.get_docstring(node) or ""), fields


def phases(text: str) -> list[list[str]]:
    """The cells of the table in a module's docstring, a row a list, headings first."""
    lines = [line for line in text.splitlines() if re.match(r" *(no\.|\d+) ", line)]
    return [re.split(r" {2,}", line.strip()) for line in lines]


def markdown(text: str) -> str:
    """A docstring as Markdown: sections become lists, and so do tables."""
    body, *sections = _SECTION.split(cleandoc(text))
    table = "".join(f"| {' | '.join(row)} |\n" for row in phases(body))
    head, rows = table.partition("\n")[::2]
    table = f"{head}\n|{'---|' * head.count(' | ')}---|\n{rows}"
    parts = [re.sub(r"^====.*\n(?:.*\n)*====.*\n", table, body, flags=re.M).strip()]
    for title, items in zip(sections[::2], sections[1::2], strict=True):
        lines = dedent(items.rstrip())
        if title == "Returns":
            parts.append("Returns: " + " ".join(lines.split()))
        elif title == "Args":
            items = re.sub(r"\n +", " ", lines).strip()
            parts += ["Takes:", re.sub(r"^(\w+):", r"- `\1`:", items, flags=re.M)]
    return "\n\n".join(part for part in parts if part)


def _value(node: ast.expr) -> str:
    """A constant as it is written, '' where that says nothing."""
    text = re.sub(r"np\.(?:u?int\d*|bool_|float64)\(([^()]*)\)", r"\1", ast.unparse(node))
    says_nothing = re.search(r"re\.|np\.dtype|np\.bool_|_record|Objective|NDArray|Path", text)
    return "" if says_nothing or len(text) > _LONGEST else text


def _comment(lines: list[str], node: ast.Assign) -> str:
    """The comment at the end of an assignment, or in the lines right above it."""
    beside = re.search(r"  # (.*)$", lines[(node.end_lineno or node.lineno) - 1])
    if beside:
        return beside[1]
    above: list[str] = []
    at = node.lineno - 2
    while at >= 0 and lines[at].startswith("# "):
        above.insert(0, lines[at][2:])
        at -= 1
    return " ".join(above)
