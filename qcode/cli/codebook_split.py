"""`qcode codebook split` and `tidy`: the two that write codings, the first only once each of them is settled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from qcode.cli.boundary import tell
from qcode.cli.codebook_plan import the_decision, told
from qcode.cli.opening import keep, open_study, root_of, rows_of, study_now, the_coder
from qcode.cli.options import Coder, DryRun, Many, Why, gathered
from qcode.core.errors import QcodeError
from qcode.core.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qcode.core.model import Study
    from qcode.core.settle import Waiting
    from qcode.store.files import ChangeSet

Settled = tuple[dict[str, tuple[str, ...]], "list[Waiting]"]


class How(NamedTuple):
    """How codings are settled, as typed."""

    where: tuple[str, ...] = ()
    rest: str | None = None
    listed: Path | None = None


@gathered
def split(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code that is too much in one.")],
    why: Why,
    into: Annotated[
        Many, typer.Option("--into", metavar="ID", help="A part, made where it is not there yet. Two or more.")
    ] = None,
    where: Annotated[
        Many, typer.Option("--where", metavar="PART=EXPR", help="Codings for which this holds become this part.")
    ] = None,
    rest: Annotated[str | None, typer.Option("--rest", metavar="PART", help="All codings that fit no rule.")] = None,
    listed: Annotated[
        Path | None, typer.Option("--list", metavar="FILE", help="A csv or yaml: written to fill in, then read.")
    ] = None,
    more: Annotated[bool, typer.Option("--continue", help="Settle what arrived under it after it was split.")] = False,
) -> None:
    """Split a code: it is retired, and each of its codings becomes a part, by rules or by a list that you fill in.

    Nothing is written before every coding is settled. Run it again for codings that arrive later under the old code.
    """
    parts = tuple(part for given in into or () for part in given.split(","))
    how = How(tuple(where or ()), rest, listed)
    if listed is not None and not listed.exists():
        _write_list(context, code, parts, how)
    else:
        _split(context, code, parts, how, why, more=more)


def tidy(context: typer.Context, coder: Coder = None, dry_run: DryRun = False) -> None:
    """Write today's ids into your own codings files. Never needed: an id of before counts as today's."""
    from qcode.core.settle import tidied
    from qcode.store.project import plan_codings

    root = root_of(context)
    name = the_coder(root, coder)

    def plan() -> tuple[ChangeSet, str]:
        edits = tidied(study_now(context, root).require(), name)
        files = counted(len(edits), "file")
        return plan_codings(root, edits), f"Wrote today's ids in {files} of {name}." if edits else "Nothing to tidy."

    keep(root, plan, dry_run=dry_run)


def _split(context: typer.Context, code: str, parts: Sequence[str], how: How, why: Why, *, more: bool) -> None:
    """Settle all codings, and write them with the codebook and the decision; of a code split before, codings only."""
    from qcode.core.settle import resettled
    from qcode.store.files import ChangeSet
    from qcode.store.project import load, plan_codebook, plan_codings

    root = root_of(context)
    again = _split_before(load(root, cases=()).require(), code)
    if more and not again:
        raise QcodeError(f"'{code}' was not split", hint="Without --continue: --into ID --into ID.")
    decider = None if again else the_decision(context, why)

    def plan() -> tuple[ChangeSet, str]:
        from qcode.core.recode import split as recoded

        study = study_now(context, root).require()
        whole = study.codebook.find(code).id
        done = None if decider is None else recoded(study.codebook, whole, parts)
        names = done.into if done else _parts_again(study, whole, parts)
        settled = _all_settled(_settled(root, study, whole, names, how), whole, names)
        codings = plan_codings(root, resettled(study, whole, settled, names))
        if done is None or decider is None:
            return codings, f"Settled {counted(len(settled), 'coding')} of {whole}: {_shares(settled)}."
        book = plan_codebook(root, study.codebook, done.book, decider(done))
        said = told(study, done, book.changes[-1].path)
        lines = (said, _shares(settled), _named(study, whole))
        return ChangeSet((*book.changes, *codings.changes)), "\n".join(filter(None, lines))

    keep(root, plan, dry_run=why.dry_run)


def _write_list(context: typer.Context, code: str, parts: Sequence[str], how: How) -> None:
    """Write the list of segments to fill in; what the rules settle is filled in already."""
    from qcode.cli.output import emit
    from qcode.core import recode
    from qcode.core.settle import waiting
    from qcode.report.text import csv_text
    from qcode.store.settle_list import COLUMNS, as_yaml

    assert how.listed is not None
    root, study = open_study(context)
    whole = study.codebook.find(code).id
    again = _split_before(study, code)
    names = _parts_again(study, whole, parts) if again else recode.split(study.codebook, whole, parts).into
    settled, _ = _settled(root, study, whole, names, how._replace(listed=None))
    rows = [_listed(one, settled.get(one.key, ())) for one in waiting(study, whole)]
    emit(as_yaml(rows) if how.listed.suffix in (".yaml", ".yml") else csv_text(COLUMNS, rows, ","), how.listed)
    told = f"{counted(len(rows), 'segment')}, of which {len(settled)} settled by a rule."
    tell(f"{told}\nFill in 'into': {' or '.join(names)} (both: {';'.join(names)}), and run the same command again.")


def _listed(one: Waiting, into: Sequence[str]) -> list[str]:
    codings, segment = one.codings, one.segment
    said = (segment.line, one.coded.valence, segment.quote, one.coded.memo or segment.memo)
    return [one.key, ";".join(into), codings.coder, f"{codings.case}/{codings.stem}", *(str(v or "") for v in said)]


def _settled(root: Path, study: Study, whole: str, parts: Sequence[str], how: How) -> Settled:
    from dataclasses import replace

    from qcode.core.expr import parse
    from qcode.core.settle import Rule, by_list, by_rules, waiting
    from qcode.store.settle_list import read_list

    if how.listed is not None:
        return by_list(study, whole, parts, read_list(how.listed.read_bytes(), str(how.listed)))
    rules = []
    for given in how.where:
        part, equals, expression = given.partition("=")
        if not equals or not expression.strip():
            raise QcodeError(f"'{given}' is no rule", hint=f"For example: --where '{parts[0]}=valence = helping'")
        rules.append(Rule(_part(study, part, parts), parse(expression, study)))
    rest = _part(study, how.rest, parts) if how.rest is not None else None
    coded = replace(study, codings=tuple({id(one.codings): one.codings for one in waiting(study, whole)}.values()))
    return by_rules(coded, rows_of(root, coded) if rules else (), whole, rules, rest)


def _part(study: Study, given: str, parts: Sequence[str]) -> str:
    from qcode.core.names import unknown
    from qcode.core.words import nfc

    name = nfc(given.strip())
    found = next((part for part in (name, study.codebook.resolve(name)) if part in parts), None)
    if found is None:
        raise unknown("part", given, [*parts])
    return found


def _split_before(study: Study, code: str) -> tuple[str, ...]:
    """The parts of a code that was split before; none of one that was not."""
    from qcode.core.decisions import split_codes

    parts = split_codes(study.ledger.require(), study.codebook)
    return parts.get(study.codebook.find(code).id, ())


def _parts_again(study: Study, whole: str, given: Sequence[str]) -> tuple[str, ...]:
    return tuple(study.codebook.find(part).id for part in given) or _split_before(study, whole)


def _all_settled(found: Settled, whole: str, parts: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    settled, still = found
    if still:
        listed = ", ".join(one.key for one in still[:5])
        hint = f"Say it by --where PART=EXPR, --rest {parts[-1]}, or one by one: --list {whole}.csv."
        more = ", …" if len(still) > 5 else ""
        every = len(settled) + len(still)
        raise QcodeError(f"{len(still)} of {every} codings of '{whole}' are not settled: {listed}{more}", hint=hint)
    return settled


def _named(study: Study, whole: str) -> str:
    """What a person has to look at still: it names the whole, and which part it means nobody else knows."""
    from qcode.core.usage import few, named_by

    named = few([*named_by(study, whole)])
    return f"Still named by {named}: say there which part is meant." if named else ""


def _shares(settled: Mapping[str, tuple[str, ...]]) -> str:
    """`14 to a, 20 to b`."""
    from collections import Counter

    return ", ".join(
        f"{number} to {part}" for part, number in Counter(p for ps in settled.values() for p in ps).items()
    )
