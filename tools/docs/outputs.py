"""`docs/outputs.md`, from the catalogue of what commands write."""

from __future__ import annotations

from pathlib import Path

from sim.ensemble.store.folder import KINDS
from sim.ensemble.store.outputs import OutputFile, output_files, words

PAGE = Path(__file__).resolve().parents[2] / "docs" / "outputs.md"
_HEAD = """\
# Outputs

Every column and JSON key of the files that commands write, made by `make reference` from
`sim/ensemble/store/outputs.yaml`. `[]` is every item of a list; keys are joined by dots; a key
whose value is not known is null. A word in capitals stands for one of a kind:

"""


def page() -> str:
    """The page in Markdown."""
    listed = "".join(f"- `{word}`: {what}\n" for word, what in words().items())
    return _HEAD + listed + "".join(map(_section, output_files()))


def _section(file: OutputFile) -> str:
    where = "every kind" if "all" in file.kinds else ", ".join(KINDS[kind] for kind in file.kinds)
    rows = "".join(
        f"| `{output.key}` | {output.unit} | {output.what} |\n" for output in file.outputs
    )
    return (
        f"\n## {file.name}\n\n{file.what[:1].upper()}{file.what[1:]}. In folders of {where}.\n\n"
        f"| key | unit | what |\n|---|---|---|\n{rows}"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
