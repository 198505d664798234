"""The options that many commands share. A command takes each group of them as one value, not as eight parameters."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from qcode.cli import completing

if TYPE_CHECKING:
    from qcode.core.given import Given, Spot
    from qcode.core.observe import Given as Noted

Many = list[str] | None
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Show the diff and change nothing.")]
Coder = Annotated[
    str | None,
    typer.Option(
        "--coder",
        help="The coder at work. Default: $QCODE_CODER, git config qcode.coder, your git name.",
        autocompletion=completing.coders,
    ),
]


class Format(StrEnum):
    """The forms in which a result comes."""

    table = "table"
    md = "md"
    csv = "csv"
    tsv = "tsv"
    json = "json"
    html = "html"
    xlsx = "xlsx"
    docx = "docx"
    latex = "latex"
    parquet = "parquet"


Form = Annotated[Format | None, typer.Option("--format", metavar="FORM", help=f"How to print it: {', '.join(Format)}.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="A file; its ending chooses the format.")]

SELECTION = "selection"
Revisions = Annotated[
    str, typer.Argument(metavar="[A..B]", help="Two revisions. One, or none for HEAD: with the files as they are.")
]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="REV", help="The study as it was at this git revision.", rich_help_panel=SELECTION),
]


class Flags(NamedTuple):
    """The selection flags as typed, before a study gives them meaning."""

    case: tuple[str, ...] = ()
    phase: tuple[str, ...] = ()
    perspective: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    coder: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    where: str | None = None
    at: str | None = None

    @property
    def asked(self) -> dict[str, tuple[str, ...] | str | None]:
        """The selection, by the names of the flags."""
        return {name: value for name, value in self._asdict().items() if name != "at"}


def _flags(
    case: Annotated[
        Many, typer.Option("--case", help="Only this case.", rich_help_panel=SELECTION, autocompletion=completing.cases)
    ] = None,
    phase: Annotated[Many, typer.Option("--phase", help="Only this phase.", rich_help_panel=SELECTION)] = None,
    perspective: Annotated[
        Many, typer.Option("--perspective", help="Only this perspective.", rich_help_panel=SELECTION)
    ] = None,
    outcome: Annotated[
        Many, typer.Option("--outcome", help="Only cases with this outcome.", rich_help_panel=SELECTION)
    ] = None,
    coder: Annotated[
        Many,
        typer.Option(
            "--coder", help="Only what this coder coded.", rich_help_panel=SELECTION, autocompletion=completing.coders
        ),
    ] = None,
    code: Annotated[
        Many,
        typer.Option(
            "--code",
            help="Only this code and those below it.",
            rich_help_panel=SELECTION,
            autocompletion=completing.codes,
        ),
    ] = None,
    where: Annotated[
        str | None,
        typer.Option(
            "--where", help="Only where this holds: sector = zorg AND NOT valence = helping.", rich_help_panel=SELECTION
        ),
    ] = None,
    at: At = None,
) -> None:
    """The flags of every command that selects. Each repeats; repeats widen, different flags narrow."""


SHARED = typer.Option("--shared", help="For others than the team: leave out what 'privacy' in qcode.yaml hides.")


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
    shared: Annotated[bool, SHARED] = False,
) -> None:
    """The options of every report."""


ENGINE = "data set"


class Source(NamedTuple):
    """A data set to count instead of the study's files, and what reads it, as typed."""

    data: str | None = None
    engine: str | None = None
    master: str | None = None


class Engine(StrEnum):
    """What reads a data set."""

    duckdb = "duckdb"
    pyspark = "pyspark"


def _source(
    data: Annotated[
        str | None,
        typer.Option(
            "--data", metavar="DIR|URL", rich_help_panel=ENGINE,
            help="Count this data set, made by 'qcode export parquet', not the study's files.",
        ),
    ] = None,
    engine: Annotated[
        Engine | None, typer.Option("--engine", help="What reads it. Default: duckdb.", rich_help_panel=ENGINE)
    ] = None,
    master: Annotated[
        str | None,
        typer.Option(
            "--master", metavar="URL", rich_help_panel=ENGINE,
            help="Of the Spark cluster: local[4], spark://HOST:7077, yarn. Default: as Spark is set up.",
        ),
    ] = None,
) -> None:  # fmt: skip
    """What a report counts out of core."""


class Why(NamedTuple):
    """Who decides on a change of the codebook, when and why, as typed."""

    reason: str | None = None
    by: str | None = None
    date: str | None = None
    dry_run: bool = False


DECISION = "decision"


def _why(
    reason: Annotated[
        str | None, typer.Option("--reason", "-m", help="Why. Asked for when left out.", rich_help_panel=DECISION)
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", help="Who decides. Default: the coder at work.", rich_help_panel=DECISION)
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", help="As 2019-09-12. Default: today.", rich_help_panel=DECISION)
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """The options of every command that changes the codebook."""


SAID = "what is said of it"


def _said(
    label: Annotated[str | None, typer.Option("--label", help="Its name in tables.", rich_help_panel=SAID)] = None,
    key: Annotated[
        str | None, typer.Option("--key", help="Short, for typing and in tables: S1.", rich_help_panel=SAID)
    ] = None,
    definition: Annotated[str | None, typer.Option("--definition", help="What it means.", rich_help_panel=SAID)] = None,
    include: Annotated[str | None, typer.Option("--include", help="What belongs to it.", rich_help_panel=SAID)] = None,
    exclude: Annotated[str | None, typer.Option("--exclude", help="What does not.", rich_help_panel=SAID)] = None,
    example: Annotated[
        Many, typer.Option("--example", help="An example more; '' first takes away those there.", rich_help_panel=SAID)
    ] = None,
    phase: Annotated[
        str | None, typer.Option("--phase", help="The phase that it belongs to.", rich_help_panel=SAID)
    ] = None,
    perspective: Annotated[
        Many, typer.Option("--perspective", help="Only for this one. Repeats; '': for all.", rich_help_panel=SAID)
    ] = None,
    color: Annotated[str | None, typer.Option("--color", help="As #4477aa.", rich_help_panel=SAID)] = None,
    language: Annotated[
        str | None,
        typer.Option("--lang", help="The language of these texts. Default: the codebook's.", rich_help_panel=SAID),
    ] = None,
) -> None:
    """What can be said of a code. An empty text takes away what is there."""


def _noted(
    about: Annotated[
        str | None, typer.Option("--about", help="What it is, in a few sentences.", rich_help_panel=SAID)
    ] = None,
    says: Annotated[
        Many,
        typer.Option(
            "--says", metavar="PERSPECTIVE=TEXT", rich_help_panel=SAID, help="What one perspective says of it. Repeats."
        ),
    ] = None,
    agreement: Annotated[
        str | None,
        typer.Option(
            "--agreement", metavar="WORD", rich_help_panel=SAID, help="Do they agree: agree, partly, differ or silent."
        ),
    ] = None,
    why: Annotated[
        str | None, typer.Option("--why", help="Why they do or don't agree.", rich_help_panel=SAID)
    ] = None,
    step: Annotated[
        Many, typer.Option("--step", metavar="CODE", help="A code that it is part of. Repeats.", rich_help_panel=SAID)
    ] = None,
    illustrates: Annotated[
        Many,
        typer.Option(
            "--illustrates", metavar="CODE", rich_help_panel=SAID,
            help="The case is told as an example of this code. Repeats.",
        ),
    ] = None,
    evidence: Annotated[
        Many,
        typer.Option(
            "--evidence", metavar="SEGMENT", rich_help_panel=SAID,
            help="A segment that it rests on, as `find` prints it. Repeats.",
        ),
    ] = None,
    memo: Annotated[str | None, typer.Option("--memo", help="A note on it.", rich_help_panel=SAID)] = None,
) -> None:  # fmt: skip
    """What can be said of an observation, but for its title."""


PLACE = "place"


def _spot(
    under: Annotated[
        str | None, typer.Option("--under", metavar="CODE", help="Last below this code.", rich_help_panel=PLACE)
    ] = None,
    before: Annotated[
        str | None, typer.Option("--before", metavar="CODE", help="Next to this one, above it.", rich_help_panel=PLACE)
    ] = None,
    after: Annotated[
        str | None, typer.Option("--after", metavar="CODE", help="Next to this one, below it.", rich_help_panel=PLACE)
    ] = None,
) -> None:
    """Where in the tree a code comes."""


def _given(given: dict[str, Any]) -> Given:
    from qcode.core.given import Given

    examples, perspectives = tuple(given.pop("example") or ()), given.pop("perspective")
    language = given.pop("language") or ""
    named = None if perspectives is None else tuple(perspectives)
    return Given(**given, examples=examples, perspectives=named, language=language)


def _observed(given: dict[str, Any]) -> Noted:
    from qcode.core.errors import QcodeError
    from qcode.core.observe import Given

    said = {}
    for one in given.pop("says") or ():
        perspective, equals, text = one.partition("=")
        if not equals or not perspective.strip():
            hint = "For example: --says employer='Nobody told us.'"
            raise QcodeError(f"'{one}' is not PERSPECTIVE=TEXT", hint=hint)
        said[perspective.strip()] = text.strip()
    steps = given.pop("step")
    return Given(**given, says=said, steps=steps)


def _at(given: dict[str, Any]) -> Spot:
    from qcode.core.given import Spot

    return Spot(**given)


def _selected(given: dict[str, Any]) -> Flags:
    where, at = given.pop("where"), given.pop("at")
    return Flags(**{name: tuple(values or ()) for name, values in given.items()}, where=where, at=at)


# By the name of the parameter that receives them as one value: the options, and what makes the value.
_GATHERED: dict[str, tuple[Callable[..., None], Callable[[dict[str, Any]], Any]]] = {
    "flags": (_flags, _selected),
    "look": (_look, lambda given: Look(**given)),
    "source": (_source, lambda given: Source(**given)),
    "why": (_why, lambda given: Why(**given)),
    "said": (_said, _given),
    "spot": (_spot, _at),
    "noted": (_noted, _observed),
}


def gathered(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that many share, by its parameters: `flags` the selection, `look` a report's, …"""
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
    with_options.__doc__ = _unfolded(inspect.getdoc(command) or "")
    return with_options


def _unfolded(text: str) -> str:
    """Paragraphs on a line each: typer would keep our line ends and add its own."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
