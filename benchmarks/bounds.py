"""What qcode's commands are held against, each a process of its own: the least that such work takes.

`read DIR` parses every YAML file of a study with the C loader and does nothing with it. `count FILE` counts passages
by code and case from a Parquet file in DuckDB: what a report could cost if the codings needed no reading. `look FILE
--code CODE` finds one code's codings in an SQLite table with an index on it, as a typer app of a few lines.
"""

from __future__ import annotations

import sys
from pathlib import Path

# A passage begins where a coding starts at or behind the furthest end before it, per code and transcript.
_COUNT = """
select code, "case", count(*) filter (fresh) as passages from (
    select *, coalesce(start >= max("end") over (
        partition by code, transcript order by start, "end" rows between unbounded preceding and 1 preceding
    ), true) as fresh from read_parquet(?)
) group by all order by all
"""


def read(folder: str) -> None:
    import yaml

    for path in Path(folder).rglob("*.yaml"):
        yaml.load(path.read_bytes(), yaml.CSafeLoader)


def count(file: str) -> None:
    import duckdb

    for row in duckdb.execute(_COUNT, [file]).fetchall():
        print(*row, sep=",")


def look() -> None:
    import sqlite3

    import typer

    app = typer.Typer()

    @app.command()
    def look(file: str, code: str = typer.Option()) -> None:
        for row in sqlite3.connect(file).execute("select * from codings where code = ?", [code]):
            print(*row, sep=",")

    app(sys.argv[2:])


if __name__ == "__main__":
    if sys.argv[1] == "look":
        look()
    else:
        {"read": read, "count": count}[sys.argv[1]](sys.argv[2])
