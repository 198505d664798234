"""`qcode report diff`: what changed in a report between two revisions."""

from __future__ import annotations

from typing import Annotated

import typer

from qcode.cli.opening import root_of
from qcode.cli.reporting import BETWEEN
from qcode.core.errors import UnknownName

OPTIONS = {"ignore_unknown_options": True, "allow_extra_args": True}


def diff(
    context: typer.Context,
    revisions: Annotated[str, typer.Argument(metavar="A..B", help="Two revisions. One: with the files as they are.")],
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="Any kind of report; its options come behind it.")
    ] = "patterns",
) -> None:
    """What changed in a report between two commits, and by whose codings: a row per cell that differs.

    qcode report diff main~20..main matrix --rows code --cols outcome
    """
    from qcode.cli.compared import named

    group = context.parent.command if context.parent else context.command
    commands = {name: command for name, command in getattr(group, "commands", {}).items() if name != "diff"}
    if kind not in commands:
        raise UnknownName("report", kind, list(commands))
    before, after = named(root_of(context), revisions)
    context.meta[BETWEEN] = before, after or ""
    with commands[kind].make_context(kind, context.args, parent=context.parent) as inner:
        commands[kind].invoke(inner)
