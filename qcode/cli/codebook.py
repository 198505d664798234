"""`qcode codebook`: change the codebook, each time with a decision that says why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qcode.cli import codebook_read, codebook_split
from qcode.cli.codebook_plan import decide
from qcode.cli.options import Why, gathered
from qcode.core.errors import QcodeError
from qcode.core.given import Given, Spot

if TYPE_CHECKING:
    from qcode.core.model import Study
    from qcode.core.recode import Recoded

app = typer.Typer(help="Show the codebook, change it with a decision, and see its history.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="CODE", help="Id, key, an id of before, or a part that fits one only.")]
Names = Annotated[list[str], typer.Argument(metavar="CODE...", help="One or more codes.")]
NewId = Annotated[str, typer.Argument(metavar="ID", help="Letters and digits of any script, - and _.")]


app.command("show")(codebook_read.show)
app.command("lint")(codebook_read.lint)
app.command("decisions")(codebook_read.decisions)
app.command("log")(codebook_read.log)
app.command("diff")(codebook_read.diff)


@app.command()
@gathered
def add(context: typer.Context, code: NewId, said: Given, spot: Spot, why: Why) -> None:
    """A new code. It is `since` the version that it brings: what was done before is not yet coded with it."""
    from qcode.core import recode

    decide(context, why, lambda study: recode.add(study.codebook, code, said, spot))


@app.command()
@gathered
def edit(context: typer.Context, code: Name, said: Given, why: Why) -> None:
    """Say something else of a code: each text given takes the place of the one there; an empty one takes it away."""
    from qcode.core import recode

    if said == Given(language=said.language):
        raise QcodeError("nothing to change", hint="Give what is to be another: --label, --definition, --key …")
    decide(context, why, lambda study: recode.edit(study.codebook, code, said))


@app.command()
@gathered
def rename(context: typer.Context, code: Name, new: NewId, why: Why) -> None:
    """Give a code another id. Codings under the old one count under the new one, now and when they arrive later."""
    from qcode.core import recode

    decide(context, why, lambda study: recode.rename(study.codebook, code, new))


@app.command()
@gathered
def move(
    context: typer.Context,
    code: Name,
    spot: Spot,
    why: Why,
    top: Annotated[bool, typer.Option("--top", help="Last at the top of the tree.", rich_help_panel="place")] = False,
) -> None:
    """Put a code, with all below it, at another place of the tree. No coding changes."""
    from qcode.core import recode

    if top == (spot != Spot()):
        raise QcodeError("say where to: one place", hint="Give --under CODE, --before CODE, --after CODE or --top.")
    decide(context, why, lambda study: recode.move(study.codebook, code, spot))


@app.command()
@gathered
def merge(
    context: typer.Context,
    codes: Names,
    into: Annotated[str, typer.Option("--into", metavar="CODE", help="The code that they become; it is there.")],
    why: Why,
) -> None:
    """Put codes together in one. Codings under them count under that one, now and when they arrive later."""
    from qcode.core import recode

    decide(context, why, lambda study: recode.merge(study.codebook, codes, into))


@app.command()
@gathered
def retire(
    context: typer.Context,
    code: Name,
    why: Why,
    replaced_by: Annotated[
        str | None, typer.Option("--replaced-by", metavar="CODE", help="What to use instead.")
    ] = None,
) -> None:
    """Close a code to new codings. Those there stay under it, and it shows where it is coded."""
    from qcode.core import recode

    decide(context, why, lambda study: recode.retire(study.codebook, code, replaced_by))


@app.command()
@gathered
def restore(context: typer.Context, code: Name, why: Why) -> None:
    """Take a retired code into use again."""
    from qcode.core import recode

    decide(context, why, lambda study: recode.restore(study.codebook, code))


app.command("split")(codebook_split.split)


@app.command()
@gathered
def delete(
    context: typer.Context,
    code: Name,
    why: Why,
    reassign: Annotated[
        str | None, typer.Option("--reassign", metavar="CODE", help="Its codings are this code's from now on.")
    ] = None,
) -> None:
    """Take a code out of the codebook: one that nothing uses, unless another takes its place."""
    decide(context, why, lambda study: _deleted(study, code, reassign))


app.command("tidy")(codebook_split.tidy)


def _deleted(study: Study, code: str, reassign: str | None) -> Recoded:
    from dataclasses import replace

    from qcode.core import recode
    from qcode.core.usage import refuse_used

    if reassign is not None:
        return replace(recode.merge(study.codebook, [code], reassign), operation="delete")
    refuse_used(study, study.codebook.find(code).id)
    return recode.delete(study.codebook, code)
