"""Codes that go together: all pairs as a list or a matrix, or one pair with its quotes."""

from __future__ import annotations

from collections.abc import Sequence

from qcode.analysis.cooccurrence import Cooccurrence, Together
from qcode.analysis.cooccurrence import cooccurrence as together
from qcode.analysis.relations import HOW, Relation, Relations, relations
from qcode.core.errors import QcodeError, UnknownName
from qcode.core.words import NONE, counted
from qcode.report.amounts import legend
from qcode.report.document import Block, Column, Document, Quotes, Table
from qcode.report.kinds import Ask
from qcode.report.passages import quote
from qcode.report.tables import EMPTY, brief, depths

VALUES = ("count", "c", "jaccard")
FORMS = ("pairs", "matrix")
ABOVE = "!"


def cooccurrence(
    ask: Ask,
    within: str = "overlap",
    *,
    form: str = "pairs",
    value: str = "count",
    at_least: int = 1,
    under: str | None = None,
    pair: tuple[str, str] | None = None,
    evidence: bool = False,
) -> Document:
    """Pairs of codes and how often they go together; with `pair` every place where these two do."""
    if form not in FORMS:
        raise UnknownName("form", form, list(FORMS))
    if value not in VALUES:
        raise UnknownName("value", value, list(VALUES))
    if ask.least and form == "matrix" and value != "count":
        raise QcodeError(f"a matrix of {value} would tell of small counts", hint="Share the counts: --value count.")
    if pair:
        return _close(ask, relations(ask.study, ask.rows, ask.units, ask.selection, *pair, within), evidence)
    found = together(ask.study, ask.rows, ask.units, ask.selection, within, under=under, evidence=evidence)
    if form == "matrix":
        blocks = [_matrix(ask, found, value)]
        return Document("cooccurrence", blocks, ask.told(found.records(), blocks), found.meta)
    shown = [p for p in found.pairs.values() if p.count >= max(at_least, 1)]
    kept = {(p.a, p.b) for p in shown}
    records = [record for record in found.records() if (record["a"], record["b"]) in kept]
    blocks = [_list(ask, found, shown)]
    return Document("cooccurrence", blocks, ask.told(records, blocks), found.meta)


def _list(ask: Ask, found: Cooccurrence, shown: Sequence[Together]) -> Table:
    """The pairs, most frequent first, else in codebook order."""
    ordered = sorted(shown, key=lambda p: (-p.count, -(p.c or p.jaccard or 0)))
    heads = ["both", "1st", "2nd", *["c"] * found.of_passages, "Jaccard"]
    rows = [[ask.named("code", p.a), ask.named("code", p.b), *_numbers(p, found.of_passages)] for p in ordered]
    above = [f"{ABOVE} = above 1: one passage lies in several of the other code"] * any(p.above for p in ordered)
    return Table(
        [
            *(Column(name, "left", ours=False, named=True) for name in ("1st code", "2nd code")),
            *(Column(name, named=True) for name in heads),
        ],
        [_marked(row, p) for row, p in zip(rows, ordered, strict=True)],
        rows,
        legend=" · ".join([f"{_counts(found)}; Jaccard over {found.unit}", *above, *_unready(ordered)]),
        notes=() if ordered else ["No two codes go together so."],
        evidence=[[(), (), *[p.evidence] * len(heads)] for p in ordered] if found.evidence else (),
    )


def _marked(row: list[str], pair: Together) -> list[str]:
    """The row with what its numbers need to be told of."""
    marks = {2: "" if pair.complete else "+", 5: ABOVE if pair.above else ""}
    return [f"{text}{marks.get(at, '')}" for at, text in enumerate(row)]


def _unready(pairs: Sequence[Together]) -> list[str]:
    return [text for text in [legend((p.state, p.complete) for p in pairs)] if text]


def _counts(found: Cooccurrence) -> str:
    what = found.meta["measure"]
    return f"both: {what}, 1st and 2nd: {what.removeprefix('pairs of ')} of each code"


def _numbers(pair: Together, of_passages: bool) -> list[str]:
    c = [decimal(pair.c)] if of_passages else []
    return [str(pair.count), str(pair.n_a), str(pair.n_b), *c, decimal(pair.jaccard)]


def decimal(number: float | None) -> str:
    """Two decimals."""
    return NONE if number is None else f"{number:.2f}"


def _matrix(ask: Ask, found: Cooccurrence, value: str) -> Table:
    """A row and a column per code, and how often each occurs at all."""
    labels = [ask.named("code", code) for code in found.codes]
    short = ["code", *labels] if ask.ids else brief(ask.study, "code", found.codes, labels)
    pairs = {**found.pairs, **{(b, a): pair for (a, b), pair in found.pairs.items()}}
    cells = [[pairs.get((row, col)) for col in found.codes] for row in found.codes]
    rows, plain = (
        [
            [name, str(found.each[code]), *(_cell(cell, value, marked) for cell in line)]
            for name, code, line in zip(labels, found.codes, cells, strict=True)
        ]
        for marked in (True, False)
    )
    whats = {"count": _counts(found).partition(",")[0], "jaccard": f"Jaccard over {found.unit}"}
    states = [(cell.state, cell.complete) for cell in found.pairs.values()]
    above = f"{ABOVE} = above 1" if value == "c" and any(cell.above for cell in found.pairs.values()) else ""
    own = "n: its passages" if found.of_passages else f"n: its {found.unit}"
    return Table(
        [Column("code", "left", ours=False, named=True), Column("n", named=True), *map(Column, short[1:])],
        rows,
        plain,
        short=() if ask.ids else short,
        depth=depths(ask.study, "code", found.codes),
        legend=" · ".join(filter(None, [whats.get(value, value), own, above, legend(states)])),
        evidence=[[(), (), *(c.evidence if c else () for c in line)] for line in cells] if found.evidence else (),
    )


def _cell(cell: Together | None, value: str, marked: bool) -> str:
    if cell is None:
        return ""
    if cell.state != "value":
        return EMPTY[cell.state]
    mark = "+" if marked and not cell.complete else ""
    if value == "count":
        return f"{cell.count}{mark}"
    return decimal(cell.c if value == "c" else cell.jaccard) + (
        ABOVE if value == "c" and cell.above and marked else mark
    )


def _close(ask: Ask, found: Relations, evidence: bool) -> Document:
    """How often each relation is met, then every pair with its words."""
    labels = [ask.named("code", code) for code in (found.a, found.b)]
    a, b = labels if ask.ids else brief(ask.study, "code", [found.a, found.b], labels)[1:]
    told = {
        "equal": "the same words", "inside": f"{a} inside {b}", "contains": f"{b} inside {a}",
        "overlap": "each partly in the other", "near": "apart",
    }  # fmt: skip
    rows = [[told[how], *map(str, numbers)] for how, numbers in found.counts().items()]
    heads = [Column(name, named=True) for name in ("pairs", "transcripts", "cases")]
    table = Table(
        [Column("relation", "left", ours=False, named=True), *heads],
        rows,
        rows,
        title=" · ".join(labels),
        notes=() if found.pairs else ["The two never go together so."],
        evidence=[[(), *[_ids(found, how)] * 3] for how in HOW] if evidence else (),
    )
    quotes: list[Block] = [_quotes(ask, pair, told[pair.how]) for pair in found.pairs]
    records = [
        one | ({"evidence": [*one["a_segments"], *one["b_segments"]]} if evidence else {}) for one in found.records()
    ]
    return Document("cooccurrence", [table, *quotes], ask.told(records, [table]), found.meta)


def _ids(found: Relations, how: str) -> list[str]:
    return list(dict.fromkeys(id_ for p in found.pairs if p.how == how for id_ in (*p.a.ids, *p.b.ids)))


def _quotes(ask: Ask, pair: Relation, told: str) -> Quotes:
    first, second = quote(ask, pair.a), quote(ask, pair.b)
    if pair.how == "equal":
        both = first._replace(
            codes=[*first.codes, *second.codes], id=" ".join(dict.fromkeys([*pair.a.ids, *pair.b.ids]))
        )
        return Quotes([both], f"{pair.a.transcript}: {told}")
    far = "" if pair.how != "near" else _distance(pair.turns)
    items = [first, second] if pair.a.start <= pair.b.start else [second, first]
    return Quotes(items, f"{pair.a.transcript}: {told}{far}")


def _distance(turns: int | None) -> str:
    if turns is None:
        return ""
    return ", in one turn" if turns == 0 else f", {counted(turns, 'turn')} further"
