"""`qcode export`: a study for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qcode.cli.options import SHARED, At

app = typer.Typer(help="Write a study for other programs.", no_args_is_help=True)


@app.callback()
def _export() -> None:
    """Write a study for other programs."""


@app.command()
def parquet(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is not there yet, or is empty.")],
    shared: Annotated[bool, SHARED] = False,
    at: At = None,
) -> None:
    """The codings as Parquet, a folder per case, with the codebook and the cases beside them.

    Reports are made of it where a study is too large for one machine: qcode report patterns --data DIR --engine
    pyspark. Quotes and memos are in it; the transcripts are not.
    """
    from qcode import api
    from qcode.cli.opening import open_study
    from qcode.cli.output import emit_folder
    from qcode.report.formats import wing

    write = wing("dataset", "parquet", "dataset")
    root, study = open_study(context, at)
    emit_folder(write(api.asked(root, study, {}, all_cases=True, shared=shared)), folder)
