"""`qcode memo`: notes of the researchers, in files of their own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qcode.cli.boundary import tell
from qcode.cli.opening import commit_of, keep, open_study, root_of, study_now, the_coder, the_date
from qcode.cli.options import At, DryRun, Form, Format, Output
from qcode.core.errors import QcodeError, UnknownName

if TYPE_CHECKING:
    from qcode.core.memos import Target
    from qcode.core.model import Memo, Study
    from qcode.store.files import ChangeSet

app = typer.Typer(help="Write, list and show memos on the study, a code, a case or a segment.", no_args_is_help=True)

Kind = Annotated[str | None, typer.Option("--type", help="Its kind, in a word of your own: rule, theory, method …")]


@app.command()
def add(
    context: typer.Context,
    about: Annotated[str, typer.Option("--about", help="study, a code, a case, CASE/STEM or a segment's id.")],
    text: Annotated[str, typer.Option("--text", help="What it says; - for standard input.")],
    title: Annotated[str | None, typer.Option("--title", help="Its heading; its file is named after it.")] = None,
    kind: Kind = None,
    date: Annotated[str | None, typer.Option("--date", help="As 2019-09-12. Default: today.")] = None,
    author: Annotated[
        str | None, typer.Option("--author", help="Default: the coder at work, where one is set.")
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Write a memo. It lies with the case it is about, else with the codebook. Prints its name."""
    from qcode.core.model import Memo

    root = root_of(context)
    draft = Memo("", "", about, kind, the_date(date), _author(root, author), _body(title, text))
    made: list[str] = []
    keep(root, lambda: _new(root, study_now(context, root).require(), draft, title, made), dry_run=dry_run)
    print(made[-1])


@app.command("list")
def list_(
    context: typer.Context,
    about: Annotated[
        str | None, typer.Option("--about", help="Only about this, or what is part of it: a case has its interviews.")
    ] = None,
    kind: Kind = None,
    form: Form = None,
    output: Output = None,
    at: At = None,
) -> None:
    """Every memo: name, what it is about, type, date, author and title."""
    from qcode.cli.output import chosen, emit, screen
    from qcode.report.formats import render
    from qcode.report.observations import of_memos

    form = Format(chosen(form, output, [*Format]))
    root, study = open_study(context, at)
    found = _wanted(study, about, kind)
    emit(render(of_memos(found, _meta(root, study, found)), form, **screen(output)), output)
    if not found:
        tell("No memos found.")


@app.command()
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name or path.")],
    at: At = None,
) -> None:
    """One memo: what it is about, and what it says."""
    from qcode.core.words import one_line, visible

    _, study = open_study(context, at)
    memo = _the_memo(study, name)
    marks = ", ".join(mark for mark in (memo.type, memo.date, memo.author) if mark)
    print(one_line(f"{memo.path}{': ' if marks else ''}{marks}"))
    print(one_line(f"about {_told(study, memo)}"))
    print(f"\n{visible(memo.text)}")


def _new(root: Path, study: Study, draft: Memo, title: str | None, made: list[str]) -> tuple[ChangeSet, str]:
    from dataclasses import replace

    from qcode.core.memos import Targets
    from qcode.core.words import nfc
    from qcode.store.files import Change, ChangeSet
    from qcode.store.memos import free_name, new_memo

    target = Targets(study).meant(draft.about)
    folder = _folder(study, target)
    name = free_name(root, folder, draft.date or "", title or draft.type or target.name)
    made.append(name)
    path = f"{folder}/{name}.md"
    memo = replace(draft, about=target.name, type=nfc(draft.type) if draft.type else None)
    return ChangeSet(
        (Change(path, None, new_memo(memo).encode()),)
    ), f"Wrote {path}, about {target.kind} {target.name}."


def _folder(study: Study, target: Target) -> str:
    from qcode.store.memos import BOOK

    return f"{study.case_by_id[target.case].folder}/memos" if target.case else BOOK


def _body(title: str | None, text: str) -> str:
    from qcode.core.words import nfc

    said = typed() if text == "-" else text
    body = nfc(said.replace("\r\n", "\n")).strip()
    if not body:
        raise QcodeError("the memo is empty", hint="Say it with --text 'what it says', or give it to --text -.")
    return f"# {nfc(' '.join(title.split()))}\n\n{body}" if title else body


def typed() -> str:
    """What comes on standard input. Raises QcodeError where it is not UTF-8."""
    import sys

    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QcodeError("standard input is not UTF-8", hint="Save it as UTF-8.") from error


def _author(root: Path, given: str | None) -> str | None:
    """As given, else the coder at work; nobody where none is set, since a memo needs no author."""
    if given is not None:
        return the_coder(root, given)
    try:
        return the_coder(root, None)
    except QcodeError:
        return None


def _wanted(study: Study, about: str | None, kind: str | None) -> list[Memo]:
    from qcode.core.memos import Targets
    from qcode.core.words import nfc

    memos = [memo for memo in study.pile.require() if kind is None or memo.type == nfc(kind)]
    if about is None:
        return memos
    targets = Targets(study)
    whole = targets.meant(about)
    found = ((memo, targets.find(memo.about, memo.case)) for memo in memos)
    return [memo for memo, part in found if part and targets.covers(whole, part)]


def _the_memo(study: Study, given: str) -> Memo:
    from qcode.core.words import nfc

    memos = study.pile.require()
    name = nfc(given)
    found = [memo for memo in memos if name in (memo.name, nfc(memo.path))]
    if len(found) > 1:
        raise QcodeError(f"'{given}' fits {len(found)} memos", hint=f"Say which: {', '.join(m.path for m in found)}.")
    if not found:
        raise UnknownName("memo", given, [memo.name for memo in memos])
    return found[0]


def _told(study: Study, memo: Memo) -> str:
    """What a memo is about, and where a person finds it."""
    from qcode.core.memos import Targets

    targets = Targets(study)
    target = targets.find(memo.about, memo.case)
    if target is None:
        return f"{memo.about or 'nothing'}, which is not there"
    if target.kind == "code":
        return f"code {study.codebook.by_id[target.name].title(study.language)}"
    if target.kind == "segment":
        codings, segment = targets.segment(target.name)
        return f"segment {target.name} ({codings.case}/{codings.transcript}, {codings.coder}): “{segment.quote}”"
    return "the study" if target.kind == "study" else f"{target.kind} {target.name}"


def _meta(root: Path, study: Study, found: list[Memo]) -> dict[str, object]:
    return {
        "measure": "memos", "memos": len(found),
        "codebook_version": study.codebook.version, "commit": commit_of(root, study),
    }  # fmt: skip
