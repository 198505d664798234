"""The options that many commands share. A command takes the selection as one value, not as eight parameters."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import typer

Many = list[str] | None
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Show the diff and change nothing.")]
Coder = Annotated[
    str | None,
    typer.Option("--coder", help="The coder at work. Default: $QCODE_CODER, git config qcode.coder, your git name."),
]

SELECTION = "selection"


class Flags(NamedTuple):
    """The selection flags as typed, before a study gives them meaning."""

    case: tuple[str, ...] = ()
    phase: tuple[str, ...] = ()
    perspective: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    coder: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    where: str | None = None


def _flags(
    case: Annotated[Many, typer.Option("--case", help="Only this case.", rich_help_panel=SELECTION)] = None,
    phase: Annotated[Many, typer.Option("--phase", help="Only this phase.", rich_help_panel=SELECTION)] = None,
    perspective: Annotated[
        Many, typer.Option("--perspective", help="Only this perspective.", rich_help_panel=SELECTION)
    ] = None,
    outcome: Annotated[
        Many, typer.Option("--outcome", help="Only cases with this outcome.", rich_help_panel=SELECTION)
    ] = None,
    coder: Annotated[
        Many, typer.Option("--coder", help="Only what this coder coded.", rich_help_panel=SELECTION)
    ] = None,
    code: Annotated[
        Many, typer.Option("--code", help="Only this code and those below it.", rich_help_panel=SELECTION)
    ] = None,
    where: Annotated[
        str | None,
        typer.Option(
            "--where", help="Only where this holds: sector = zorg AND NOT valence = helping.", rich_help_panel=SELECTION
        ),
    ] = None,
) -> None:
    """The flags of every command that selects. Each repeats; repeats widen, different flags narrow."""


def selecting(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the selection flags; its parameter `flags` receives them as one value."""
    own = inspect.signature(command, eval_str=True)
    shared = inspect.signature(_flags, eval_str=True).parameters

    @functools.wraps(command)
    def with_flags(**given: Any) -> None:
        picked = {name: given.pop(name) for name in shared}
        where = picked.pop("where")
        command(flags=Flags(**{name: tuple(values or ()) for name, values in picked.items()}, where=where), **given)

    mine = [parameter for name, parameter in own.parameters.items() if name != "flags"]
    every = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in (*mine, *shared.values())]
    del with_flags.__wrapped__  # typer must see the whole signature
    with_flags.__signature__ = own.replace(parameters=every)  # type: ignore[attr-defined]
    with_flags.__annotations__ = {p.name: p.annotation for p in every}
    return with_flags
