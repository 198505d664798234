"""`qcode case`: make a case, and see which there are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qcode.cli.boundary import tell
from qcode.cli.opening import keep, open_study, root_of
from qcode.cli.options import At, DryRun
from qcode.core.errors import QcodeError, UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qcode.core.model import Case, Interview, Study
    from qcode.store.files import ChangeSet

app = typer.Typer(help="Make, list and show cases.", no_args_is_help=True)


@app.command()
def add(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="ID", help="The new case's id: the name of its folder.")],
    outcome: Annotated[str | None, typer.Option("--outcome", help="One of the codebook's outcomes.")] = None,
    perspective: Annotated[
        list[str] | None, typer.Option("--perspective", help="An interview planned. Repeats; all of them by default.")
    ] = None,
    attribute: Annotated[
        list[str] | None, typer.Option("--attribute", metavar="NAME=VALUE", help="Sector, region, … Repeats.")
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Make a case, with the interviews planned for it."""
    attributes = dict(map(_pair, attribute or []))
    keep(root := root_of(context), lambda: _new(root, case, outcome, perspective, attributes), dry_run=dry_run)


@app.command("list")
def list_(context: typer.Context, at: At = None) -> None:
    """Every case with its outcome, the perspectives interviewed and whether it counts as studied."""
    from qcode.core.words import one_line

    _, study = open_study(context, at)
    for case in study.cases:
        planned = sum(interview.planned for interview in case.interviews)
        held = f"{sum(interview.held for interview in case.interviews)} of {planned} held"
        marks = ", ".join(case.held) or "nobody interviewed"
        print(one_line(f"{case.id}: {case.outcome or '–'}, {held} ({marks}){', studied' * study.studied(case)}"))
    if not study.cases:
        tell("No cases yet: qcode case add ID.")


@app.command()
def show(
    context: typer.Context, case: Annotated[str, typer.Argument(metavar="ID", help="The case.")], at: At = None
) -> None:
    """One case: outcome, attributes, interviews, transcripts and who coded them, observations."""
    from qcode.core.words import nfc, one_line

    _, study = open_study(context, at)
    found = study.case_by_id.get(nfc(case))
    if found is None:
        raise UnknownName("case", case, list(study.case_by_id))
    for line in _lines(study, found):
        print(line[: len(line) - len(line.lstrip())] + one_line(line))


def _pair(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not equals or not name.strip():
        raise QcodeError(f"'{given}' is not NAME=VALUE", hint="For example: --attribute sector=zorg.")
    return name.strip(), value.strip()


def _new(
    root: Path, case: str, outcome: str | None, perspectives: list[str] | None, attributes: dict[str, str]
) -> tuple[ChangeSet, str]:
    from qcode.core.codebook import ids
    from qcode.core.words import is_id, nfc
    from qcode.store.files import Change, ChangeSet
    from qcode.store.project import load

    study = load(root, cases=()).require()
    name = nfc(case)
    if not is_id(name):
        raise QcodeError(f"'{case}' can't be a case's id", hint="Letters, digits, '-' and '_' only.")
    path = f"cases/{name}/case.yaml"
    if (root / path).parent.exists():
        raise QcodeError(f"case {name} is there already", hint=f"See it: qcode case show {name}.")
    known = ids(study.codebook.perspectives)
    for given in perspectives or ():
        _known("perspective", given, known)
    if outcome is not None:
        _known("outcome", outcome, ids(study.codebook.outcomes))
    text = _text(outcome, attributes, [nfc(p) for p in perspectives] if perspectives else known)
    return ChangeSet((Change(path, None, text.encode()),)), f"Made case {name}: {path}."


def _known(kind: str, given: str, known: list[str]) -> None:
    from qcode.core.words import nfc

    if nfc(given) not in known:
        raise UnknownName(kind, given, known)


def _text(outcome: str | None, attributes: dict[str, str], perspectives: list[str]) -> str:
    """The text of a new case.yaml."""
    from qcode.core.words import nfc
    from qcode.store.rendering import Value, block, plain, quoted

    said: dict[str, Value] = {}
    if outcome:
        said["outcome"] = plain(nfc(outcome))
    if attributes:
        said["attributes"] = {plain(nfc(name)): quoted(nfc(value)) for name, value in attributes.items()}
    said["interviews"] = [{"perspective": plain(p), "held": "false", "consent": "pending"} for p in perspectives]
    return "\n".join(block(said)) + "\n"


def _lines(study: Study, case: Case) -> Iterator[str]:
    yield f"Case {case.id}: {case.outcome or 'no outcome'}{', studied' * study.studied(case)}"
    for name, value in case.attributes.items():
        yield f"  {name}: {value}"
    for interview in case.interviews:
        yield f"  {_interview(interview)}"
        stem = interview.transcript.id if interview.transcript else None
        for codings in study.codings:
            transcript = study.transcript_of(codings)
            if stem and transcript and transcript.id == stem:
                yield f"    {codings.coder}: {codings.count} segments, {codings.status}"
    for observation in case.observations:
        told = f" (illustrates {', '.join(observation.illustrates)})" if observation.illustrates else ""
        yield f"  observation {observation.id}: {observation.title}{told}"


def _interview(interview: Interview) -> str:
    who = " ".join(part for part in (interview.perspective or "–", interview.respondent) if part)
    state = "held" if interview.held else "not held"
    facts = [state, interview.date, interview.mode, f"consent {interview.consent}" if interview.consent else None]
    path = interview.transcript.path if interview.transcript else "no transcript"
    return f"{who}: {', '.join(fact for fact in facts if fact)}; {path}"
