"""`qcode tag` and `qcode untag`: code without a screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qcode.cli import completing
from qcode.cli.boundary import tell
from qcode.cli.opening import keep, old_texts, root_of, the_coder, the_transcript
from qcode.cli.options import Coder, DryRun
from qcode.core.errors import QcodeError

if TYPE_CHECKING:
    from qcode.cli.wanted import Wanted
    from qcode.core.model import Study, Transcript
    from qcode.core.session import Session
    from qcode.store.files import ChangeSet


def tag(
    context: typer.Context,
    transcript: Annotated[
        str | None,
        typer.Argument(help="CASE/STEM or a path.", show_default=False, autocompletion=completing.transcripts),
    ] = None,
    quote: Annotated[str | None, typer.Option("--quote", help="The words to code, as they stand.")] = None,
    line: Annotated[
        str | None,
        typer.Option("--line", metavar="N[:COLUMN]", help="Where the quote begins, if it stands more than once."),
    ] = None,
    lines: Annotated[str | None, typer.Option("--lines", metavar="A-B", help="Code these lines of the file.")] = None,
    code: Annotated[
        list[str] | None,
        typer.Option("--code", help="Id, key, alias or a part of one. Repeats.", autocompletion=completing.codes),
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(
            "--against",
            metavar="CODE",
            help="A code decided against for these words. Repeats.",
            autocompletion=completing.codes,
        ),
    ] = None,
    valence: Annotated[str | None, typer.Option("--valence", help="What it did in this case.")] = None,
    phase: Annotated[str | None, typer.Option("--phase", help="Only to overrule the code's or section's.")] = None,
    memo: Annotated[str | None, typer.Option("--memo", help="A note on the coding.")] = None,
    coder: Coder = None,
    batch: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE", help="Many at once: JSON lines or CSV; - for standard input."),
    ] = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="The coding desk to look only.")] = False,
    serve: Annotated[bool, typer.Option("--serve", help="The coding desk in a browser on this machine.")] = False,
    port: Annotated[int | None, typer.Option("--port", help="For --serve. Default: 8000; 0: any.", min=0)] = None,
    dry_run: DryRun = False,
) -> None:
    """Code a passage: by its words or its lines. Prints the segment's id. Without these: opens the coding desk.

    The same span again adds its codes to the segment that is there; a code already there takes the values given.

    --against notes what the team considered and decided not to code: it is counted nowhere.
    """
    from qcode.cli.wanted import Wanted, from_batch

    root = root_of(context)
    if port is not None and not serve:
        raise QcodeError("--port is for the desk in a browser", hint="qcode tag --serve --port N")
    alone = all(given is None for given in (batch, quote, line, lines, valence, phase, memo))
    if alone and not (dry_run or code or against):
        from qcode.cli.desk import open_desk, serve_desk

        if serve:
            serve_desk(root, transcript, coder, read_only=read_only, port=port)
        else:
            open_desk(root, transcript, coder, read_only=read_only)
        return
    if read_only or serve:
        option = "--serve" if serve else "--read-only"
        raise QcodeError(f"{option} is for the coding desk", hint=f"It needs no more: qcode tag CASE/STEM {option}")
    if batch is not None:
        if transcript or quote or lines or code or against:
            hint = "Leave out TRANSCRIPT, --quote, --lines, --code and --against."
            raise QcodeError("--from brings everything with it", hint=hint)
        wanted = from_batch(batch, coder)
    elif transcript is None:
        raise QcodeError("which transcript?", hint="qcode tag CASE/STEM --quote 'the words' --code CODE")
    else:
        codes = code or []
        wanted = [Wanted.of(transcript, quote, line, lines, codes, valence, phase, memo, coder, against=against or [])]
    ids: list[str] = []
    keep(root, lambda: _coded(root, wanted, ids), dry_run=dry_run)
    print("\n".join(ids))


def untag(
    context: typer.Context,
    segment: Annotated[str, typer.Argument(metavar="ID", help="The segment's id, as `find` prints it.")],
    code: Annotated[
        list[str] | None, typer.Option("--code", help="Only this code of it, given or decided against. Repeats.")
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Take back a segment, or one code of it."""
    root = root_of(context)
    keep(root, lambda: _uncoded(root, segment, code or []), dry_run=dry_run)


def _coded(root: Path, wanted: list[Wanted], ids: list[str]) -> tuple[ChangeSet, str]:
    """Every coding wanted, or none: the change, a sentence of what it does, and the segments' ids in `ids`."""
    from qcode.core.session import open_session
    from qcode.store.project import load

    study = load(root, cases=_cases(root, wanted)).require()
    sessions: dict[tuple[str, str], Session] = {}
    filled = 0
    for one in wanted:
        with one.placed():
            transcript = the_transcript(root, study, one.transcript)
            key = (transcript.id, the_coder(root, one.coder))
            session = sessions.get(key) or open_session(study, transcript, key[1], old_text=old_texts(root))
            session = one.apply(session)
        sessions[key] = session
        filled += session.filled
        ids.append(session.touched or "")
    for warning in dict.fromkeys(w for session in sessions.values() for w in session.warnings):
        tell(f"qcode: warning: {warning}")
    return _plan(root, list(sessions.values())), _said(wanted, list(sessions.values())) + _filled(filled)


def _cases(root: Path, wanted: list[Wanted]) -> set[str] | None:
    """The cases that the transcripts wanted are in; None where one is not plainly CASE/STEM or a path in cases/."""
    from qcode.core.words import nfc

    cases = set()
    for one in wanted:
        parts = Path(one.transcript).parts
        if len(parts) == 2 and (root / "cases" / parts[0]).is_dir():
            cases.add(nfc(parts[0]))
        elif len(parts) == 3 and parts[0] == "cases":
            cases.add(nfc(parts[1]))
        else:
            return None
    return cases


def _uncoded(root: Path, segment: str, codes: list[str]) -> tuple[ChangeSet, str]:
    from qcode.core.session import open_session
    from qcode.store.project import cases_holding, load

    study = load(root, cases=cases_holding(root, segment)).require()
    transcript, coder = _owner(study, segment)
    session = open_session(study, transcript, coder, old_text=old_texts(root))
    each: list[str | None] = [*codes] or [None]
    filled = 0
    for code in each:
        session = session.remove(segment, code)
        filled += session.filled
    what = f"{', '.join(codes)} of segment {segment}" if codes else f"segment {segment}"
    said = f"Took back {what} ({session.codings.coder}, {session.transcript.id})."
    return _plan(root, [session]), said + _filled(filled)


def _owner(study: Study, segment: str) -> tuple[Transcript, str]:
    from qcode.core.errors import UnknownName

    ids = []
    for codings in study.codings:
        transcript = study.transcript_of(codings)
        for one in codings.segments:
            if segment in one.names and transcript:
                return transcript, codings.coder
            ids.append(one.id or "")
    raise UnknownName("segment", segment, [i for i in ids if i], hint="See the ids: qcode find --format csv")


def _plan(root: Path, sessions: list[Session]) -> ChangeSet:
    from qcode.store.project import plan_codings

    edits = [(session.opened, session.codings) for session in sessions]
    return plan_codings(root, edits, {session.transcript.id: session.transcript for session in sessions}.values())


def _said(wanted: list[Wanted], sessions: list[Session]) -> str:
    coded = sum(1 for one in wanted if one.codes)
    done = "Coded" if coded else "Decided against codes for"
    count = coded or len(wanted)
    places = ", ".join(f"{s.transcript.id} ({s.codings.coder})" for s in sessions[:5])
    more = f" and {len(sessions) - 5} more" if len(sessions) > 5 else ""
    return f"{done} {count} {'passage' if count == 1 else 'passages'} in {places}{more}."


def _filled(count: int) -> str:
    return f" Gave {count} hand-written segments their missing id, line or context." if count else ""
