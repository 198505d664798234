"""`qcode git`: codings and codebooks merged and compared by what they say."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qcode.cli.boundary import tell
from qcode.cli.opening import keep, root_of
from qcode.cli.options import DryRun, Output, Revisions
from qcode.core.errors import QcodeError

if TYPE_CHECKING:
    from qcode.store.files import ChangeSet

app = typer.Typer(help="Merge and compare codings by what they say, with git.", no_args_is_help=True)


class Told(StrEnum):
    """The forms of a list of changes."""

    table = "table"
    md = "md"
    json = "json"


Form = Annotated[Told | None, typer.Option("--format", help="How to print it.")]


@app.command()
def install(context: typer.Context, dry_run: DryRun = False) -> None:
    """Let git merge and show codings by what they say, and check the study before each commit. For this repository."""
    from qcode.cli.hooking import hook_of, hooked, settings

    root = root_of(context)
    hook_of(root)  # before anything is written
    keep(root, lambda: _attributes(root, wanted=True), dry_run=dry_run)
    for said in (*settings(root, wanted=True, dry_run=dry_run), hooked(root, dry_run=dry_run)):
        tell(said)


@app.command()
def uninstall(context: typer.Context, dry_run: DryRun = False) -> None:
    """Take back what `install` did, and nothing else."""
    from qcode.cli.hooking import hook_of, settings, unhooked

    root = root_of(context)
    hook_of(root)
    keep(root, lambda: _attributes(root, wanted=False), dry_run=dry_run)
    said, alone = unhooked(root, dry_run=dry_run)
    for line in (*(settings(root, wanted=False, dry_run=dry_run) if alone else ()), said):
        tell(line)


@app.command()
def diff(
    context: typer.Context,
    revisions: Revisions = "HEAD",
    form: Form = None,
    output: Output = None,
) -> None:
    """What coders did between two versions: who added, removed or changed which coding where."""
    from qcode.cli.compared import between
    from qcode.cli.output import chosen, emit, screen
    from qcode.report.changes import Changes

    form = Told(chosen(form, output, [*Told]))
    found, book, meta = between(root_of(context), revisions)
    changes = Changes(found, book, screen(output).get("width"), meta)
    emit(changes.render(form), output)
    tell(changes.told)


@app.command()
def merge(
    context: typer.Context,
    branch: Annotated[str, typer.Argument(metavar="BRANCH", help="The branch, or any revision, that would come in.")],
    preview: Annotated[bool, typer.Option("--preview", help="Say what would come in, and change nothing.")] = False,
) -> None:
    """See what a merge would bring: codings added, changed and removed, conflicts, changes of the codebook."""
    from qcode.cli.foreseen import foreseen

    if not preview:
        raise QcodeError("only a preview is made here", hint=f"Add --preview. To merge: git merge {branch}")
    print(foreseen(root_of(context), branch), end="")


@app.command(hidden=True)
def driver(
    base: Path,
    ours: Path,
    theirs: Path,
    size: int,
    path: str,
    names: Annotated[list[str] | None, typer.Argument()] = None,
) -> None:
    """Merge one file. git calls it."""
    from qcode.cli.driver import driver as merged

    raise typer.Exit(merged(base, ours, theirs, size, path, names or ()))


@app.command()
def textconv(file: Annotated[Path, typer.Argument(metavar="FILE", help="A codings file.")]) -> None:
    """Print a codings file as people read it. `git diff` compares that, once installed."""
    from qcode.cli.driver import textconv as shown

    raise typer.Exit(shown(file))


def _attributes(root: Path, *, wanted: bool) -> tuple[ChangeSet, str]:
    from qcode.store.files import Change, ChangeSet
    from qcode.store.gitfiles import with_attributes, without_attributes
    from qcode.store.project import load_codebook

    path, codebook = ".gitattributes", load_codebook(root)[0].codebook
    there = (root / path).read_bytes() if (root / path).exists() else None
    old = "" if there is None else there.decode("utf-8", "surrogateescape")
    new = (with_attributes if wanted else without_attributes)(old, codebook)
    after = new.encode("utf-8", "surrogateescape") if new or (there == b"") else None
    if after == there:
        return ChangeSet(), f"{path} says it already." if wanted else f"{path} says nothing of it."
    said = f"{path} says which files are merged so; commit it." if wanted else f"Took the lines of qcode out of {path}."
    return ChangeSet((Change(path, there, after),)), said
