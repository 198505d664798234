"""What a step did: helping in one case, hindering in another, both within one case; and who says so."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qcode.analysis.meta import facts
from qcode.analysis.patterns import NONE, VALENCES
from qcode.analysis.scope import Scope, scope
from qcode.analysis.spans import DISPUTED, Passage, by_transcript, evidence
from qcode.analysis.states import Behind
from qcode.analysis.steps import leaves
from qcode.core.codebook import ids
from qcode.core.model import Study
from qcode.core.query import Selection
from qcode.core.rows import Row, Unit

BOTH = "both"


@dataclass(frozen=True)
class Valence:
    """A record per code and case in which it is found. `codes`: in codebook order. `verdicts`: all that there can be.

    `perspectives`: per code, case and perspective the verdict there, or the state of what is empty.
    """

    records: Sequence[dict[str, Any]]
    codes: Sequence[str]
    verdicts: Sequence[str]
    perspectives: Sequence[str | None]
    meta: Mapping[str, Any] = field(default_factory=dict)


def valence(
    study: Study,
    rows: Iterable[Row],
    units: Iterable[Unit],
    selection: Selection,
    *,
    under: str | None = None,
    evidence: bool = False,
) -> Valence:
    """What each code did in each case. Without `under` of the codes of which a valence is said anywhere.

    Raises UnknownName or QcodeError for a branch that isn't there.
    """
    within = scope(study, rows, units, selection)
    codes = leaves(within, under)
    if not under:
        said = {row.code for row in within.rows if row.valence}
        codes = [code for code in codes if code in said]
    found: dict[tuple[str, str], list[Passage]] = defaultdict(list)
    for passages in by_transcript(within.rows, codes).values():
        for passage in passages:
            found[passage.code, passage.case].append(passage)
    told = _Told(within)
    keys = [(code, case) for code in codes for case in within.cases if (code, case) in found]
    records = [told.record(code, case, found[code, case], evidence) for code, case in keys]
    others = sorted({record["verdict"] for record in records}.difference(_declared(study), {DISPUTED, NONE}))
    verdicts = [*_declared(study), *others, DISPUTED, NONE]
    return Valence(records, codes, verdicts, within.perspectives, facts(within, "cases"))


def verdict(passages: Iterable[Passage]) -> str:
    """What passages say together: BOTH where they say different things, or one says so.

    Else DISPUTED where coders differ on a passage; else the one thing said; NONE where nothing is.
    """
    valences = {passage.valence for passage in passages}
    said = sorted(v for v in valences if v and v != DISPUTED)
    if len(said) > 1 or BOTH in said:
        return BOTH
    if DISPUTED in valences:
        return DISPUTED
    return said[0] if said else NONE


def _declared(study: Study) -> list[str]:
    return list(dict.fromkeys([*VALENCES, *ids(study.codebook.valences)]))


class _Told:
    def __init__(self, within: Scope) -> None:
        self.scope = within
        self.behind = Behind(within, leaves=True)
        self.valences = [*_declared(within.study), DISPUTED, NONE]

    def record(self, code: str, case: str, passages: Sequence[Passage], with_ids: bool) -> dict[str, Any]:
        known = self.scope.study.codebook.by_id.get(code)
        by_perspective: dict[str | None, list[Passage]] = defaultdict(list)
        for passage in passages:
            by_perspective[passage.perspective].append(passage)
        counts = Counter(passage.valence or NONE for passage in passages)
        every = [*self.scope.perspectives, *(p for p in by_perspective if p not in self.scope.perspectives)]
        record = {
            "code": code,
            "phase": known.phase if known else None,
            "case": case,
            "outcome": self.scope.study.case_by_id[case].outcome,
            "verdict": verdict(passages),
            "passages": {name: counts[name] for name in [*self.valences, *sorted({*counts} - {*self.valences})]},
            "perspectives": {p or NONE: self._of(code, case, p, by_perspective.get(p, ())) for p in every},
        }
        return record | ({"evidence": evidence(passages)} if with_ids else {})

    def _of(self, code: str, case: str, perspective: str | None, passages: Sequence[Passage]) -> str:
        if passages:
            return verdict(passages)
        pairs = (("case", case), ("perspective", perspective))
        return self.behind.state(pairs, (code,), False)[0]
