"""`qcode agreement`: how far coders agree, and on what they don't."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from qcode.cli.boundary import FOUND, tell
from qcode.cli.options import Flags, Look, gathered
from qcode.cli.reporting import show


class Over(StrEnum):
    """Which turns are compared."""

    all = "all"
    either = "either"
    both = "both"


@gathered
def agreement(
    context: typer.Context,
    flags: Flags,
    look: Look,
    over: Annotated[Over, typer.Option("--over", help="Turns: all, or those that either or both coded.")] = Over.all,
    leaves: Annotated[bool, typer.Option("--leaves", help="Codes by themselves; no branches.")] = False,
    differences: Annotated[bool, typer.Option("--differences", help="List the passages on which they differ.")] = False,
    minimum: Annotated[
        float | None, typer.Option("--min", min=-1, max=1, help="Exit with 1 where a kappa is below this.")
    ] = None,
) -> None:
    """Compare every two coders, code by code: percent agreement and Cohen's kappa, with the counts behind them.

    The unit is a turn of a transcript that both are done with, with a codebook that had the code. A turn counts as
    coded when a coding of the code, or of one below it, touches it. --over either leaves out the turns that neither
    coded at all, which can make any two coders look alike; --over both those that only one of them coded. Kappa is not
    defined (–) where both never, or always, gave the code.

    --differences lists the passages where only one of the two gave a code, or they gave different valences, and how the
    consensus settled it: with the code, or against it.
    """
    made = show(context, "agreement", flags, look, over=over.value, leaves=leaves, differences=differences)
    below = [] if minimum is None else [r for r in made.records if (k := r.get("kappa")) is not None and k < minimum]
    if below:
        tell(f"Kappa is below {minimum:g} in {len(below)} of {len(made.records)} rows.")
        raise typer.Exit(FOUND)
