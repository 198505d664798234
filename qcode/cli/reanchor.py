"""`qcode reanchor`: after an edit of transcripts, see what became of the codings and write down what is right."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from qcode.cli.boundary import tell
from qcode.cli.opening import keep, old_texts, root_of, the_transcript
from qcode.cli.options import DryRun, Many
from qcode.cli.study import Plain
from qcode.core.errors import QcodeError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qcode.core.facts import Placed
    from qcode.core.model import Study, Transcript
    from qcode.core.reanchor import Choice
    from qcode.report.anchors import Fates
    from qcode.store.files import ChangeSet


class Wanted(NamedTuple):
    """Which codings are looked at; none named means all."""

    transcripts: tuple[str, ...]
    coders: tuple[str, ...]


def reanchor(
    context: typer.Context,
    transcript: Annotated[
        list[str] | None, typer.Argument(metavar="[TRANSCRIPT]…", help="CASE/STEM or a path.", show_default=False)
    ] = None,
    interactive: Annotated[bool, typer.Option("--interactive", "-i", help="Ask about each, one by one.")] = False,
    accept: Annotated[
        str | None,
        typer.Option("--accept", metavar="STATES", help="Accept these unseen, such as 'moved,changed>=0.9'."),
    ] = None,
    coder: Annotated[Many, typer.Option("--coder", help="Only what this coder coded. Repeats.")] = None,
    form: Annotated[Plain, typer.Option("--format", help="For people or for programs.")] = Plain.text,
    dry_run: DryRun = False,
) -> None:
    """After an edit: which quotes stand elsewhere or read otherwise now. Shows them; writes what you accept.

    exact: same words and context. moved: same words, other context. changed: other words ('changed' alone: 90% alike
    or more; quote the > for your shell). ambiguous: several places as good. lost: none. The rest stays as it is.
    """
    if (accept is not None) + interactive + (form is Plain.json) > 1:
        raise QcodeError("--accept, --interactive and --format json exclude each other", hint="Choose one of them.")
    root, wanted = root_of(context), Wanted(tuple(transcript or ()), tuple(coder or ()))
    if accept is not None:
        keep(root, lambda: _accepted(root, wanted, accept), dry_run=dry_run)
    elif interactive:
        study, found = _survey(root, wanted)
        choices = _asked(study, found)
        keep(root, lambda: _planned(root, study, found, choices), dry_run=dry_run)
    else:
        study, found = _survey(root, wanted)
        print(_fates(study, found).json() if form is Plain.json else _fates(study, found).text(), end="")
        for line in _summary(found):
            tell(line)


def _survey(root: Path, wanted: Wanted) -> tuple[Study, list[Placed]]:
    from qcode.core.errors import UnknownName
    from qcode.core.reanchor import survey
    from qcode.core.words import nfc
    from qcode.store.project import load

    study = load(root).require()
    names = [the_transcript(root, study, given).id for given in wanted.transcripts]
    coders = [nfc(coder) for coder in wanted.coders]
    known = sorted({codings.coder for codings in study.codings})
    for coder in coders:
        if coder not in known:
            raise UnknownName("coder", coder, known)
    return study, survey(study, old_texts(root), names, coders)


def _fates(study: Study, found: Sequence[Placed]) -> Fates:
    from qcode.cli.output import screen
    from qcode.report.anchors import Fates

    return Fates(study, found, **screen(None))


def _summary(found: Sequence[Placed]) -> list[str]:
    from qcode.core.words import counted
    from qcode.report.anchors import counts

    said = [f"{counted(len(found), 'segment')}: {counts(found)}." if found else "Nothing is coded here."]
    states = {placed.located.how for placed in found}
    if states & {"moved", "changed", "ambiguous"}:
        said.append("Settle them one by one: qcode reanchor -i")
        said.append("or many unseen: qcode reanchor --accept 'moved,changed>=0.9'")
    if "lost" in states:
        said.append("Lost ones stay in their files, uncounted: code them anew, or qcode untag ID.")
    return said


def _accepted(root: Path, wanted: Wanted, accept: str) -> tuple[ChangeSet, str]:
    from qcode.core.reanchor import Accepted

    accepted = Accepted.of(accept)
    study, found = _survey(root, wanted)
    return _planned(root, study, found, accepted.choices(found))


def _asked(study: Study, found: Sequence[Placed]) -> list[Choice]:
    """Every quote that is not where and what it was, one by one; `q` keeps what was said until then."""
    from qcode.core.reanchor import Choice

    fates = _fates(study, found)
    open_ = [p for p in found if p.located.candidates or (p.located.span and p.located.how != "exact")]
    choices = []
    for number, placed in enumerate(open_, 1):
        tell(f"\n{number} of {len(open_)} · {placed.transcript.id} · {placed.codings.coder}")
        print(fates.block(placed), end="", file=sys.stderr)
        spans = placed.located.candidates or (placed.located.span,)
        answer = _answer([str(n) for n in range(1, len(spans) + 1)] if placed.located.candidates else ["y"])
        if answer == "q":
            break
        if answer != "n" and (span := spans[0 if answer == "y" else int(answer) - 1]):
            choices.append(Choice(placed, span))
    return choices


def _answer(places: Sequence[str]) -> str:
    """One of the places, `n` or `q`; the end of the input is `q`."""
    ways = f"{places[0]}–{places[-1]}" if len(places) > 1 else places[0]
    question = "Is it still what was coded?" if places == ["y"] else "Which of them is it?"
    while True:
        print(f"{question} [{ways}, n: leave it, q: stop] ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        answer = line.strip().casefold() if line else "q"
        if answer in (*places, "n", "q"):
            return answer


def _planned(root: Path, study: Study, found: Sequence[Placed], choices: Sequence[Choice]) -> tuple[ChangeSet, str]:
    """The codings with what was accepted. Raises Conflict where codings or transcripts are not as they were seen."""
    from qcode.core.reanchor import settled
    from qcode.core.words import counted
    from qcode.report.anchors import counts
    from qcode.store.project import plan_codings

    edits = settled(study, found, choices, old_texts(root))
    _refuse_changed(root, [transcript for _, _, transcript in edits])
    accepted = [choice.placed for choice in choices]
    changes = plan_codings(root, [edit[:2] for edit in edits], [transcript for *_, transcript in edits])
    seen = {id(placed.segment) for placed in accepted}
    left = [p for p in found if p.located.how != "exact" and id(p.segment) not in seen]
    said = f"Accepted {counts(accepted)} in {counted(len(edits), 'file')}." if choices else "Accepted nothing."
    return changes, said + (f" Left as they are: {counts(left)}." if left else "")


def _refuse_changed(root: Path, transcripts: Sequence[Transcript]) -> None:
    from qcode.core.errors import Where
    from qcode.store.files import Conflict
    from qcode.store.journal import read
    from qcode.store.reading import blob_id

    for transcript in transcripts:
        data = read(root / transcript.path)
        if data is None or blob_id(data) != transcript.blob:
            hint = "Nothing was written. Do it again: it then starts from what is there now."
            raise Conflict("this transcript has changed since it was read", where=Where(transcript.path), hint=hint)
