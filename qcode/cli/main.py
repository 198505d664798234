"""`qcode`: the app, its groups of commands, and the way in."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Annotated

import typer

from qcode import __version__
from qcode.cli.boundary import guarded
from qcode.cli.later import later

# The commands in the order of what one does with them.
_COMMANDS = {
    "study": {
        "init": "study.init",
        "import": "study.import_",
        "case": "case.app",
        "guide": "guide.app",
        "status": "study.status",
        "check": "study.check",
        "undo": "undo.undo",
    },
    "code": {"tag": "code.tag", "untag": "code.untag", "reanchor": "reanchor.reanchor", "memo": "memo.app"},
    "codebook": {"codebook": "codebook.app"},
    "analyse": {
        "find": "find.find",
        "observe": "observe.app",
        "summary": "summary.app",
        "report": "report.app",
        "compare": "compare.compare",
        "export": "export.app",
    },
    "team": {"agreement": "agreement.agreement", "git": "git.app"},
}

app = typer.Typer(
    cls=later(_COMMANDS, {}),
    help="Code interviews against a codebook, and count the codes per case, phase and perspective.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"qcode {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    directory: Annotated[
        Path, typer.Option("-C", "--directory", help="Work on the study in (or above) this folder.", metavar="DIR")
    ] = Path(),
    no_cache: Annotated[
        bool, typer.Option("--no-cache", envvar="QCODE_NO_CACHE", help="Read every file anew; use no index.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    context.obj = directory


def run() -> None:
    """The console script."""
    # A command lives for a moment and makes few circles: what start-up loaded is never garbage, and a study's
    # records need no sweeping while they are read.
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    status = guarded(app, sys.argv[1:])
    gc.freeze()  # what is left the system takes back, all at once
    sys.exit(status)
