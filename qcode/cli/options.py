"""The options that many commands share. A command takes each group of them as one value, not as eight parameters."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

Many = list[str] | None
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Show the diff and change nothing.")]
Coder = Annotated[
    str | None,
    typer.Option("--coder", help="The coder at work. Default: $QCODE_CODER, git config qcode.coder, your git name."),
]


class Format(StrEnum):
    """The forms in which a result comes."""

    table = "table"
    md = "md"
    csv = "csv"
    tsv = "tsv"
    json = "json"


Form = Annotated[Format | None, typer.Option("--format", help="How to print it.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="A file; its ending chooses the format.")]

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


class Look(NamedTuple):
    """How a report is shown, as typed."""

    form: Format | None = None
    output: Path | None = None
    language: str | None = None
    ids: bool = False
    shared: bool = False


def _look(
    form: Form = None,
    output: Output = None,
    language: Annotated[
        str | None, typer.Option("--lang", help="Language of the labels. Default: the study's.")
    ] = None,
    ids: Annotated[bool, typer.Option("--ids", help="Ids instead of labels.")] = False,
    shared: Annotated[
        bool, typer.Option("--shared", help="For others than the team: leave out what 'privacy' in qcode.yaml hides.")
    ] = False,
) -> None:
    """The options of every report."""


def _selected(given: dict[str, Any]) -> Flags:
    where = given.pop("where")
    return Flags(**{name: tuple(values or ()) for name, values in given.items()}, where=where)


# By the name of the parameter that receives them as one value: the options, and what makes the value.
_GATHERED: dict[str, tuple[Callable[..., None], Callable[[dict[str, Any]], NamedTuple]]] = {
    "flags": (_flags, _selected),
    "look": (_look, lambda given: Look(**given)),
}


def gathered(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that many share: for its parameter `flags` the selection, for `look` a report's."""
    own = inspect.signature(command, eval_str=True)
    kinds = {name: _GATHERED[name] for name in own.parameters if name in _GATHERED}
    shared = {name: inspect.signature(options, eval_str=True).parameters for name, (options, _) in kinds.items()}

    @functools.wraps(command)
    def with_options(**given: Any) -> None:
        for name, (_, made) in kinds.items():
            given[name] = made({option: given.pop(option) for option in shared[name]})
        command(**given)

    mine = [parameter for name, parameter in own.parameters.items() if name not in kinds]
    theirs = [parameter for parameters in shared.values() for parameter in parameters.values()]
    every = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in (*mine, *theirs)]
    del with_options.__wrapped__  # typer must see the whole signature
    with_options.__signature__ = own.replace(parameters=every)  # type: ignore[attr-defined]
    with_options.__annotations__ = {p.name: p.annotation for p in every}
    return with_options
