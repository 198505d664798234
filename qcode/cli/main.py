"""`qcode`: the app, its groups of commands, and the way in."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from qcode import __version__
from qcode.cli import (
    agreement,
    case,
    code,
    codebook,
    compare,
    export,
    find,
    git,
    guide,
    memo,
    observe,
    reanchor,
    report,
    study,
    summary,
    undo,
)
from qcode.cli.boundary import guarded

PANELS = ("study", "code", "codebook", "analyse", "team", "privacy")


class _Panels(TyperGroup):
    """The commands in the order of what one does with them; within each as they are named below."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        return sorted(super().list_commands(ctx), key=self._place)

    def _place(self, name: str) -> int:
        panel = getattr(self.commands[name], "rich_help_panel", None)
        return PANELS.index(panel) if panel in PANELS else len(PANELS)


app = typer.Typer(
    cls=_Panels,
    help="Code interviews against a codebook, and count the codes per case, phase and perspective.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("init", rich_help_panel="study")(study.init)
app.command("import", rich_help_panel="study")(study.import_)
app.add_typer(case.app, name="case", rich_help_panel="study")
app.add_typer(guide.app, name="guide", rich_help_panel="study")
app.command("status", rich_help_panel="study")(study.status)
app.command("check", rich_help_panel="study")(study.check)
app.command("undo", rich_help_panel="study")(undo.undo)
app.command("tag", rich_help_panel="code")(code.tag)
app.command("untag", rich_help_panel="code")(code.untag)
app.command("reanchor", rich_help_panel="code")(reanchor.reanchor)
app.add_typer(memo.app, name="memo", rich_help_panel="code")
app.add_typer(codebook.app, name="codebook", rich_help_panel="codebook")
app.command("find", rich_help_panel="analyse")(find.find)
app.add_typer(observe.app, name="observe", rich_help_panel="analyse")
app.add_typer(summary.app, name="summary", rich_help_panel="analyse")
app.add_typer(report.app, name="report", rich_help_panel="analyse")
app.command("compare", rich_help_panel="analyse")(compare.compare)
app.add_typer(export.app, name="export", rich_help_panel="analyse")
app.command("agreement", rich_help_panel="team")(agreement.agreement)
app.add_typer(git.app, name="git", rich_help_panel="team")


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
    sys.exit(guarded(app, sys.argv[1:]))
