"""`qcode tag` in a terminal: opens the coding desk, and gives it its ways to save, read anew and remember."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qcode.core.errors import QcodeError

if TYPE_CHECKING:
    from qcode.core.codebook import Codebook
    from qcode.core.model import Study, Transcript
    from qcode.core.observe import Given
    from qcode.core.session import Session
    from qcode.store.history import Note
    from qcode.tui.doors import Draft, Memory
    from qcode.tui.serve import Served

Stamp = tuple[int, int, int] | None
PORT = 8000  # of the desk in a browser
WITHOUT = "Without a screen: qcode tag CASE/STEM --quote 'the words' --code CODE"


def open_desk(root: Path, transcript: str | None, coder: str | None, *, read_only: bool) -> None:
    """The desk on a transcript; without one named, where the coder left off."""
    _refuse_without_terminal()
    from qcode.cli.boundary import tell
    from qcode.cli.opening import old_texts, the_coder, the_transcript
    from qcode.core.session import open_session
    from qcode.store.files import recover
    from qcode.store.project import load
    from qcode.tui.app import Desk

    who = the_coder(root, coder)
    if not read_only and (healed := recover(root)):
        tell(healed)
    study = load(root).require()
    memory = remembered(root, who)
    chosen = the_transcript(root, study, transcript) if transcript else _next(study, who, memory)
    session = open_session(study, chosen, who, old_text=old_texts(root))
    desk = Desk(session, Way(root, who).doors(), memory, read_only=read_only)
    desk.run()
    for warning in session.warnings:
        tell(f"qcode: warning: {warning}")


def serve_desk(root: Path, transcript: str | None, coder: str | None, *, read_only: bool, port: int | None) -> None:
    """The same desk in a browser on this machine, until Ctrl+C."""
    from qcode.cli.boundary import tell
    from qcode.cli.opening import the_coder, the_transcript
    from qcode.store.project import load

    who = the_coder(root, coder)
    study = load(root).require()  # what can't be opened is told here, not on an empty page
    chosen = the_transcript(root, study, transcript).id if transcript else None
    served = _served(served_command(root, chosen, who, read_only=read_only), PORT if port is None else port)
    tell(f"The desk of {who} is at {served.address}\nOn this machine only. Ctrl+C ends it.")
    served.run()


def served_command(root: Path, transcript: str | None, coder: str, *, read_only: bool) -> list[str]:
    """What each page that opens the desk runs."""
    where = [sys.executable, "-m", "qcode", "-C", str(root.absolute()), "tag", f"--coder={coder}"]
    return [*where, *(["--read-only"] if read_only else []), "--", *([transcript] if transcript else [])]


def _served(command: list[str], port: int) -> Served:
    try:
        from qcode.tui.serve import Served
    except ModuleNotFoundError as error:
        hint = "pip install 'qcode[serve]'"
        raise QcodeError(f"the desk in a browser needs an extra ({error.name} is missing)", hint=hint) from None
    try:
        return Served(command, port)
    except (OSError, OverflowError) as error:
        raise QcodeError(f"port {port} can't be had: {error}", hint="Take any that is free: --port 0") from None


class Way:
    """From the desk to the files of one study, for one coder."""

    def __init__(self, root: Path, coder: str) -> None:
        self.root, self.coder = root, coder
        self._seen: dict[str, tuple[Stamp, Stamp]] = {}  # by codings file: how it and its transcript were last found

    def doors(self) -> Any:
        from qcode.tui.doors import Doors

        return Doors(self.save, self.reload, self.remember, self.observe, self.changed, self.new_code)

    def save(self, session: Session) -> Session:
        """Write the codings, under the lock. Raises Stale where the file or the transcript is not what it was."""
        from dataclasses import replace

        from qcode.store.files import Conflict, apply, locked
        from qcode.store.project import plan_codings
        from qcode.tui.doors import Stale

        try:
            with locked(self.root):
                self._refuse_changed(session.transcript)
                edits = [(session.opened, session.codings)]
                changes = plan_codings(self.root, edits, [session.transcript])
                apply(self.root, changes, self._note(f"Coded {session.transcript.id} at the desk ({self.coder})."))
                self._seen[session.codings.path] = self._stamps(session)
        except Conflict as error:
            raise Stale(error.message, where=error.where, hint=error.hint) from error
        return replace(session, opened=session.codings)

    def changed(self, session: Session) -> bool:
        """Whether the codings or the transcript are no longer those the session began from; told once for each change.

        The files are read only where they look different from the last time.
        """
        from qcode.store.project import read_codings
        from qcode.store.reading import blob_id

        path, stamps = session.codings.path, self._stamps(session)
        if self._seen.get(path) == stamps:
            return False
        self._seen[path] = stamps
        try:
            now = read_codings(self.root, path, session.codings.case)
            text = blob_id((self.root / session.transcript.path).read_bytes())
        except (QcodeError, OSError):
            return True  # to read it anew says what is wrong with it
        return (now[1] if now else None) != session.opened or text != session.transcript.blob

    def _stamps(self, session: Session) -> tuple[Stamp, Stamp]:
        return _stamp(self.root / session.codings.path), _stamp(self.root / session.transcript.path)

    def _refuse_changed(self, transcript: Transcript) -> None:
        from qcode.core.errors import Where
        from qcode.store.reading import blob_id
        from qcode.tui.doors import Stale

        try:
            now = blob_id((self.root / transcript.path).read_bytes())
        except FileNotFoundError:
            raise QcodeError("this transcript is no longer there", where=Where(transcript.path)) from None
        if now != transcript.blob:
            raise Stale("this transcript has changed since it was read", where=Where(transcript.path))

    def reload(self, transcript: str) -> Session:
        from qcode.cli.opening import old_texts, the_transcript
        from qcode.core.session import open_session
        from qcode.store.project import load

        study = load(self.root).require()
        return open_session(
            study, the_transcript(self.root, study, transcript), self.coder, old_text=old_texts(self.root)
        )

    def observe(self, case: str, given: Given) -> str:
        from qcode.core.observe import added, with_observation
        from qcode.store.files import apply, locked
        from qcode.store.project import load, plan_observations

        with locked(self.root):
            study = load(self.root, cases={case}).require()
            where = study.case_by_id[case]
            new = added(study, where, given)
            note = self._note(f"Noted observation {case}/{new.id} at the desk.")
            apply(self.root, plan_observations(self.root, where, with_observation(where, new)), note)
        return new.id

    def new_code(self, draft: Draft, transcript: str) -> tuple[str, Codebook]:
        """Put a code in the codebook as it is now, with a decision, as `qcode codebook add` does."""
        from qcode.cli.opening import the_date
        from qcode.core import recode
        from qcode.core.decisions import Decision
        from qcode.core.given import Given, Spot
        from qcode.core.words import short_slug
        from qcode.store.files import apply, locked
        from qcode.store.project import load_codebook, plan_codebook

        with locked(self.root):
            settings, book = load_codebook(self.root)
            said = Given(label=draft.label, definition=draft.definition, language=settings.language or book.language)
            done = recode.add(book, short_slug(draft.label), said, Spot(under=draft.parent))
            why = f"Needed while coding {transcript}."
            decision = Decision(the_date(None), self.coder, "add", done.codes, done.into, why, done.book.version)
            changes = plan_codebook(self.root, book, done.book, decision)
            apply(self.root, changes, self._note(f"Added code '{done.codes[0]}' at the desk ({self.coder})."))
            return done.codes[0], load_codebook(self.root)[1]

    def _note(self, said: str) -> Note:
        from qcode.cli.opening import command_line
        from qcode.store.history import Note

        return Note(said, command_line())

    def remember(self, memory: Memory) -> None:
        """Where the coder is now. Nothing is lost when this can't be written, so nobody is bothered with it."""
        from contextlib import suppress
        from dataclasses import asdict

        from qcode.store.files import qcode_dir

        every = _memories(self.root) | {self.coder: asdict(memory)}
        with suppress(OSError, QcodeError):
            file = qcode_dir(self.root) / _NAME
            temp = file.with_suffix(f".{os.getpid()}")
            temp.write_text(json.dumps(every, ensure_ascii=False, indent=1), encoding="utf-8")
            os.replace(temp, file)


def _stamp(file: Path) -> Stamp:
    """What tells a file from what it was without reading it: when it was written, its size and its place on disk."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


_NAME = "desk.json"


def remembered(root: Path, coder: str) -> Memory:
    """What the desk knows of this coder from the last time; nothing, where that can't be read."""
    from qcode.tui.doors import Memory

    said = _memories(root).get(coder)
    if not isinstance(said, dict):
        return Memory()
    transcript, offset = said.get("transcript"), said.get("offset")
    recent, favourites = said.get("recent"), said.get("favourites")
    return Memory(
        transcript if isinstance(transcript, str) else None,
        offset if isinstance(offset, int) else 0,
        tuple(code for code in recent if isinstance(code, str)) if isinstance(recent, list) else (),
        {str(d): str(c) for d, c in favourites.items()} if isinstance(favourites, dict) else {},
    )


def _memories(root: Path) -> dict[str, Any]:
    try:
        said = json.loads((root / ".qcode" / _NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _next(study: Study, coder: str, memory: Memory) -> Transcript:
    """The one remembered, or the first after it that this coder is not done with; from the top where none is left."""
    every = [t for case in study.cases for t in case.transcripts if t.stem not in case.withdrawn]
    if not every:
        raise QcodeError("no transcripts yet", hint="Bring them in: qcode import FILE --case CASE --perspective P")
    done = {t.id for s in study.codings if s.coder == coder and s.done and (t := study.transcript_of(s))}
    at = next((n for n, t in enumerate(every) if t.id == memory.transcript), 0)
    return next((t for t in (*every[at:], *every[:at]) if t.id not in done), every[at])


def _refuse_without_terminal(environment: Mapping[str, str] = os.environ) -> None:
    if "web_driver" in environment.get("TEXTUAL_DRIVER", ""):
        return  # textual-serve's: the terminal is in a browser
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):  # it draws on stderr
        raise QcodeError("the coding desk needs a terminal", hint=WITHOUT)
    if environment.get("TERM", "") in ("", "dumb") and os.name != "nt":
        raise QcodeError("this terminal can't show the coding desk (TERM says so)", hint=WITHOUT)
