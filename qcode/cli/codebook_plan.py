"""The way of every change of the codebook: load, operate, write it and the decision down, say what it touches."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from qcode.cli.opening import keep, root_of, study_now, the_coder, the_date
from qcode.core.errors import QcodeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from qcode.cli.options import Why
    from qcode.core.decisions import Decision
    from qcode.core.model import Study
    from qcode.core.recode import Recoded
    from qcode.store.files import ChangeSet


def decide(context: typer.Context, why: Why, operate: Callable[[Study], Recoded]) -> None:
    """Change the codebook by an operation, and put the decision down in a file of its own."""
    from qcode.store.project import plan_codebook

    root = root_of(context)
    decider = the_decision(context, why)

    def plan() -> tuple[ChangeSet, str]:
        study = study_now(context, root).require()
        done = operate(study)
        decision = decider(done)
        changes = plan_codebook(root, study.codebook, done.book, decision)
        return changes, told(study, done, changes.changes[-1].path)

    keep(root, plan, dry_run=why.dry_run)


def the_decision(context: typer.Context, why: Why) -> Callable[[Recoded], Decision]:
    """What makes the decision of an operation, once who decides, when and why is known. Asks for the reason."""
    from qcode.core.decisions import Decision

    by, date, reason = the_coder(root_of(context), why.by), the_date(why.date), _reason(why)
    return lambda done: Decision(date, by, done.operation, done.codes, done.into, reason, done.book.version)


def told(study: Study, done: Recoded, path: str) -> str:
    """What was done, how many codings it concerns, and where the decision lies."""
    from qcode.core.decisions import told as in_words
    from qcode.core.usage import together, usage

    words = in_words(done.operation, done.codes, done.into)
    used = together(usage(study), map(study.codebook.resolve, done.codes))
    touched = "" if done.operation == "add" else f"{str(used)[:1].upper()}{str(used)[1:]}.\n"
    return f"{words[:1].upper()}{words[1:]}.\n{touched}Codebook version {done.book.version}; why: {path}."


def _reason(why: Why) -> str:
    """Why, in a line; asked for in a terminal. Only a dry run needs none."""
    from qcode.core.words import nfc

    given = why.reason
    if given is None and not why.dry_run and sys.stdin.isatty():
        given = typer.prompt("Why", err=True)
    reason = nfc((given or "").strip())
    if not reason and not why.dry_run:
        raise QcodeError("a change of the codebook wants a reason", hint="Say why: --reason 'what made us decide'.")
    return reason
