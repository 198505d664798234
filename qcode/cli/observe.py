"""`qcode observe`: what stands out in a case, put side by side, and the codings it rests on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qcode.cli.boundary import tell
from qcode.cli.opening import commit_of, keep, open_study, root_of, study_now
from qcode.cli.options import At, DryRun, Form, Format, Output, gathered
from qcode.core.errors import QcodeError, UnknownName
from qcode.core.observe import Given

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qcode.core.model import Case, Observation, Study
    from qcode.store.files import ChangeSet

app = typer.Typer(help="Note, list and show the striking observations of the cases.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="ID", help="CASE/ID, or ID where one case only has it.")]


@app.command()
@gathered
def add(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help="The case.")],
    title: Annotated[str, typer.Option("--title", help="What stands out, in a line.")],
    noted: Given,
    name: Annotated[str | None, typer.Option("--id", metavar="SLUG", help="Default: made from the title.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Note a striking observation of a case. Prints its id."""
    from qcode.core.observe import added

    made: list[str] = []

    def plan() -> tuple[ChangeSet, str]:
        study = study_now(context, root).require()
        found = _the_case(study, case)
        new = added(study, found, replace(noted, title=title), name)
        made.append(new.id)
        return _planned(root, found, new), f"Noted observation {found.id}/{new.id}."

    root = root_of(context)
    keep(root, plan, dry_run=dry_run)
    print(made[-1])


@app.command()
@gathered
def edit(
    context: typer.Context,
    observation: Name,
    noted: Given,
    title: Annotated[str | None, typer.Option("--title", help="What stands out, in a line.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Change what an observation says: each value given takes the place of the one there; an empty one takes it away.

    --says changes the words of that perspective only.
    """
    from qcode.core.observe import changed

    given = replace(noted, title=title)
    if given == Given():
        raise QcodeError("nothing to change", hint="Give what is to be another: --title, --why, --step …")
    _rewrite(context, observation, lambda study, case, one: changed(study, case, one, given), "Changed", dry_run)


@app.command()
def link(
    context: typer.Context,
    observation: Name,
    segments: Annotated[list[str], typer.Argument(metavar="SEGMENT…", help="Segments, as `find` prints them.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take them from its evidence.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Add segments to what an observation rests on, or take them back."""
    from qcode.core.observe import linked

    said = "Took evidence from" if remove else "Added evidence to"
    _rewrite(
        context,
        observation,
        lambda study, case, one: linked(study, case, one, segments, remove=remove),
        said,
        dry_run,
    )


@app.command("list")
def list_(
    context: typer.Context,
    case: Annotated[str | None, typer.Argument(metavar="CASE", help="Only of this case.", show_default=False)] = None,
    illustrates: Annotated[
        str | None, typer.Option("--illustrates", metavar="CODE", help="Only examples of this code or those below it.")
    ] = None,
    form: Form = None,
    output: Output = None,
    at: At = None,
) -> None:
    """Every observation: its case, id, title, whether the perspectives agree, and what it is an example of."""
    from qcode.cli.output import chosen, emit, screen
    from qcode.report.formats import render
    from qcode.report.observations import of_observations

    form = Format(chosen(form, output, [*Format]))
    root, study = open_study(context, at)
    found = _wanted(study, case, illustrates)
    emit(render(of_observations(study, found, _meta(root, study, found)), form, **screen(output)), output)
    if not found:
        tell("No observations found.")


@app.command()
def show(context: typer.Context, observation: Name, at: At = None) -> None:
    """One observation, with the words it rests on under the perspective that they come from."""
    from qcode.cli.opening import rows_of
    from qcode.cli.output import emit, screen
    from qcode.core.observe import find_observation
    from qcode.report.observations import Told

    root, study = open_study(context, at)
    case, found = find_observation(study, observation)
    own = replace(study, cases=(case,), codings=tuple(c for c in study.codings if c.case == case.id))
    emit(Told(own, case, found, rows_of(root, own), width=screen(None).get("width")).render(), None)


def _the_case(study: Study, given: str) -> Case:
    from qcode.core.words import nfc

    if nfc(given) not in study.case_by_id:
        raise UnknownName("case", given, list(study.case_by_id))
    return study.case_by_id[nfc(given)]


def _rewrite(
    context: typer.Context,
    name: str,
    after: Callable[[Study, Case, Observation], Observation],
    said: str,
    dry_run: bool,
) -> None:
    """Put another observation in the place of the one that is named."""
    from qcode.core.observe import find_observation

    root = root_of(context)

    def plan() -> tuple[ChangeSet, str]:
        study = study_now(context, root).require()
        case, before = find_observation(study, name)
        new = after(study, case, before)
        same = f"Observation {case.id}/{before.id} says so already: nothing changed."
        return _planned(root, case, new), same if new == before else f"{said} observation {case.id}/{before.id}."

    keep(root, plan, dry_run=dry_run)


def _planned(root: Path, case: Case, new: Observation) -> ChangeSet:
    from qcode.core.observe import with_observation
    from qcode.store.project import plan_observations

    return plan_observations(root, case, with_observation(case, new))


def _wanted(study: Study, case: str | None, illustrates: str | None) -> list[tuple[Case, Observation]]:
    book = study.codebook
    codes = book.subtree[book.find(illustrates).id] if illustrates is not None else None
    cases = study.cases if case is None else (_the_case(study, case),)
    return [
        (one, observation)
        for one in cases
        for observation in one.observations
        if codes is None or any(book.resolve(code) in codes for code in observation.illustrates)
    ]


def _meta(root: Path, study: Study, found: Sequence[tuple[Case, Observation]]) -> dict[str, object]:

    return {
        "measure": "observations",
        "observations": len(found),
        "cases": len({case.id for case, _ in found}),
        "codebook_version": study.codebook.version,
        "commit": commit_of(root, study),
    }
