"""`ground/sources.csv`: each data file read, its digest, licence and attribution."""

from __future__ import annotations

from tools.theatre.packages import SOURCES
from tools.theatre.tables import Folder

COLUMNS = (
    "source",
    "package",
    "version",
    "file",
    "sha256",
    "used_for",
    "origin",
    "licence",
    "attribution",
)


def write_sources(folder: Folder) -> int:
    """Write the table; the number of files."""
    rows = [
        {
            "source": source.key,
            "package": source.package,
            "version": source.installed(),
            "file": source.file,
            "sha256": source.sha256(),
            "used_for": source.used_for,
            "origin": source.origin,
            "licence": source.licence,
            "attribution": source.attribution,
        }
        for source in SOURCES.values()
    ]
    return folder.write("sources.csv", COLUMNS, rows)
