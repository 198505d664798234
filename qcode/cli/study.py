"""`qcode init`, `import`, `status` and `check`: a study, its interviews and their faults."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qcode.cli.boundary import FOUND, Bar, tell
from qcode.cli.opening import keep, read_study, root_of, study_now
from qcode.cli.options import At, DryRun
from qcode.core.errors import QcodeError

if TYPE_CHECKING:
    from collections.abc import Collection

    from qcode.core.errors import Problem, Where
    from qcode.core.model import Study
    from qcode.store.files import Change, ChangeSet


class Plain(StrEnum):
    """The two forms of a list of problems."""

    text = "text"
    json = "json"


def init(
    context: typer.Context,
    directory: Annotated[Path | None, typer.Argument(help="The folder of the new study. Default: this one.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="The study's name. Default: the folder's.")] = None,
    language: Annotated[str, typer.Option("--language", help="Of the labels shown: en, nl, …")] = "en",
    dry_run: DryRun = False,
) -> None:
    """Make a new study: settings, a small commented codebook, what git should know."""
    import os

    from qcode.store.starter import starter

    folder = (context.find_root().obj or Path()) / (directory or Path())
    root = Path(os.path.realpath(folder))  # not Path.resolve, which raises where links lead in a circle
    if not dry_run:
        root.mkdir(parents=True, exist_ok=True)
    next_steps = "qcode case add ID, then qcode import FILE --case ID --perspective P"
    said = f"Made a study in {root.name or root}. Next: {next_steps}."
    keep(root, lambda: (_new_files(root, starter(name or root.name, language)), said), dry_run=dry_run)


def _new_files(root: Path, files: dict[str, str]) -> ChangeSet:
    """The files of a new study; what a .gitignore or .gitattributes has already stays, and gets the lines it lacks."""
    from qcode.store.files import Change, ChangeSet

    changes: list[Change] = []
    for path, text in files.items():
        there = (root / path).read_bytes() if (root / path).exists() else None
        if there is not None and not path.startswith(".git"):
            raise QcodeError(f"{path} is there already", hint="Choose an empty folder: qcode init DIR.")
        # Whatever encoding its own lines have, they stay as they are.
        old = None if there is None else there.decode("utf-8", "surrogateescape")
        after = (text if old is None else _with_lines(old, text)).encode("utf-8", "surrogateescape")
        if after != there:
            changes.append(Change(path, there, after))
    return ChangeSet(tuple(changes))


def _with_lines(there: str, text: str) -> str:
    missing = [line for line in text.splitlines() if line not in there.splitlines()]
    ended = there if there.endswith("\n") or not there else there + "\n"
    return ended + "".join(f"{line}\n" for line in missing)


def import_(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Interviews: md, txt, docx, vtt or srt.", metavar="FILE…")],
    case: Annotated[str, typer.Option("--case", help="The case they belong to.")],
    perspective: Annotated[str, typer.Option("--perspective", help="Whose view they give.")],
    respondent: Annotated[
        str | None, typer.Option("--respondent", help="A pseudonym, where a case has several.")
    ] = None,
    date: Annotated[str | None, typer.Option("--date", help="When it was held: 2019-03-11.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="The transcript's file name, without its ending.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Bring in interviews as transcripts: speaker turns are recognised, all other text is kept."""
    from qcode.cli.importing import Incoming, planned

    if len(files) > 1 and (name or respondent):
        raise QcodeError("--name and --respondent are for one file", hint="Import the files one by one.")
    root = root_of(context)
    incoming = [Incoming(file, case, perspective, respondent, date, name) for file in files]
    keep(root, lambda: planned(study_now(context, root).require(), incoming), dry_run=dry_run)


def status(context: typer.Context, at: At = None) -> None:
    """What there is and what is still to do: interviews, transcripts, codings and problems, per case and coder."""
    from qcode.cli.output import screen
    from qcode.cli.overview import overview

    root, study = read_study(context, at)
    print(overview(study, _found_in(root, study), screen(None).get("width")), end="")


def check(
    context: typer.Context,
    form: Annotated[Plain, typer.Option("--format", help="For people or for programs.")] = Plain.text,
    rule: Annotated[list[str] | None, typer.Option("--rule", help="Only this rule. Repeats.")] = None,
    ignore: Annotated[list[str] | None, typer.Option("--ignore", help="Not this rule. Repeats.")] = None,
    at: At = None,
    orphans: Annotated[
        str | None,
        typer.Option("--orphans", metavar="REV", help="A quote not found is an error only if it was at this revision."),
    ] = None,
    staged: Annotated[
        bool, typer.Option("--staged", help="What git is about to commit; with --orphans HEAD: for a commit hook.")
    ] = False,
) -> None:
    """Find every fault in the study's files. Exits 1 when there is an error, 0 when there are only warnings."""
    from qcode.cli.opening import staged_study
    from qcode.core.words import counted

    if staged and at is not None:
        raise QcodeError("--staged and --at are two different studies", hint="Choose one of them.")
    root = root_of(context)
    study = staged_study(root) if staged else read_study(context, at)[1]
    if study is None:
        tell("No study is about to be committed.")
        return
    problems = _found_in(root, study, rule or (), ignore or ())
    if orphans is not None:
        problems = _blamed(root, study, problems, orphans)
    print(_json(problems) if form is Plain.json else "".join(map(problem_text, problems)), end="")
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    tell(f"{counted(errors, 'error')}, {counted(warnings, 'warning')}." if problems else "No problems found.")
    if errors:
        raise typer.Exit(FOUND)


def _found_in(root: Path, study: Study, only: Collection[str] = (), ignore: Collection[str] = ()) -> list[Problem]:
    from qcode.cli.opening import old_texts
    from qcode.store.checked import problems_of

    with Bar("Checking cases") as bar:
        return problems_of(root, study, old_texts, only, ignore, bar.show)


def _blamed(root: Path, study: Study, problems: list[Problem], since: str) -> list[Problem]:
    """The problems, those with a quote that was not found in that revision either made warnings."""
    from contextlib import suppress
    from dataclasses import replace

    from qcode.cli.opening import old_texts, study_at
    from qcode.core.reanchor import UNFOUND, orphans
    from qcode.git import NothingYet

    missing = [problem for problem in problems if problem.rule in UNFOUND]
    cases = {path[1] for problem in missing if len(path := problem.where.path.split("/")) > 2}
    new: frozenset[Where] = frozenset()
    with suppress(NothingYet):  # the first commit takes nothing away
        new = orphans(study_at(root, since, cases), study, old_texts(root)) if missing else new
    old = {id(problem) for problem in missing if problem.where not in new}
    return [replace(problem, severity="warning") if id(problem) in old else problem for problem in problems]


def problem_text(problem: Problem) -> str:
    """A problem on a line, and what to do on the next."""
    from qcode.core.words import one_line

    hint = f"    {one_line(problem.hint)}\n" if problem.hint else ""
    where, message = one_line(str(problem.where)), one_line(problem.message)
    return f"{where}: {problem.severity}: {message} [{problem.rule}]\n{hint}"


def _json(problems: list[Problem]) -> str:
    import json

    listed = [
        {
            "rule": problem.rule,
            "severity": problem.severity,
            "path": problem.where.path,
            "line": problem.where.line,
            "column": problem.where.column,
            "message": problem.message,
            "hint": problem.hint,
        }
        for problem in problems
    ]
    return json.dumps({"problems": listed}, ensure_ascii=False, indent=1) + "\n"
