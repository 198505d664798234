"""`qcode report diff`: what changed in a report between two revisions."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from qcode.cli.opening import root_of
from qcode.cli.reporting import BETWEEN
from qcode.core.errors import UnknownName


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

    group: Any = context.parent and context.parent.command
    kinds = [name for name in group.list_commands(context) if name != "diff"]
    if kind not in kinds:
        raise UnknownName("report", kind, kinds)
    command = group.get_command(context, kind)
    before, after = named(root_of(context), revisions)
    context.meta[BETWEEN] = before, after or ""
    with command.make_context(kind, context.args, parent=context.parent) as inner:
        command.invoke(inner)
